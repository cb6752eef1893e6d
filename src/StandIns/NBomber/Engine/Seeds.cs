namespace NBomber.Engine;

/// <summary>
/// Derives seeds from the one of the run. The runtime's own way to combine numbers differs from process to process, and a seed that is
/// printed has to mean the same in the next one.
/// </summary>
internal static class Seeds
{
    /// <summary>The environment variable that gives a run its seed: that of a report, to have the same random numbers again.</summary>
    public const string Variable = "NBOMBER_SEED";

    /// <summary>What is added at each step of SplitMix64: 2^64 divided by the golden ratio.</summary>
    public const ulong Gamma = 0x9E3779B97F4A7C15;

    /// <summary>One number out of several, in their order.</summary>
    public static ulong Of(params ReadOnlySpan<long> parts)
    {
        var seed = 0UL;
        foreach (var part in parts)
        {
            seed = Mix(seed + Gamma + Mix((ulong)part));
        }

        return seed;
    }

    /// <summary>The output function of SplitMix64: every bit of the result depends on every bit given.</summary>
    public static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }

    /// <summary>The seed that the environment asks for, or a random one.</summary>
    public static int OfEnvironment()
    {
        var wanted = Environment.GetEnvironmentVariable(Variable);
        if (string.IsNullOrEmpty(wanted))
        {
            return Random.Shared.Next();
        }

        return int.TryParse(wanted, System.Globalization.CultureInfo.InvariantCulture, out var seed)
            ? seed
            : throw new ArgumentException($"{Variable} is '{wanted}', and a seed is a whole number.");
    }
}
