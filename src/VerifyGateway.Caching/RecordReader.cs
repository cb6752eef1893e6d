using VerifyGateway.Caching.Loading;
using VerifyGateway.Caching.Memory;
using VerifyGateway.Caching.Redis;
using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Caching;

/// <summary>Where the records of an answer came from; of two, the farther place.</summary>
public enum RecordSource : byte
{
    /// <summary>This process.</summary>
    Memory = 1,
    /// <summary>Redis.</summary>
    Redis = 2,
    /// <summary>The system of record.</summary>
    Store = 3,
}

/// <summary>The records of one check.</summary>
/// <param name="Pair">The copies; only meaningful when <paramref name="IsFound"/>.</param>
/// <param name="Source">Where they came from.</param>
/// <param name="IsFresh">True when they may answer ALLOW; false when only old copies were to be had.</param>
/// <param name="IsFound">False when not even old copies were to be had.</param>
public readonly record struct RecordAnswer(RecordPair Pair, RecordSource Source, bool IsFresh, bool IsFound)
{
    /// <summary>No copies at all.</summary>
    public static RecordAnswer None => default;
}

/// <summary>
/// Finds the records of checks: memory, then Redis, then the system of record. A copy older than the bound is never called
/// fresh; when the system of record cannot answer, old copies are handed out as old, so that a caller may still decline from
/// them. Safe from any thread.
/// </summary>
public sealed class RecordReader : IDisposable
{
    private readonly MemoryTier<TerminalKey, TerminalRecord> _terminals;
    private readonly MemoryTier<MerchantKey, MerchantRecord> _merchants;
    private readonly IRemoteTier _remote;
    private readonly StoreLoads _loads;
    private readonly Freshness _freshness;
    private readonly CacheMetrics _metrics;
    private readonly TimeProvider _time;

    /// <summary>Makes a reader with empty memory.</summary>
    public RecordReader(IRecordStore store, IRemoteTier remote, CacheOptions options, CacheMetrics metrics, TimeProvider time)
    {
        _terminals = new MemoryTier<TerminalKey, TerminalRecord>(options.MaxMemoryRecords, removed => metrics.TerminalEvictions.Inc(removed), time);
        _merchants = new MemoryTier<MerchantKey, MerchantRecord>(options.MaxMemoryRecords, removed => metrics.MerchantEvictions.Inc(removed), time);
        _remote = remote;
        _loads = new StoreLoads(store, options, metrics, time);
        _freshness = new Freshness(options.FreshForMs, options.AbsentFreshForMs);
        _metrics = metrics;
        _time = time;
    }

    /// <summary>Finds the records of one check. Completes at once, without allocation, when memory has them.</summary>
    /// <param name="key">The records' names.</param>
    /// <param name="atLeastRevision">The copies must know the feed up to here; 0 for no wish.</param>
    /// <param name="cancel">Ends the waiting.</param>
    public ValueTask<RecordAnswer> FindAsync(PairKey key, long atLeastRevision, CancellationToken cancel)
    {
        var held = InMemory(key, NowUnixMs(), atLeastRevision);
        return held.IsFresh ? new(held.ToAnswer()) : BeyondMemory(this, key, held, atLeastRevision, cancel);

        static async ValueTask<RecordAnswer> BeyondMemory(RecordReader self, PairKey key, Held held, long atLeastRevision, CancellationToken cancel)
        {
            var remote = await self._remote.ReadAsync([key], cancel);
            held = self.Admit(key, held, remote[0], atLeastRevision);
            if (held.IsFresh)
            {
                return held.ToAnswer();
            }

            try
            {
                var (pair, led) = await self._loads.OneAsync(key, cancel);
                if (!led && !self.IsFresh(pair, atLeastRevision))
                {
                    // Shared with a load that had begun too long ago, or before the revision that is asked for. Another that shared it
                    // may have read again by now; else the next load began after this check did, whoever leads it.
                    held = self.Look(key, self.NowUnixMs(), atLeastRevision);
                    if (held.IsFresh)
                    {
                        return held.ToAnswer() with { Source = RecordSource.Store };
                    }

                    (pair, _) = await self._loads.OneAsync(key, cancel);
                }

                return self.FromStore(key, pair, atLeastRevision);
            }
            catch (StoreUnavailableException)
            {
                return held.ToAnswer();
            }
        }
    }

