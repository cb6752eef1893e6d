using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;
using VerifyGateway.Caching.Coherence;
using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Caching.Redis;

/// <summary>
/// Copies in Redis. Reads are pipelined, so that both records of a check, or all of a batch, come in one round trip. Writes wait
/// in a bounded queue and are compare-and-set: a copy is never replaced by one of a lower revision. What is read and is no copy is
/// taken away, or its claim to be newer would keep true copies out. Expiry is hygiene only.
/// </summary>
public sealed class RedisTier : IRemoteTier, IAsyncDisposable
{
    /// <summary>:: R1. Sets KEYS[1] to the copy ARGV[1] for ARGV[2] ms unless the copy there is as new or newer (revision, then head).</summary>
    private const string SetUnlessNewer = """
        local held = redis.pcall('GET', KEYS[1])
        if type(held) == 'string' and #held >= 21 and string.byte(held, 1) == string.byte(ARGV[1], 1) then
          local revision, head = struct.unpack('<i8i8', held, 2)
          local new_revision, new_head = struct.unpack('<i8i8', ARGV[1], 2)
          if new_revision < revision or (new_revision == revision and new_head <= head) then
            return 0
          end
        end
        redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
        return 1
        """;

    /// <summary>Removes KEYS[1] if it still is the value ARGV[1] that was refused.</summary>
    private const string RemoveRefused = """
        if redis.call('GET', KEYS[1]) == ARGV[1] then
          return redis.call('DEL', KEYS[1])
        end
        return 0
        """;

    private readonly RedisConnection _connection;
    private readonly RedisCalls _calls;
    private readonly RedisKeys _keys;
    private readonly CacheMetrics _metrics;
    private readonly ReadsTogether _together;
    private readonly Channel<Write> _writes;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Func<IDatabase, Write, Task<RedisResult>> _write;
    private readonly Task _writer;
    private readonly Task _prober;
    private readonly int _keepForMs;
    private int _disposed;

