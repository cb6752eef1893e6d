using NBomber.Contracts;
using static NBomber.Contracts.LoadSimulation;

namespace NBomber.CSharp;

/// <summary>
/// The parts of a load. Closed ones keep a number of copies busy, each beginning anew when it is done: the load gives way to a slow
/// target. Open ones start work by the clock: the load does not give way, and latency counts from the instant that was meant.
/// </summary>
public static class Simulation
{
    /// <summary>Closed: goes evenly from the copies that there are to so many.</summary>
    public static LoadSimulation RampingConstant(int copies, TimeSpan during) => new() { Is = Kind.RampingConstant, Amount = copies, During = during };

    /// <summary>Closed: keeps so many copies busy.</summary>
    public static LoadSimulation KeepConstant(int copies, TimeSpan during) => new() { Is = Kind.KeepConstant, Amount = copies, During = during };

    /// <summary>Closed: so many iterations all in all, shared by so many copies.</summary>
    public static LoadSimulation IterationsForConstant(int copies, int iterations) =>
        new() { Is = Kind.IterationsForConstant, Amount = copies, Iterations = iterations };

    /// <summary>Open: goes evenly from the rate that there is to so many starts in an interval.</summary>
    public static LoadSimulation RampingInject(int rate, TimeSpan interval, TimeSpan during) =>
        new() { Is = Kind.RampingInject, Amount = rate, Interval = interval, During = during };

    /// <summary>Open: so many starts in an interval, evenly spread over it.</summary>
    public static LoadSimulation Inject(int rate, TimeSpan interval, TimeSpan during) => new() { Is = Kind.Inject, Amount = rate, Interval = interval, During = during };

    /// <summary>Open: a random number of starts in each interval, both bounds included, evenly spread over it.</summary>
    public static LoadSimulation InjectRandom(int minRate, int maxRate, TimeSpan interval, TimeSpan during) =>
        new() { Is = Kind.InjectRandom, Amount = minRate, MaxAmount = maxRate, Interval = interval, During = during };

    /// <summary>Open: so many iterations all in all, so many starts in an interval.</summary>
    public static LoadSimulation IterationsForInject(int rate, TimeSpan interval, int iterations) =>
        new() { Is = Kind.IterationsForInject, Amount = rate, Interval = interval, Iterations = iterations };

    /// <summary>Nothing for a while.</summary>
    public static LoadSimulation Pause(TimeSpan during) => new() { Is = Kind.Pause, During = during };
}
