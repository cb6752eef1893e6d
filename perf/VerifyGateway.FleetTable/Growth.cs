using System.Globalization;
using VerifyGateway.Caching.Memory;

namespace VerifyGateway.FleetTable;

/// <summary>Look-ups, each timed, while another thread fills the same table, and while it fills another one: what growth itself makes a look-up wait.</summary>
internal static class Growth
{
    private const int Begin = 1_000_000;
    private const int Portion = 50_000;
    private const int End = 4_500_000;
    private const int Rounds = 5;

    // Memory that is new to the process has to come from the system, and from the host of a virtual machine, which may make anybody wait who touches it.
    private static readonly (string What, bool Same, bool IsThere)[] Kinds =
    [
        ("another thread fills another table", false, false),
        ("another thread fills the same table", true, false),
        ("another thread fills another table, memory is there", false, true),
        ("another thread fills the same table, memory is there", true, true),
    ];

    private static readonly TimeSpan Time = TimeSpan.FromSeconds(4);

    /// <summary>Prints a table of it.</summary>
    public static void Report(RecordHasher hasher, Action<FormattableString> say)
    {
        var hashes = Measure.Hashes(hasher, Begin, held: true, seed: 11);
        say($"");
        say($"| look-ups among 1,000,000, each timed | grew to | count | 99.99 %, µs | longest, µs |");
        say($"|---|---:|---:|---:|---:|");
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var (what, same, isThere) in Kinds)
            {
                using var read = new Caching.Memory.FleetTable(8L << 30);
                using var other = new Caching.Memory.FleetTable(8L << 30);
                var grown = same ? read : other;
                if (isThere)
                {
                    Put(grown, hasher, 0, End);
                    grown.Clear();
                }

                Put(read, hasher, 0, Begin);
                if (!same)
                {
                    Put(other, hasher, 0, Begin);
                }

                Measure.Longest(read, hashes, TimeSpan.FromSeconds(0.5));
                var (stop, to) = (false, Begin);
                var filling = new Thread(() =>
                {
                    for (; !Volatile.Read(ref stop) && to < End; to += Portion)
                    {
                        Put(grown, hasher, to, to + Portion);
                    }
                });
                filling.Start();
                var (count, p9999, longest) = Measure.Longest(read, hashes, Time);
                Volatile.Write(ref stop, true);
                filling.Join();
                var entries = grown.Count.ToString("N0", CultureInfo.InvariantCulture);
                say($"| {what} | {entries} | {count:N0} | {p9999:0.0} | {longest:0} |");
            }
        }
    }

    private static void Put(Caching.Memory.FleetTable table, RecordHasher hasher, int from, int to) =>
        Fill.Run(table, from, to, static (number, into) => SlotCodec.Pack(Fleet.Terminal(number), into), number => hasher.Of(Fleet.TerminalKey(number)));
}
