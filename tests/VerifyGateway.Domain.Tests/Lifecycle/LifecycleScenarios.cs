using VerifyGateway.Domain.Lifecycle;
using VerifyGateway.Domain.Reasons;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Domain.Tests.Lifecycle;

/// <summary>The acceptance scenarios that concern the course of things in time.</summary>
public class LifecycleScenarios
{
    [Fact]
    public void Scenario10_DeregistrationCompletedThenCancel_IsRefusedAndStateUnchanged()
    {
        var machine = DeregistrationLifecycle.Machine;
        var facts = DeregistrationHarness.Good with { Role = ActorRole.Holder };
        var completed = machine.Step(DeregistrationState.Executing, DeregistrationEvent.Finish, facts);
        Assert.Equal(DeregistrationState.Completed, completed.State);

        var step = machine.Step(completed.State, DeregistrationEvent.Cancel, facts);
        Assert.False(step.IsTaken);
        Assert.Equal([Refusal.StateIsFinal], step.Refusals);
        Assert.Equal(DeregistrationState.Completed, step.State);
        Assert.Equal(Reason.Deregistered, step.Told);

        // While it executes the owner cannot call it off either; just before, the owner can.
        Assert.Equal([Refusal.EventNotInState], machine.Step(DeregistrationState.Executing, DeregistrationEvent.Cancel, facts).Refusals);
        Assert.Equal(DeregistrationState.Cancelled, machine.Step(DeregistrationState.OwnerConfirm, DeregistrationEvent.Cancel, facts).State);
    }

    [Fact]
    public void Scenario11_BalanceOfOneFen_BlocksInDryRunAndInWindDown()
    {
        var facts = DeregistrationHarness.Good with { BalanceFen = 1 };
        Assert.Equal([DeregistrationBlocker.BalanceNonzero], DeregistrationBlockers.DryRun(facts));

        // It does not keep the winding down from beginning: the holder needs it to withdraw the rest.
        var windDown = DeregistrationLifecycle.Machine.Step(DeregistrationState.Precheck, DeregistrationEvent.BeginWindDown, facts);
        Assert.Equal(DeregistrationState.WindDown, windDown.State);
        var step = DeregistrationLifecycle.Machine.Step(windDown.State, DeregistrationEvent.AllClear, facts);
        Assert.Equal([Refusal.DeregBalanceNonzero], step.Refusals);
        Assert.Equal("DEREG_BALANCE_NONZERO", RefusalTable.Of(step.Refusals[0]).Code);
        Assert.Equal(DeregistrationState.WindDown, step.State);
        Assert.True(DeregistrationLifecycle.Machine.Step(windDown.State, DeregistrationEvent.AllClear, facts with { BalanceFen = 0 }).IsTaken);
    }

    [Fact]
    public void Scenario13_SerialNumberRetiredAndReapplied_OldDateStillShowsTheOldBinding()
    {
        var (bound, retired, again) = (Given.China("2024-03-01 00:00:00.000"), Given.China("2025-05-10 18:00:00.000"), Given.China("2026-01-15 09:00:00.000"));
        var (oldMerchant, newMerchant) = (Given.MerchantNo(), Given.MerchantNo("898440359120004"));
        var history = BindingHistory.Empty.Begin(Given.Sn(), Given.Acquirer(), oldMerchant, Given.TerminalNo(), bound, out _);

        // The terminal's life ends for good; only a life of its own brings the device back.
        var step = TerminalLifecycle.Machine.Step(TerminalState.Active, TerminalEvent.Retire, TerminalHarness.Good with { NowUnixMs = retired });
        Assert.Equal(TerminalState.Retired, step.State);
        Assert.Equal([Refusal.StateIsFinal], TerminalLifecycle.Machine.Step(step.State, TerminalEvent.Apply, TerminalHarness.Good).Refusals);
        Assert.Equal(TerminalState.Applied, TerminalLifecycle.Machine.Step(TerminalLifecycle.Start, TerminalEvent.Apply, TerminalHarness.Good).State);
        history = history.End(Given.Sn(), retired)
            .Begin(Given.Sn(), Given.Acquirer("48025841"), newMerchant, Given.TerminalNo("00000001"), again, out var refusals);

        Assert.Empty(refusals);
        Assert.Equal((oldMerchant, 1), Shown(retired - 1));
        Assert.Null(history.AsOf(Given.Sn(), retired));
        Assert.Null(history.AsOf(Given.Sn(), again - 1));
        Assert.Equal((newMerchant, 2), Shown(again));
        Assert.Equal((oldMerchant, 1), Shown(Given.China("2024-12-31 12:00:00.000")));

        (Domain.Identifiers.MerchantNo, int) Shown(long at) => history.AsOf(Given.Sn(), at) is { } period ? (period.MerchantNo, period.Life) : default;
    }

