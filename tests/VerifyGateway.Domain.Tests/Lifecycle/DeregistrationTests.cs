using VerifyGateway.Domain.Lifecycle;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Domain.Tests.Lifecycle;

public class DeregistrationTests
{
    public static TheoryData<DeregistrationBlocker> Blockers => [.. Enum.GetValues<DeregistrationBlocker>()];

    [Fact]
    public void Blockers_WireNames_AreThoseOfTheEnumWithThePrefix()
    {
        Assert.Equal(Enum.GetValues<DeregistrationBlocker>(), DeregistrationBlockers.All.Select(row => row.Blocker));
        Assert.All(DeregistrationBlockers.All, row =>
            Assert.Equal($"DEREG{string.Concat(row.Blocker.ToString().Select(letter => char.IsUpper(letter) ? $"_{letter}" : $"{char.ToUpperInvariant(letter)}"))}", row.WireName));
    }

    [Fact]
    public void Blockers_HardOnes_AreThoseOfAuthoritiesAndControl() => Assert.Equal(
        [DeregistrationBlocker.BlockingControl, DeregistrationBlocker.JudicialHold, DeregistrationBlocker.AmlHold, DeregistrationBlocker.RiskHold, DeregistrationBlocker.Sanction],
        DeregistrationBlockers.All.Where(row => row.IsHard).Select(row => row.Blocker));

    [Theory]
    [MemberData(nameof(Blockers))]
    public void Blockers_Outwardly_DoNotTellHoldsApart(DeregistrationBlocker blocker)
    {
        var confidential = blocker is DeregistrationBlocker.JudicialHold or DeregistrationBlocker.AmlHold or DeregistrationBlocker.RiskHold or DeregistrationBlocker.Sanction;
        Assert.Equal(confidential ? DeregistrationBlocker.BlockingControl : blocker, DeregistrationBlockers.All.Single(row => row.Blocker == blocker).Outward);
    }

    [Fact]
    public void DryRun_NothingStands_NamesNone() => Assert.Empty(DeregistrationBlockers.DryRun(DeregistrationHarness.Good));

    [Theory]
    [MemberData(nameof(Blockers))]
    public void DryRun_OneStands_NamesItAlone(DeregistrationBlocker blocker)
    {
        var wireName = DeregistrationBlockers.All.Single(row => row.Blocker == blocker).WireName;
        Assert.Equal([blocker], DeregistrationBlockers.DryRun(DeregistrationHarness.Breakers[wireName](DeregistrationHarness.Good)));
    }

