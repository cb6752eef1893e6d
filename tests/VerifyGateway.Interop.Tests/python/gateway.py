"""What the scripts share: the channel, requests about the sample seed, details of errors, and a runner that prints JSON."""

import json
import os
import sys
import unittest

import grpc

from google.protobuf import any_pb2, descriptor_pb2, descriptor_pool, duration_pb2, message_factory
from verifygateway.v1 import binding_service_pb2 as b
from verifygateway.v1 import binding_service_pb2_grpc
from verifygateway.v1 import common_pb2 as c
from verifygateway.v1 import hold_service_pb2 as h
from verifygateway.v1 import hold_service_pb2_grpc
from verifygateway.v1 import verification_service_pb2 as v
from verifygateway.v1 import verification_service_pb2_grpc

# The stubs of grpc.health and grpc.reflection lie beside the library of the same name, which knows nothing of them.
grpc.__path__.append(os.path.join(os.environ["STUBS"], "grpc"))

ADDRESS = os.environ["GATEWAY"]
ACQUIRER = "01020000"
GOOD_MERCHANT = "898440300000001"


def channel(**options):
    return grpc.insecure_channel(ADDRESS, options=[(k.replace("_", "."), val) for k, val in options.items()])


def checks(on):
    return verification_service_pb2_grpc.VerificationServiceStub(on)


def bindings(on):
    return binding_service_pb2_grpc.BindingServiceStub(on)


def holds(on):
    return hold_service_pb2_grpc.HoldServiceStub(on)


def sn(number):
    return "000057022801TEST" + number


def check(number="0001", merchant=GOOD_MERCHANT, terminal_no=None, **fields):
    fields.setdefault("transaction_kind", c.TRANSACTION_KIND_SALE)
    return v.CheckStatusRequest(
        acquirer_id=ACQUIRER, terminal_sn=sn(number), terminal_no=terminal_no or "T000" + number, merchant_no=merchant, **fields)


def seed_terminals():
    """Serial number's last four digits → terminal number and merchant number, of the sample seed."""
    with open(os.environ["SEED"], encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return {row["terminal_sn"][-4:]: (row["terminal_no"], row["merchant_no"]) for row in rows if row["kind"] == "terminal"}


def _field(message, name, number, kind, label=descriptor_pb2.FieldDescriptorProto.LABEL_OPTIONAL, of=None):
    field = message.field.add(name=name, number=number, type=kind, label=label)
    if of:
        field.type_name = of


def _error_types():
    """google.rpc.Status and the details that the gateway sends, as this test reads their published definition."""
    kinds = descriptor_pb2.FieldDescriptorProto
    file = descriptor_pb2.FileDescriptorProto(name="interop/rpc.proto", package="google.rpc", syntax="proto3")
    file.dependency.extend([any_pb2.DESCRIPTOR.name, duration_pb2.DESCRIPTOR.name])
    status = file.message_type.add(name="Status")
    _field(status, "code", 1, kinds.TYPE_INT32)
    _field(status, "message", 2, kinds.TYPE_STRING)
    _field(status, "details", 3, kinds.TYPE_MESSAGE, kinds.LABEL_REPEATED, ".google.protobuf.Any")
    info = file.message_type.add(name="ResourceInfo")
    for number, name in enumerate(["resource_type", "resource_name", "owner", "description"], 1):
        _field(info, name, number, kinds.TYPE_STRING)
    retry = file.message_type.add(name="RetryInfo")
    _field(retry, "retry_delay", 1, kinds.TYPE_MESSAGE, of=".google.protobuf.Duration")
    error = file.message_type.add(name="ErrorInfo")
    _field(error, "reason", 1, kinds.TYPE_STRING)
    _field(error, "domain", 2, kinds.TYPE_STRING)
    entry = error.nested_type.add(name="MetadataEntry")
    entry.options.map_entry = True
    _field(entry, "key", 1, kinds.TYPE_STRING)
    _field(entry, "value", 2, kinds.TYPE_STRING)
    _field(error, "metadata", 3, kinds.TYPE_MESSAGE, kinds.LABEL_REPEATED, ".google.rpc.ErrorInfo.MetadataEntry")
    for name, items, parts in (("BadRequest", "field_violations", ["field", "description"]), ("PreconditionFailure", "violations", ["type", "subject", "description"])):
        message = file.message_type.add(name=name)
        violation = message.nested_type.add(name="Violation")
        for number, part in enumerate(parts, 1):
            _field(violation, part, number, kinds.TYPE_STRING)
        _field(message, items, 1, kinds.TYPE_MESSAGE, kinds.LABEL_REPEATED, f".google.rpc.{name}.Violation")
    pool = descriptor_pool.Default()
    pool.Add(file)
    make = message_factory.MessageFactory(pool).GetPrototype
    return {name: make(pool.FindMessageTypeByName("google.rpc." + name)) for name in ("Status", "ResourceInfo", "RetryInfo", "ErrorInfo", "BadRequest", "PreconditionFailure")}


ERRORS = _error_types()


def details(error, kind):
    """The one detail of that kind in a failed call."""
    packed = dict(error.trailing_metadata())["grpc-status-details-bin"]
    status = ERRORS["Status"].FromString(packed)
    assert status.code == error.code().value[0], status
    assert status.message == error.details(), status
    for detail in status.details:
        found = ERRORS[kind]()
        if detail.Unpack(found):
            return found
    raise AssertionError(f"no {kind} in {status}")


class GatewayTest(unittest.TestCase):
    def setUp(self):
        self.channel = channel()
        self.addCleanup(self.channel.close)
        self.checks = checks(self.channel)
        self.bindings = bindings(self.channel)

    def fails(self, code, call, *arguments, **named):
        with self.assertRaises(grpc.RpcError) as caught:
            answer = call(*arguments, **named)
            if hasattr(answer, "__next__"):
                list(answer)
        self.assertEqual(code, caught.exception.code(), caught.exception.details())
        return caught.exception

    def good(self):
        self.assertEqual(c.DECISION_ALLOW, self.checks.CheckStatus(check()).decision)


def run():
    """Runs the tests of the calling script and prints what happened as JSON."""
    suite = unittest.defaultTestLoader.loadTestsFromModule(sys.modules["__main__"])
    result = unittest.TextTestRunner(stream=sys.stderr, verbosity=0).run(suite)
    bad = {test.id(): text for test, text in result.failures + result.errors}
    print(json.dumps({"ran": result.testsRun, "skipped": len(result.skipped), "failed": bad}))