    /// <summary>Finds the records of several checks (1 to 1,000), with one read of Redis and one of the store for all that memory lacks.</summary>
    /// <returns>One answer a key, in the order of the keys.</returns>
    public async ValueTask<IReadOnlyList<RecordAnswer>> FindManyAsync(IReadOnlyList<(PairKey Key, long AtLeastRevision)> wanted, CancellationToken cancel)
    {
        var answers = new RecordAnswer[wanted.Count];
        var held = new Held[wanted.Count];
        var missing = new List<int>();
        var now = NowUnixMs();
        for (var i = 0; i < answers.Length; i++)
        {
            held[i] = InMemory(wanted[i].Key, now, wanted[i].AtLeastRevision);
            answers[i] = held[i].ToAnswer();
            if (!held[i].IsFresh)
            {
                missing.Add(i);
            }
        }

        if (missing.Count > 0)
        {
            missing = await FromRemoteAsync(wanted, missing, held, answers, cancel);
        }

        if (missing.Count > 0)
        {
            await FromStoreAsync(wanted, missing, answers, cancel);
        }

        return answers;
    }

    /// <summary>Brings the gauges of held copies up to date; called before the metrics are read.</summary>
    public void PublishCounts()
    {
        _metrics.TerminalEntries.Set(_terminals.Count);
        _metrics.MerchantEntries.Set(_merchants.Count);
    }

    /// <summary>First instant at which the older of the two copies is no longer fresh, Unix milliseconds.</summary>
    public long FreshUntil(in RecordPair pair) => Math.Min(_freshness.FreshUntil(pair.Terminal), _freshness.FreshUntil(pair.Merchant));

    /// <inheritdoc />
    public void Dispose() => _loads.Dispose();

    private async ValueTask<List<int>> FromRemoteAsync(
        IReadOnlyList<(PairKey Key, long AtLeastRevision)> wanted, List<int> missing, Held[] held, RecordAnswer[] answers, CancellationToken cancel)
    {
        var found = await _remote.ReadAsync(missing.ConvertAll(i => wanted[i].Key), cancel);
        var still = new List<int>();
        for (var at = 0; at < missing.Count; at++)
        {
            var i = missing[at];
            held[i] = Admit(wanted[i].Key, held[i], found[at], wanted[i].AtLeastRevision);
            answers[i] = held[i].ToAnswer();
            if (!held[i].IsFresh)
            {
                still.Add(i);
            }
        }

        return still;
    }

    private async ValueTask FromStoreAsync(
        IReadOnlyList<(PairKey Key, long AtLeastRevision)> wanted, List<int> missing, RecordAnswer[] answers, CancellationToken cancel)
    {
        try
        {
            var pairs = await _loads.ManyAsync(missing.ConvertAll(i => wanted[i].Key), cancel);
            for (var at = 0; at < missing.Count; at++)
            {
                var (key, atLeastRevision) = wanted[missing[at]];
                answers[missing[at]] = FromStore(key, pairs[at], atLeastRevision);
            }
        }
        catch (StoreUnavailableException damaged) when (damaged.IsOfOneRecord && missing.Count > 1)
        {
            await FromStoreOneByOneAsync(wanted, missing, answers, cancel);
        }
        catch (StoreUnavailableException)
        {
            // The answers stand as they are: old copies where there were any.
        }
    }

    /// <summary>One record is damaged: the others of the batch are answered all the same.</summary>
    private async ValueTask FromStoreOneByOneAsync(
        IReadOnlyList<(PairKey Key, long AtLeastRevision)> wanted, List<int> missing, RecordAnswer[] answers, CancellationToken cancel)
    {
        foreach (var i in missing)
        {
            try
            {
                var (pair, _) = await _loads.OneAsync(wanted[i].Key, cancel);
                answers[i] = FromStore(wanted[i].Key, pair, wanted[i].AtLeastRevision);
            }
            catch (StoreUnavailableException)
            {
                // This one's answer stands as it is.
            }
        }
    }

    private Held InMemory(in PairKey key, long nowUnixMs, long atLeastRevision)
    {
        var held = Look(key, nowUnixMs, atLeastRevision);
        Count(_metrics.Memory.Terminal, held.HasTerminal, held.TerminalIsFresh, held.Terminal.Record is null);
        Count(_metrics.Memory.Merchant, held.HasMerchant, held.MerchantIsFresh, held.Merchant.Record is null);
        return held;
    }

