using System.Collections.Immutable;
using VerifyGateway.Domain.Deciding;
using VerifyGateway.Domain.Policies;
using VerifyGateway.Domain.Records;
using static VerifyGateway.Domain.Tests.Given;
using static VerifyGateway.Domain.Tests.Policies.PolicyTexts;

namespace VerifyGateway.Domain.Tests.Policies;

/// <summary>The stated order, what may touch and what may not overlap, and the instants at which something changes.</summary>
public class PolicyCompilerTests(ITestOutputHelper output)
{
    private static readonly PolicyScope TwoFacts = new() { Categories = [Category("5411")], CardClasses = [CardClass.Credit] };
    private static readonly PolicyScope OneFact = new() { Categories = [Category("5411"), Category("5812"), Category("5999")] };

    /// <summary>The one that goes first, then the one that goes second, and why.</summary>
    public static TheoryData<PolicyRule, PolicyRule, string> Pairs => new()
    {
        { Rule("z", priority: 1, from: 1), Rule("a", priority: 2, from: 9, scope: TwoFacts), "priority before all else" },
        { Rule("z", from: 1, scope: TwoFacts), Rule("a", from: 9, scope: OneFact), "more facts, however many values" },
        { Rule("z", from: 1, scope: new() { AmountToFen = 0 }), Rule("a", from: 9), "an amount is a fact" },
        { Rule("z", from: 1, scope: OneFact with { AmountFromFen = 1 }), Rule("a", from: 9, scope: new() { AmountFromFen = 1, AmountToFen = 2 }), "both amounts are one fact" },
        { Rule("z", from: 9), Rule("a", from: 8), "later in force" },
        { Rule("a", from: 9), Rule("b", from: 9), "id" },
        { Rule("a-b", from: 9), Rule("a.b", from: 9), "id, by its bytes" },
        { Rule("a10", from: 9), Rule("a9", from: 9), "id, not as a number" },
    };

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Policies_ThatOverlap_StandInTheStatedOrder(PolicyRule first, PolicyRule second, string why)
    {
        output.WriteLine(why);
        Assert.Equal([first, second], Compiled(new() { Policies = [first, second] }).Policies);
        Assert.Equal([first, second], Compiled(new() { Policies = [second, first] }).Policies);
    }

    [Fact]
    public void Policies_OfEveryFact_CountEachFactOnce()
    {
        PolicyScope[] scopes =
        [
            new() { Acquirers = [Acquirer()] }, new() { Regions = [Region("440000")] }, new() { Categories = [Category("5411")] },
            new() { MerchantKinds = [MerchantKind.Micro, MerchantKind.Chain] }, new() { AccountClasses = [AccountClass.Class1] }, new() { CardClasses = [CardClass.Debit] },
            new() { CodeKinds = [CodeKind.Static] }, new() { TransactionKinds = [TransactionKind.Sale] }, new() { AmountFromFen = 1 }, new() { AmountToFen = 0 },
        ];
        Assert.All(scopes, scope => Assert.Equal(1, scope.NamedFacts));
        Assert.Equal(0, new PolicyScope { AmountFromFen = 0 }.NamedFacts);
    }

    [Theory]
    [InlineData(100, 200, 200, 0, null)]
    [InlineData(100, 201, 200, 0, "OVERLAP")]
    [InlineData(100, 0, 200, 300, "OVERLAP")]
    [InlineData(100, 0, 100, 0, "OVERLAP")]
    [InlineData(200, 0, 100, 200, null)]
    [InlineData(200, 0, 100, 201, "OVERLAP")]
    [InlineData(100, 200, 201, 300, null)]
    [InlineData(100, 400, 200, 300, "OVERLAP")]
    public void Versions_OfOnePolicy_MayTouchAndNotOverlap(long from1, long until1, long from2, long until2, string? error)
    {
        PolicySet Of(string other) => new() { Policies = [Rule("a", from: from1, until: until1), Rule(other, version: 2, from: from2, until: until2)] };
        Assert.Equal(error is null ? [] : [error], Wrong(Of("a")).Codes());
        Assert.Empty(Wrong(Of("b")));
    }

