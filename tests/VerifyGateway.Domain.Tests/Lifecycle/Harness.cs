using System.Collections.Immutable;
using VerifyGateway.Domain.Lifecycle;
using VerifyGateway.Domain.Reasons;

namespace VerifyGateway.Domain.Tests.Lifecycle;

/// <summary>One row of a machine's table, as specified: the codes in the order in which they are named.</summary>
internal sealed record ExpectedRow(string From, string Event, string To, params string[] Codes);

/// <summary>What a step gave, in names.</summary>
internal sealed record Stepped(string State, Reason Told, ImmutableArray<string> Codes);

/// <summary>A machine under test, its types left aside, so that one test can ask the same of all of them.</summary>
internal abstract class Harness
{
    public abstract string Name { get; }

    /// <summary>The transitions, as specified.</summary>
    public abstract ImmutableArray<ExpectedRow> Rows { get; }

    /// <summary>The states with how long each may last and what a terminal is told in it, as specified.</summary>
    public abstract ImmutableArray<(string State, Stay Stay, Reason Told)> States { get; }

    public abstract ImmutableArray<ExpectedRow> ActualRows { get; }

    public abstract ImmutableArray<(string State, Stay Stay, Reason Told)> ActualStates { get; }

    public abstract ImmutableArray<string> Events { get; }

    public abstract ImmutableArray<string> TimedRows { get; }

    /// <summary>Steps with facts under which every guard of the row holds, but for those named.</summary>
    public abstract Stepped Step(string state, string @event, params IEnumerable<string> broken);

    /// <summary>Steps with facts that never were set.</summary>
    public abstract Stepped StepUnset(int state, int @event);

    /// <summary>Codes of guards that no facts can break together with the others.</summary>
    public abstract ImmutableHashSet<string> Apart { get; }

    /// <summary>Steps with facts drawn by chance.</summary>
    public abstract Stepped StepRandom(string state, string @event, Random random);

    /// <summary>Events due, by the machine itself, that many milliseconds after the row's timer.</summary>
    public abstract string? DueAround(string state, string @event, long ms);

    /// <summary>Steps with facts under which every guard holds, that many milliseconds after the timer of the state.</summary>
    public abstract Stepped StepAround(string state, string @event, string timer, long ms);

    public override string ToString() => Name;
}

/// <summary>A machine under test.</summary>
internal sealed class Harness<TState, TEvent, TFacts>(
    Machine<TState, TEvent, TFacts> machine,
    (TState State, Stay Stay, Reason Told)[] states,
    (TState From, TEvent Event, TState To, string Codes)[] rows,
    Func<TState, TEvent, TFacts> good,
    Func<TFacts, long, TFacts> at,
    Dictionary<string, Func<TFacts, TFacts>> breakers,
    Func<TState, TEvent, long> due,
    params ImmutableHashSet<string> apart) : Harness
    where TState : struct, Enum
    where TEvent : struct, Enum
    where TFacts : struct, IFacts
{
    private const string TimerNotDue = "TIMER_NOT_DUE";

    public override string Name => machine.Name;

    public override ImmutableHashSet<string> Apart => apart;

    public override ImmutableArray<ExpectedRow> Rows { get; } =
        [.. rows.Select(row => new ExpectedRow(row.From.ToString(), row.Event.ToString(), row.To.ToString(), row.Codes.Split(' ', StringSplitOptions.RemoveEmptyEntries)))];

    public override ImmutableArray<(string State, Stay Stay, Reason Told)> States { get; } = [.. states.Select(row => (row.State.ToString(), row.Stay, row.Told))];

    public override ImmutableArray<ExpectedRow> ActualRows { get; } =
        [.. machine.Transitions.Select(row => new ExpectedRow(
            row.From.ToString(), row.Event.ToString(), row.To.ToString(), [.. row.Refusals.Select(refusal => RefusalTable.Of(refusal).Code)]))];

    public override ImmutableArray<(string State, Stay Stay, Reason Told)> ActualStates { get; } =
        [.. machine.States.Select(row => (row.State.ToString(), row.Stay, machine.Told(row.State, good(row.State, default))))];

    public override ImmutableArray<string> Events { get; } = [.. Enum.GetNames<TEvent>()];

    public override ImmutableArray<string> TimedRows { get; } =
        [.. machine.Transitions.Where(row => row.DueAt is not null).Select(row => $"{row.From} {row.Event}")];

    public override Stepped Step(string state, string @event, params IEnumerable<string> broken)
    {
        var (from, what) = Parse(state, @event);
        return Named(machine.Step(from, what, Facts(from, what, broken)));
    }

    public override Stepped StepUnset(int state, int @event) =>
        Named(machine.Step((TState)Enum.ToObject(typeof(TState), state), (TEvent)Enum.ToObject(typeof(TEvent), @event), default));

    public override Stepped StepRandom(string state, string @event, Random random)
    {
        var (from, what) = Parse(state, @event);
        if (random.Next(3) == 0)
        {
            return Named(machine.Step(from, what, RandomFacts.Of<TFacts>(random)));
        }

        // Some guards of the row are broken by chance, the rest hold: facts by chance alone would hardly ever get past the beginning.
        var codes = Rows.FirstOrDefault(row => row.From == state && row.Event == @event)?.Codes ?? [];
        return Step(state, @event, random.Next(3) == 0 ? codes.Where(_ => random.Next(2) == 0) : []);
    }

    public override string? DueAround(string state, string @event, long ms)
    {
        var (from, what) = Parse(state, @event);
        return machine.Due(from, at(good(from, what), due(from, what) + ms))?.ToString();
    }

    public override Stepped StepAround(string state, string @event, string timer, long ms)
    {
        var (from, what) = Parse(state, @event);
        var (_, runsOut) = Parse(state, timer);
        return Named(machine.Step(from, what, at(good(from, runsOut), due(from, runsOut) + ms)));
    }

    private TFacts Facts(TState from, TEvent what, IEnumerable<string> broken)
    {
        var facts = good(from, what);
        broken = [.. broken];
        var timed = machine.Transitions.Any(row => row.DueAt is not null && Equals(row.From, from) && Equals(row.Event, what));
        if (timed)
        {
            facts = at(facts, due(from, what) - (broken.Contains(TimerNotDue) ? 1 : 0));
        }

        return broken.Where(code => code != TimerNotDue).Aggregate(facts, (bad, code) => (breakers.GetValueOrDefault($"{what} {code}") ?? breakers[code])(bad));
    }

    private static (TState, TEvent) Parse(string state, string @event) => (Enum.Parse<TState>(state), Enum.Parse<TEvent>(@event));

    private static Stepped Named(StepResult<TState> step) =>
        new(step.State.ToString(), step.Told, [.. step.Refusals.Select(refusal => RefusalTable.Of(refusal).Code)]);
}
