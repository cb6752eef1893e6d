"""Single checks: every situation of the sample seed, every kind of transaction, revisions, explanation, locale."""

import time
import unittest

import grpc

import gateway
from gateway import c, check, v

ZH, EN = c.LOCALE_ZH_CN, c.LOCALE_EN
CONTACT, WAIT, ACTIVATE = c.REMEDY_CONTACT_ACQUIRER, c.REMEDY_WAIT, c.REMEDY_ACTIVATE_TERMINAL

RESTRICTED = (c.REASON_FROZEN_BY_RISK, "58", "交易受限请联系收单机构", "Restricted, contact acquirer", CONTACT)
UNREGISTERED = (c.REASON_TERMINAL_NOT_REGISTERED, "97", "终端未登记请联系收单机构", "Terminal not registered", CONTACT)
SUSPENDED = (c.REASON_TERMINAL_SUSPENDED, "58", "终端已停用请联系收单机构", "Terminal suspended", CONTACT)
NOT_ACTIVATED = (c.REASON_TERMINAL_NOT_ACTIVATED, "58", "终端未激活请先激活", "Terminal not activated", ACTIVATE)
RETIRED = (c.REASON_TERMINAL_RETIRED, "97", "终端已撤机请停止使用", "Terminal retired, stop using", c.REMEDY_RETURN_TERMINAL)
NOT_VERIFIED = (c.REASON_NOT_VERIFIED, "03", "未实名认证请先完成认证", "Real-name check required", c.REMEDY_START_VERIFICATION)
REVERIFY = (c.REASON_REVERIFICATION_REQUIRED, "03", "请尽快重新实名认证", "Re-verify identity soon", c.REMEDY_REVERIFY)

# Last digits of the serial number → first reason, DE39, prompt in Chinese and English, remedy; None means allowed.
EXPECTED = {
    "0001": None, "0002": None, "0010": None, "0046": None, "0047": None, "0025": None,
    "0003": UNREGISTERED, "0004": UNREGISTERED, "0005": UNREGISTERED, "0006": NOT_ACTIVATED, "0007": NOT_ACTIVATED,
    "0008": SUSPENDED, "0009": SUSPENDED, "0011": RETIRED, "0012": RETIRED,
    "0013": (c.REASON_MERCHANT_NOT_REGISTERED, "03", "商户未登记请联系收单机构", "Merchant not registered", CONTACT),
    "0014": (c.REASON_DEREGISTERING, "58", "注销办理中不可收款", "Closing, no new sales", WAIT),
    "0015": (c.REASON_DEREGISTERED, "03", "商户已注销请重新申请", "Merchant deregistered", c.REMEDY_REAPPLY),
    "0021": NOT_VERIFIED, "0028": NOT_VERIFIED,
    "0022": (c.REASON_VERIFICATION_PENDING, "03", "实名认证审核中请稍候", "Verification in progress", WAIT),
    "0023": (c.REASON_VERIFICATION_NEEDS_INFO, "03", "实名资料需补充请查看通知", "More documents needed", c.REMEDY_SUPPLEMENT),
    "0024": (c.REASON_VERIFICATION_REJECTED, "03", "实名认证未通过请重新提交", "Verification rejected, resubmit", c.REMEDY_RESUBMIT),
    "0026": REVERIFY, "0027": REVERIFY,
    "0029": (c.REASON_DOCUMENT_EXPIRED, "03", "证件已过期请更新证件", "Document expired, update it", c.REMEDY_UPDATE_DOCUMENT),
    "0041": (c.REASON_FROZEN_BY_OWNER, "58", "商户已自行冻结请本人解冻", "Frozen by owner", c.REMEDY_OWNER_UNFREEZE),
    "0042": RESTRICTED, "0043": RESTRICTED, "0044": RESTRICTED, "0045": RESTRICTED, "0048": RESTRICTED,
}

KINDS = [k for k in c.TransactionKind.values() if k != c.TRANSACTION_KIND_UNSPECIFIED]


