using BenchmarkDotNet.Attributes;
using VerifyGateway.Caching.Coherence;
using VerifyGateway.Caching.Memory;
using VerifyGateway.Caching.Redis;
using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Benchmarks;

/// <summary>What copies cost besides being looked up: a value of Redis made and read, and one entry of the change feed applied to a memory of 100,000 terminals that holds the record.</summary>
[MemoryDiagnoser, InProcess]
public class CopyBenchmark : IDisposable
{
    private const int Terminals = 100_000;

    private readonly CopyKeeper _keeper = new(new FleetMemory(RecordHasher.Random(), 64L << 20, static _ => { }, static _ => { }), window: 1_000_000);
    private readonly FeedEntry[] _changes = new FeedEntry[Terminals];
    private RecordCopy<MerchantRecord> _copy;
    private byte[] _value = [];
    private long _revision;

    [GlobalSetup]
    public void Prepare()
    {
        var (_, terminal, merchant) = BenchmarkFleet.Check();
        _copy = new RecordCopy<MerchantRecord>(merchant, 7, 9);
        _value = PackForRedis();
        for (var i = 0; i < Terminals; i++)
        {
            var key = BenchmarkStore.KeyOf(i).Terminal;
            var record = terminal with { Key = key };
            _keeper.Admit(_keeper.HashOf(key), new RecordCopy<TerminalRecord>(record, 0, 0), _keeper.Epoch, isFromRedis: false);
            _changes[i] = new FeedEntry(0, 1, FeedEntity.Terminal, key.Acquirer, key.Sn.ToString(), RecordCodec.Pack(record));
        }

        if (UnpackFromRedis() != _copy)
        {
            throw new InvalidOperationException("The benchmark does not measure what it says.");
        }
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _keeper.Close();
        GC.SuppressFinalize(this);
    }

    [Benchmark]
    public byte[] PackForRedis() => RedisValueCodec.Pack("vg:1:merchant"u8, _copy);

    [Benchmark]
    public RecordCopy<MerchantRecord>? UnpackFromRedis() => RedisValueCodec.Unpack("vg:1:merchant"u8, _value, _copy.Record!.Value.Key);

    [Benchmark]
    public void ApplyChange()
    {
        _revision++;
        _keeper.Apply(_changes[_revision * 7_919 % Terminals] with { Revision = _revision });
    }
}