    [Fact]
    public void DryRun_AllStand_NamesAllAtOnce()
    {
        var facts = DeregistrationBlockers.All.Aggregate(DeregistrationHarness.Good, (facts, row) => DeregistrationHarness.Breakers[row.WireName](facts));
        Assert.Equal(Enum.GetValues<DeregistrationBlocker>(), DeregistrationBlockers.DryRun(facts));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public void Balance_OneFenEitherWay_Blocks(long fen) =>
        Assert.Equal([DeregistrationBlocker.BalanceNonzero], DeregistrationBlockers.DryRun(DeregistrationHarness.Good with { BalanceFen = fen }));

    [Fact]
    public void LinkedServices_LossConfirmed_NoLongerBlock() =>
        Assert.Empty(DeregistrationBlockers.DryRun(DeregistrationHarness.Good with { LinkedServices = 2, LossOfServicesConfirmed = true }));

    [Theory]
    [InlineData(-1, true)]
    [InlineData(0, false)]
    [InlineData(1, false)]
    public void ChargebackWindow_AroundItsEnd_BlocksUntilBeforeIt(long ms, bool blocks) =>
        Assert.Equal(blocks, !DeregistrationBlockers.DryRun(DeregistrationHarness.Good with { ChargebackUntilUnixMs = Given.Now - ms }).IsEmpty);

    [Theory]
    [InlineData(DeregistrationRequester.Owner, false, true)]
    [InlineData(DeregistrationRequester.LegalRepresentative, false, true)]
    [InlineData(DeregistrationRequester.Agent, true, true)]
    [InlineData(DeregistrationRequester.Agent, false, false)]
    [InlineData(DeregistrationRequester.None, true, false)]
    [InlineData((DeregistrationRequester)9, true, false)]
    public void Request_ByWhom_IsForOwnerRepresentativeOrAuthorisedAgent(DeregistrationRequester requester, bool authority, bool taken)
    {
        var facts = DeregistrationHarness.Good with { RequestedAs = requester, WrittenAuthority = authority };
        Assert.Equal(taken, DeregistrationLifecycle.Machine.Step(DeregistrationState.NotRequested, DeregistrationEvent.Request, facts).IsTaken);
    }

    [Theory]
    [InlineData(ActorRole.Operator, true)]
    [InlineData(ActorRole.Risk, true)]
    [InlineData(ActorRole.Holder, false)]
    [InlineData(ActorRole.None, false)]
    [InlineData(ActorRole.JudicialAuthority, false)]
    [InlineData(ActorRole.Aml, false)]
    [InlineData(ActorRole.System, false)]
    public void Approve_ByWhom_IsForOperatorsAndRisk(ActorRole role, bool taken) => Assert.Equal(
        taken,
        DeregistrationLifecycle.Machine.Step(DeregistrationState.Review, DeregistrationEvent.Approve, DeregistrationHarness.Good with { Role = role }).IsTaken);

    [Fact]
    public void Accept_NoAgreementThere_IsRefused()
    {
        var facts = DeregistrationHarness.Good with { Role = ActorRole.Holder, AcceptedAgreement = 0, CurrentAgreement = 0 };
        Assert.Equal([Refusal.DeregAgreementOutdated], DeregistrationLifecycle.Machine.Step(DeregistrationState.OwnerConfirm, DeregistrationEvent.Accept, facts).Refusals);
    }

    [Fact]
    public void PutOnHold_AnyHardBlocker_IsEnough()
    {
        foreach (var row in DeregistrationBlockers.All)
        {
            var facts = DeregistrationHarness.Breakers[row.WireName](DeregistrationHarness.Good);
            var step = DeregistrationLifecycle.Machine.Step(DeregistrationState.Precheck, DeregistrationEvent.PutOnHold, facts);
            Assert.Equal(row.IsHard, step.IsTaken);
        }
    }

    [Theory]
    [InlineData(DeregistrationState.NotRequested, MerchantState.Active)]
    [InlineData(DeregistrationState.Requested, MerchantState.Active)]
    [InlineData(DeregistrationState.Materials, MerchantState.Active)]
    [InlineData(DeregistrationState.IdentityCheck, MerchantState.Active)]
    [InlineData(DeregistrationState.Precheck, MerchantState.Active)]
    [InlineData(DeregistrationState.WindDown, MerchantState.WindDown)]
    [InlineData(DeregistrationState.Review, MerchantState.WindDown)]
    [InlineData(DeregistrationState.OwnerConfirm, MerchantState.WindDown)]
    [InlineData(DeregistrationState.Executing, MerchantState.WindDown)]
    [InlineData(DeregistrationState.Completed, MerchantState.Deregistered)]
    [InlineData(DeregistrationState.Rejected, MerchantState.Active)]
    [InlineData(DeregistrationState.Cancelled, MerchantState.Active)]
    [InlineData(DeregistrationState.Expired, MerchantState.Active)]
    [InlineData(DeregistrationState.OnHold, MerchantState.Active)]
    public void ToMerchantState_EachState_IsTheOneTheRecordShows(DeregistrationState state, MerchantState expected)
    {
        Assert.Equal(expected, DeregistrationStates.ToMerchantState(state, MerchantState.Active));
        Assert.Equal(expected is MerchantState.Active ? MerchantState.Proposed : expected, DeregistrationStates.ToMerchantState(state, MerchantState.Proposed));
    }
}
