"""The fleet behind the gateway: made, imported, and asked for once, so that it is in memory."""
import collections, json, subprocess, urllib.request

import grpc

from peers import built
from wire import bytes_field, check, raw

BATCH, AT_ONCE = 1_000, 8


def make(count, folder):
    """Generates and imports a fleet; its terminals, one after the other."""
    vgctl = ["dotnet", built("src/VerifyGateway.Cli", "vgctl.dll"), "fleet"]
    subprocess.run([*vgctl, "generate", "--seed", "1", "--terminals", str(count), "--out", str(folder / "fleet.ndjson")], check=True, stdout=subprocess.DEVNULL, timeout=900)
    subprocess.run([*vgctl, "import", str(folder / "fleet.ndjson"), "--store", str(folder / "fleet.db")], check=True, stdout=subprocess.DEVNULL, timeout=1800)


def terminals(folder):
    with open(folder / "fleet.ndjson") as lines:
        for line in lines:
            # Most lines of other kinds do not have the word, and need not be read.
            if '"terminal"' in line and (row := json.loads(line))["kind"] == "terminal":
                yield row


def load(port, folder):
    """Asks for every terminal once."""
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        ask = raw(channel, "/verifygateway.v1.VerificationService/BatchCheckStatus")
        under_way, batch = collections.deque(), []

        def send():
            under_way.append(ask.future(b"".join(bytes_field(1, it) for it in batch), timeout=120))
            batch.clear()
            if len(under_way) > AT_ONCE:
                under_way.popleft().result()

        for terminal in terminals(folder):
            batch.append(check(terminal))
            if len(batch) == BATCH:
                send()
        if batch:
            send()
        for call in under_way:
            call.result()


def metric(ops_port, name, *labels):
    """The sum over the samples of a metric that have all the labels."""
    page = urllib.request.urlopen(f"http://127.0.0.1:{ops_port}/metrics", timeout=10).read().decode()
    return sum(float(line.rsplit(" ", 1)[1]) for line in page.splitlines() if line.startswith(name + "{") and all(it in line for it in labels))
