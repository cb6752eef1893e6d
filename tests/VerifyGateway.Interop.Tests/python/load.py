"""A closed loop of checks over many good terminals, in an order by chance that is the same in every run, until standard input
ends; prints what came back as JSON. By chance: in turn a terminal would be asked again only when all others were, which on a
busy machine takes longer than a test waits for the second answer."""

import collections
import json
import os
import random
import sys
import threading
import time

import grpc

import gateway
from gateway import c, v

TERMINALS = int(os.environ["TERMINALS"])
THREADS = int(os.environ.get("THREADS", "4"))
stopping = threading.Event()
outcomes = collections.Counter()
sources = collections.Counter()
lock = threading.Lock()
slowest = 0.0


def request(i):
    return v.CheckStatusRequest(
        correlation_id=str(i), acquirer_id=gateway.ACQUIRER, terminal_sn=f"0000570228L{i:08d}", terminal_no=f"L{i:07d}",
        merchant_no=f"8984403L{i // 10:07d}", transaction_kind=c.TRANSACTION_KIND_SALE)


def ask(first):
    global slowest
    mine, came_from, worst = collections.Counter(), collections.Counter(), 0.0
    with gateway.channel() as on:
        stub = gateway.checks(on)
        order = random.Random(first)
        while not stopping.is_set():
            i = order.randrange(TERMINALS)
            began = time.monotonic()
            try:
                answer = stub.CheckStatus(request(i), timeout=10)
            except grpc.RpcError as error:
                mine[f"{error.code().name}: {error.details()}"] += 1
                if os.environ.get("END_ON_ERROR"):
                    break
                continue
            finally:
                worst = max(worst, time.monotonic() - began)
            right = answer.decision == c.DECISION_ALLOW and answer.correlation_id == str(i) and answer.de39 == "00"
            mine["ALLOW" if right else "WRONG: " + str(answer)] += 1
            came_from[c.AnswerSource.Name(answer.source)] += 1
    with lock:
        outcomes.update(mine)
        sources.update(came_from)
        slowest = max(slowest, worst)


threads = [threading.Thread(target=ask, args=(n,)) for n in range(THREADS)]
for thread in threads:
    thread.start()
print("begun", flush=True)
if os.environ.get("END_ON_ERROR"):
    for thread in threads:
        thread.join()
sys.stdin.read()
stopping.set()
for thread in threads:
    thread.join()
print(json.dumps({"outcomes": outcomes, "sources": sources, "slowest_seconds": slowest}))
