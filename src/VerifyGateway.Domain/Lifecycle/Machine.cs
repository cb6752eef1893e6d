using System.Collections.Frozen;
using System.Collections.Immutable;
using VerifyGateway.Domain.Reasons;

namespace VerifyGateway.Domain.Lifecycle;

/// <summary>
/// A state machine as data: the states with what a terminal is told in each, and the transitions with their guards. Pure: the
/// same state, event and facts always give the same step. Immutable, safe from any thread.
/// </summary>
/// <typeparam name="TState">The states; the value 0 stands for "does not exist yet" and is where every life begins.</typeparam>
/// <typeparam name="TEvent">What can happen. A state has at most one transition an event, so that a step is never a choice.</typeparam>
/// <typeparam name="TFacts">What the guards look at, the instant included.</typeparam>
public sealed class Machine<TState, TEvent, TFacts>
    where TState : struct, Enum
    where TEvent : struct, Enum
    where TFacts : struct, IFacts
{
    private readonly FrozenDictionary<(TState, TEvent), Transition<TState, TEvent, TFacts>> _rows;
    private readonly FrozenDictionary<TState, StateRow<TState, TFacts>> _states;

    /// <summary>Puts a machine together.</summary>
    /// <param name="name">The machine's name, one word.</param>
    /// <param name="toldOfUndefined">What a terminal is told of a state that is none of the machine's; never lets a sale go on.</param>
    /// <param name="states">One row a state, the beginning included.</param>
    /// <param name="transitions">One row a transition.</param>
    /// <exception cref="ArgumentException">A state or a pair of state and event stands twice, or a transition names a state that has no row.</exception>
    public Machine(
        string name, Reason toldOfUndefined, ImmutableArray<StateRow<TState, TFacts>> states, ImmutableArray<Transition<TState, TEvent, TFacts>> transitions)
    {
        Name = name;
        ToldOfUndefined = toldOfUndefined;
        States = states;
        Transitions = transitions;
        _states = states.ToDictionary(row => row.State).ToFrozenDictionary();
        _rows = transitions.ToDictionary(row => (row.From, row.Event)).ToFrozenDictionary();
        if (transitions.FirstOrDefault(row => !_states.ContainsKey(row.From) || !_states.ContainsKey(row.To)) is { } stray)
        {
            throw new ArgumentException($"{name}: {stray.From} → {stray.To} names a state without a row.", nameof(transitions));
        }
    }

    /// <summary>The machine's name.</summary>
    public string Name { get; }

    /// <summary>What a terminal is told of a state that is none of the machine's.</summary>
    public Reason ToldOfUndefined { get; }

    /// <summary>The states, the beginning included.</summary>
    public ImmutableArray<StateRow<TState, TFacts>> States { get; }

    /// <summary>The transitions.</summary>
    public ImmutableArray<Transition<TState, TEvent, TFacts>> Transitions { get; }

    /// <summary>
    /// Applies an event. Refused, the state stays, and the result names every guard that failed, in the order of the table, or
    /// the one refusal that says why there is no such transition at all. Never throws.
    /// </summary>
    public StepResult<TState> Step(TState state, TEvent @event, in TFacts facts)
    {
        if (!_rows.TryGetValue((state, @event), out var row))
        {
            var why = _states.TryGetValue(state, out var here) && here.Stay is Stay.Final ? Refusal.StateIsFinal : Refusal.EventNotInState;
            return new StepResult<TState>(state, Told(state, facts), [why]);
        }

        var failed = row.Failed(facts);
        if (row.DueAt is null && _states[state].Stay is Stay.Limited && Due(state, facts) is not null)
        {
            failed = failed.Insert(0, Refusal.TimeIsOver);
        }

        var next = failed.IsEmpty ? row.To : state;
        return new StepResult<TState>(next, Told(next, facts), failed);
    }

    /// <summary>What a terminal is told in a state; <see cref="Reason.Ok"/> where sales go on.</summary>
    public Reason Told(TState state, in TFacts facts) =>
        _states.TryGetValue(state, out var row) ? row.ToldBy is { } by ? by(facts) : row.Told : ToldOfUndefined;

    /// <summary>The timer that runs out next in a state; null when none is running.</summary>
    public Timer<TEvent>? NextTimer(TState state, in TFacts facts)
    {
        Timer<TEvent>? next = null;
        foreach (var row in Transitions)
        {
            if (EqualityComparer<TState>.Default.Equals(row.From, state) && row.DueAt?.Invoke(facts) is { } at && !(next?.AtUnixMs <= at))
            {
                next = new Timer<TEvent>(row.Event, at);
            }
        }

        return next;
    }

    /// <summary>The timer event that is due at the instant of the facts, for whoever reads or sweeps to apply; null when none is.</summary>
    public TEvent? Due(TState state, in TFacts facts) =>
        NextTimer(state, facts) is { } timer && facts.NowUnixMs >= timer.AtUnixMs ? timer.Event : null;
}
