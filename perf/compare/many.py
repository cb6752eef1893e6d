"""What a verdict costs when many are asked for at once: a thousand in one batch, a thousand on one stream, and those asked for again on it."""
import itertools, re, subprocess

import fleet
from processes import BOUND, cpu_seconds
from wire import bytes_field, check, frame

SIZE, REQUESTS, CONNECTIONS, STREAMS = 1_000, 300, 4, 2
TIMES = 10
# The method, how many calls, and how many checks each holds.
WAYS = {"batch": ("BatchCheckStatus", REQUESTS, SIZE), "stream": ("StreamCheckStatus", REQUESTS, SIZE), "again": ("StreamCheckStatus", REQUESTS // TIMES, TIMES * SIZE)}


def prepare(folder):
    """Checks of terminals here and there in the fleet, each another."""
    checks = [bytes_field(1, check(it)) for it in itertools.islice(fleet.terminals(folder), 0, 50 * SIZE, 50)]
    (folder / "batch.bin").write_bytes(frame(b"".join(checks)))
    stream = b"".join(frame(it) for it in checks)
    (folder / "stream.bin").write_bytes(stream)
    (folder / "again.bin").write_bytes(TIMES * stream)


def round(server, ops):
    """Server CPU per verdict, microseconds, of each way."""
    return {f"{way}_cpu_us": cpu_of(server, ops, way) for way in WAYS}


def cpu_of(server, ops, way):
    method, calls, size = WAYS[way]
    decided, before = decisions(ops), cpu_seconds(server.process.pid)
    out = subprocess.run(
        [*BOUND, "h2load", "-n", str(calls), "-c", str(CONNECTIONS), "-m", str(STREAMS), "-t", "1", "-d", str(server.folder / f"{way}.bin"),
         "-H", "content-type: application/grpc", "-H", "te: trailers", f"http://127.0.0.1:{server.port}/verifygateway.v1.VerificationService/{method}"],
        capture_output=True, text=True, timeout=600, check=True).stdout
    used = cpu_seconds(server.process.pid) - before
    done = int(re.search(r"(\d+) succeeded", out).group(1))
    if done != calls or decisions(ops) - decided != calls * size:
        server.fail(f"answered {done} of {calls} calls of {method}, and decided {decisions(ops) - decided:.0f} of {calls * size} checks:\n{out}")
    return used / (calls * size) * 1e6


def decisions(ops):
    return fleet.metric(ops, "verifygateway_decisions_total", 'source="memory"')
