"""The peers: what each is, which packages it needs, how it is built, started and looked at before it is measured."""
import os, pathlib, re, shutil, subprocess

from processes import Server, free_port
from redis_peer import Redis
from wire import bytes_field, call, frame, number_field

ROOT = pathlib.Path(__file__).resolve().parents[2]
HERE = ROOT / "perf/compare"
BUILT = ROOT / "artifacts/compare"
CHECK = "/verifygateway.v1.VerificationService/CheckStatus"
LABELS = {
    "gateway": "VerifyGateway, CheckStatus",
    "echo": "empty echo, Grpc.AspNetCore",
    "bare": "same bytes, Kestrel alone",
    "cpp": "empty echo, C++ gRPC",
    "go": "empty echo, grpc-go",
    "etcd": "etcd, Range of one key",
    "redis": "Redis, GET of one record",
}
# The first names the peer's version.
PACKAGES = {
    "cpp": ["libgrpc++-dev", "libprotobuf-dev", "g++", "pkg-config", "protobuf-compiler", "protobuf-compiler-grpc"],
    "go": ["golang-google-grpc-dev", "golang-go", "protobuf-compiler"],
    "etcd": ["etcd-server"],
    "redis": ["redis-server"],
}


class Missing(Exception):
    """A peer that cannot be had here, and why."""


def built(project, assembly):
    return str(ROOT / project / "bin/Release/net10.0" / assembly)


def version(package):
    """The installed version; None when it is not installed or there is no dpkg."""
    if not shutil.which("dpkg-query"):
        return None
    out = subprocess.run(["dpkg-query", "-W", "-f", "${db:Status-Status} ${Version}", package], capture_output=True, text=True).stdout.split()
    return out[1] if out[:1] == ["installed"] else None


def short(package):
    """The version as its makers say it: without the distribution's epoch and revision."""
    return re.split("[-~+]", version(package).split(":")[-1])[0]


def install(name, may_install):
    missing = [package for package in PACKAGES.get(name, []) if not version(package)]
    if missing and may_install:
        try:
            subprocess.run(["bash", "-c", 'set -euo pipefail; source eng/tools.sh; install_system_packages "$@"', "install", *missing], cwd=ROOT, timeout=900)
        except subprocess.TimeoutExpired:
            raise Missing(f"installing {', '.join(missing)} took too long") from None
        missing = [package for package in missing if not version(package)]
    if missing:
        raise Missing("not installed: " + ", ".join(missing))


def build(name):
    """Builds a peer that is not .NET; what is as new as all that it is made from stays."""
    if name not in ("cpp", "go"):
        return
    source, program = HERE / f"grpc-{name}", BUILT / name
    inputs = [*source.iterdir(), *ROOT.glob("protos/verifygateway/v1/*.proto")]
    if program.exists() and program.stat().st_mtime >= max(it.stat().st_mtime for it in inputs):
        return
    BUILT.mkdir(parents=True, exist_ok=True)
    done = subprocess.run([str(source / "build"), str(program)], capture_output=True, text=True, timeout=900)
    if done.returncode != 0:
        raise Missing("not built: " + (done.stderr.strip().splitlines() or ["no message"])[-1])


def start(name, folder):
    """Starts a peer on a free port."""
    port, second = free_port(), free_port()
    answer = str(folder / "answer.bin")
    if name == "etcd":
        own, other = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{second}"
        command = ["etcd", "--data-dir", str(folder / "etcd"), "--listen-client-urls", own, "--advertise-client-urls", own, "--listen-peer-urls", other,
                   "--initial-advertise-peer-urls", other, "--initial-cluster", f"default={other}", "--logger", "zap", "--log-level", "error"]
    elif name == "redis":
        return Redis(["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", str(folder)], port, folder)
    else:
        command = {
            "echo": ["dotnet", built("perf/compare/VerifyGateway.EchoServer", "VerifyGateway.EchoServer.dll"), str(port), answer],
            "bare": ["dotnet", built("perf/compare/VerifyGateway.BareServer", "VerifyGateway.BareServer.dll"), str(port), answer],
            "cpp": [str(BUILT / "cpp"), str(port), answer],
            "go": [str(BUILT / "go"), str(port), answer],
        }[name]
    return Server(name, command, port, folder)


def prepare(server, folder):
    """Makes sure, by a real call, that a peer gives the right bytes with status OK, and says what the load asks it."""
    if server.name == "redis":
        server.connect(built("perf/compare/VerifyGateway.RedisLoad", "VerifyGateway.RedisLoad.dll"), folder / "record.bin")
        return
    if server.name == "etcd":
        key, value = b"vg-compare:record", (folder / "record.bin").read_bytes()
        call(server.port, "/etcdserverpb.KV/Put", bytes_field(1, key) + bytes_field(2, value))
        request, path = bytes_field(1, key), "/etcdserverpb.KV/Range"
        answer = call(server.port, path, request)
        if bytes_field(1, key) not in answer or bytes_field(5, value) not in answer or not answer.endswith(number_field(4, 1)):
            server.fail("does not give back the value:")
    else:
        request, path = (folder / "check.bin").read_bytes()[5:], CHECK
        answer = call(server.port, path, request)
        if answer != (folder / "answer.bin").read_bytes():
            server.fail("gives another answer than it was told to:")
    body = folder / f"{server.name}.request"
    body.write_bytes(frame(request))
    server.asks(path, str(body), len(frame(answer)))


def versions(names):
    """What each peer runs on, for the table."""
    dotnet = subprocess.run(["dotnet", "--list-runtimes"], capture_output=True, text=True, env={**os.environ, "DOTNET_NOLOGO": "1"}).stdout
    runtimes = [line.split()[1] for line in dotnet.splitlines() if line.startswith("Microsoft.AspNetCore.App 10.")]
    runtime = max(runtimes, key=lambda it: [int(part) for part in it.split("-")[0].split(".")])
    found = {name: short(PACKAGES[name][0]) if name in PACKAGES else f".NET {runtime}" for name in names}
    if "go" in found:
        found["go"] = f"{found['go']}, Go {short('golang-go')}"
    return found
