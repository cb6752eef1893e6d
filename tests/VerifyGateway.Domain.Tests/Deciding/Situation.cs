using System.Collections.Immutable;
using VerifyGateway.Domain.Deciding;
using VerifyGateway.Domain.Policies;
using VerifyGateway.Domain.Records;
using static VerifyGateway.Domain.Tests.Given;

namespace VerifyGateway.Domain.Tests.Deciding;

/// <summary>Everything that a decision is made of. As it is made, nothing stands against a sale; a test says what is different.</summary>
internal sealed record Situation
{
    public StatusQuery Query { get; init; } = Query();

    public TerminalRecord? Terminal { get; init; } = Terminal();

    public MerchantRecord? Merchant { get; init; } = Merchant();

    public AcquirerRules Rules { get; init; } = new();

    public ImmutableArray<PolicyRule> Policies { get; init; } = [];

    public ImmutableArray<MaintenanceWindow> Windows { get; init; } = [];

    public long NowUnixMs { get; init; } = Now;

    public Situation At(long nowUnixMs) => this with { NowUnixMs = nowUnixMs };

    public Situation As(TransactionKind kind) => this with { Query = Query with { Kind = kind } };

    public Situation Paying(long amountFen, Payer payer = default) => this with { Query = Query with { AmountMinor = amountFen, Payer = payer } };

    public Situation Under(params ImmutableArray<PolicyRule> policies) => this with { Policies = policies };

    public Verdict Decide(ICollection<ExplanationStep>? explanation = null) => StatusDecision.Decide(Query, Terminal, Merchant, Compiled(), NowUnixMs, explanation);

    public List<ExplanationStep> Explain()
    {
        var steps = new List<ExplanationStep>();
        Decide(steps);
        return steps;
    }

    public long NextChange() => VerdictLifetime.NextChange(Query, Terminal, Merchant, Compiled(), NowUnixMs);

    public PolicySnapshot Compiled() => Compile(new PolicySet { Defaults = Rules, Policies = Policies, Windows = Windows });
}
