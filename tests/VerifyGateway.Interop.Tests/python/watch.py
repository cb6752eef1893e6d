"""Watches the health of the gateway and holds an idle stream of checks, until both are ended by it; prints what they saw as JSON."""

import json
import queue

import grpc

import gateway
from gateway import check, v
from grpc.health.v1 import health_pb2, health_pb2_grpc

with gateway.channel() as on:
    states = []
    watch = health_pb2_grpc.HealthStub(on).Watch(health_pb2.HealthCheckRequest())
    waiting = queue.SimpleQueue()
    stream = gateway.checks(on).StreamCheckStatus(iter(waiting.get, None))
    waiting.put(v.StreamCheckStatusRequest(check=check()))
    next(stream)
    print("begun", flush=True)
    try:
        for state in watch:
            states.append(health_pb2.HealthCheckResponse.ServingStatus.Name(state.status))
        ending = "OK"
    except grpc.RpcError as error:
        ending = error.code().name
    # A stream that is open is ended, so that its caller connects elsewhere.
    try:
        stream_ending = next(stream).correlation_id
    except grpc.RpcError as error:
        stream_ending = error.code().name
    waiting.put(None)
    print(json.dumps({"states": states, "ending": ending, "stream_ending": stream_ending}))
