using System.Collections.Immutable;
using VerifyGateway.Domain.Deciding;
using VerifyGateway.Domain.Policies;
using VerifyGateway.Domain.Records;
using static VerifyGateway.Domain.Tests.Given;

namespace VerifyGateway.Domain.Tests.Deciding;

/// <summary>
/// The matrix of what may go on in which state, as the field has it: what undoes, reports or returns value that has moved passes
/// where new value does not.
/// </summary>
internal static class KindMatrix
{
    /// <summary>One row.</summary>
    /// <param name="State">Its name.</param>
    /// <param name="Cells">A cell for each kind, in the order of their numbers.</param>
    /// <param name="Of">The situation.</param>
    /// <param name="SpeaksOfKinds">True when the rule itself looks at the kind, so that it finds nothing about others.</param>
    internal sealed record Row(string State, string Cells, Situation Of, bool SpeaksOfKinds = false);

    private static readonly Situation Fine = new();

    // Columns: sale, pre-auth, completion, refund, void, reversal, balance, sign-in, batch settlement, payout, top-up.
    public static ImmutableArray<Row> Rows { get; } =
    [
        new("ok", "+++++++++++", Fine),
        .. OfIdentity,
        .. OfHolds,
        .. OfMerchantAndTerminal,
        .. OfPlaceAndPayer,
        .. OfService,
    ];

    private static Row[] OfIdentity =>
    [
        new("document expiring", "+++++++++++", Of(Merchant() with { DocumentValidTo = Day("2026-06-02") })),
        new("document in grace", "+++++++++++", Of(Merchant() with { DocumentValidTo = Day("2026-05-02") })),
        new("document over", "--+++++++--", Of(Merchant() with { DocumentValidTo = Day("2025-05-02") })),
        new("reverify before date", "+++++++++++", Of(Merchant(identity: IdentityState.ReverifyDue) with { ReverifyByUnixMs = Now + 1 })),
        new("reverify after date", "--+++++++--", Of(Merchant(identity: IdentityState.ReverifyDue) with { ReverifyByUnixMs = Now })),
        new("lapsed", "--+++++++--", Of(Merchant(identity: IdentityState.Lapsed))),
        new("pending", "--+++++++--", Of(Merchant(identity: IdentityState.Pending))),
        new("needs info", "--+++++++--", Of(Merchant(identity: IdentityState.NeedsInfo))),
        new("not verified", "--+++++++--", Of(Merchant(identity: IdentityState.NotVerified))),
        new("revoked", "--+++++++--", Of(Merchant(identity: IdentityState.Revoked))),
        new("rejected", "--+++++++--", Of(Merchant(identity: IdentityState.Rejected))),
        new("idle for 3 months, in grace", "+++++++++++", Of(Merchant() with { LastActiveOn = Day("2026-03-01") })),
        new("idle for 3 months, grace over", "--+++++++--", Of(Merchant() with { LastActiveOn = Day("2026-01-31") })),
        new("idle for 12 months", "--+++++++--", Of(Merchant() with { LastActiveOn = Day("2025-06-01") })),
        new("unused for 6 months", "--+++++++--", Of(Merchant() with { OpenedOn = Day("2025-12-01") })),
        new("settlement card of another", "--+++++++--", Of(Merchant() with { SettlementCardDiffers = true })),
    ];

    private static Row[] OfHolds =>
    [
        new("owner hold", "--++++++++-", Of(Merchant(holds: Hold(HoldKind.Holder)))),
        new("risk hold", "-----++++--", Of(Merchant(holds: Hold(HoldKind.Risk)))),
        new("risk hold that lets refunds pass", "--+++++++--", Of(Merchant(holds: Hold(HoldKind.Risk) with { RefundsPass = true }))),
        new("risk holds, one lets refunds pass", "-----++++--", Of(Merchant(holds: [Hold(HoldKind.Risk), Hold(HoldKind.Risk) with { RefundsPass = true }]))),
        new("judicial hold", "-----++++--", Of(Merchant(holds: Hold(HoldKind.Judicial)))),
        new("regulator hold", "-----++++--", Of(Merchant(holds: Hold(HoldKind.Regulator)))),
        new("condition on the merchant", "--+++++++--", Of(Merchant(holds: Hold(HoldKind.System)))),
        new("condition on the terminal", "-----+++++-", Fine with { Terminal = Terminal(holds: Hold(HoldKind.System, target: HoldTarget.Terminal)) }),
    ];

