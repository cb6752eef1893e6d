using System.Diagnostics;
using System.Globalization;
using VerifyGateway.Caching.Memory;
using VerifyGateway.FleetTable;
using Table = VerifyGateway.Caching.Memory.FleetTable;

// Fills a table of terminals and then one of merchants, and measures on the way; prints Markdown.
if (args is not [var terminalsText, var merchantsText])
{
    Console.Error.WriteLine("usage: FleetTable TERMINALS MERCHANTS; ./perf/table/run says where and with what load");
    return 2;
}

var (most, merchants) = (int.Parse(terminalsText, CultureInfo.InvariantCulture), int.Parse(merchantsText, CultureInfo.InvariantCulture));
var hasher = RecordHasher.Random();
Say($"Hash of a terminal's name: {Measure.Hash(hasher)} ns. Times are medians of 512 rounds, with the fastest twentieth.");
var (terminalNs, merchantNs) = Measure.Records(hasher, 1_000);
Say($"From a name to its record, of 1,000: terminal {terminalNs} ns, merchant {merchantNs} ns (hash, look-up, unpacking, the record's allocation).");
Say($"");
Say($"| terminals | hit alone, ns | one line of as many bytes, ns | hits side by side, ns | misses side by side, ns | bytes of an entry | worst on the way | put, thousands/s |");
Say($"|---:|---:|---:|---:|---:|---:|---:|---:|");

using var table = new Table(8L << 30, static evicted => throw new InvalidOperationException($"{evicted} evicted"));
var filled = 0;
foreach (var size in (int[])[1_000, 100_000, 1_000_000, 3_000_000, 10_000_000, 40_000_000])
{
    if (size > most)
    {
        break;
    }

    var fill = Fill.Run(table, filled, size, (number, into) => SlotCodec.Pack(Fleet.Terminal(number), into), number => hasher.Of(Fleet.TerminalKey(number)));
    filled = size;
    var hashes = Measure.Hashes(hasher, size, held: true, seed: size);
    var hits = Measure.LookUps(table, hashes, hits: true);
    var bare = Bare.Read(table.Bytes, hashes);
    var misses = Measure.LookUps(table, Measure.Hashes(hasher, size, held: false, seed: size), hits: false);
    Say($"| {size:N0} | {hits.Alone} | {bare} | {hits.Overlapped} | {misses.Overlapped} | {(double)table.Bytes / size:0.0} | {(fill.Worst > 0 ? fill.Worst.ToString("0.0", CultureInfo.InvariantCulture) : "")} | {fill.Rate / 1000:0} |");
}

using var second = new Table(8L << 30, static evicted => throw new InvalidOperationException($"{evicted} evicted"));
var merchantFill = Fill.Run(second, 0, merchants, (number, into) => SlotCodec.Pack(Fleet.Merchant(number), into), number => hasher.Of(Fleet.MerchantKey(number)));
Say($"");
Say($"With {filled:N0} terminals and {merchants:N0} merchants: resident {Environment.WorkingSet / 1048576.0:N0} MiB, tables {(table.Bytes + second.Bytes) / 1048576.0:N0} MiB ({(double)(table.Bytes + second.Bytes) / (filled + merchants):0.0} bytes of an entry; merchants {(double)second.Bytes / merchants:0.0}, {merchantFill.Rate / 1000:0} thousand put a second).");
GcPauses();
Growth.Report(hasher, Say);
return 0;

void GcPauses()
{
    const int EveryMs = 20;
    var hashes = Measure.Hashes(hasher, filled, held: true, seed: 7);
    var time = TimeSpan.FromSeconds(4);
    Measure.Longest(table, hashes, TimeSpan.FromSeconds(1));
    GC.Collect(2, GCCollectionMode.Forced, blocking: true, compacting: true);
    Say($"");
    Say($"| look-ups, each timed | count | 99.99 %, µs | longest, µs | longest pause, µs |");
    Say($"|---|---:|---:|---:|---:|");
    var pauses = new List<double>();
    var sleep = TimeSpan.Zero;
    for (var round = 0; round < 3; round++)
    {
        var calm = Measure.Longest(table, hashes, time);
        Say($"| no collection | {calm.Count:N0} | {calm.P9999:0.0} | {calm.Longest:0} | |");
        var first = pauses.Count;
        var busy = Beside(() =>
        {
            GC.Collect(2, GCCollectionMode.Forced, blocking: true, compacting: true);
            pauses.Add(GC.GetGCMemoryInfo(GCKind.FullBlocking).PauseDurations[0].TotalMicroseconds);
        }, between: null);
        Say($"| full blocking collections, one every {EveryMs} ms | {busy.Count:N0} | {busy.P9999:0.0} | {busy.Longest:0} | {pauses.Skip(first).Max():0} |");
        // The control: the same thread is made to wait as often and as long, and no collector has a part in it.
        sleep = TimeSpan.FromMicroseconds(pauses.Skip(first).Order().ElementAt((pauses.Count - first) / 2));
        using var goOn = new AutoResetEvent(false);
        var stop = false;
        var slept = Beside(
            () =>
            {
                Volatile.Write(ref stop, true);
                for (var began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began) < sleep;)
                {
                }

                goOn.Set();
            },
            between: () =>
            {
                if (Volatile.Read(ref stop))
                {
                    Volatile.Write(ref stop, false);
                    goOn.WaitOne(1_000);
                }
            });
        Say($"| no collection, made to wait {sleep.TotalMicroseconds:0} µs by another thread, every {EveryMs} ms | {slept.Count:N0} | {slept.P9999:0.0} | {slept.Longest:0} | |");
    }

    Say($"");
    Say($"{pauses.Count} full collections paused the process for {pauses.Average():0} µs each and for {pauses.Max():0} µs at most, as the runtime says.");

    (int Count, double P9999, double Longest) Beside(Action again, Action? between)
    {
        var done = false;
        var other = new Thread(() =>
        {
            while (!Volatile.Read(ref done))
            {
                again();
                Thread.Sleep(EveryMs);
            }
        });
        other.Start();
        var measured = Measure.Longest(table, hashes, time, between);
        Volatile.Write(ref done, true);
        other.Join();
        return measured;
    }
}

static void Say(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
