using System.Collections.Immutable;
using VerifyGateway.Domain.Deciding;
using VerifyGateway.Domain.Policies;
using VerifyGateway.Domain.Reasons;
using VerifyGateway.Domain.Records;
using VerifyGateway.TestKit;
using static VerifyGateway.Domain.Tests.Given;

namespace VerifyGateway.Domain.Tests.Deciding;

/// <summary>A decision that nobody asks to explain costs no memory, whatever it has to look at.</summary>
public class AllocationTests
{
    private static readonly TransactionKind[] Kinds = Enum.GetValues<TransactionKind>();

    private static readonly (TerminalRecord?, MerchantRecord?)[] Pairs =
    [
        (Terminal(), Merchant()),
        (null, null),
        (Terminal(), null),
        (Terminal(TerminalState.Lost) with { MerchantNo = MerchantNo("898440359120004") }, Merchant()),
        (Terminal(holds: Hold(HoldKind.Risk, Now + 5)), Merchant(holds: [Hold(HoldKind.Judicial), Hold(HoldKind.Holder, Now + 5), Hold(HoldKind.System)])),
        (Terminal(TerminalState.Retired), Merchant(MerchantState.Deregistered, IdentityState.Lapsed) with { DocumentValidTo = Day("2020-01-01") }),
        (Terminal(), Merchant(identity: IdentityState.ReverifyDue) with { ReverifyByUnixMs = Now + 5, DocumentValidTo = Day("2026-06-10") }),
        (Terminal(), Merchant() with { DocumentValidTo = Day("2026-05-10") }),
        (Terminal(), Merchant() with { DocumentValidTo = Day("2036-05-10") }),
        (Terminal() with { Location = LocationRule.Around(1_000_000, 1_000_000, 50) }, Merchant() with { LastActiveOn = Day("2026-03-01"), VerifiedAtUnixMs = 1, Category = Category("5411"), Region = Region("440304") }),
        (Terminal() with { Location = LocationRule.Within(Region("310000")) }, Merchant(identity: IdentityState.NeedsInfo) with { OpenedOn = Day("2020-01-01"), Detail = ReasonDetail.CardLost }),
    ];

    private static readonly StatusQuery Loaded = Query() with
    {
        AmountMinor = 60_000,
        Place = new TerminalPlace { HasPoint = true, Region = Region("440304") },
        AppVersion = Version("1.0"),
        Payer = new Payer
        {
            CardClass = CardClass.Credit, CardValidToMonth = 24_000, Account = AccountClass.Class2, Code = CodeKind.Static, Grade = AuthGrade.C, BalanceDayFen = 99_000, CodeDayFen = 9,
            MonthFen = 9, DayCount = 9,
        },
    };

    [Fact]
    public void Decide_WithoutExplanation_AllocatesNothing()
    {
        Assert.Equal(0, AllocatedBy(Query(), Policy));
        Assert.Equal(0, AllocatedBy(Loaded, PolicySnapshot.Of(new AcquirerRules { MinimumAppVersion = Version("2.0") })));
    }

    [Fact]
    public void Decide_WithAThousandPoliciesAndAWindow_AllocatesNothing()
    {
        ImmutableArray<PolicyRule> policies =
        [
            .. Enumerable.Range(0, 1_000).Select(i => (i % 5) switch
            {
                0 => Rule(PolicyEffect.Decline, $"p{i}", 1_000 + i, new PolicyScope { Categories = [Category($"{5_000 + i}")] }) with { EffectiveUntilUnixMs = Now + 10 + i },
                1 => Rule(PolicyEffect.Warn, $"p{i}", 1_000 + i, new PolicyScope { Regions = [Region("440300")] }),
                2 => Limit(LimitPer.PayerMonth, 50_000 + i, id: $"p{i}", priority: 1_000 + i),
                3 => Reverification(Now, Now + i, $"p{i}"),
                _ => Rule(PolicyEffect.Decline, $"p{i}", 1_000 + i, new PolicyScope { CardClasses = [CardClass.Credit] }) with { EffectiveUntilUnixMs = Now + 10 + i },
            }),
        ];
        Assert.Equal(0, AllocatedBy(Loaded, Compile(new PolicySet { Policies = policies })));
        Assert.Equal(0, AllocatedBy(Loaded, Compile(new PolicySet { Policies = policies, Windows = [Window(Now, Now + 5), Window(Now + 5, Now + 9)] })));
    }

    [Fact]
    public void Decide_WithAnExplanation_DoesAllocate() =>
        // The control: what is measured would show.
        Assert.True(AllocatedBy(Query(), Policy, explains: true) > 10_000);

    [Fact]
    public void Identity_OfARequest_AllocatesNothing() => Assert.Equal(0, Least(static () =>
    {
        var identity = RequestIdentity.Of(Loaded, 1, 2, new DateOnly(2026, 6, 1));
        return identity == RequestIdentity.Of(Query(), 1, 2, new DateOnly(2026, 6, 1)) ? (long)RequestIdentity.Compare(Loaded, Loaded) : 0;
    }) - Least(static () => Query().Payer.DayCount));

    private static long AllocatedBy(StatusQuery query, PolicySnapshot policies, bool explains = false) => Least(() =>
    {
        long reasons = 0;
        foreach (var (terminal, merchant) in Pairs)
        {
            foreach (var kind in Kinds)
            {
                var asked = query with { Kind = kind };
                var verdict = StatusDecision.Decide(asked, terminal, merchant, policies, Now, explains ? new List<ExplanationStep>() : null);
                reasons += verdict.Outward().Reasons.Count + verdict.Warnings.Count + (long)verdict.Remedy;
                reasons += VerdictLifetime.NextChange(asked, terminal, merchant, policies, Now) & 1;
            }
        }

        return reasons;
    });

    private static long Least(Func<long> run) => Allocated.Least(() => Assert.True(run() >= 0));
}
