using VerifyGateway.Domain.Deciding;
using VerifyGateway.Domain.Reasons;
using VerifyGateway.Domain.Records;
using static VerifyGateway.Domain.Tests.Given;

namespace VerifyGateway.Domain.Tests.Deciding;

/// <summary>Kind of transaction × state, cell by cell: '+' goes on, '-' does not.</summary>
public class KindMatrixTests
{
    // A row a state. Columns: sale, pre-auth, completion, refund, void, reversal, balance, sign-in, batch settlement.
    private static readonly (string State, string Cells)[] Matrix =
    [
        ("ok",                    "+++++++++"),
        ("document expiring",     "+++++++++"),
        ("document in grace",     "+++++++++"),
        ("reverify before date",  "+++++++++"),
        ("document over",         "--+++++++"),
        ("reverify after date",   "--+++++++"),
        ("lapsed",                "--+++++++"),
        ("pending",               "--+++++++"),
        ("needs info",            "--+++++++"),
        ("not verified",          "--+++++++"),
        ("revoked",               "--+++++++"),
        ("rejected",              "--+++++++"),
        ("owner hold",            "--+++++++"),
        ("risk hold",             "-----++++"),
        ("judicial hold",         "-----++++"),
        ("regulator hold",        "-----++++"),
        ("winding down",          "--+++++++"),
        ("deregistered",          "-----+--+"),
        ("retired",               "-----+--+"),
        ("replaced",              "-----+--+"),
        ("no terminal",           "-----+---"),
        ("terminal applied",      "-----+---"),
        ("no merchant",           "-----+---"),
        ("merchant proposed",     "-----+---"),
        ("mismatch",              "-----+---"),
        ("not activated",         "-----++++"),
        ("suspended",             "-----++-+"),
        ("lost",                  "-----++-+"),
    ];

    private static readonly ReasonSet Confidential = ReasonSet.Of(Reason.FrozenJudicial, Reason.Sanctioned, Reason.FrozenByRisk);

    public static TheoryData<TransactionKind, string, bool> Cells
    {
        get
        {
            var cells = new TheoryData<TransactionKind, string, bool>();
            foreach (var (state, row) in Matrix)
            {
                foreach (var kind in Enum.GetValues<TransactionKind>())
                {
                    cells.Add(kind, state, row[(int)kind - 1] == '+');
                }
            }

            return cells;
        }
    }

    public static TheoryData<TransactionKind> Kinds => [.. Enum.GetValues<TransactionKind>()];

