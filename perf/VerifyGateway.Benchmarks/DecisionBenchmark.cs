using BenchmarkDotNet.Attributes;
using VerifyGateway.Domain.Deciding;
using VerifyGateway.Domain.Policies;
using VerifyGateway.Domain.Reasons;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Benchmarks;

/// <summary>What it costs to decide one check: of a merchant against whom nothing stands, and of one that is frozen; with no, a thousand and ten thousand policies.</summary>
[MemoryDiagnoser]
public class DecisionBenchmark
{
    private StatusQuery _query;
    private TerminalRecord? _terminal;
    private MerchantRecord? _clean;
    private MerchantRecord? _frozen;
    private PolicySnapshot _policies = null!;

    [Params(0, 1_000, 10_000)]
    public int Policies { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        _policies = BenchmarkFleet.Compile(BenchmarkFleet.Policies(Policies));
        (_query, _terminal, _clean) = BenchmarkFleet.Check();
        _frozen = _clean!.Value with { Holds = [new Hold(HoldKind.Risk, HoldTarget.Merchant, BenchmarkFleet.Now - 1_000, 0)] };
        if (CleanMerchant() is not { Decision: Decision.Allow, Warnings.IsEmpty: true } || FrozenMerchant().Primary != Reason.FrozenByRisk)
        {
            throw new InvalidOperationException("The benchmark does not measure what it says.");
        }

        var steps = new List<ExplanationStep>();
        StatusDecision.Decide(_query, _terminal, _clean, _policies, BenchmarkFleet.Now, steps);
        Console.WriteLine($"// {Policies} policies, {steps.Sum(step => step.Section == RuleSection.Policies ? step.Children.Count : 0)} of them with this check in their scope");
    }

    [Benchmark(Baseline = true)]
    public Verdict CleanMerchant() => StatusDecision.Decide(_query, _terminal, _clean, _policies, BenchmarkFleet.Now);

    [Benchmark]
    public Verdict FrozenMerchant() => StatusDecision.Decide(_query, _terminal, _frozen, _policies, BenchmarkFleet.Now);

    [Benchmark]
    public long NextChange() => VerdictLifetime.NextChange(_query, _terminal, _clean, _policies, BenchmarkFleet.Now);
}
