using System.Diagnostics;
using VerifyGateway.Caching.Memory;

namespace VerifyGateway.FleetTable;

/// <summary>Fills a table, one thread. Records are made and packed a portion ahead, so that only puts are timed.</summary>
internal static class Fill
{
    private const int Portion = 100_000;
    private const int Width = 64;

    public delegate int Packer(int number, Span<byte> into);

    /// <summary>Puts records of numbers from one to another: puts a second, and the most bytes of an entry at any portion's thousandth, from 50,000 entries on.</summary>
    public static (double Rate, double Worst) Run(Caching.Memory.FleetTable table, int from, int to, Packer pack, Func<int, RecordHash> hashOf)
    {
        var hashes = new RecordHash[Portion];
        var lengths = new int[Portion];
        var values = new byte[Portion * Width];
        var room = new byte[Caching.Memory.FleetTable.MaxValueBytes];
        var (seconds, worst) = (0.0, 0.0);
        for (var start = from; start < to; start += Portion)
        {
            var count = Math.Min(Portion, to - start);
            for (var i = 0; i < count; i++)
            {
                hashes[i] = hashOf(start + i);
                lengths[i] = pack(start + i, room);
                room.AsSpan(0, lengths[i]).CopyTo(values.AsSpan(i * Width, Width));
            }

            var began = Stopwatch.GetTimestamp();
            for (var i = 0; i < count; i++)
            {
                table.Put(hashes[i], 1, values.AsSpan(i * Width, lengths[i]));
                if (i % 1_000 == 999 && start + i >= 50_000)
                {
                    worst = Math.Max(worst, (double)table.Bytes / (start + i + 1));
                }
            }

            seconds += Stopwatch.GetElapsedTime(began).TotalSeconds;
        }

        return ((to - from) / seconds, worst);
    }
}
