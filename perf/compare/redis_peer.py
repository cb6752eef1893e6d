"""Redis, asked by the client library that the gateway uses; the load is a program of its own, told over its input what to send."""
import json, subprocess

from processes import ALONE, BOUND, CONNECTIONS, STREAMS, Server


class Redis(Server):
    times = 5

    def __init__(self, command, port, folder):
        super().__init__("redis", command, port, folder)
        self.client = None

    def connect(self, program, value):
        """Returns when every connection has read the value back byte for byte."""
        with open(self.folder / "redis-load.log", "w") as log:
            self.client = subprocess.Popen([*BOUND, "dotnet", program, "load", str(self.port), str(value)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                           stderr=log, text=True)
        if self.client.stdout.readline().strip() != "ready":
            self.fail("has no client: " + (self.folder / "redis-load.log").read_text())

    def order(self, requests, connections, streams):
        self.client.stdin.write(f"{requests} {connections} {streams}\n")
        self.client.stdin.flush()
        answer = self.client.stdout.readline()
        if not answer:
            self.fail("has lost its client: " + (self.folder / "redis-load.log").read_text())
        return json.loads(answer)

    def load(self, requests):
        measured = self.order(requests, CONNECTIONS, STREAMS)
        return {name: measured[name] for name in ("per_second", "mean_us", "max_us", "client_cpu_us")}

    def alone(self):
        measured = self.order(ALONE, 1, 1)
        return {"alone_p50_us": measured["p50_us"], "alone_p99_us": measured["p99_us"]}

    def stop(self):
        if self.client:
            self.client.kill()
            self.client.wait()
        super().stop()