    [Fact]
    public void Versions_BehindALongOne_AreEachComparedWithIt()
    {
        var set = new PolicySet { Policies = [Rule("a", version: 1, from: 100, until: 900), Rule("a", version: 2, from: 200, until: 300), Rule("a", version: 3, from: 400, until: 500)] };
        Assert.Equal(["OVERLAP", "OVERLAP"], Wrong(set).Codes());
        Assert.Equal(["POLICY_TWICE"], Wrong(new() { Policies = [Rule("a", from: 100, until: 200), Rule("a", from: 300)] }).Codes());
    }

    [Theory]
    [InlineData("", "", 100, 200, 200, 300, null)]
    [InlineData("", "", 100, 201, 200, 300, "OVERLAP")]
    [InlineData("", "", 200, 300, 100, 201, "OVERLAP")]
    [InlineData("", "48025840", 100, 201, 200, 300, "OVERLAP")]
    [InlineData("48025840", "", 100, 201, 200, 300, "OVERLAP")]
    [InlineData("48025840", "", 100, 200, 200, 300, null)]
    [InlineData("48025840", "01020000", 100, 300, 100, 300, null)]
    [InlineData("48025840", "01020000,48025840", 100, 300, 299, 400, "OVERLAP")]
    public void Windows_OfOneServiceAndAcquirer_MayTouchAndNotOverlap(string acquirers1, string acquirers2, long from1, long until1, long from2, long until2, string? error)
    {
        PolicySet Of(GatewayService other) => new() { Windows = [Window(GatewayService.Hold, acquirers1, from1, until1), Window(other, acquirers2, from2, until2)] };
        Assert.Equal(error is null ? [] : [error], Wrong(Of(GatewayService.Hold)).Codes());
        Assert.Empty(Wrong(Of(GatewayService.Binding)));
    }

    [Fact]
    public void Windows_BehindALongOne_AreEachToldOnce()
    {
        var set = new PolicySet
        {
            Windows = [Window(GatewayService.Hold, "", 100, 900), Window(GatewayService.Hold, "48025840,01020000", 200, 300), Window(GatewayService.Hold, "48025840", 400, 500)],
        };
        Assert.Equal(["OVERLAP", "OVERLAP"], Wrong(set).Codes());
    }

    [Fact]
    public void Windows_GlobalAndNamed_HoldForWhomTheyName()
    {
        var snapshot = Compiled(new() { Windows = [Window(GatewayService.StatusCheck, "", 100, 200), Window(GatewayService.StatusCheck, "48025840", 200, 300), Window(GatewayService.StatusCheck, "", 300, 400)] });
        var (named, other) = (snapshot.ViewOf(Acquirer()), snapshot.ViewOf(Acquirer("01020000")));
        Assert.Equal([null, 200L, 200, 300, 300, 400, null], Ends(named));
        Assert.Equal([null, 200L, 200, null, null, 400, null], Ends(other));
        Assert.Equal(400, named.OpenAgainAt(GatewayService.StatusCheck, named.WindowOf(GatewayService.StatusCheck, 100)!));
        Assert.Equal(200, other.OpenAgainAt(GatewayService.StatusCheck, other.WindowOf(GatewayService.StatusCheck, 100)!));
        Assert.Null(named.WindowOf(GatewayService.Binding, 100));

        static long?[] Ends(AcquirerView view) => [.. new long[] { 99, 100, 199, 200, 299, 300, 400 }.Select(at => view.WindowOf(GatewayService.StatusCheck, at)?.UntilUnixMs)];
    }

