using VerifyGateway.Domain.Reasons;
using VerifyGateway.Domain.Records;
using static VerifyGateway.Domain.Tests.Given;

namespace VerifyGateway.Domain.Tests.Deciding;

/// <summary>What each state of terminal, merchant and identity does to a sale, one row a state.</summary>
public class StateRuleTests
{
    [Fact]
    public void Sale_NothingStandsAgainstIt_IsAllowed()
    {
        var verdict = Decide();
        Assert.Equal(Decision.Allow, verdict.Decision);
        Assert.Equal(Reason.Ok, verdict.Primary);
        Assert.True(verdict.Reasons.IsEmpty);
        Assert.True(verdict.Warnings.IsEmpty);
        Assert.Equal(0, verdict.UntilUnixMs);
    }

    [Theory]
    [InlineData(TerminalState.Applied, Reason.TerminalNotRegistered)]
    [InlineData(TerminalState.UnderReview, Reason.TerminalNotRegistered)]
    [InlineData(TerminalState.Rejected, Reason.TerminalNotRegistered)]
    [InlineData(TerminalState.Approved, Reason.TerminalNotActivated)]
    [InlineData(TerminalState.Delivered, Reason.TerminalNotActivated)]
    [InlineData(TerminalState.Active, Reason.Ok)]
    [InlineData(TerminalState.Suspended, Reason.TerminalSuspended)]
    [InlineData(TerminalState.Lost, Reason.TerminalSuspended)]
    [InlineData(TerminalState.Replaced, Reason.TerminalRetired)]
    [InlineData(TerminalState.Retired, Reason.TerminalRetired)]
    public void Sale_TerminalState_GivesItsReasonAlone(TerminalState state, Reason reason) => Alone(Terminal(state), Merchant(), reason);

    [Theory]
    [InlineData(MerchantState.Proposed, Reason.MerchantNotRegistered)]
    [InlineData(MerchantState.Active, Reason.Ok)]
    [InlineData(MerchantState.WindDown, Reason.Deregistering)]
    [InlineData(MerchantState.Deregistered, Reason.Deregistered)]
    public void Sale_MerchantState_GivesItsReasonAlone(MerchantState state, Reason reason) => Alone(Terminal(), Merchant(state), reason);

    [Theory]
    [InlineData(IdentityState.NotVerified, Reason.NotVerified)]
    [InlineData(IdentityState.Pending, Reason.VerificationPending)]
    [InlineData(IdentityState.NeedsInfo, Reason.VerificationNeedsInfo)]
    [InlineData(IdentityState.Rejected, Reason.VerificationRejected)]
    [InlineData(IdentityState.Verified, Reason.Ok)]
    [InlineData(IdentityState.Lapsed, Reason.ReverificationRequired)]
    [InlineData(IdentityState.Revoked, Reason.NotVerified)]
    public void Sale_IdentityState_GivesItsReasonAlone(IdentityState state, Reason reason) =>
        Alone(Terminal(), Merchant(identity: state), reason);

    [Fact]
    public void Sale_NoTerminalRecord_IsNotRegistered() => Alone(null, Merchant(), Reason.TerminalNotRegistered);

    [Fact]
    public void Sale_NoMerchantRecord_IsNotRegistered() => Alone(Terminal(), null, Reason.MerchantNotRegistered);

    [Theory]
    [InlineData("898440359120004", Given.TerminalNoText)]
    [InlineData(Given.MerchantNoText, "77770292")]
    [InlineData("898440359120004", "77770292")]
    public void Sale_NumbersOfAnotherTerminal_AreAMismatch(string merchantNo, string terminalNo) =>
        Alone(Terminal() with { MerchantNo = MerchantNo(merchantNo), TerminalNo = TerminalNo(terminalNo) }, Merchant(), Reason.TerminalMerchantMismatch);

    [Theory]
    [InlineData("a003310f0002085", "77770291")]
    [InlineData("A003310F0002085", "b0000012")]
    public void Sale_NumbersDifferingInCase_AreAMismatch(string merchantNo, string terminalNo)
    {
        var terminal = Terminal() with { MerchantNo = MerchantNo(merchantNo), TerminalNo = TerminalNo(terminalNo) };
        var query = Query() with { MerchantNo = MerchantNo("A003310F0002085"), TerminalNo = TerminalNo("B0000012") };
        var verdict = Domain.Deciding.StatusDecision.Decide(query, terminal, Merchant(), Policy, Now);
        Assert.Equal(Reason.TerminalMerchantMismatch, verdict.Primary);
    }

    [Theory]
    [InlineData(-1, true)]
    [InlineData(0, false)]
    [InlineData(1, false)]
    public void Sale_AroundTheReverifyDeadline_IsWarnedBeforeAndDeclinedFromIt(long msFromDeadline, bool allowed)
    {
        var verdict = Decide(merchant: Merchant(identity: IdentityState.ReverifyDue) with { ReverifyByUnixMs = Now - msFromDeadline });
        Assert.Equal(allowed ? Decision.Allow : Decision.Decline, verdict.Decision);
        Assert.Equal([Reason.ReverificationRequired], (allowed ? verdict.Warnings : verdict.Reasons).Listed());
        Assert.True((allowed ? verdict.Reasons : verdict.Warnings).IsEmpty);
    }

    [Fact]
    public void Sale_DeadlineOnAVerifiedIdentity_MeansNothing() =>
        Alone(Terminal(), Merchant() with { ReverifyByUnixMs = Now - 1 }, Reason.Ok);

    [Fact]
    public void Sale_LapsedBeforeItsOldDeadline_IsStillDeclined() =>
        Alone(Terminal(), Merchant(identity: IdentityState.Lapsed) with { ReverifyByUnixMs = Now + 1 }, Reason.ReverificationRequired);

    [Theory]
    [InlineData(0)]
    [InlineData(11)]
    [InlineData(255)]
    public void Sale_UndefinedState_IsNeverAllowed(byte number)
    {
        Alone(Terminal((TerminalState)number), Merchant(), Reason.TerminalNotRegistered);
        Alone(Terminal(), Merchant((MerchantState)number), Reason.MerchantNotRegistered);
        Alone(Terminal(), Merchant(identity: (IdentityState)number), Reason.NotVerified);
        Alone(Terminal(TerminalState.Active, Hold((HoldKind)number)), Merchant(), Reason.FrozenByRisk);
    }

    private static void Alone(TerminalRecord? terminal, MerchantRecord? merchant, Reason reason)
    {
        var verdict = Domain.Deciding.StatusDecision.Decide(Query(), terminal, merchant, Policy, Now);
        Assert.Equal(reason, verdict.Primary);
        Assert.Equal(reason == Reason.Ok ? Decision.Allow : Decision.Decline, verdict.Decision);
        Assert.Equal(reason == Reason.Ok ? [] : [reason], verdict.Reasons.Listed());
        Assert.Empty(verdict.Warnings.Listed());
        Assert.Equal(0, verdict.UntilUnixMs);
    }
}
