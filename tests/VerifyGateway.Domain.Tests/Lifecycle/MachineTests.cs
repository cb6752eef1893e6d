using System.Collections.Immutable;
using VerifyGateway.Domain.Lifecycle;
using VerifyGateway.Domain.Reasons;

namespace VerifyGateway.Domain.Tests.Lifecycle;

/// <summary>What holds of every machine: each is compared with its table as specified, guard by guard.</summary>
public class MachineTests
{
    private static readonly ImmutableArray<Harness> Machines =
        [TerminalHarness.Machine, CaseHarness.Machine, BindingHarness.Machine, HoldHarness.Machine, DeregistrationHarness.Machine];

    public static TheoryData<string> Names => [.. Machines.Select(machine => machine.Name)];

    public static TheoryData<string, string, string> Rows =>
        [.. Machines.SelectMany(machine => machine.Rows.Select(row => new TheoryDataRow<string, string, string>(machine.Name, row.From, row.Event)))];

    public static TheoryData<string, string, string> TimedRows =>
        [.. Machines.SelectMany(machine => machine.TimedRows.Select(row => row.Split(' ')).Select(row => new TheoryDataRow<string, string, string>(machine.Name, row[0], row[1])))];

    [Theory]
    [MemberData(nameof(Names))]
    public void Table_OfEachMachine_IsTheOneSpecified(string name)
    {
        var machine = Of(name);
        Assert.Equal(Lines(machine.Rows), Lines(machine.ActualRows));
        Assert.Equal(machine.States, machine.ActualStates);

        static IEnumerable<string> Lines(IEnumerable<ExpectedRow> rows) =>
            rows.Select(row => $"{row.From} {row.Event} {row.To}: {string.Join(' ', row.Codes)}").Order(StringComparer.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Step_EveryGuardHolds_IsTakenAndTellsTheNewState(string name, string from, string @event)
    {
        var machine = Of(name);
        var step = machine.Step(from, @event);
        var to = Row(machine, from, @event).To;
        Assert.Empty(step.Codes);
        Assert.Equal(to, step.State);
        Assert.Equal(Told(machine, to), step.Told);
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Step_EachGuardAloneFails_IsRefusedWithItsCodeAndLeavesTheState(string name, string from, string @event)
    {
        var machine = Of(name);
        foreach (var code in Row(machine, from, @event).Codes)
        {
            var step = machine.Step(from, @event, code);
            Assert.Equal([code], step.Codes);
            Assert.Equal(from, step.State);
        }
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Step_EveryGuardFails_NamesThemAllInOrder(string name, string from, string @event)
    {
        var machine = Of(name);
        string[] codes = [.. Row(machine, from, @event).Codes.Where(code => !machine.Apart.Contains(code))];
        Assert.Equal(codes, machine.Step(from, @event, codes).Codes);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Step_PairsWithoutARow_AreRefusedAndLeaveTheState(string name)
    {
        var machine = Of(name);
        foreach (var (state, stay, told) in machine.States)
        {
            foreach (var @event in machine.Events.Where(@event => !machine.Rows.Any(row => row.From == state && row.Event == @event)))
            {
                var step = machine.Step(state, @event);
                Assert.Equal([stay is Stay.Final ? "STATE_IS_FINAL" : "EVENT_NOT_IN_STATE"], step.Codes);
                Assert.Equal((state, told), (step.State, step.Told));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Step_StateOrEventUndefined_IsRefusedAndNeverTellsThatSalesGoOn(string name)
    {
        var machine = Of(name);
        foreach (var state in new[] { 100, 255 })
        {
            var step = machine.StepUnset(state, 1);
            Assert.Equal(["EVENT_NOT_IN_STATE"], step.Codes);
            Assert.Equal($"{state}", step.State);
            Assert.Equal(ReasonClass.Decline, ReasonTable.Of(step.Told).Class);
        }

        Assert.Equal(["EVENT_NOT_IN_STATE"], machine.StepUnset(0, 0).Codes);
        Assert.Equal(["EVENT_NOT_IN_STATE"], machine.StepUnset(0, 200).Codes);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Step_FactsNeverSet_BeginNothing(string name)
    {
        var machine = Of(name);
        foreach (var number in Enumerable.Range(0, machine.Events.Length + 1))
        {
            Assert.NotEmpty(machine.StepUnset(0, number).Codes);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void States_AllOfThem_AreReachedFromTheBeginning(string name)
    {
        var machine = Of(name);
        var reached = new HashSet<string> { machine.States[0].State };
        while (machine.Rows.Where(row => reached.Contains(row.From)).Any(row => reached.Add(row.To)))
        {
            // Goes on until a round adds nothing.
        }

        Assert.Equal(machine.States.Select(row => row.State).ToHashSet(), reached);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void States_FinalAndTimed_AreExactlyThoseWithoutExitAndWithATimer(string name)
    {
        var machine = Of(name);
        foreach (var (state, stay, _) in machine.States)
        {
            Assert.Equal(stay is Stay.Final, !machine.ActualRows.Any(row => row.From == state));
            Assert.Equal(stay is Stay.Timed or Stay.Limited, machine.TimedRows.Any(row => row.StartsWith(state + " ", StringComparison.Ordinal)));
        }
    }

    [Theory]
    [MemberData(nameof(TimedRows))]
    public void Timer_AroundItsInstant_IsDueFromExactlyThere(string name, string from, string @event)
    {
        var machine = Of(name);
        Assert.Null(machine.DueAround(from, @event, -1));
        Assert.Equal(@event, machine.DueAround(from, @event, 0));
        Assert.Equal(@event, machine.DueAround(from, @event, 1));
        Assert.Equal(["TIMER_NOT_DUE"], machine.Step(from, @event, "TIMER_NOT_DUE").Codes);
    }

    [Theory]
    [MemberData(nameof(TimedRows))]
    public void Event_AfterTheTimerOfItsState_IsTooLateExactlyWhereTheTimeIsLimited(string name, string from, string @event)
    {
        var machine = Of(name);
        var limited = machine.States.Single(row => row.State == from).Stay is Stay.Limited;
        foreach (var row in machine.Rows.Where(row => row.From == from && row.Event != @event && !machine.TimedRows.Contains($"{row.From} {row.Event}")))
        {
            Assert.DoesNotContain("TIME_IS_OVER", machine.StepAround(from, row.Event, @event, -1).Codes);
            Assert.Equal(limited, machine.StepAround(from, row.Event, @event, 0).Codes.Contains("TIME_IS_OVER"));
            Assert.Equal(limited ? from : null, limited ? machine.StepAround(from, row.Event, @event, 0).State : null);
        }
    }

    [Theory]
    [InlineData(5, 7, HoldEvent.Place, 5)]
    [InlineData(7, 5, HoldEvent.Lapse, 5)]
    [InlineData(5, 5, HoldEvent.Place, 5)]
    [InlineData(0, 5, HoldEvent.Lapse, 5)]
    [InlineData(5, 0, HoldEvent.Place, 5)]
    public void NextTimer_OfTwo_IsTheOneThatRunsOutFirst(long first, long second, HoldEvent @event, long at)
    {
        var machine = new Machine<DayOfWeek, HoldEvent, HoldFacts>(
            "x", Reason.Ok,
            [new(DayOfWeek.Sunday, Stay.Timed, Reason.Ok), new(DayOfWeek.Monday, Stay.Final, Reason.Ok)],
            [
                new(DayOfWeek.Sunday, HoldEvent.Place, DayOfWeek.Monday, [], _ => first == 0 ? null : first),
                new(DayOfWeek.Sunday, HoldEvent.Lift, DayOfWeek.Monday, []),
                new(DayOfWeek.Sunday, HoldEvent.Lapse, DayOfWeek.Monday, [], _ => second == 0 ? null : second),
            ]);
        Assert.Equal(new Timer<HoldEvent>(@event, at), machine.NextTimer(DayOfWeek.Sunday, default));
        Assert.Equal(@event, machine.Due(DayOfWeek.Sunday, new HoldFacts { NowUnixMs = at }));
        Assert.Null(machine.Due(DayOfWeek.Sunday, new HoldFacts { NowUnixMs = at - 1 }));
    }

    [Fact]
    public void Constructor_TwoRowsForOnePairOrAStateWithoutRow_IsRefused()
    {
        StateRow<DayOfWeek, HoldFacts>[] states = [new(DayOfWeek.Sunday, Stay.Lasting, Reason.Ok), new(DayOfWeek.Monday, Stay.Final, Reason.Ok)];
        Transition<DayOfWeek, HoldEvent, HoldFacts> row = new(DayOfWeek.Sunday, HoldEvent.Place, DayOfWeek.Monday, []);
        _ = new Machine<DayOfWeek, HoldEvent, HoldFacts>("x", Reason.Ok, [.. states], [row]);
        Assert.Throws<ArgumentException>(() => new Machine<DayOfWeek, HoldEvent, HoldFacts>("x", Reason.Ok, [.. states], [row, row]));
        Assert.Throws<ArgumentException>(() => new Machine<DayOfWeek, HoldEvent, HoldFacts>("x", Reason.Ok, [.. states, states[0]], [row]));
        Assert.Throws<ArgumentException>(() => new Machine<DayOfWeek, HoldEvent, HoldFacts>("x", Reason.Ok, [.. states], [row with { To = DayOfWeek.Friday }]));
    }

    internal static Harness Of(string name) => Machines.Single(machine => machine.Name == name);

    private static ExpectedRow Row(Harness machine, string from, string @event) => machine.Rows.Single(row => row.From == from && row.Event == @event);

    private static Reason Told(Harness machine, string state) => machine.States.Single(row => row.State == state).Told;
}