    [Fact]
    public void Settings_OfEachRange_HoldOnBothSides()
    {
        (Func<AcquirerRules, long, AcquirerRules> With, long Most)[] settings =
        [
            ((rules, value) => rules with { DocumentWarningDays = (int)value }, 3_650), ((rules, value) => rules with { DocumentGraceDays = (int)value }, 3_650),
            ((rules, value) => rules with { IdleReverifyGraceDays = (int)value }, 3_650), ((rules, value) => rules with { IdleReverifyMonths = (int)value }, 120),
            ((rules, value) => rules with { IdleStopMonths = (int)value }, 120), ((rules, value) => rules with { UnusedStopMonths = (int)value }, 120),
            ((rules, value) => rules with { ClassITotalFen = value }, long.MaxValue), ((rules, value) => rules with { ClassIIYearFen = value }, long.MaxValue),
            ((rules, value) => rules with { ClassIIIYearFen = value }, long.MaxValue), ((rules, value) => rules with { BalanceDayTwoFactorsFen = value }, long.MaxValue),
            ((rules, value) => rules with { BalanceDayOneFactorFen = value }, long.MaxValue), ((rules, value) => rules with { StaticCodeDayFen = value }, long.MaxValue),
            ((rules, value) => rules with { CodeGradeBDayFen = value }, long.MaxValue), ((rules, value) => rules with { CodeGradeCDayFen = value }, long.MaxValue),
        ];
        var neutral = new AcquirerRules { IdleReverifyMonths = 0, IdleStopMonths = 0 };
        foreach (var (with, most) in settings)
        {
            Assert.Empty(Wrong(new() { Defaults = with(neutral, 0) }));
            Assert.Empty(Wrong(new() { Defaults = with(neutral, most) }));
            Assert.Equal(["OUT_OF_RANGE"], Wrong(new() { Defaults = with(neutral, -1) }).Codes());
            if (most < long.MaxValue)
            {
                Assert.Equal(["OUT_OF_RANGE"], Wrong(new() { Defaults = with(neutral, most + 1) }).Codes());
            }
        }
    }

    [Theory]
    [InlineData(3, 3, true)]
    [InlineData(4, 3, false)]
    [InlineData(4, 0, true)]
    [InlineData(0, 1, true)]
    public void Settings_OfIdleness_StandInTheirOrder(int reverify, int stop, bool sound) =>
        Assert.Equal(sound, Wrong(new() { Defaults = new() { IdleReverifyMonths = reverify, IdleStopMonths = stop } }).IsEmpty);

    [Fact]
    public void Policies_OfEachRange_HoldOnBothSides()
    {
        var rule = Rule("a");
        Assert.Empty(Wrong(new() { Label = new('x', 64), Policies = [rule with { Priority = 1 }, rule with { Id = new('x', 64), Priority = 1_000_000, Version = int.MaxValue }] }));
        Assert.Empty(Wrong(new() { Policies = [rule with { Document = new('x', 200), MessageZh = new('号', 500), MessageEn = new('x', 500) }] }));
        Assert.Empty(Wrong(new() { Policies = [rule with { Scope = new() { AmountFromFen = 5, AmountToFen = 5 } }] }));
        Assert.Empty(Wrong(new() { Policies = [rule with { Effect = PolicyEffect.Limit, Limit = new(LimitPer.PayerDay, 0, 0) }] }));
        Assert.Empty(Wrong(new() { Policies = [rule with { Effect = PolicyEffect.RequireReverification, VerifiedSinceUnixMs = 1, ReverifyByUnixMs = 1 }] }));
        Assert.Equal(["REVERIFY_BEFORE_START"], Wrong(new() { Policies = [Rule("a", from: 2) with { Effect = PolicyEffect.RequireReverification, VerifiedSinceUnixMs = 1, ReverifyByUnixMs = 1 }] }).Codes());
        foreach (var id in new[] { "A", "a_b", "a b", "é", "", "a\n" })
        {
            Assert.Equal(["POLICY_ID"], Wrong(new() { Policies = [rule with { Id = id }] }).Codes());
        }

        foreach (var kind in Enum.GetValues<TransactionKind>())
        {
            var allowed = kind is TransactionKind.Sale or TransactionKind.PreAuth or TransactionKind.TopUp or TransactionKind.PreAuthCompletion or TransactionKind.Refund or TransactionKind.Void;
            Assert.Equal(allowed ? [] : ["KIND_NOT_RESTRICTED"], Wrong(new() { Policies = [rule with { Scope = new() { TransactionKinds = [kind] } }] }).Codes());
        }
    }

