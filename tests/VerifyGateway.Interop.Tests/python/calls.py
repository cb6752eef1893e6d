"""What gRPC itself offers around a call: compression, deadlines, metadata, bindings, health, reflection."""

import threading

import grpc

import gateway
from gateway import b, c, check, v
from grpc.reflection.v1 import reflection_pb2 as r1
from grpc.reflection.v1 import reflection_pb2_grpc as r1_grpc
from grpc.reflection.v1alpha import reflection_pb2 as ra
from grpc.reflection.v1alpha import reflection_pb2_grpc as ra_grpc
from grpc.health.v1 import health_pb2, health_pb2_grpc
from google.protobuf import descriptor_pb2

SERVICES = {"verifygateway.v1.VerificationService", "verifygateway.v1.BindingService", "verifygateway.v1.HoldService", "grpc.health.v1.Health",
            "grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection"}


class Calls(gateway.GatewayTest):
    def test_gzip_of_requests_and_answers(self):
        with grpc.insecure_channel(gateway.ADDRESS, compression=grpc.Compression.Gzip) as packed:
            stub = gateway.checks(packed)
            self.assertEqual(c.DECISION_ALLOW, stub.CheckStatus(check()).decision)
            batch = v.BatchCheckStatusRequest(checks=[check(correlation_id="same " * 10)] * 500)
            self.assertEqual(500, len(stub.BatchCheckStatus(batch).results))
            answers = stub.StreamCheckStatus(v.StreamCheckStatusRequest(check=check()) for _ in range(50))
            self.assertEqual(50, len(list(answers)))

    def test_deflate_is_refused_and_the_known_encoding_named(self):
        with grpc.insecure_channel(gateway.ADDRESS, compression=grpc.Compression.Deflate) as packed:
            batch = v.BatchCheckStatusRequest(checks=[check(correlation_id="same " * 10)] * 100)
            error = self.fails(grpc.StatusCode.UNIMPLEMENTED, gateway.checks(packed).BatchCheckStatus, batch)
            self.assertIn("gzip", error.details())
        self.good()

    def test_short_deadlines_and_the_gateway_goes_on(self):
        batch = v.BatchCheckStatusRequest(checks=[check(str(i).zfill(4)) for i in range(1000)])
        for timeout in (0.000001, 0.00001, 0.0001):
            self.fails(grpc.StatusCode.DEADLINE_EXCEEDED, self.checks.BatchCheckStatus, batch, timeout=timeout)
            self.good()

    def test_long_deadline_is_no_hindrance(self):
        self.checks.CheckStatus(check(), timeout=3600 * 24 * 365)

    def test_foreign_metadata_is_ignored(self):
        metadata = [("x-request-id", "1"), ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"), ("blob-bin", b"\x00\xff"), ("authorization", "Bearer x")]
        answer, call = self.checks.CheckStatus.with_call(check(), metadata=metadata)
        self.assertEqual(c.DECISION_ALLOW, answer.decision)
        self.assertNotIn("server", dict(call.initial_metadata()))

    def test_many_callers_at_once_on_one_channel(self):
        failed = []

        def ask():
            for _ in range(100):
                if self.checks.CheckStatus(check()).decision != c.DECISION_ALLOW:
                    failed.append(1)

        threads = [threading.Thread(target=ask) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual([], failed)


class Bindings(gateway.GatewayTest):
    def test_by_serial_number_and_by_numbers_are_the_same(self):
        by_sn = self.bindings.GetBinding(b.GetBindingRequest(key=b.BindingKey(acquirer_id=gateway.ACQUIRER, terminal_sn=gateway.sn("0001"))))
        numbers = b.TerminalNumbers(terminal_no="T0000001", merchant_no=gateway.GOOD_MERCHANT)
        by_numbers = self.bindings.GetBinding(b.GetBindingRequest(key=b.BindingKey(acquirer_id=gateway.ACQUIRER, numbers=numbers)))
        self.assertEqual(by_sn, by_numbers)
        binding = by_sn.binding
        self.assertEqual((gateway.sn("0001"), "T0000001", gateway.GOOD_MERCHANT, "000000********0001", "999999******0001", 20991231),
                         (binding.terminal_sn, binding.terminal_no, binding.merchant_no, binding.holder_mask, binding.settlement_card_mask, binding.document_valid_to))
        self.assertEqual((b.TERMINAL_STATE_ACTIVE, b.MERCHANT_STATE_ACTIVE, b.IDENTITY_STATE_VERIFIED), (binding.terminal_state, binding.merchant_state, binding.identity_state))
        self.assertGreaterEqual(by_sn.revision, binding.revision)

    def test_numbers_of_a_replaced_terminal_find_the_one_in_service(self):
        numbers = b.TerminalNumbers(terminal_no="T0000010", merchant_no=gateway.GOOD_MERCHANT)
        found = self.bindings.GetBinding(b.GetBindingRequest(key=b.BindingKey(acquirer_id=gateway.ACQUIRER, numbers=numbers)))
        self.assertEqual(gateway.sn("0010"), found.binding.terminal_sn)

    def test_unknown_is_not_found_with_resource_info(self):
        key = b.BindingKey(acquirer_id=gateway.ACQUIRER, terminal_sn=gateway.sn("9999"))
        error = self.fails(grpc.StatusCode.NOT_FOUND, self.bindings.GetBinding, b.GetBindingRequest(key=key))
        info = gateway.details(error, "ResourceInfo")
        self.assertEqual(("binding", gateway.sn("9999")), (info.resource_type, info.resource_name))

    def test_batch_keeps_order_and_names_what_is_missing(self):
        keys = [b.BindingKey(acquirer_id=gateway.ACQUIRER, terminal_sn=gateway.sn(n)) for n in ("0001", "9999", "0002")] + [b.BindingKey(acquirer_id="1")]
        results = self.bindings.BatchGetBindings(b.BatchGetBindingsRequest(keys=keys)).results
        self.assertEqual(["binding", "error", "binding", "error"], [it.WhichOneof("result") for it in results])
        self.assertEqual([5, 3], [results[1].error.code, results[3].error.code])
        self.assertEqual(["keys[3].acquirer_id", "keys[3].terminal"], [it.field for it in results[3].error.field_violations])

    def test_confidential_holds_of_a_binding_look_alike(self):
        def holds(number):
            key = b.BindingKey(acquirer_id=gateway.ACQUIRER, terminal_sn=gateway.sn(number))
            return [(it.kind, it.effective_at_unix_ms, it.until_unix_ms) for it in self.bindings.GetBinding(b.GetBindingRequest(key=key)).binding.holds]
        self.assertEqual([[(b.HOLD_KIND_RISK, 0, 0)]] * 4, [holds(n) for n in ("0042", "0044", "0045", "0048")])
        self.assertEqual([], holds("0046") + holds("0047"))
        self.assertEqual(b.HOLD_KIND_HOLDER, holds("0041")[0][0])


class Health(gateway.GatewayTest):
    def setUp(self):
        super().setUp()
        self.health = health_pb2_grpc.HealthStub(self.channel)

    def test_check_of_server_and_services(self):
        for name in ("", "verifygateway.v1.VerificationService", "verifygateway.v1.BindingService", "verifygateway.v1.HoldService"):
            self.assertEqual(health_pb2.HealthCheckResponse.SERVING, self.health.Check(health_pb2.HealthCheckRequest(service=name)).status)
        self.fails(grpc.StatusCode.NOT_FOUND, self.health.Check, health_pb2.HealthCheckRequest(service="no.such.Service"))

    def test_watch_sends_the_state_at_once(self):
        for name, state in (("", health_pb2.HealthCheckResponse.SERVING), ("no.such.Service", health_pb2.HealthCheckResponse.SERVICE_UNKNOWN)):
            watch = self.health.Watch(health_pb2.HealthCheckRequest(service=name))
            self.assertEqual(state, next(watch).status)
            watch.cancel()
        self.good()


class Reflection(gateway.GatewayTest):
    def versions(self):
        return ((r1, r1_grpc.ServerReflectionStub(self.channel)), (ra, ra_grpc.ServerReflectionStub(self.channel)))

    def ask(self, messages, stub, **question):
        return next(stub.ServerReflectionInfo(iter([messages.ServerReflectionRequest(**question)])))

    def test_services_are_listed(self):
        for messages, stub in self.versions():
            listed = self.ask(messages, stub, list_services="").list_services_response.service
            self.assertEqual(SERVICES, {it.name for it in listed})

    def test_symbols_and_files_bring_descriptors_with_imports(self):
        for messages, stub in self.versions():
            for question in ({"file_containing_symbol": "verifygateway.v1.VerificationService.CheckStatus"}, {"file_by_filename": "verifygateway/v1/verification_service.proto"}):
                files = self.ask(messages, stub, **question).file_descriptor_response.file_descriptor_proto
                names = [descriptor_pb2.FileDescriptorProto.FromString(it).name for it in files]
                self.assertEqual(["verifygateway/v1/verification_service.proto", "verifygateway/v1/common.proto"], names)

    def test_details_of_errors_can_be_looked_up(self):
        for messages, stub in self.versions():
            for symbol in ("google.rpc.Status", "google.rpc.BadRequest", "google.rpc.BadRequest.FieldViolation", "google.rpc.RetryInfo", "google.rpc.ResourceInfo"):
                answer = self.ask(messages, stub, file_containing_symbol=symbol)
                self.assertEqual("file_descriptor_response", answer.WhichOneof("message_response"), symbol)

    def test_what_is_unknown_is_an_error_in_the_answer(self):
        for messages, stub in self.versions():
            for question in ({"file_containing_symbol": "no.Such"}, {"file_by_filename": "no.proto"}, {"all_extension_numbers_of_type": "no.Such"}):
                self.assertEqual(5, self.ask(messages, stub, **question).error_response.error_code)
            self.assertEqual(3, self.ask(messages, stub).error_response.error_code)

    def test_many_questions_on_one_stream(self):
        for messages, stub in self.versions():
            answers = list(stub.ServerReflectionInfo(messages.ServerReflectionRequest(list_services="") for _ in range(50)))
            self.assertEqual(50, len(answers))


if __name__ == "__main__":
    gateway.run()