class StatusChecks(gateway.GatewayTest):
    def test_every_terminal_of_the_seed_as_expected(self):
        seed = gateway.seed_terminals()
        self.assertEqual(set(seed), set(EXPECTED))
        for number, expected in EXPECTED.items():
            terminal_no, merchant = seed[number]
            for locale in (c.LOCALE_UNSPECIFIED, ZH, EN):
                with self.subTest(number=number, locale=locale):
                    answer = self.checks.CheckStatus(check(number, merchant, terminal_no, locale=locale, correlation_id="c-" + number))
                    self.assertEqual("c-" + number, answer.correlation_id)
                    if expected is None:
                        self.assertEqual((c.DECISION_ALLOW, [], "00"), (answer.decision, list(answer.reasons), answer.de39))
                    else:
                        got = (answer.reasons[0], answer.de39, answer.prompt, answer.remedy)
                        self.assertEqual((expected[0], expected[1], expected[3 if locale == EN else 2], expected[4]), got)
                        self.assertEqual(c.DECISION_DECLINE, answer.decision)
                    self.assert_meta(answer)

    def assert_meta(self, answer):
        now = time.time() * 1000
        unknown = c.REASON_TERMINAL_NOT_REGISTERED in answer.reasons
        self.assertEqual(0 if unknown else 1, answer.binding_version)
        self.assertGreaterEqual(answer.revision, 1)
        self.assertLess(abs(now - answer.as_of_unix_ms), 30_000)
        self.assertTrue(0 <= answer.valid_until_unix_ms - answer.as_of_unix_ms <= 2_001, answer)
        self.assertIn(answer.source, (c.ANSWER_SOURCE_MEMORY, c.ANSWER_SOURCE_STORE))
        self.assertEqual((0, 0), (answer.retry_after_ms, len(answer.explanation)))

    def test_good_terminal_says_proceed_in_both_languages(self):
        self.assertEqual("交易可继续", self.checks.CheckStatus(check()).prompt)
        self.assertEqual("Proceed", self.checks.CheckStatus(check(locale=EN)).prompt)

    def test_reverify_later_is_allowed_with_a_warning_on_the_screen(self):
        answer = self.checks.CheckStatus(check("0025", "898440300000015", locale=EN))
        self.assertEqual((c.DECISION_ALLOW, [c.REASON_REVERIFICATION_REQUIRED], "Re-verify identity soon", c.REMEDY_REVERIFY, "00"),
                         (answer.decision, list(answer.warnings), answer.prompt, answer.remedy, answer.de39))

    def test_unknown_terminal_is_declined_not_an_error(self):
        answer = self.checks.CheckStatus(check("9999", locale=EN))
        self.assertEqual(UNREGISTERED, (answer.reasons[0], answer.de39, "终端未登记请联系收单机构", answer.prompt, answer.remedy))
        self.assertEqual((c.DECISION_DECLINE, 0), (answer.decision, answer.binding_version))

    def test_unknown_acquirer_is_an_unknown_terminal(self):
        request = check()
        request.acquirer_id = "99999999"
        self.assertEqual([c.REASON_TERMINAL_NOT_REGISTERED], list(self.checks.CheckStatus(request).reasons))

    def test_wrong_numbers_are_a_mismatch_and_tell_nothing_of_the_merchant(self):
        for request in (check(merchant="898440300000011"), check(terminal_no="T0000002"), check("0021", "898440300000001")):
            answer = self.checks.CheckStatus(request)
            self.assertEqual([c.REASON_TERMINAL_MERCHANT_MISMATCH], list(answer.reasons))
            self.assertEqual((c.REMEDY_CHECK_CONFIG, "58", "终端与商户不匹配请核对"), (answer.remedy, answer.de39, answer.prompt))

    def kinds_allowed(self, number, merchant):
        answers = {kind: self.checks.CheckStatus(check(number, merchant, transaction_kind=kind)) for kind in KINDS}
        for kind, answer in answers.items():
            self.assertTrue(answer.reasons or answer.warnings, (number, kind))
        return {kind for kind, answer in answers.items() if answer.decision == c.DECISION_ALLOW}

    def test_every_kind_on_a_merchant_under_a_risk_hold(self):
        self.assertEqual({c.TRANSACTION_KIND_REVERSAL, c.TRANSACTION_KIND_BALANCE, c.TRANSACTION_KIND_SIGN_IN, c.TRANSACTION_KIND_BATCH_SETTLEMENT},
                         self.kinds_allowed("0042", "898440300000022"))

    def test_every_kind_on_a_merchant_frozen_by_its_owner(self):
        self.assertEqual(set(KINDS) - {c.TRANSACTION_KIND_SALE, c.TRANSACTION_KIND_PRE_AUTH, c.TRANSACTION_KIND_TOP_UP}, self.kinds_allowed("0041", "898440300000021"))

    def test_limit_of_a_static_code_may_be_reached_and_not_passed(self):
        payer = v.Payer(code_kind=c.CODE_KIND_STATIC, code_day_fen=48000)
        self.assertEqual(c.DECISION_ALLOW, self.checks.CheckStatus(check(amount_minor=2000, payer=payer)).decision)
        answer = self.checks.CheckStatus(check(amount_minor=2001, payer=payer))
        self.assertEqual((c.DECISION_DECLINE, "61", c.REASON_DETAIL_STATIC_CODE_500), (answer.decision, answer.de39, answer.detail))
        self.assertGreater(answer.until_unix_ms, answer.as_of_unix_ms)
        self.fails(grpc.StatusCode.INVALID_ARGUMENT, self.checks.CheckStatus, check(payer=v.Payer(code_day_fen=-1)))

    def test_unspecified_kind_is_as_strict_as_a_sale(self):
        answer = self.checks.CheckStatus(check("0041", "898440300000021", transaction_kind=c.TRANSACTION_KIND_UNSPECIFIED))
        self.assertEqual(c.DECISION_DECLINE, answer.decision)

    def test_revisions_known_head_and_beyond(self):
        head = self.checks.CheckStatus(check()).revision
        for revision in (0, 1, head):
            answer = self.checks.CheckStatus(check(at_least_revision=revision))
            self.assertGreaterEqual(answer.revision, revision)
        error = self.fails(grpc.StatusCode.UNAVAILABLE, self.checks.CheckStatus, check(at_least_revision=head + 1))
        self.assertGreater(gateway.details(error, "RetryInfo").retry_delay.seconds, 0)
        self.fails(grpc.StatusCode.UNAVAILABLE, self.checks.CheckStatus, check(at_least_revision=2**63 - 1))
        self.good()

    def test_explanation_names_rules_and_no_identifiers(self):
        answer = self.checks.CheckStatus(check("0041", "898440300000021", explain=True))
        rules = [step.rule for step in answer.explanation]
        self.assertIn(c.REASON_TERMINAL_MERCHANT_MISMATCH, rules)
        self.assertEqual([c.REASON_FROZEN_BY_OWNER], [step.rule for step in answer.explanation if step.applies])
        text = str(answer.explanation)
        for secret in ("8984403", "TEST0041", "T0000041", "ID-GOOD"):
            self.assertNotIn(secret, text)
        self.assertEqual(rules.count(c.REASON_FROZEN_BY_RISK), 1)
        self.assertNotIn(c.REASON_FROZEN_JUDICIAL, rules)

    def test_optional_fields_at_their_limits_are_taken(self):
        request = check(
            correlation_id="x" * 64, app_version="v" * 32, sn_proof=b"p" * 64, amount_minor=2**63 - 1, currency=999,
            card=v.PayerCard(card_class=c.CARD_CLASS_PREPAID, fingerprint=b"f" * 32), trace=v.Trace(batch_no="000001", stan="999999"),
            location=v.Location(latitude_microdegrees=-90_000_000, longitude_microdegrees=180_000_000))
        self.assertEqual("x" * 64, self.checks.CheckStatus(request).correlation_id)

    def test_padded_merchant_number_is_taken(self):
        self.assertEqual(c.DECISION_ALLOW, self.checks.CheckStatus(check(merchant=gateway.GOOD_MERCHANT + "  ")).decision)


if __name__ == "__main__":
    gateway.run()
