namespace VerifyGateway.Cli.Generating;

/// <summary>
/// Numbers that look random and are a function of a seed and a stream alone: SplitMix64 (public domain, Sebastiano Vigna). Unlike
/// System.Random it is the same for ever and everywhere, and any stream can be begun without the ones before it.
/// </summary>
internal struct SplitMix(ulong seed, ulong stream)
{
    private const ulong Step = 0x9E3779B97F4A7C15;

    private ulong _state = Mix(seed + Step) ^ Mix((stream * Step) + seed);

    /// <summary>The next 64 bits.</summary>
    public ulong Next() => Mix(_state += Step);

    /// <summary>A number from 0 to below <paramref name="bound"/>, 1 or more; the bias of a bound below a million is under 1e-13.</summary>
    public int Below(int bound) => (int)Math.BigMul(Next(), (ulong)bound, out _);

    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