    private static Row[] OfMerchantAndTerminal =>
    [
        new("winding down", "--++++++++-", Of(Merchant(MerchantState.WindDown))),
        new("deregistered", "-----+--+--", Of(Merchant(MerchantState.Deregistered))),
        new("retired", "-----+--+--", Fine with { Terminal = Terminal(TerminalState.Retired) }),
        new("replaced", "-----+--+--", Fine with { Terminal = Terminal(TerminalState.Replaced) }),
        new("deregistered, batch of the last day", "-----+--+--", Batch("2026-05-20") with { Merchant = Ended() }),
        new("deregistered, batch of the day after", "-----+-----", Batch("2026-05-21") with { Merchant = Ended() }),
        new("retired, batch of the last day", "-----+--+--", Batch("2026-05-20") with { Terminal = Retired() }),
        new("retired, batch of the day after", "-----+-----", Batch("2026-05-21") with { Terminal = Retired() }),
        new("ended on a day not known, batch of a day", "-----+--+--", Batch("2026-05-21") with { Terminal = Terminal(TerminalState.Retired), Merchant = Merchant(MerchantState.Deregistered) }),
        new("in business, batch of any day", "+++++++++++", Batch("2026-05-21")),
        new("no terminal", "-----+-----", Fine with { Terminal = null }),
        new("terminal applied", "-----+-----", Fine with { Terminal = Terminal(TerminalState.Applied) }),
        new("no merchant", "-----+-----", Fine with { Merchant = null }),
        new("merchant proposed", "-----+-----", Of(Merchant(MerchantState.Proposed))),
        new("mismatch", "-----+-----", Fine with { Terminal = Terminal() with { TerminalNo = TerminalNo("77770292") } }),
        new("proof of serial number failed", "-----+-----", Fine with { Query = Query() with { SnProof = false } }),
        new("not activated", "-----+++++-", Fine with { Terminal = Terminal(TerminalState.Delivered) }),
        new("suspended", "-----+++++-", Fine with { Terminal = Terminal(TerminalState.Suspended) }),
        new("lost", "-----++-++-", Fine with { Terminal = Terminal(TerminalState.Lost) }),
        new("update required", "-----+++++-", Fine with { Rules = new AcquirerRules { MinimumAppVersion = Version("2.0") } }),
    ];

    private static Row[] OfPlaceAndPayer =>
    [
        new("out of area", "-----+++++-", Elsewhere(new AcquirerRules())),
        new("out of area, warned of", "+++++++++++", Elsewhere(new AcquirerRules { OutOfArea = LocationAction.Warn })),
        new("location missing", "+++++++++++", Nowhere(LocationAction.Warn)),
        new("location missing, ignored", "+++++++++++", Nowhere(LocationAction.Ignore)),
        new("location missing, declined", "-----+++++-", Nowhere(LocationAction.Decline)),
        new("payer's card not supported", "--++++++++-", Paid(new Payer { Card = CardCheck.NotSupported })),
        new("payer's card expired", "--++++++++-", Paid(new Payer { CardValidToMonth = (2026 * 12) + 4 })),
        new("payer not verified", "--++++++++-", Paid(new Payer { RealName = PayerCheck.NotVerified })),
        // The wrong card or the wrong payer is not paid back to either.
        new("payer's card invalid", "-----+++++-", Paid(new Payer { Card = CardCheck.Invalid })),
        new("payer mismatch", "-----+++++-", Paid(new Payer { RealName = PayerCheck.Mismatch })),
        new("over the limit of a static code", "--++++++++-", Paid(new Payer { Code = CodeKind.Static, CodeDayFen = 50_000 }), SpeaksOfKinds: true),
        new("over the number of a policy", "--++++++++-", Paid(new Payer { DayCount = 3 }).Under(Limit(LimitPer.PayerDay, null, count: 3)), SpeaksOfKinds: true),
    ];

    private static Row[] OfService =>
    [
        new("restricted by a policy", "--++++++++-", Fine.Under(Rule(PolicyEffect.Decline)), SpeaksOfKinds: true),
        new("policy that names refunds", "+++-+++++++", Fine.Under(Rule(PolicyEffect.Decline, scope: new PolicyScope { TransactionKinds = [TransactionKind.Refund] })), SpeaksOfKinds: true),
        new("policy that warns", "+++++++++++", Fine.Under(Rule(PolicyEffect.Warn)), SpeaksOfKinds: true),
        new("policy that asks for verification", "--++++++++-", Fine.Under(Reverification(Now - 9, Now)), SpeaksOfKinds: true),
        new("maintenance", "rrrrr+rrrrr", Fine with { Windows = [Window(Now, Now + 1)] }),
        new("cut-over", "rrrrr+rrrrr", Fine with { Windows = [Window(Now, Now + 1, kind: WindowKind.CutOver)] }),
        new("maintenance of another service", "+++++++++++", Fine with { Windows = [Window(Now, Now + 1, GatewayService.Verification)] }),
    ];

    private static Situation Of(MerchantRecord merchant) => Fine with { Merchant = merchant };

    private static Situation Batch(string day) => Fine with { Query = Query() with { TransactionsOf = Day(day) } };

    private static MerchantRecord Ended() => Merchant(MerchantState.Deregistered) with { EndedOn = Day("2026-05-20") };

    private static TerminalRecord Retired() => Terminal(TerminalState.Retired) with { EndedOn = Day("2026-05-20") };

    private static Situation Paid(Payer payer) => Fine.Paying(100, payer);

    private static Situation Elsewhere(AcquirerRules rules) => Fine with
    {
        Rules = rules,
        Terminal = Terminal() with { Location = LocationRule.Within(Region("440000")) },
        Query = Query() with { Place = new TerminalPlace { Region = Region("310000") } },
    };

    private static Situation Nowhere(LocationAction action) => Fine with
    {
        Rules = new AcquirerRules { LocationMissing = action },
        Terminal = Terminal() with { Location = LocationRule.Within(Region("440000")) },
    };
}
