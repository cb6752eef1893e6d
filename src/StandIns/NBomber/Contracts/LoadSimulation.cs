namespace NBomber.Contracts;

/// <summary>One part of a scenario's load; made by <see cref="CSharp.Simulation"/>.</summary>
public sealed class LoadSimulation : IEquatable<LoadSimulation>
{
    internal enum Kind
    {
        RampingConstant,
        KeepConstant,
        IterationsForConstant,
        RampingInject,
        Inject,
        InjectRandom,
        IterationsForInject,
        Pause,
    }

    internal Kind Is { get; init; }

    /// <summary>Copies of a closed simulation; starts in an interval of an open one (the least of them when random).</summary>
    internal int Amount { get; init; }

    /// <summary>The most starts in an interval, when random.</summary>
    internal int MaxAmount { get; init; }

    internal int Iterations { get; init; }

    internal TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(1);

    internal TimeSpan During { get; init; }

    /// <summary>An open simulation starts work by the clock, whatever became of the work before.</summary>
    internal bool IsOpen => Is is Kind.RampingInject or Kind.Inject or Kind.InjectRandom or Kind.IterationsForInject;

    /// <inheritdoc />
    public bool Equals(LoadSimulation? other) =>
        other is not null && (Is, Amount, MaxAmount, Iterations, Interval, During) == (other.Is, other.Amount, other.MaxAmount, other.Iterations, other.Interval, other.During);

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as LoadSimulation);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Is, Amount, MaxAmount, Iterations, Interval, During);

    /// <inheritdoc />
    public override string ToString() => Is switch
    {
        Kind.RampingConstant => $"ramp to {Amount} copies in {Text(During)}",
        Kind.KeepConstant => $"{Amount} copies for {Text(During)}",
        Kind.IterationsForConstant => $"{Iterations} iterations by {Amount} copies",
        Kind.RampingInject => $"ramp to {Amount} starts per {Text(Interval)} in {Text(During)}",
        Kind.Inject => $"{Amount} starts per {Text(Interval)} for {Text(During)}",
        Kind.InjectRandom => $"{Amount} to {MaxAmount} starts per {Text(Interval)} for {Text(During)}",
        Kind.IterationsForInject => $"{Iterations} iterations, {Amount} starts per {Text(Interval)}",
        _ => $"pause of {Text(During)}",
    };

    private static string Text(TimeSpan time) => time switch
    {
        { TotalSeconds: < 1 and > -1 } => $"{time.TotalMilliseconds:0.###} ms",
        { TotalMinutes: < 5 } => $"{time.TotalSeconds:0.###} s",
        { TotalHours: < 5 } => $"{time.TotalMinutes:0.#} min",
        _ => $"{time.TotalHours:0.#} h",
    };
}
