using VerifyGateway.Domain.Lifecycle;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Domain.Tests.Lifecycle;

public class TerminalTests
{
    public static MatrixTheoryData<ActorRole, HoldKind> RolesAndCauses => new(Enum.GetValues<ActorRole>(), [.. Enum.GetValues<HoldKind>(), 0, (HoldKind)9]);

    [Theory]
    [MemberData(nameof(RolesAndCauses))]
    public void Suspend_RoleAndCause_MustBelongTogether(ActorRole role, HoldKind cause)
    {
        (ActorRole, HoldKind)[] together =
        [
            (ActorRole.Holder, HoldKind.Holder), (ActorRole.Risk, HoldKind.Risk), (ActorRole.JudicialAuthority, HoldKind.Judicial),
            (ActorRole.Aml, HoldKind.Regulator), (ActorRole.System, HoldKind.System),
        ];
        var step = TerminalLifecycle.Machine.Step(TerminalState.Active, TerminalEvent.Suspend, TerminalHarness.Good with { Role = role, Cause = cause });
        Assert.Equal(together.Contains((role, cause)) ? [] : [Refusal.ActorNotAuthorised], step.Refusals);
    }

    [Theory]
    [InlineData("2.9.9", false)]
    [InlineData("3.0", true)]
    [InlineData("3.0.1", true)]
    public void Activate_AroundTheMinimumVersion_IsTakenFromIt(string version, bool taken) => Assert.Equal(
        taken, TerminalLifecycle.Machine.Step(TerminalState.Delivered, TerminalEvent.Activate, TerminalHarness.Good with { AppVersion = Given.Version(version) }).IsTaken);

    [Theory]
    [InlineData(RetireReason.None, false)]
    [InlineData(RetireReason.Broken, true)]
    [InlineData(RetireReason.EndOfLife, true)]
    [InlineData(RetireReason.LostOrStolen, true)]
    [InlineData(RetireReason.Replaced, true)]
    [InlineData(RetireReason.Returned, true)]
    [InlineData(RetireReason.Other, true)]
    [InlineData((RetireReason)7, false)]
    public void Retire_Reason_IsOneOfTheList(RetireReason reason, bool taken) => Assert.Equal(
        taken, TerminalLifecycle.Machine.Step(TerminalState.Active, TerminalEvent.Retire, TerminalHarness.Good with { RetireReason = reason }).IsTaken);

    [Theory]
    [InlineData(ActorRole.Operator, true)]
    [InlineData(ActorRole.Holder, false)]
    [InlineData(ActorRole.Risk, false)]
    [InlineData(ActorRole.None, false)]
    public void Reinstate_ByWhom_IsForOperators(ActorRole role, bool taken) => Assert.Equal(
        taken, TerminalLifecycle.Machine.Step(TerminalState.Lost, TerminalEvent.Reinstate, TerminalHarness.Good with { Role = role }).IsTaken);

    [Theory]
    [InlineData("2025-01-31 10:00:00.000", "2026-01-31 10:00:00.000")]
    [InlineData("2024-02-29 00:30:00.000", "2025-02-28 00:30:00.000")]
    [InlineData("2025-03-01 00:30:00.000", "2026-03-01 00:30:00.000")]
    public void IdleTooLong_TwelveMonths_AreCountedOnTheCalendarInChina(string last, string due) => Assert.Equal(
        new Timer<TerminalEvent>(TerminalEvent.IdleTooLong, Given.China(due)),
        TerminalLifecycle.Machine.NextTimer(TerminalState.Active, new TerminalFacts { LastTransactionAtUnixMs = Given.China(last) }));

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(long.MaxValue)]
    public void IdleTooLong_LastTransactionNotKnown_IsNeverDue(long last)
    {
        var facts = TerminalHarness.Good with { LastTransactionAtUnixMs = last, NowUnixMs = Given.Now };
        Assert.Null(TerminalLifecycle.Machine.Due(TerminalState.Active, facts));
        Assert.Equal([Refusal.TimerNotDue], TerminalLifecycle.Machine.Step(TerminalState.Active, TerminalEvent.IdleTooLong, facts).Refusals);
    }

    [Fact]
    public void Timer_OfAnotherState_DoesNotRun() =>
        Assert.Null(TerminalLifecycle.Machine.NextTimer(TerminalState.Suspended, new TerminalFacts { LastTransactionAtUnixMs = Given.Now }));
}