    private Held Look(in PairKey key, long nowUnixMs, long atLeastRevision)
    {
        var held = default(Held);
        held.HasTerminal = _terminals.TryGet(key.Terminal, out held.Terminal, out held.TerminalArrived);
        held.HasMerchant = _merchants.TryGet(key.Merchant, out held.Merchant, out held.MerchantArrived);
        Judge(ref held, nowUnixMs, atLeastRevision);
        return held;
    }

    /// <summary>
    /// Takes what Redis holds into memory, where nothing newer is, and looks at the newest of both. A copy that another gateway's
    /// clock dates later than now is not taken: it is not fresh now, and must not seem so later.
    /// </summary>
    private Held Admit(in PairKey key, Held held, in RemotePair remote, long atLeastRevision)
    {
        var now = NowUnixMs();
        if (remote.Terminal is { } terminal && terminal.ReadAtUnixMs <= now)
        {
            held.Terminal = _terminals.Put(key.Terminal, terminal, now, out held.TerminalArrived);
            held.HasTerminal = true;
            held.IsFromRedis |= held.Terminal == terminal;
        }

        if (remote.Merchant is { } merchant && merchant.ReadAtUnixMs <= now)
        {
            held.Merchant = _merchants.Put(key.Merchant, merchant, now, out held.MerchantArrived);
            held.HasMerchant = true;
            held.IsFromRedis |= held.Merchant == merchant;
        }

        Judge(ref held, now, atLeastRevision);
        return held;
    }

    private RecordAnswer FromStore(in PairKey key, in RecordPair pair, long atLeastRevision)
    {
        var now = NowUnixMs();
        var held = new Held { HasTerminal = true, HasMerchant = true };
        held.Terminal = _terminals.Put(key.Terminal, pair.Terminal, now, out held.TerminalArrived);
        held.Merchant = _merchants.Put(key.Merchant, pair.Merchant, now, out held.MerchantArrived);
        Judge(ref held, now, atLeastRevision);
        _remote.Offer(key, pair);
        return new RecordAnswer(new RecordPair(held.Terminal, held.Merchant), RecordSource.Store, held.IsFresh, IsFound: true);
    }

    /// <summary>Says of each copy whether it may answer ALLOW now.</summary>
    private void Judge(ref Held held, long nowUnixMs, long atLeastRevision)
    {
        held.TerminalIsFresh = held.HasTerminal && _freshness.IsFresh(held.Terminal, _time.GetElapsedTime(held.TerminalArrived), nowUnixMs, atLeastRevision);
        held.MerchantIsFresh = held.HasMerchant && _freshness.IsFresh(held.Merchant, _time.GetElapsedTime(held.MerchantArrived), nowUnixMs, atLeastRevision);
    }

    private bool IsFresh(in RecordPair pair, long atLeastRevision)
    {
        var now = NowUnixMs();
        return _freshness.IsFresh(pair.Terminal, now, atLeastRevision) && _freshness.IsFresh(pair.Merchant, now, atLeastRevision);
    }

    private long NowUnixMs() => _time.GetUtcNow().ToUnixTimeMilliseconds();

    private static void Count(CacheMetrics.EntityCounts counts, bool has, bool fresh, bool absent) =>
        (!has ? counts.Miss : !fresh ? counts.Stale : absent ? counts.NegativeHit : counts.Hit).Inc();

    /// <summary>What is held of the two records of one check so far.</summary>
    private struct Held
    {
        public RecordCopy<TerminalRecord> Terminal;
        public RecordCopy<MerchantRecord> Merchant;
        public long TerminalArrived;
        public long MerchantArrived;
        public bool HasTerminal;
        public bool HasMerchant;
        public bool TerminalIsFresh;
        public bool MerchantIsFresh;
        public bool IsFromRedis;

        public readonly bool IsFresh => TerminalIsFresh && MerchantIsFresh;

        public readonly RecordAnswer ToAnswer() => HasTerminal && HasMerchant
            ? new RecordAnswer(new RecordPair(Terminal, Merchant), IsFromRedis ? RecordSource.Redis : RecordSource.Memory, IsFresh, IsFound: true)
            : RecordAnswer.None;
    }
}
