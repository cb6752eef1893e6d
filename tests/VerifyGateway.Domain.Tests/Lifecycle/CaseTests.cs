using VerifyGateway.Domain.Lifecycle;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Domain.Tests.Lifecycle;

public class CaseTests
{
    private const long DayMs = 86_400_000;

    [Theory]
    [InlineData(AccountClass.Class1, 0, false, false)]
    [InlineData(AccountClass.Class1, 0, true, false)]
    [InlineData(AccountClass.Class1, 1, false, true)]
    [InlineData(AccountClass.Class2, 2, false, false)]
    [InlineData(AccountClass.Class2, 3, false, true)]
    [InlineData(AccountClass.Class2, 0, true, true)]
    [InlineData(AccountClass.Class3, 4, false, false)]
    [InlineData(AccountClass.Class3, 5, false, true)]
    [InlineData(AccountClass.Class3, 0, true, true)]
    [InlineData((AccountClass)0, 99, true, false)]
    [InlineData((AccountClass)4, 99, true, false)]
    public void Checks_ByClass_NeedTheirChannelsOrFaceToFace(AccountClass accountClass, int channels, bool faceToFace, bool taken)
    {
        var facts = CaseHarness.Good with { AccountClass = accountClass, ExternalChannels = channels, FaceToFace = faceToFace };
        Assert.Equal(taken ? [] : [Refusal.ChannelsTooFew], Step(CaseState.Checking, CaseEvent.ChannelsAgree, facts));
    }

    [Theory]
    [InlineData(-1, true)]
    [InlineData(0, false)]
    public void Checks_AroundTheEndOfTheDocumentsLastDay_PassBeforeIt(long ms, bool taken)
    {
        var facts = CaseHarness.Good with { DocumentValidTo = Given.Day("2026-06-01"), NowUnixMs = Given.China("2026-06-02 00:00:00.000") + ms };
        Assert.Equal(taken ? [] : [Refusal.DocumentNotValid], Step(CaseState.Checking, CaseEvent.ChannelsAgree, facts));
    }

    [Fact]
    public void Document_ValidForLife_PassesAndHasNoTimer()
    {
        var facts = CaseHarness.Good with { DocumentValidTo = null, NowUnixMs = long.MaxValue };
        Assert.Empty(Step(CaseState.Checking, CaseEvent.ChannelsAgree, facts));
        Assert.Null(CaseLifecycle.Machine.NextTimer(CaseState.Verified, facts));
        Assert.Null(CaseLifecycle.Machine.Due(CaseState.Verified, facts));
        Assert.Equal([Refusal.TimerNotDue], Step(CaseState.Verified, CaseEvent.DocumentExpires, facts));
    }

    [Theory]
    [InlineData("p1", "p2", null, false, new Refusal[0])]
    [InlineData("p1", "p1", "p3", false, new[] { Refusal.ReviewerIsSubmitter })]
    [InlineData("p1", null, "p3", false, new[] { Refusal.ReviewerIsSubmitter })]
    [InlineData(null, "p2", "p3", false, new[] { Refusal.ReviewerIsSubmitter })]
    [InlineData("p1", "p2", "p3", true, new Refusal[0])]
    [InlineData("p1", "p2", null, true, new[] { Refusal.BlacklistOverrideUnsigned })]
    [InlineData("p1", "p2", "p2", true, new[] { Refusal.BlacklistOverrideUnsigned })]
    [InlineData("p1", "p2", "p1", true, new[] { Refusal.BlacklistOverrideUnsigned })]
    [InlineData("p1", "p1", "p1", true, new[] { Refusal.ReviewerIsSubmitter, Refusal.BlacklistOverrideUnsigned })]
    public void Approve_Persons_AreFourEyesAndSixForABadRecord(string? submitter, string? reviewer, string? second, bool blacklisted, Refusal[] expected)
    {
        var facts = CaseHarness.Good with { Submitter = submitter, Reviewer = reviewer, SecondReviewer = second, Blacklisted = blacklisted };
        Assert.Equal(expected, Step(CaseState.ManualReview, CaseEvent.Approve, facts));
    }

    [Theory]
    [InlineData(ActorRole.None, false)]
    [InlineData(ActorRole.Holder, false)]
    [InlineData(ActorRole.Operator, true)]
    [InlineData(ActorRole.Risk, true)]
    [InlineData(ActorRole.JudicialAuthority, false)]
    [InlineData(ActorRole.Aml, false)]
    [InlineData(ActorRole.System, false)]
    public void Revoke_ByWhom_IsForOperatorsAndRisk(ActorRole role, bool taken) =>
        Assert.Equal(taken ? [] : [Refusal.ActorNotAuthorised], Step(CaseState.Verified, CaseEvent.Revoke, CaseHarness.Good with { Role = role }));

