"""Batches in order, and streams: many checks, half-close, cancel in the middle, reset."""

import itertools
import queue

import grpc

import gateway
from gateway import c, check, v

GOOD, UNKNOWN, HELD, BAD = range(4)


def nth(i):
    """Checks of four kinds in turn, each with its own id."""
    name = f"id-{i}"
    return [check(correlation_id=name), check("9998", correlation_id=name), check("0042", "898440300000022", correlation_id=name),
            v.CheckStatusRequest(correlation_id=name, acquirer_id=gateway.ACQUIRER, terminal_sn="bad")][i % 4]


class Batches(gateway.GatewayTest):
    def test_thousand_mixed_checks_come_back_in_order(self):
        results = self.checks.BatchCheckStatus(v.BatchCheckStatusRequest(checks=[nth(i) for i in range(1000)])).results
        self.assertEqual(1000, len(results))
        for i, result in enumerate(results):
            self.expect(i, result)
        self.assertEqual("checks[999].terminal_sn", results[999].error.field_violations[0].field)

    def expect(self, i, result):
        if i % 4 == BAD:
            self.assertEqual((3, ["SN_LENGTH", "INPUT_MISSING", "INPUT_MISSING"]), (result.error.code, [it.rule for it in result.error.field_violations]))
            return
        answer = result.answer
        self.assertEqual(f"id-{i}", answer.correlation_id)
        reasons = {GOOD: [], UNKNOWN: [c.REASON_TERMINAL_NOT_REGISTERED], HELD: [c.REASON_FROZEN_BY_RISK]}[i % 4]
        self.assertEqual(reasons, list(answer.reasons))

    def test_item_beyond_the_head_is_an_error_of_its_own(self):
        results = self.checks.BatchCheckStatus(v.BatchCheckStatusRequest(checks=[check(), check(at_least_revision=10**9), check()])).results
        self.assertEqual(["answer", "error", "answer"], [it.WhichOneof("result") for it in results])
        self.assertEqual(14, results[1].error.code)
        self.assertGreater(results[1].error.retry_after_ms, 0)

    def test_batch_of_none_and_of_too_many_is_refused(self):
        for size in (0, 1001):
            self.fails(grpc.StatusCode.INVALID_ARGUMENT, self.checks.BatchCheckStatus, v.BatchCheckStatusRequest(checks=[check()] * size))
        self.good()


class Streams(gateway.GatewayTest):
    def test_thousand_checks_are_each_answered_after_half_close(self):
        answers = list(self.checks.StreamCheckStatus(v.StreamCheckStatusRequest(check=nth(i)) for i in range(1000)))
        self.assertEqual({f"id-{i}" for i in range(1000)}, {it.correlation_id for it in answers})
        self.assertEqual(1000, len(answers))
        for answer in answers:
            i = int(answer.correlation_id[3:])
            self.assertEqual("error" if i % 4 == BAD else "answer", answer.result.WhichOneof("result"))
            if i % 4 == GOOD:
                self.assertEqual(c.DECISION_ALLOW, answer.result.answer.decision)

    def test_check_and_answer_in_turn_on_a_long_lived_stream(self):
        waiting = queue.SimpleQueue()
        stream = self.checks.StreamCheckStatus(iter(waiting.get, None))
        for i in range(200):
            waiting.put(v.StreamCheckStatusRequest(check=check(correlation_id=str(i))))
            self.assertEqual(str(i), next(stream).correlation_id)
        waiting.put(None)
        self.assertEqual([], list(stream))
        self.assertEqual(grpc.StatusCode.OK, stream.code())

    def test_empty_stream_ends_well(self):
        stream = self.checks.StreamCheckStatus(iter(()))
        self.assertEqual([], list(stream))
        self.assertEqual(grpc.StatusCode.OK, stream.code())

    def test_cancel_in_the_middle_leaves_the_connection_usable(self):
        for _ in range(20):
            stream = self.checks.StreamCheckStatus(v.StreamCheckStatusRequest(check=nth(i)) for i in itertools.count())
            for _ in range(50):
                next(stream)
            stream.cancel()
            self.assertEqual(grpc.StatusCode.CANCELLED, stream.code())
            self.good()

    def test_reader_that_does_not_read_holds_up_only_its_own_stream(self):
        stream = self.checks.StreamCheckStatus(v.StreamCheckStatusRequest(check=check(correlation_id="x" * 60)) for _ in range(20_000))
        next(stream)
        for _ in range(20):
            self.good()
        stream.cancel()
        self.good()

    def test_hundred_streams_on_one_connection(self):
        streams = [self.checks.StreamCheckStatus(iter([v.StreamCheckStatusRequest(check=check(correlation_id=str(n)))])) for n in range(100)]
        self.assertEqual([[str(n)] for n in range(100)], [[it.correlation_id for it in stream] for stream in streams])

    def test_stream_deadline_ends_an_idle_stream(self):
        waiting = queue.SimpleQueue()
        stream = self.checks.StreamCheckStatus(iter(waiting.get, None), timeout=0.3)
        self.fails(grpc.StatusCode.DEADLINE_EXCEEDED, lambda: stream)
        waiting.put(None)
        self.good()


if __name__ == "__main__":
    gateway.run()
