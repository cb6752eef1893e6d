"""Callers with and without roles. ROLES says how the gateway was started: none, check, or confidential."""

import os
import unittest

import grpc

import gateway
from gateway import b, c, check, v

ROLES = os.environ["ROLES"]
HELD = {"0042": "898440300000022", "0043": "898440300000023", "0044": "898440300000024", "0045": "898440300000025", "0048": gateway.GOOD_MERCHANT}


def bare(answer):
    """The answer without what differs between any two checks."""
    for field in ("revision", "as_of_unix_ms", "valid_until_unix_ms", "source"):
        answer.ClearField(field)
    return answer.SerializeToString(deterministic=True)


@unittest.skipUnless(ROLES == "none", "roles")
class NoRoles(gateway.GatewayTest):
    def test_every_method_is_unauthenticated(self):
        self.fails(grpc.StatusCode.UNAUTHENTICATED, self.checks.CheckStatus, check())
        self.fails(grpc.StatusCode.UNAUTHENTICATED, self.checks.BatchCheckStatus, v.BatchCheckStatusRequest())
        self.fails(grpc.StatusCode.UNAUTHENTICATED, self.checks.StreamCheckStatus, iter([v.StreamCheckStatusRequest(check=check())]))
        self.fails(grpc.StatusCode.UNAUTHENTICATED, self.bindings.GetBinding, b.GetBindingRequest())


@unittest.skipUnless(ROLES == "check", "roles")
class OnlyCheck(gateway.GatewayTest):
    def test_checks_are_answered(self):
        self.good()

    def test_bindings_are_denied_whether_they_exist_or_not(self):
        said = {self.fails(grpc.StatusCode.PERMISSION_DENIED, self.bindings.GetBinding,
                           b.GetBindingRequest(key=b.BindingKey(acquirer_id=gateway.ACQUIRER, terminal_sn=gateway.sn(n)))).details() for n in ("0001", "9999")}
        self.assertEqual(1, len(said))
        self.fails(grpc.StatusCode.PERMISSION_DENIED, self.bindings.BatchGetBindings, b.BatchGetBindingsRequest())

    def test_explanations_are_denied(self):
        self.fails(grpc.StatusCode.PERMISSION_DENIED, self.checks.CheckStatus, check(explain=True))
        results = self.checks.BatchCheckStatus(v.BatchCheckStatusRequest(checks=[check(explain=True), check()])).results
        self.assertEqual((7, c.DECISION_ALLOW), (results[0].error.code, results[1].answer.decision))

    def test_another_acquirers_terminals_are_denied(self):
        request = check()
        request.acquirer_id = "99999999"
        self.fails(grpc.StatusCode.PERMISSION_DENIED, self.checks.CheckStatus, request)

    def test_own_acquirer_may_be_left_out(self):
        request = check()
        request.acquirer_id = ""
        self.assertEqual(c.DECISION_ALLOW, self.checks.CheckStatus(request).decision)

    def test_confidential_holds_are_equal_byte_for_byte(self):
        for kind in c.TransactionKind.values():
            answers = {bare(self.checks.CheckStatus(check(n, m, transaction_kind=kind))) for n, m in HELD.items()}
            self.assertEqual(1, len(answers), kind)


@unittest.skipUnless(ROLES == "confidential", "roles")
class Confidential(gateway.GatewayTest):
    def test_holds_are_told_apart_with_their_ends(self):
        got = {n: self.checks.CheckStatus(check(n, m)) for n, m in HELD.items()}
        reasons = {n: answer.reasons[0] for n, answer in got.items()}
        self.assertEqual({"0042": c.REASON_FROZEN_BY_RISK, "0043": c.REASON_FROZEN_BY_RISK, "0044": c.REASON_FROZEN_JUDICIAL,
                          "0045": c.REASON_SANCTIONED, "0048": c.REASON_FROZEN_BY_RISK}, reasons)
        self.assertEqual({"0044"}, {n for n, answer in got.items() if answer.until_unix_ms})
        self.assertEqual({"Restricted, contact acquirer"}, {self.checks.CheckStatus(check(n, m, locale=c.LOCALE_EN)).prompt for n, m in HELD.items()})

    def test_holds_of_bindings_are_told_apart(self):
        def kinds(number):
            key = b.BindingKey(acquirer_id=gateway.ACQUIRER, terminal_sn=gateway.sn(number))
            return [it.kind for it in self.bindings.GetBinding(b.GetBindingRequest(key=key)).binding.holds]
        self.assertEqual([[b.HOLD_KIND_RISK], [b.HOLD_KIND_JUDICIAL], [b.HOLD_KIND_REGULATOR]], [kinds(n) for n in ("0042", "0044", "0045")])


if __name__ == "__main__":
    gateway.run()