    [Theory]
    [InlineData(ReverifyTrigger.Risk, -1, false)]
    [InlineData(ReverifyTrigger.Risk, 0, true)]
    [InlineData(ReverifyTrigger.Risk, 1, true)]
    [InlineData(ReverifyTrigger.Policy, 0, false)]
    [InlineData(ReverifyTrigger.Policy, 1, true)]
    [InlineData(ReverifyTrigger.Dormancy, 0, false)]
    [InlineData(ReverifyTrigger.ElementChange, 0, false)]
    [InlineData(ReverifyTrigger.PeriodicReview, 0, false)]
    [InlineData(ReverifyTrigger.PeriodicReview, 1, true)]
    public void RequireReverification_AroundNow_OnlyRiskMayLeaveNoTime(ReverifyTrigger trigger, long ms, bool taken)
    {
        var facts = CaseHarness.Good with { Trigger = trigger, ReverifyByUnixMs = Given.Now + ms };
        Assert.Equal(taken ? [] : [Refusal.DeadlineNotAhead], Step(CaseState.Verified, CaseEvent.RequireReverification, facts));
    }

    [Fact]
    public void RequireReverification_TriggerUndefined_IsRefused() => Assert.Equal(
        [Refusal.TriggerMissing], Step(CaseState.Verified, CaseEvent.RequireReverification, CaseHarness.Good with { Trigger = (ReverifyTrigger)6 }));

    [Theory]
    [InlineData(-1, false)]
    [InlineData(0, true)]
    public void Resubmit_AroundTheEndOfCoolingOff_IsTakenFromIt(long ms, bool taken)
    {
        var facts = CaseHarness.Good with { NowUnixMs = CaseHarness.Entered + DayMs + ms };
        Assert.Equal(taken ? [] : [Refusal.CoolingOff], Step(CaseState.Rejected, CaseEvent.Resubmit, facts));
    }

    [Theory]
    [InlineData(-1, true)]
    [InlineData(0, false)]
    public void Confirm_AroundThirtyDays_IsTakenBeforeThem(long ms, bool taken)
    {
        // Late by a millisecond, the confirmation is refused although no timer has been applied.
        var facts = CaseHarness.Good with { NowUnixMs = CaseHarness.Entered + (30 * DayMs) + ms };
        Assert.Equal(taken ? [] : [Refusal.TimeIsOver], Step(CaseState.OwnerConfirm, CaseEvent.Confirm, facts));
    }

    [Fact]
    public void Limits_OfAnAcquirer_TakeThePlaceOfTheDefaults()
    {
        var facts = CaseHarness.Good with { Limits = new CaseLimits(1, 2, 3, 1, 60), CardTries = 1, IdTries = 2, Rounds = 3, EnteredAtUnixMs = Given.Now - 3_600_000 };
        Assert.Equal([Refusal.RoundsExhausted, Refusal.TryLimitDay, Refusal.IdTryLimitDay], Step(CaseState.NeedsInfo, CaseEvent.Supplement, facts));
        Assert.Equal([Refusal.TryLimitDay, Refusal.IdTryLimitDay], Step(CaseState.Rejected, CaseEvent.Resubmit, facts));
        Assert.Equal(Given.China("2027-11-02 00:00:00.000"), CaseLifecycle.Machine.NextTimer(CaseState.Verified, facts)?.AtUnixMs);
        Assert.Equal(CaseLimits.Default, default(CaseFacts).Limits);
        Assert.Equal(new CaseLimits(3, 30, 5, 24, 30), CaseLimits.Default);
    }

    [Theory]
    [InlineData(-DayMs - 1, true, 0)]
    [InlineData(-DayMs, true, 0)]
    [InlineData(-DayMs + 1, true, 1)]
    [InlineData(0, true, 1)]
    [InlineData(1, true, 0)]
    [InlineData(-1, true, 1)]
    [InlineData(-1, false, 0)]
    public void TryWindow_OneTry_CountsForADayWhenItWasAnswered(long ms, bool answered, int expected) =>
        Assert.Equal(expected, TryWindow.Count([new VerificationTry(Given.Now + ms, answered)], Given.Now));

    [Theory]
    [InlineData(CaseState.NotOpened, IdentityState.NotVerified)]
    [InlineData(CaseState.Draft, IdentityState.NotVerified)]
    [InlineData(CaseState.Submitted, IdentityState.NotVerified)]
    [InlineData(CaseState.Checking, IdentityState.Pending)]
    [InlineData(CaseState.NeedsInfo, IdentityState.NeedsInfo)]
    [InlineData(CaseState.ManualReview, IdentityState.Pending)]
    [InlineData(CaseState.OwnerConfirm, IdentityState.Pending)]
    [InlineData(CaseState.Verified, IdentityState.Verified)]
    [InlineData(CaseState.Expiring, IdentityState.Verified)]
    [InlineData(CaseState.Expired, IdentityState.Verified)]
    [InlineData(CaseState.ReverifyDue, IdentityState.ReverifyDue)]
    [InlineData(CaseState.Lapsed, IdentityState.Lapsed)]
    [InlineData(CaseState.Rejected, IdentityState.Rejected)]
    [InlineData(CaseState.Withdrawn, IdentityState.NotVerified)]
    [InlineData(CaseState.Revoked, IdentityState.Revoked)]
    [InlineData(CaseState.Archived, IdentityState.NotVerified)]
    [InlineData((CaseState)99, IdentityState.NotVerified)]
    public void ToIdentity_EachState_IsTheOneTheRecordShows(CaseState state, IdentityState expected) => Assert.Equal(expected, CaseStates.ToIdentity(state));

    private static Refusal[] Step(CaseState state, CaseEvent @event, CaseFacts facts) => [.. CaseLifecycle.Machine.Step(state, @event, facts).Refusals];
}