    [Fact]
    public void Boundaries_OnBeforeAndAfterEach_AreTheNextOnes()
    {
        var snapshot = Compiled(new()
        {
            Policies =
            [
                Rule("a", from: 100, until: 500), Rule("b", from: 100),
                Rule("c", from: 200) with { Effect = PolicyEffect.RequireReverification, VerifiedSinceUnixMs = 50, ReverifyByUnixMs = 300 },
            ],
            Windows = [Window(GatewayService.Hold, "48025840", 400, 450)],
        });
        long[] boundaries = [100, 200, 300, 400, 450, 500, long.MaxValue];
        for (var at = 0L; at < 600; at++)
        {
            Assert.Equal(boundaries.First(boundary => boundary > at), snapshot.NextBoundary(at));
        }

        Assert.Equal(100, snapshot.NextBoundary(long.MinValue));
        Assert.Equal(long.MaxValue, PolicySnapshot.Default.NextBoundary(0));
    }

    [Fact]
    public void Policies_InForce_BeginAndEndAtTheirInstants()
    {
        Assert.Equal([false, true, true, false], new long[] { 99, 100, 199, 200 }.Select(Rule("a", from: 100, until: 200).IsInForceAt));
        Assert.Equal([false, true, true], new[] { 99, 100, long.MaxValue }.Select(Rule("a", from: 100).IsInForceAt));
    }

    [Fact]
    public void Policies_AsManyAsThereMayBe_CompileAndOneMoreIsRefused()
    {
        ImmutableArray<PolicyRule> most = [.. Enumerable.Range(0, PolicyCompiler.MaxPolicies).Select(i => Rule($"p{i}"))];
        Assert.Equal(PolicyCompiler.MaxPolicies, Compiled(new() { Policies = most }).Policies.Length);
        var error = Assert.Single(Wrong(new() { Policies = most.Add(Rule("one-more")), PoliciesPlace = "here" }));
        Assert.Equal(("here", "TOO_MANY_POLICIES"), (error.Place, error.Code));
    }

    [Fact]
    public void Policies_OfMoreValuesThanAnIndexHolds_AreRefused()
    {
        // Without this the compiler would ask for gigabytes, and fail, where a report is due.
        ImmutableArray<PolicyRule> Of(int values) =>
            [.. Enumerable.Range(0, PolicyCompiler.MaxPolicies).Select(i => Rule($"p{i}", scope: new() { Acquirers = [Acquirer($"{Math.Min(i, values - 1):00000000}")] }))];

        var error = Assert.Single(Wrong(new() { Policies = Of(10_738), PoliciesPlace = "here" }));
        Assert.Equal(("here", "TOO_MANY_VALUES"), (error.Place, error.Code));
        Assert.Equal(PolicyCompiler.MaxPolicies, Compiled(new() { Policies = Of(10_737) }).Policies.Length);
    }

    internal static PolicySnapshot Compiled(PolicySet set) =>
        PolicyCompiler.TryCompile(set, out var snapshot, out var errors) ? snapshot : throw new InvalidOperationException(string.Join(' ', errors));

    internal static PolicyRule Rule(string id, int version = 1, int priority = 1_000, long from = 1, long until = 0, PolicyScope? scope = null) =>
        new(id, version, PolicyEffect.Warn, scope ?? new(), from, until) { Priority = priority };

    private static MaintenanceWindow Window(GatewayService service, string acquirers, long from, long until) =>
        new(service, WindowKind.Maintenance, [.. acquirers.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(Acquirer)], from, until);
}
