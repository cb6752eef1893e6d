using System.Collections.Immutable;
using VerifyGateway.Domain.Reasons;

namespace VerifyGateway.Domain.Lifecycle;

/// <summary>What the guards of a machine look at. The clock comes in as a value.</summary>
public interface IFacts
{
    /// <summary>The instant to decide for, Unix milliseconds.</summary>
    long NowUnixMs { get; }
}

/// <summary>How long a state may last.</summary>
public enum Stay : byte
{
    /// <summary>For good: nothing leads out of it.</summary>
    Final = 1,
    /// <summary>Until its timer runs out at the latest; the facts may say that the timer is not running, as for a document valid for life.</summary>
    Timed = 2,
    /// <summary>As long as work of the acquirer, of a source or of an authority takes; no timer, but a service level to watch.</summary>
    Waiting = 3,
    /// <summary>As long as the business does.</summary>
    Lasting = 4,
    /// <summary>Until its timer runs out; from then on nothing else is taken, whether or not anybody has applied the timer yet.</summary>
    Limited = 5,
}

/// <summary>One state of a machine.</summary>
/// <param name="State">The state.</param>
/// <param name="Stay">How long it may last.</param>
/// <param name="Told">What a terminal is told in it; <see cref="Reason.Ok"/> where sales go on.</param>
/// <param name="ToldBy">Where what is told depends on the facts: the rule; takes the place of <paramref name="Told"/>.</param>
public sealed record StateRow<TState, TFacts>(TState State, Stay Stay, Reason Told, Func<TFacts, Reason>? ToldBy = null);

/// <summary>A condition of a transition.</summary>
/// <param name="Refusal">What is answered when it does not hold.</param>
/// <param name="Holds">True when the facts meet it; pure.</param>
public sealed record Guard<TFacts>(Refusal Refusal, Func<TFacts, bool> Holds);

/// <summary>One transition.</summary>
/// <param name="From">The state that it leads out of.</param>
/// <param name="Event">What happens.</param>
/// <param name="To">The state that it leads to.</param>
/// <param name="Guards">The conditions, all of which must hold.</param>
/// <param name="DueAt">
/// For a timer: first instant at which it is due, Unix milliseconds, or null while it is not running. Before it the event is
/// refused with <see cref="Refusal.TimerNotDue"/>. Null for events of people and systems.
/// </param>
public sealed record Transition<TState, TEvent, TFacts>(
    TState From, TEvent Event, TState To, ImmutableArray<Guard<TFacts>> Guards, Func<TFacts, long?>? DueAt = null)
    where TFacts : struct, IFacts
{
    /// <summary>What the transition can be refused with, in the order in which refusals are named.</summary>
    public ImmutableArray<Refusal> Refusals => [.. DueAt is null ? [] : Due, .. Guards.Select(guard => guard.Refusal)];

    private static ImmutableArray<Refusal> Due => [Refusal.TimerNotDue];

    /// <summary>Every refusal that the facts give; empty when the transition may be taken.</summary>
    internal ImmutableArray<Refusal> Failed(in TFacts facts)
    {
        var failed = ImmutableArray<Refusal>.Empty;
        if (DueAt is { } dueAt && !(facts.NowUnixMs >= dueAt(facts)))
        {
            failed = Due;
        }

        foreach (var guard in Guards)
        {
            if (!guard.Holds(facts))
            {
                failed = failed.Add(guard.Refusal);
            }
        }

        return failed;
    }
}

/// <summary>The outcome of a step.</summary>
/// <param name="State">The new state; the old one when refused.</param>
/// <param name="Told">What a terminal is told in it.</param>
/// <param name="Refusals">Everything that stood against the step; empty when it was taken.</param>
public readonly record struct StepResult<TState>(TState State, Reason Told, ImmutableArray<Refusal> Refusals)
{
    /// <summary>True when the transition was taken.</summary>
    public bool IsTaken => Refusals.IsDefaultOrEmpty;
}

/// <summary>A running timer.</summary>
/// <param name="Event">The event to apply when it has run out.</param>
/// <param name="AtUnixMs">First instant at which it has, Unix milliseconds.</param>
public readonly record struct Timer<TEvent>(TEvent Event, long AtUnixMs);
