"""Holds: a back end that may place and lift them, and FRONT, another gateway on the same store, whose callers may only check and read."""

import os
import queue
import time
import unittest
import uuid

import grpc

import gateway
from gateway import b, c, check, h, v

CARD = os.environ["CARD"]
HOUR = 3_600_000


def now():
    return int(time.time() * 1000)


def request_id():
    return "py:" + uuid.uuid4().hex


def merchant(no):
    return h.HoldOn(merchant_no=no)


class Holds(gateway.GatewayTest):
    def setUp(self):
        super().setUp()
        self.holds = gateway.holds(self.channel)
        front = grpc.insecure_channel(os.environ["FRONT"])
        self.addCleanup(front.close)
        self.front_holds = gateway.holds(front)
        self.front_checks = gateway.checks(front)

    def place(self, target, kind=b.HOLD_KIND_RISK, **fields):
        """Places a hold that ends with the test."""
        fields.setdefault("request_id", request_id())
        placed = self.holds.PlaceHold(h.PlaceHoldRequest(target=target, kind=kind, **fields))
        self.addCleanup(self.lift_if_standing, placed.hold)
        return placed

    def lift_if_standing(self, hold):
        try:
            self.lift(hold)
        except grpc.RpcError as error:
            self.assertEqual(grpc.StatusCode.FAILED_PRECONDITION, error.code(), error.details())

    def lift(self, hold, **fields):
        return self.holds.LiftHold(h.LiftHoldRequest(
            request_id=request_id(), kind=hold.kind, hold_id=hold.hold_id, operator_id="op-1", second_operator_id="op-2", document_no="doc lift",
            organ=hold.organ, step_up_passed=True, **fields))

    def decides(self, number, no, revision, stubs=None):
        return [stub.CheckStatus(check(number, no, at_least_revision=revision)) for stub in (stubs or (self.checks, self.front_checks))]

    def test_a_stream_at_the_other_gateway_is_told_of_a_hold_and_of_its_end_unasked(self):
        asked = queue.Queue()
        self.addCleanup(asked.put, None)
        stream = self.front_checks.StreamCheckStatus(iter(asked.get, None), timeout=30)
        asked.put(v.StreamCheckStatusRequest(check=check("0046", "898440300000026", correlation_id="mine")))
        first = next(stream)
        self.assertFalse(first.pushed)
        while first.result.answer.decision != c.DECISION_ALLOW:
            # A hold of the test before has just been lifted: that is told here too.
            first = next(stream)
        placed = self.place(merchant("898440300000026"), reason="seen twice", operator_id="op-1")
        told = next(stream)
        while told.result.answer.revision < placed.revision:
            # So is what the test before has done last, of which the first answer may have known already.
            told = next(stream)
        self.assertEqual((True, "mine", c.DECISION_DECLINE), (told.pushed, told.correlation_id, told.result.answer.decision))
        self.assertGreaterEqual(told.result.answer.revision, placed.revision)
        self.lift(placed.hold)
        again = next(stream)
        self.assertEqual((True, "mine", c.DECISION_ALLOW), (again.pushed, again.correlation_id, again.result.answer.decision))

    def test_a_hold_stops_sales_at_every_gateway_until_it_is_lifted_and_stays_in_the_list_of_all(self):
        placed = self.place(merchant("898440300000026"), reason="seen twice", operator_id="op-1", wait_for_gateways_ms=50)
        self.assertEqual((b.HOLD_KIND_RISK, h.HOLD_STATUS_STANDING, 1, "op-1"), (placed.hold.kind, placed.hold.status, placed.hold.version, placed.hold.placed_by))
        self.assertTrue(placed.gateways.known)
        self.assertEqual([c.REASON_FROZEN_BY_RISK] * 2, [it.reasons[0] for it in self.decides("0046", "898440300000026", placed.revision)])
        lifted = self.lift(placed.hold)
        self.assertEqual((h.HOLD_STATUS_LIFTED, "op-1, op-2"), (lifted.hold.status, lifted.hold.lifted_by))
        self.assertEqual([c.DECISION_ALLOW] * 2, [it.decision for it in self.decides("0046", "898440300000026", lifted.revision)])
        def ids(scope):
            return [it.hold_id for it in self.holds.ListHolds(h.ListHoldsRequest(target=merchant("898440300000026"), scope=scope)).holds]
        self.assertNotIn(placed.hold.hold_id, ids(h.HOLD_SCOPE_STANDING))
        self.assertIn(placed.hold.hold_id, ids(h.HOLD_SCOPE_ALL))

    def test_a_request_that_is_sent_again_is_answered_the_same(self):
        request = h.PlaceHoldRequest(request_id=request_id(), kind=b.HOLD_KIND_HOLDER, target=merchant("898440300000005"))
        first = self.holds.PlaceHold(request)
        self.addCleanup(self.lift_if_standing, first.hold)
        self.assertEqual(first, self.holds.PlaceHold(request))
        request.reason = "another body"
        error = self.fails(grpc.StatusCode.ALREADY_EXISTS, self.holds.PlaceHold, request)
        self.assertEqual("REQUEST_ID_REUSED", gateway.details(error, "ErrorInfo").reason)

    def test_who_has_no_role_is_denied_whether_the_hold_exists_or_not(self):
        placed = self.place(merchant("898440300000026"))
        said = {self.fails(grpc.StatusCode.PERMISSION_DENIED, self.front_holds.LiftHold, h.LiftHoldRequest(
            request_id=request_id(), kind=b.HOLD_KIND_RISK, hold_id=hold_id)).details() for hold_id in (placed.hold.hold_id, "h-0")}
        self.assertEqual(1, len(said))
        self.fails(grpc.StatusCode.PERMISSION_DENIED, self.front_holds.PlaceHold, h.PlaceHoldRequest())
        # The back end speaks for no regulator, and lifts nothing under a kind that the hold does not have.
        self.fails(grpc.StatusCode.PERMISSION_DENIED, self.holds.LiftHold, h.LiftHoldRequest(request_id=request_id(), kind=b.HOLD_KIND_REGULATOR, hold_id="H-REGULATOR"))
        for hold_id in ("H-REGULATOR", "h-0"):
            error = self.fails(grpc.StatusCode.NOT_FOUND, self.holds.LiftHold, h.LiftHoldRequest(
                request_id=request_id(), kind=b.HOLD_KIND_RISK, hold_id=hold_id, operator_id="op-1"))
            self.assertEqual("hold", gateway.details(error, "ResourceInfo").resource_type)

    def test_confidential_kinds_look_like_one_neutral_risk_hold_to_who_may_not_know(self):
        target = merchant("898440300000027")
        order = dict(kind=b.HOLD_KIND_JUDICIAL, authority=h.HOLD_AUTHORITY_COURT, organ="court-1", document_no="(2026)沪01执保12号", until_unix_ms=now() + HOUR)
        self.place(target, **order)
        self.place(target)
        neutral = h.HoldEntry(kind=b.HOLD_KIND_RISK, status=h.HOLD_STATUS_STANDING, target=target)
        self.assertEqual([neutral], list(self.front_holds.ListHolds(h.ListHoldsRequest(target=target)).holds))
        seen = self.holds.ListHolds(h.ListHoldsRequest(target=target)).holds
        self.assertEqual({b.HOLD_KIND_RISK: "", b.HOLD_KIND_JUDICIAL: "(2026)沪01执保12号"}, {it.kind: it.document_no for it in seen})
        # What is of a role that nobody has here is neutral to the back end too, page by page.
        entries, token = [], ""
        while True:
            page = self.holds.ListHolds(h.ListHoldsRequest(scope=h.HOLD_SCOPE_ALL, page_size=2, page_token=token))
            entries += page.holds
            token = page.next_page_token
            if not token:
                break
        self.assertEqual([h.HoldOn(identity_id="ID-HELD-REGULATOR")], [it.target for it in entries if not it.hold_id])

    def test_a_second_order_of_one_document_is_the_first(self):
        order = dict(kind=b.HOLD_KIND_JUDICIAL, authority=h.HOLD_AUTHORITY_EMERGENCY_STOP, organ="police-1", document_no="stop 7", until_unix_ms=now() + HOUR)
        first = self.place(merchant("898440300000026"), **order)
        second = self.place(merchant("898440300000026"), **order)
        self.assertEqual((False, True, first.hold), (first.stood_already, second.stood_already, second.hold))
        # The control: another organ has its own numbers, and its own hold.
        other = self.place(merchant("898440300000026"), **(order | {"organ": "police-2"}))
        self.assertEqual((False, "police-2"), (other.stood_already, other.hold.organ))

    def test_a_hold_on_a_card_stands_on_every_merchant_that_is_settled_to_it(self):
        placed = self.place(h.HoldOn(card_fingerprint=CARD))
        for number, no in (("0001", gateway.GOOD_MERCHANT), ("0002", "898440300000005")):
            self.assertEqual([c.REASON_FROZEN_BY_RISK] * 2, [it.reasons[0] for it in self.decides(number, no, placed.revision)])
        # The control: a merchant of the same holder with another card goes on.
        self.assertEqual([c.DECISION_ALLOW] * 2, [it.decision for it in self.decides("0046", "898440300000026", placed.revision)])
        lifted = self.lift(placed.hold)
        self.assertEqual([c.DECISION_ALLOW] * 2, [it.decision for it in self.decides("0001", gateway.GOOD_MERCHANT, lifted.revision)])

    def test_a_hold_that_lies_ahead_takes_effect_at_its_instant_without_a_message(self):
        begins = now() + 3_000
        placed = self.place(merchant("898440300000026"), effective_at_unix_ms=begins)
        self.assertEqual(h.HOLD_STATUS_AHEAD, placed.hold.status)
        good_until = {}
        waiting = {"back": self.checks, "front": self.front_checks}
        while waiting and now() < begins + 30_000:
            for name, stub in list(waiting.items()):
                before = now()
                answer = stub.CheckStatus(check("0046", "898440300000026", at_least_revision=placed.revision))
                if answer.decision == c.DECISION_ALLOW:
                    self.assertLess(before, begins, "allowed after the hold had begun")
                    self.assertLessEqual(answer.valid_until_unix_ms, begins)
                    good_until[name] = answer.valid_until_unix_ms
                else:
                    self.assertEqual(c.REASON_FROZEN_BY_RISK, answer.reasons[0])
                    self.assertGreaterEqual(now(), begins)
                    del waiting[name]
        self.assertEqual(({}, {"back": begins, "front": begins}), (waiting, good_until))

    def test_every_guard_that_fails_and_every_field_that_is_bad_is_named(self):
        error = self.fails(grpc.StatusCode.FAILED_PRECONDITION, self.holds.PlaceHold, h.PlaceHoldRequest(
            request_id=request_id(), kind=b.HOLD_KIND_JUDICIAL, authority=h.HOLD_AUTHORITY_EMERGENCY_STOP, organ="police-1", target=merchant("898440300000026"),
            until_unix_ms=now() + 49 * HOUR))
        self.assertEqual(["DOCUMENT_NO_MISSING", "TERM_TOO_LONG"], [it.type for it in gateway.details(error, "PreconditionFailure").violations])
        error = self.fails(grpc.StatusCode.INVALID_ARGUMENT, self.holds.PlaceHold, h.PlaceHoldRequest(kind=b.HOLD_KIND_RISK, wait_for_gateways_ms=-1))
        self.assertEqual(["request_id", "target", "wait_for_gateways_ms"], [it.field for it in gateway.details(error, "BadRequest").field_violations])
        error = self.fails(grpc.StatusCode.NOT_FOUND, self.holds.PlaceHold, h.PlaceHoldRequest(request_id=request_id(), kind=b.HOLD_KIND_RISK, target=h.HoldOn(identity_id="ID-NOBODY")))
        self.assertEqual(("identity", "ID-NOBODY"), (gateway.details(error, "ResourceInfo").resource_type, gateway.details(error, "ResourceInfo").resource_name))

    def test_a_stale_version_is_told_the_current_one(self):
        placed = self.place(merchant("898440300000026"))
        later = self.lift(placed.hold, expected_version=1, lift_at_unix_ms=now() + HOUR)
        self.assertEqual(2, later.hold.version)
        with self.assertRaises(grpc.RpcError) as caught:
            self.lift(placed.hold, expected_version=1)
        self.assertEqual(grpc.StatusCode.ABORTED, caught.exception.code())
        self.assertEqual("2", gateway.details(caught.exception, "ErrorInfo").metadata["current_version"])

    def test_a_renewal_takes_back_a_lift_that_was_to_come(self):
        placed = self.place(merchant("898440300000026"))
        later = self.lift(placed.hold, lift_at_unix_ms=now() + 4_000)
        renewed = self.place(merchant("898440300000026"), hold_id=placed.hold.hold_id, expected_version=2)
        self.assertEqual((0, 0, ""), (renewed.hold.until_unix_ms, renewed.hold.lifted_at_unix_ms, renewed.hold.lifted_by))
        while now() <= later.hold.lifted_at_unix_ms:
            time.sleep(0.05)
        self.assertEqual([c.REASON_FROZEN_BY_RISK] * 2, [it.reasons[0] for it in self.decides("0046", "898440300000026", renewed.revision)])
        lifted = self.lift(renewed.hold)
        self.assertEqual(h.HOLD_STATUS_LIFTED, lifted.hold.status)
        self.assertEqual([c.DECISION_ALLOW] * 2, [it.decision for it in self.decides("0046", "898440300000026", lifted.revision)])


if __name__ == "__main__":
    gateway.run()
