using VerifyGateway.Domain.Deciding;
using VerifyGateway.Domain.Policies;
using VerifyGateway.Domain.Records;
using static VerifyGateway.Domain.Tests.Given;

namespace VerifyGateway.Domain.Tests.Deciding;

/// <summary>A decision that nobody asks to explain costs no memory.</summary>
public class AllocationTests
{
    [Fact]
    public void Decide_WithoutExplanation_AllocatesNothing()
    {
        (TerminalRecord?, MerchantRecord?)[] pairs =
        [
            (Terminal(), Merchant()),
            (null, null),
            (Terminal(), null),
            (Terminal(TerminalState.Lost) with { MerchantNo = MerchantNo("898440359120004") }, Merchant()),
            (Terminal(holds: Hold(HoldKind.Risk, Now + 5)), Merchant(holds: [Hold(HoldKind.Judicial), Hold(HoldKind.Holder, Now + 5)])),
            (Terminal(TerminalState.Retired), Merchant(MerchantState.Deregistered, IdentityState.Lapsed) with { DocumentValidTo = Day("2020-01-01") }),
            (Terminal(), Merchant(identity: IdentityState.ReverifyDue) with { ReverifyByUnixMs = Now + 5, DocumentValidTo = Day("2026-06-10") }),
            (Terminal(), Merchant() with { DocumentValidTo = Day("2026-05-10") }),
            (Terminal(), Merchant() with { DocumentValidTo = Day("2036-05-10") }),
        ];
        var kinds = Enum.GetValues<TransactionKind>();
        var (now, policy, query) = (Now, Policy, Query());

        long total = 0;
        for (var i = 0; i < 200; i++)
        {
            total += RunAll(pairs, kinds, query, policy, now);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 200; i++)
        {
            total += RunAll(pairs, kinds, query, policy, now);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(total > 0);
    }

    private static long RunAll((TerminalRecord?, MerchantRecord?)[] pairs, TransactionKind[] kinds, StatusQuery query, PolicySnapshot policy, long now)
    {
        long reasons = 0;
        foreach (var (terminal, merchant) in pairs)
        {
            foreach (var kind in kinds)
            {
                var verdict = StatusDecision.Decide(query with { Kind = kind }, terminal, merchant, policy, now);
                reasons += verdict.Reasons.Outward().Count + verdict.Warnings.Count;
            }
        }

        return reasons;
    }
}
