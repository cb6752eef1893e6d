using VerifyGateway.Domain.Deciding;
using VerifyGateway.Domain.Lifecycle;
using VerifyGateway.Domain.Reasons;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Domain.Tests.Lifecycle;

/// <summary>What the machines say a terminal is told is what a check tells it when the records show the state.</summary>
public class ToldTests
{
    public static TheoryData<string> TerminalStates => StatesOf("Terminal");

    public static TheoryData<string> CaseStates => StatesOf("Case");

    public static TheoryData<string> BindingStates => StatesOf("Binding");

    public static TheoryData<string> DeregistrationStates => StatesOf("Deregistration");

    [Theory]
    [MemberData(nameof(TerminalStates))]
    public void Check_TerminalState_TellsWhatTheMachineSays(string name)
    {
        var state = Enum.Parse<TerminalState>(name);
        Assert.Equal(TerminalLifecycle.Machine.Told(state, default), Told(Given.Terminal(state), Given.Merchant()));
    }

    [Theory]
    [MemberData(nameof(CaseStates))]
    public void Check_CaseState_TellsWhatTheMachineSays(string name)
    {
        var state = Enum.Parse<CaseState>(name);
        var merchant = Given.Merchant(
            state is CaseState.Archived ? MerchantState.Deregistered : MerchantState.Active, Domain.Lifecycle.CaseStates.ToIdentity(state)) with
        {
            ReverifyByUnixMs = Given.Now,
            DocumentValidTo = state switch
            {
                CaseState.Expiring => Given.Day("2026-06-02"),
                CaseState.Expired => Given.Day("2025-06-02"),
                _ => null,
            },
        };
        Assert.Equal(CaseLifecycle.Machine.Told(state, default), Told(Given.Terminal(), merchant));
    }

    [Theory]
    [MemberData(nameof(BindingStates))]
    public void Check_BindingState_TellsWhatTheMachineSays(string name)
    {
        var state = Enum.Parse<BindingState>(name);
        TerminalRecord? terminal = state switch
        {
            BindingState.Effective or BindingState.Changing => Given.Terminal(),
            BindingState.Dissolved => Given.Terminal(TerminalState.Retired),
            _ => null,
        };
        Assert.Equal(BindingLifecycle.Machine.Told(state, default), Told(terminal, Given.Merchant()));
    }

    [Theory]
    [MemberData(nameof(DeregistrationStates))]
    public void Check_DeregistrationState_TellsWhatTheMachineSays(string name)
    {
        var state = Enum.Parse<DeregistrationState>(name);
        var merchant = Given.Merchant(Domain.Lifecycle.DeregistrationStates.ToMerchantState(state, MerchantState.Active));
        Assert.Equal(DeregistrationLifecycle.Machine.Told(state, default), Told(Given.Terminal(), merchant));
    }

    [Theory]
    [InlineData(HoldAuthority.Owner, Reason.FrozenByOwner)]
    [InlineData(HoldAuthority.AcquirerRisk, Reason.FrozenByRisk)]
    [InlineData(HoldAuthority.EmergencyStop, Reason.FrozenJudicial)]
    [InlineData(HoldAuthority.CaseOrgan, Reason.FrozenJudicial)]
    [InlineData(HoldAuthority.Court, Reason.FrozenJudicial)]
    [InlineData(HoldAuthority.AmlFreeze, Reason.Sanctioned)]
    [InlineData(HoldAuthority.SanctionList, Reason.Sanctioned)]
    public void Check_HoldOfEachAuthority_TellsWhatTheMachineSays(HoldAuthority authority, Reason expected)
    {
        Assert.Equal(expected, HoldLifecycle.Machine.Told(HoldState.Placed, new HoldFacts { Authority = authority }));
        Assert.Equal(expected, Told(Given.Terminal(), Given.Merchant(holds: Record(authority))));
    }

    [Theory]
    [InlineData(HoldTarget.Terminal, Reason.TerminalSuspended)]
    [InlineData(HoldTarget.Merchant, Reason.ReverificationRequired)]
    [InlineData(HoldTarget.Identity, Reason.ReverificationRequired)]
    public void Check_HoldOfACondition_TellsWhatTheMachineSays(HoldTarget target, Reason expected)
    {
        Assert.Equal(expected, HoldLifecycle.Machine.Told(HoldState.Placed, new HoldFacts { Authority = HoldAuthority.Condition, Target = target }));
        var hold = new PlacedHold("h", HoldAuthority.Condition, "d", target, Given.Now).ToRecord();
        Assert.Equal(expected, target == HoldTarget.Terminal ? Told(Given.Terminal(holds: hold), Given.Merchant()) : Told(Given.Terminal(), Given.Merchant(holds: hold)));
    }

    [Theory]
    [InlineData(HoldAuthority.AcquirerRisk, true)]
    [InlineData(HoldAuthority.Court, false)]
    public void ToRecord_RefundsPass_IsOfRiskHoldsAlone(HoldAuthority authority, bool expected) =>
        Assert.Equal(expected, new PlacedHold("h", authority, "d", HoldTarget.Merchant, Given.Now, RefundsPass: true).ToRecord().RefundsPass);

    private static Hold Record(HoldAuthority authority) => new PlacedHold("h", authority, "d", HoldTarget.Merchant, Given.Now).ToRecord();

    /// <summary>What a check tells: its first reason, or else its first warning.</summary>
    private static Reason Told(TerminalRecord? terminal, MerchantRecord merchant)
    {
        var verdict = StatusDecision.Decide(Given.Query(), terminal, merchant, Given.Policy, Given.Now);
        return verdict.Decision is Decision.Allow && !verdict.Warnings.IsEmpty ? verdict.Warnings.First : verdict.Primary;
    }

    private static TheoryData<string> StatesOf(string name) => [.. MachineTests.Of(name).States.Select(row => row.State)];
}
