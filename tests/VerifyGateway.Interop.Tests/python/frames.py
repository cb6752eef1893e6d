"""Checks one after the other, and many at once, with a deadline and without; prints how many were answered ALLOW as JSON."""

import json
import os

import gateway
from gateway import c

CALLS = int(os.environ["CALLS"])
DEADLINE = float(os.environ["DEADLINE"]) if os.environ.get("DEADLINE") else None
AT_ONCE = int(os.environ["AT_ONCE"])

allowed = 0
with gateway.channel() as on:
    stub = gateway.checks(on)
    for first in range(0, CALLS, AT_ONCE):
        answers = [stub.CheckStatus.future(gateway.check(correlation_id=str(first + i)), timeout=DEADLINE) for i in range(AT_ONCE)]
        for i, answer in enumerate(answers):
            got = answer.result()
            allowed += got.decision == c.DECISION_ALLOW and got.correlation_id == str(first + i)
print(json.dumps({"allowed": allowed}))
