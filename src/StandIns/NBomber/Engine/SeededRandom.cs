using System.Buffers.Binary;

namespace NBomber.Engine;

/// <summary>
/// Random numbers (SplitMix64) that can be begun anew at no cost, so that each iteration has its own: what it draws depends on the run's
/// seed and its own number, not on which iterations ran before or beside it. Safe from any thread.
/// </summary>
internal sealed class SeededRandom(ulong seed) : Random
{
    private ulong _state = seed;

    /// <summary>Begins anew.</summary>
    public void Restart(ulong seed) => Volatile.Write(ref _state, seed);

    public override int Next() => Next(int.MaxValue);

    public override int Next(int maxValue)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxValue);
        return (int)Below((ulong)maxValue);
    }

    public override int Next(int minValue, int maxValue)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minValue, maxValue);
        return (int)(minValue + (long)Below((ulong)((long)maxValue - minValue)));
    }

    public override long NextInt64() => NextInt64(long.MaxValue);

    public override long NextInt64(long maxValue)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxValue);
        return (long)Below((ulong)maxValue);
    }

    public override long NextInt64(long minValue, long maxValue)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minValue, maxValue);
        return (long)((ulong)minValue + Below((ulong)maxValue - (ulong)minValue));
    }

    public override double NextDouble() => (Draw() >> 11) * (1.0 / (1UL << 53));

    public override float NextSingle() => (Draw() >> 40) * (1.0f / (1U << 24));

    public override void NextBytes(byte[] buffer) => NextBytes(buffer.AsSpan());

    public override void NextBytes(Span<byte> buffer)
    {
        Span<byte> drawn = stackalloc byte[sizeof(ulong)];
        for (; buffer.Length > 0; buffer = buffer[Math.Min(buffer.Length, drawn.Length)..])
        {
            BinaryPrimitives.WriteUInt64LittleEndian(drawn, Draw());
            drawn[..Math.Min(buffer.Length, drawn.Length)].CopyTo(buffer);
        }
    }

    protected override double Sample() => NextDouble();

    private ulong Draw() => Seeds.Mix(Interlocked.Add(ref _state, Seeds.Gamma));

    /// <summary>The high half of the product: no number is likelier than another by more than one in 2^64 draws of each.</summary>
    private ulong Below(ulong bound) => Math.BigMul(Draw(), bound, out _);
}