    [Theory]
    [MemberData(nameof(Cells))]
    public void Cell_KindAndState_GoesOnExactlyWhenTheMatrixSaysSo(TransactionKind kind, string state, bool goesOn)
    {
        var (terminal, merchant) = Records(state);
        var verdict = StatusDecision.Decide(Query(kind), terminal, merchant, Policy, Now);
        var asSale = StatusDecision.Decide(Query(), terminal, merchant, Policy, Now);

        Assert.Equal(goesOn ? Decision.Allow : Decision.Decline, verdict.Decision);
        Assert.Equal(goesOn, verdict.Reasons.IsEmpty);
        // What stops a sale but not this kind is not forgotten: it becomes a warning.
        Assert.Equal(asSale.Reasons.Or(asSale.Warnings), verdict.Reasons.Or(verdict.Warnings));
        Assert.True(verdict.Reasons.And(verdict.Warnings).IsEmpty);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(255)]
    public void StoppedBy_UnknownKind_IsAsStrictAsASale(byte kind) =>
        Assert.Equal(TransactionRules.StoppedBy(TransactionKind.Sale), TransactionRules.StoppedBy((TransactionKind)kind));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void StoppedBy_EachKind_TreatsConfidentialReasonsAlike(TransactionKind kind)
    {
        // Else the transactions that still go on would tell a risk hold from a judicial one.
        var stopped = TransactionRules.StoppedBy(kind).And(Confidential);
        Assert.True(stopped.IsEmpty || stopped == Confidential);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void StoppedBy_EachKind_HoldsNoReasonThatLetsTheTransactionGoOn(TransactionKind kind) =>
        Assert.DoesNotContain(
            TransactionRules.StoppedBy(kind).Listed(), reason => ReasonTable.Of(reason).Class is ReasonClass.Allow or ReasonClass.Warn);

    [Fact]
    public void StoppedBy_SaleAndPreAuth_IsEveryReasonThatDeclines()
    {
        var declining = ReasonTable.All.Where(row => row.Class is ReasonClass.Decline or ReasonClass.RetryLater).Select(row => row.Reason);
        Assert.Equal(declining, TransactionRules.StoppedBy(TransactionKind.Sale).Listed());
        Assert.Equal(declining, TransactionRules.StoppedBy(TransactionKind.PreAuth).Listed());
    }

    [Fact]
    public void StoppedBy_Reversal_IsNothing() => Assert.True(TransactionRules.StoppedBy(TransactionKind.Reversal).IsEmpty);

    [Fact]
    public void Matrix_Rows_CoverEveryReasonThatTheDecisionCanGive()
    {
        var given = Matrix.Select(row => Records(row.State))
            .Select(records => StatusDecision.Decide(Query(), records.Terminal, records.Merchant, Policy, Now))
            .Aggregate(ReasonSet.None, (all, verdict) => all.Or(verdict.Reasons).Or(verdict.Warnings));
        Reason[] elsewhere =
        [
            Reason.Ok, Reason.InputFormat, Reason.InputMissing, Reason.GatewayUnavailable, Reason.Maintenance, Reason.CutOver, Reason.UpstreamTimeout,
            Reason.RateLimited, Reason.DuplicateRequest, Reason.TerminalSnProofFailed, Reason.TerminalUpdateRequired, Reason.PolicyRestricted,
            Reason.TerminalLocationOutOfArea, Reason.TerminalLocationMissing, Reason.CardMismatch, Reason.CardNotSupported, Reason.CardInvalid,
            Reason.CardExpired, Reason.HolderNotVerified, Reason.HolderMismatch, Reason.OverLimitAmount, Reason.OverLimitCount,
            Reason.StandInApproved, Reason.StandInDeclined,
        ];
        Assert.Equal(Enum.GetValues<Reason>().Except(elsewhere), given.Listed());
    }

    private static (TerminalRecord? Terminal, MerchantRecord? Merchant) Records(string state) => state switch
    {
        "ok" => (Terminal(), Merchant()),
        "document expiring" => (Terminal(), Merchant() with { DocumentValidTo = Day("2026-06-02") }),
        "document in grace" => (Terminal(), Merchant() with { DocumentValidTo = Day("2026-05-02") }),
        "document over" => (Terminal(), Merchant() with { DocumentValidTo = Day("2025-05-02") }),
        "reverify before date" => (Terminal(), Merchant(identity: IdentityState.ReverifyDue) with { ReverifyByUnixMs = Now + 1 }),
        "reverify after date" => (Terminal(), Merchant(identity: IdentityState.ReverifyDue) with { ReverifyByUnixMs = Now }),
        "lapsed" => (Terminal(), Merchant(identity: IdentityState.Lapsed)),
        "pending" => (Terminal(), Merchant(identity: IdentityState.Pending)),
        "needs info" => (Terminal(), Merchant(identity: IdentityState.NeedsInfo)),
        "not verified" => (Terminal(), Merchant(identity: IdentityState.NotVerified)),
        "revoked" => (Terminal(), Merchant(identity: IdentityState.Revoked)),
        "rejected" => (Terminal(), Merchant(identity: IdentityState.Rejected)),
        "owner hold" => (Terminal(), Merchant(holds: Hold(HoldKind.Holder))),
        "risk hold" => (Terminal(), Merchant(holds: Hold(HoldKind.Risk))),
        "judicial hold" => (Terminal(), Merchant(holds: Hold(HoldKind.Judicial))),
        "regulator hold" => (Terminal(), Merchant(holds: Hold(HoldKind.Regulator))),
        "winding down" => (Terminal(), Merchant(MerchantState.WindDown)),
        "deregistered" => (Terminal(), Merchant(MerchantState.Deregistered)),
        "retired" => (Terminal(TerminalState.Retired), Merchant()),
        "replaced" => (Terminal(TerminalState.Replaced), Merchant()),
        "no terminal" => (null, Merchant()),
        "terminal applied" => (Terminal(TerminalState.Applied), Merchant()),
        "no merchant" => (Terminal(), null),
        "merchant proposed" => (Terminal(), Merchant(MerchantState.Proposed)),
        "mismatch" => (Terminal() with { TerminalNo = TerminalNo("77770292") }, Merchant()),
        "not activated" => (Terminal(TerminalState.Delivered), Merchant()),
        "suspended" => (Terminal(TerminalState.Suspended), Merchant()),
        "lost" => (Terminal(TerminalState.Lost), Merchant()),
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "No such row."),
    };
}
