using System.Runtime.InteropServices;
using VerifyGateway.Caching.Memory;

namespace VerifyGateway.FleetTable;

/// <summary>What this machine's memory does at best, here and now: one read of one random line, in as many bytes as a table has, and nothing else.</summary>
internal static unsafe class Bare
{
    private const int LineBytes = 64;

    /// <summary>Nanoseconds of a read whose place is known when the one before has come.</summary>
    /// <param name="bytes">Bytes of the lines; pages of 2 MiB are asked for, as the table does.</param>
    /// <param name="hashes">Where to read, as many as the rounds need.</param>
    public static Times Read(long bytes, RecordHash[] hashes)
    {
        var lines = (ulong)bytes / LineBytes;
        var memory = (byte*)NativeMemory.AlignedAlloc((nuint)bytes, HugePages.Bytes);
        try
        {
            HugePages.Ask(memory, (nuint)bytes);
            // Touched, so that it is there; all of it is zero.
            NativeMemory.Clear(memory, (nuint)bytes);
            return Times.Of(Measure.Rounds, Measure.Round, round =>
            {
                var at = round * Measure.Round;
                for (var i = 0; i < Measure.Round; i++)
                {
                    // As in the look-ups: this adds nothing, and has to be waited for.
                    at += 1 + (int)(*(long*)(memory + (Math.BigMul(hashes[at].Low, lines, out _) * LineBytes)) >> 50);
                }

                return (ulong)at;
            });
        }
        finally
        {
            NativeMemory.AlignedFree(memory);
        }
    }
}