    /// <summary>Begins to connect and returns at once.</summary>
    /// <param name="options">Settings; the endpoints are not empty.</param>
    /// <param name="storeId">Id of the store that the copies are of.</param>
    /// <param name="metrics">Counts.</param>
    /// <param name="time">The clock of limits and circuit.</param>
    /// <param name="log">Told when the connection is lost and back.</param>
    public RedisTier(RedisOptions options, string storeId, CacheMetrics metrics, TimeProvider time, ILogger<RedisTier> log)
    {
        _connection = new RedisConnection(options, time, log);
        Signal = new RedisSignal(_connection, new RedisKeys(storeId).Channel, log);
        _calls = new RedisCalls(() => _connection.Database, _connection.LookAgain, options, metrics, time);
        _keys = new RedisKeys(storeId);
        _metrics = metrics;
        _together = new ReadsTogether(pairs => ReadAsync(pairs, CancellationToken.None));
        _keepForMs = options.KeepForSeconds * 1_000;
        _writes = Channel.CreateBounded<Write>(
            new BoundedChannelOptions(options.WriteQueueLength) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true },
            _ => _metrics.RedisWritesDropped.Inc());
        _write = WriteAsync;
        _writer = WriteAllAsync();
        _prober = ProbeAsync(TimeSpan.FromMilliseconds(options.CircuitOpenForMs), time);
    }

    /// <summary>Messages between gateways, on the same connection.</summary>
    public IRevisionSignal Signal { get; }

    /// <inheritdoc />
    public ValueTask<RemotePair> ReadAsync(PairKey key, CancellationToken cancel) => _together.ReadAsync(key, cancel);

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<RemotePair>> ReadAsync(IReadOnlyList<PairKey> keys, CancellationToken cancel)
    {
        var names = new byte[keys.Count * 2][];
        for (var i = 0; i < keys.Count; i++)
        {
            names[2 * i] = _keys.Of(keys[i].Terminal);
            names[(2 * i) + 1] = _keys.Of(keys[i].Merchant);
        }

        // One MGET costs both sides a fraction of as many GETs. On a Redis Cluster, whose slots it does not work across, single commands,
        // pipelined by the client.
        var replies = await _calls.AskAsync(
            names, static name => name, static (database, name) => database.StringGetAsync(name),
            static (database, all) => database.StringGetAsync(KeysOf(all)), _metrics.RedisRead, cancel);
        var pairs = new RemotePair[keys.Count];
        for (var i = 0; i < pairs.Length; i++)
        {
            pairs[i] = new RemotePair(Terminal(names[2 * i], replies[2 * i], keys[i].Terminal), Merchant(names[(2 * i) + 1], replies[(2 * i) + 1], keys[i].Merchant));
        }

        return pairs;
    }

    /// <inheritdoc />
    public void Offer(in TerminalKey key, in RecordCopy<TerminalRecord> copy)
    {
        var name = _keys.Of(key);
        _writes.Writer.TryWrite(new Write(name, RedisValueCodec.Pack(name, copy)));
    }

    /// <inheritdoc />
    public void Offer(in MerchantKey key, in RecordCopy<MerchantRecord> copy)
    {
        var name = _keys.Of(key);
        _writes.Writer.TryWrite(new Write(name, RedisValueCodec.Pack(name, copy)));
    }

    /// <inheritdoc />
    public void Offer(FeedEntry entry)
    {
        if (_keys.Of(entry) is { } name)
        {
            _writes.Writer.TryWrite(new Write(name, RedisValueCodec.Pack(name, entry.Revision, entry.Revision, entry.Packed.Span)));
        }
    }

    /// <summary>Stops writing, closes the connection; a second time does nothing.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        _writes.Writer.TryComplete();
        await _stopping.CancelAsync();
        await _writer;
        await _prober;
        await _connection.DisposeAsync();
        _stopping.Dispose();
    }

    private static RedisKey[] KeysOf(IReadOnlyList<byte[]> names)
    {
        var keys = new RedisKey[names.Count];
        for (var i = 0; i < keys.Length; i++)
        {
            keys[i] = names[i];
        }

        return keys;
    }

    private RecordCopy<TerminalRecord>? Terminal(byte[] name, in RedisReply<RedisValue> reply, in TerminalKey key)
    {
        var value = reply.Value;
        if (!reply.IsAnswered || value.IsNull)
        {
            (reply.IsAnswered ? _metrics.Redis.Terminal.Miss : _metrics.Redis.Terminal.Error).Inc();
            return null;
        }

        var copy = RedisValueCodec.Unpack(name, ((ReadOnlyMemory<byte>)value).Span, key);
        Judge(_metrics.Redis.Terminal, name, value, copy is not null, copy?.Record is null);
        return copy;
    }

    private RecordCopy<MerchantRecord>? Merchant(byte[] name, in RedisReply<RedisValue> reply, in MerchantKey key)
    {
        var value = reply.Value;
        if (!reply.IsAnswered || value.IsNull)
        {
            (reply.IsAnswered ? _metrics.Redis.Merchant.Miss : _metrics.Redis.Merchant.Error).Inc();
            return null;
        }

        var copy = RedisValueCodec.Unpack(name, ((ReadOnlyMemory<byte>)value).Span, key);
        Judge(_metrics.Redis.Merchant, name, value, copy is not null, copy?.Record is null);
        return copy;
    }

    private void Judge(CacheMetrics.EntityCounts counts, byte[] name, RedisValue value, bool understood, bool absent)
    {
        if (!understood)
        {
            // :: R2
            counts.Error.Inc();
            _metrics.RedisHeldGarbage();
            _writes.Writer.TryWrite(new Write(name, value, IsRefused: true));
        }
        else
        {
            (absent ? counts.NegativeHit : counts.Hit).Inc();
        }
    }

    /// <summary>A gateway whose memory has everything asks Redis for nothing: while the circuit is open, somebody must find out that Redis is back.</summary>
    private async Task ProbeAsync(TimeSpan every, TimeProvider time)
    {
        try
        {
            while (true)
            {
                await Task.Delay(every, time, _stopping.Token);
                _metrics.NodeCircuitsOpen(_calls.OpenNodes);
                if (!_calls.IsClosed)
                {
                    await _calls.AskAsync([0], null, static (database, _) => database.PingAsync(), sendAll: null, _metrics.RedisRead, _stopping.Token);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }

    private async Task WriteAllAsync()
    {
        var batch = new List<Write>(256);
        try
        {
            while (await _writes.Reader.WaitToReadAsync(_stopping.Token))
            {
                while (batch.Count < 256 && _writes.Reader.TryRead(out var write))
                {
                    batch.Add(write);
                }

                await WriteBatchAsync(batch);
                batch.Clear();
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping: what still waits is only a copy.
        }
    }

    private async Task WriteBatchAsync(List<Write> batch)
    {
        // A copy that is not done by the end of the limit counts as dropped: it may still be written, which harms nobody.
        var replies = await _calls.AskAsync(batch, static write => write.Name, _write, sendAll: null, _metrics.RedisWrite, _stopping.Token);
        if (replies.Count(static reply => !reply.IsAnswered) is > 0 and var dropped)
        {
            _metrics.RedisWritesDropped.Inc(dropped);
        }
    }

    private Task<RedisResult> WriteAsync(IDatabase database, Write write)
    {
        if (write.IsRefused)
        {
            return database.ScriptEvaluateAsync(RemoveRefused, [write.Name], [write.Value]);
        }

        // :: R3. Up to a tenth earlier, never later.
        var keepForMs = _keepForMs - Random.Shared.Next((_keepForMs / 10) + 1);
        return database.ScriptEvaluateAsync(SetUnlessNewer, [write.Name], [write.Value, keepForMs]);
    }

    private readonly record struct Write(byte[] Name, RedisValue Value, bool IsRefused = false);
}