    [Fact]
    public void Scenario14_JudicialHoldEnds_StandsNoLongerWithNoJobRunning()
    {
        var hold = new PlacedHold("h", HoldAuthority.Court, "d", HoldTarget.Merchant, Given.Now - 10, Given.Now);
        var book = HoldBook.Empty.Place(hold);
        Assert.Single(book.StandingAt(Given.Now - 1));
        Assert.Empty(book.StandingAt(Given.Now));
        Assert.Equal(Reason.FrozenJudicial, Given.Decide(merchant: Given.Merchant(holds: hold.ToRecord()), now: Given.Now - 1).Primary);
        Assert.Equal(Reason.Ok, Given.Decide(merchant: Given.Merchant(holds: hold.ToRecord())).Primary);
    }

    [Fact]
    public void Scenario19_FourthVerificationOfOneCardInADay_IsTryLimitBeforeAnyUpstreamCall()
    {
        var tries = new List<VerificationTry>();
        var calls = 0;
        for (var i = 0; i < 3; i++)
        {
            Assert.Empty(Verify(Given.Now + i));
        }

        // A source that was busy did not answer: that is no try.
        tries.Add(new VerificationTry(Given.Now + 3, Answered: false));
        Assert.Equal([Refusal.TryLimitDay], Verify(Given.Now + 4));
        Assert.Equal("TRY_LIMIT_DAY", RefusalTable.Of(Refusal.TryLimitDay).Code);
        Assert.Equal(3, calls);

        // A day after the first, one more is free, and no more than one.
        Assert.Equal([Refusal.TryLimitDay], Verify(Given.Now + CaseHarness.DayMs - 1));
        Assert.Empty(Verify(Given.Now + CaseHarness.DayMs));
        Assert.Equal([Refusal.TryLimitDay], Verify(Given.Now + CaseHarness.DayMs));
        Assert.Equal(4, calls);

        // The source is called only from a step that was taken.
        Refusal[] Verify(long now)
        {
            var facts = CaseHarness.Good with { NowUnixMs = now, CardTries = TryWindow.Count([.. tries], now), IdTries = 0 };
            var step = CaseLifecycle.Machine.Step(CaseState.Submitted, CaseEvent.StartChecks, facts);
            if (step.IsTaken)
            {
                Assert.Equal(CaseState.Checking, step.State);
                calls++;
                tries.Add(new VerificationTry(now, Answered: true));
            }

            return [.. step.Refusals];
        }
    }

    [Fact]
    public void Scenario20_TwoBindingsOfOneSerialNumber_OneWinsAndTheOtherLearnsNothingOfTheHolder()
    {
        var history = BindingHistory.Empty;
        var first = Propose(history, "48025840", "898440359120003");
        var second = Propose(history, "48025841", "898440359120004");
        Assert.True(first.IsTaken);
        Assert.True(second.IsTaken);

        // Both were proposed before either was known: whichever comes second to take effect finds the serial number taken.
        history = history.Begin(Given.Sn(), Given.Acquirer(), Given.MerchantNo(), Given.TerminalNo(), Given.Now, out var refusals);
        Assert.Empty(refusals);
        var loser = BindingLifecycle.Machine.Step(
            BindingState.Reported, BindingEvent.TakeEffect, Facts(history, "48025841", "898440359120004"));
        Assert.Equal([Refusal.SnBoundElsewhere], loser.Refusals);
        Assert.Equal(BindingState.Reported, loser.State);
        Assert.Same(history, history.Begin(Given.Sn(), Given.Acquirer("48025841"), Given.MerchantNo("898440359120004"), Given.TerminalNo(), Given.Now, out refusals));
        Assert.Equal([Refusal.SnBoundElsewhere], refusals);
        Assert.DoesNotContain(Given.AcquirerText, RefusalTable.Of(Refusal.SnBoundElsewhere).ToString());
        Assert.Single(history.Periods);

        static StepResult<BindingState> Propose(BindingHistory history, string acquirer, string merchant) =>
            BindingLifecycle.Machine.Step(BindingState.NotProposed, BindingEvent.Propose, Facts(history, acquirer, merchant));

        static BindingFacts Facts(BindingHistory history, string acquirer, string merchant) => BindingHarness.Good with
        {
            SnFree = history.IsSnFree(Given.Sn(), Given.Now),
            TerminalNoFree = history.IsTerminalNoFree(Given.Acquirer(acquirer), Given.MerchantNo(merchant), Given.TerminalNo(), Given.Now),
        };
    }
}
