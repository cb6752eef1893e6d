using System.Buffers.Binary;
using BenchmarkDotNet.Attributes;
using VerifyGateway.Caching.Memory;

namespace VerifyGateway.Benchmarks;

/// <summary>
/// A look-up in the fleet table, of entries here and there: when each waits for the one before, and side by side, as the checks of a batch
/// are. The largest table takes 3 GB of memory, and a minute to fill. <c>./perf/table/run</c> measures more of the table.
/// </summary>
[MemoryDiagnoser, InProcess] // A project of its own that builds the contracts again does not find their generated code.
public class LookUpBenchmark : IDisposable
{
    private const int Asked = 1 << 20;
    private const int Round = 1 << 13;

    private readonly RecordHasher _hasher = RecordHasher.Random();
    private readonly byte[] _room = new byte[FleetTable.MaxValueBytes];
    private readonly RecordHash[] _asked = new RecordHash[Asked];
    private FleetTable _table = null!;
    private int _next;

    /// <summary>Entries in the table.</summary>
    [Params(1_000, 1_000_000, 40_000_000)]
    public int Entries { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        _table = new FleetTable(4L << 30);
        var value = new byte[30];
        for (var entry = 0; entry < Entries; entry++)
        {
            _table.Put(HashOf(entry), revision: 1, value);
        }

        var random = new Random(1);
        for (var i = 0; i < Asked; i++)
        {
            _asked[i] = HashOf(random.Next(Entries));
        }

        if (_table.Count != Entries || Alone() != Round || SideBySide() != Round)
        {
            throw new InvalidOperationException("The benchmark does not measure what it says.");
        }
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _table.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <returns>How many were found.</returns>
    [Benchmark(OperationsPerInvoke = Round)]
    public int Alone()
    {
        var found = 0;
        var at = Begin();
        for (var i = 0; i < Round; i++)
        {
            found += _table.TryGet(_asked[at], _room, out var length, out var revision) ? 1 : 0;
            // A revision has 48 bits, and a length is never that long: this adds nothing, and has to be waited for.
            at += 1 + (int)(revision >> 50) + (length >> 20);
        }

        return found;
    }

    /// <returns>How many were found.</returns>
    [Benchmark(OperationsPerInvoke = Round)]
    public int SideBySide()
    {
        var found = 0;
        foreach (ref readonly var hash in _asked.AsSpan(Begin(), Round))
        {
            found += _table.TryGet(hash, _room, out _, out _) ? 1 : 0;
        }

        return found;
    }

    /// <summary>Others than the last time, whose lines are not at hand when the table is large.</summary>
    private int Begin() => _next = (_next + Round) % Asked;

    private RecordHash HashOf(int entry)
    {
        Span<byte> name = stackalloc byte[20];
        name.Fill((byte)'0');
        BinaryPrimitives.WriteInt32LittleEndian(name, entry);
        return _hasher.OfTerminal(new RecordName("01020000"u8, name));
    }
}
