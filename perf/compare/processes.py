"""Servers under measurement: processes of this script that end with it, and what the operating system says of their processor time."""
import os, pathlib, re, signal, socket, subprocess, sys, time

CONNECTIONS, STREAMS, ALONE = 8, 32, 3_000
# Where the script itself is killed, nothing of it can clean up. Told by a program and not between fork and exec: the client of gRPC takes
# locks when a process that has used it forks, and may never get them.
BOUND = ["setpriv", "--pdeathsig", "KILL"]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def micros(text):
    number, unit = re.fullmatch(r"([\d.]+)(us|ms|s)", text).groups()
    return float(number) * {"us": 1, "ms": 1e3, "s": 1e6}[unit]


class Server:
    """A server that h2load asks. Its processor time is that of its one process: user and system, all threads."""

    # Times as many requests are measured: processor time is told in hundredths of a second.
    times = 1

    def __init__(self, name, command, port, folder):
        self.name, self.port, self.folder, self.sent = name, port, folder, 0
        self.log = folder / f"{name}.log"
        with open(self.log, "w") as log:
            self.process = subprocess.Popen([*BOUND, *command], stdout=log, stderr=subprocess.STDOUT, cwd=folder)

    def fail(self, what):
        sys.exit(f"{self.name} {what}\n{self.log.read_text()[-4000:]}")

    def wait(self):
        for _ in range(1200):
            if self.process.poll() is not None:
                self.fail("ended:")
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                time.sleep(0.1)
        self.fail("does not listen after two minutes:")

    def asks(self, path, body, answer_length):
        """What the load sends, and how long each answer is with its frame."""
        self.url, self.body, self.answer_length = f"http://127.0.0.1:{self.port}{path}", body, answer_length

    def h2load(self, requests, connections, streams, *more):
        out = subprocess.run(
            [*BOUND, "h2load", "-n", str(requests), "-c", str(connections), "-m", str(streams), "-t", "1", "-d", self.body,
             "-H", "content-type: application/grpc", "-H", "te: trailers", *more, self.url],
            capture_output=True, text=True, timeout=600, check=True).stdout
        self.sent += requests
        done = int(re.search(r"(\d+) succeeded", out).group(1))
        data = int(re.search(r"\((\d+)\) data", out).group(1))
        # An error of gRPC has status 200 and no data, and would count as a fast answer.
        if done != requests or data != requests * self.answer_length:
            self.fail(f"answered {done} of {requests} requests, {data} bytes instead of {requests * self.answer_length}:\n{out}")
        latency = re.search(r"time for request: +(\S+) +(\S+) +(\S+)", out)
        return {"per_second": float(re.search(r"([\d.]+) req/s", out).group(1)), "mean_us": micros(latency.group(3)), "max_us": micros(latency.group(2))}

    def load(self, requests):
        return self.h2load(requests, CONNECTIONS, STREAMS)

    def alone(self):
        """Latencies when each call waits for the one before: median and 99th of 100."""
        log = self.folder / "alone.tsv"
        log.unlink(missing_ok=True)
        self.h2load(ALONE, 1, 1, f"--log-file={log}")
        times = sorted(int(line.split("\t")[2]) for line in log.read_text().splitlines())
        return {"alone_p50_us": times[len(times) // 2], "alone_p99_us": times[len(times) * 99 // 100]}

    def warm_up(self, requests, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.load(requests)

    def round(self, requests):
        requests *= self.times
        self.load(max(requests // 10, CONNECTIONS * STREAMS))
        alone = self.alone()
        before = cpu_seconds(self.process.pid)
        measured = self.load(requests)
        used = cpu_seconds(self.process.pid) - before
        return {"cpu_us": used / requests * 1e6, **measured, **alone}

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
