using System.Runtime.CompilerServices;
using VerifyGateway.Caching.Coherence;
using VerifyGateway.Caching.Loading;
using VerifyGateway.Caching.Memory;
using VerifyGateway.Caching.Redis;
using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Caching;

/// <summary>
/// Finds the records of checks: memory, then Redis, then the system of record (PROTOCOL.md, C1 to C6). When the system of record cannot
/// answer, old copies are handed out as old, so that a caller may still decline from them. Safe from any thread.
/// </summary>
public sealed class RecordReader
{
    // The first may be shared, and have begun before what refuses it was applied; those after it began after the check did.
    private const int MostLoads = 4;

    // As much as a processor fetches at the same time, or a little more.
    private const int FetchedTogether = 8;

    private readonly CopyKeeper _keeper;
    private readonly Lease _lease;
    private readonly IRemoteTier _remote;
    private readonly StoreLoads _loads;
    private readonly FreshHeads _heads;
    private readonly CacheMetrics _metrics;
    private readonly long _restampAfter;

    internal RecordReader(CopyKeeper keeper, Lease lease, IRemoteTier remote, StoreLoads loads, FreshHeads heads, CacheOptions options, CacheMetrics metrics)
    {
        (_keeper, _lease, _remote, _loads, _heads, _metrics) = (keeper, lease, remote, loads, heads, metrics);
        _restampAfter = Math.Max(1, options.WindowChanges / 2);
    }

    /// <summary>Finds the records of one check. Completes at once when memory has them.</summary>
    /// <param name="key">The records' names.</param>
    /// <param name="atLeastRevision">The copies must know the feed up to here; 0 for no wish.</param>
    /// <param name="cancel">Ends the waiting.</param>
    public ValueTask<RecordAnswer> FindAsync(PairKey key, long atLeastRevision, CancellationToken cancel)
    {
        var held = InMemory(key, atLeastRevision);
        return held.IsFresh ? new(held.ToAnswer()) : BeyondMemory(this, key, held, atLeastRevision, cancel);

        static async ValueTask<RecordAnswer> BeyondMemory(RecordReader self, PairKey key, Held held, long atLeastRevision, CancellationToken cancel)
        {
            if (held.MayAskRedis(atLeastRevision))
            {
                var epoch = self._keeper.Epoch;
                var remote = await self._remote.ReadAsync(key, cancel);
                held = self.FromRemote(key, held, remote, epoch, atLeastRevision);
            }

            return held.IsFresh ? held.ToAnswer() : await self.FromStoreAsync(key, held, atLeastRevision, cancel);
        }
    }

    /// <summary>True when there is a Redis to ask for what memory lacks.</summary>
    public bool HasRedis => _remote is not NoRemoteTier;

    /// <summary>Looks for the records of one check in memory and in Redis, and no further. Ends within the limit of a call to Redis.</summary>
    /// <param name="key">The records' names.</param>
    /// <param name="atLeastRevision">The copies must know the feed up to here; 0 for no wish.</param>
    public async ValueTask<NearFinds> FindNearAsync(PairKey key, long atLeastRevision)
    {
        var held = InMemory(key, atLeastRevision);
        if (!held.IsFresh && held.MayAskRedis(atLeastRevision))
        {
            var epoch = _keeper.Epoch;
            var remote = await _remote.ReadAsync(key, CancellationToken.None);
            held = FromRemote(key, held, remote, epoch, atLeastRevision);
        }

        return new NearFinds(held);
    }

    /// <summary>Looks for the records of several checks in memory and, with one read, in Redis, and no further. Ends within the limit of a call to Redis.</summary>
    /// <returns>What was found, in the order of the keys.</returns>
    public async ValueTask<NearFinds[]> FindNearAsync(IReadOnlyList<(PairKey Key, long AtLeastRevision)> wanted)
    {
        var held = new Held[wanted.Count];
        await FindNearAsync(wanted, held, CancellationToken.None);
        return Array.ConvertAll(held, static it => new NearFinds(it));
    }

    /// <summary>Finds the records of one check, going on where <see cref="FindNearAsync(PairKey, long)"/> has ended.</summary>
    /// <param name="key">The records' names.</param>
    /// <param name="near">What was found of them.</param>
    /// <param name="atLeastRevision">The copies must know the feed up to here; 0 for no wish.</param>
    /// <param name="cancel">Ends the waiting.</param>
    public ValueTask<RecordAnswer> FindAsync(PairKey key, NearFinds near, long atLeastRevision, CancellationToken cancel) =>
        IsFresh(near, _lease.Now()) ? new(near.Held.ToAnswer())
        // What has grown old is looked for anew: memory may know it, or more.
        : near.WasFresh ? FindAsync(key, atLeastRevision, cancel) : FromStoreAsync(key, near.Held, atLeastRevision, cancel);

    /// <summary>True while both records that were found may answer ALLOW: nothing has to be asked for any more. They grow old as all copies do.</summary>
    /// <param name="near">What was found.</param>
    /// <param name="now">The instant.</param>
    public bool IsFresh(NearFinds near, LeaseInstant now) => near.Held.IsFresh && _lease.Covers(near.Held.Lease, near.Held.LookedAt, now);

    /// <summary>What a terminal's record is found by in memory.</summary>
    public RecordHash HashOf(in TerminalKey key) => _keeper.HashOf(key);

    /// <summary>What a merchant's record is found by in memory.</summary>
    public RecordHash HashOf(in MerchantKey key) => _keeper.HashOf(key);

    /// <summary>Hashes the names of a check's records, and has the processor fetch what <see cref="TryFindHeld"/> will read of them.</summary>
    public RecordHashes Seek(scoped in RecordName terminal, scoped in RecordName merchant)
    {
        var hashes = _keeper.HashOf(terminal, merchant);
        _keeper.Prefetch(hashes.Terminal, hashes.Merchant);
        return hashes;
    }

    /// <summary>
    /// Finds the records of one check by the bytes of their names when memory has them and they may answer ALLOW; otherwise nothing is
    /// found and nothing is counted. The records carry no key. Allocates nothing but what their holds are in.
    /// </summary>
    /// <param name="terminal">The terminal record's name.</param>
    /// <param name="merchant">The merchant record's name.</param>
    /// <param name="hashes">What <see cref="Seek"/> made of the names.</param>
    /// <param name="atLeastRevision">The copies must know the feed up to here; 0 for no wish.</param>
    /// <param name="now">The instant of the check, taken before this call.</param>
    /// <param name="held">The records.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public bool TryFindHeld(
        scoped in RecordName terminal, scoped in RecordName merchant, in RecordHashes hashes, long atLeastRevision, LeaseInstant now, ref HeldRecords held)
    {
        // :: C1
        var lease = _lease.Look(now);
        var applied = _keeper.Applied;
        // :: C2
        if (!lease.IsValid || applied < atLeastRevision
            || !_keeper.TryGetTerminal(terminal, hashes.Terminal, out held.TerminalPlace, out _) || !_keeper.TryGetMerchant(merchant, hashes.Merchant, out held.MerchantPlace, out _))
        {
            return false;
        }

        Count(_metrics.Memory.Terminal, has: true, fresh: true, absent: !held.TerminalPlace.HasValue);
        Count(_metrics.Memory.Merchant, has: true, fresh: true, absent: !held.MerchantPlace.HasValue);
        held.Facts = new RecordFacts(RecordSource.Memory, IsFresh: true, applied, lease.AsOfUnixMs, lease.UntilUnixMs);
        return true;
    }

    /// <summary>Finds the records of several checks (1 to 1,000), with one read of Redis and one of the store for all that memory lacks.</summary>
    /// <returns>One answer a key, in the order of the keys.</returns>
    public async ValueTask<IReadOnlyList<RecordAnswer>> FindManyAsync(IReadOnlyList<(PairKey Key, long AtLeastRevision)> wanted, CancellationToken cancel)
    {
        var held = new Held[wanted.Count];
        var missing = await FindNearAsync(wanted, held, cancel);
        var answers = Array.ConvertAll(held, static it => it.ToAnswer());
        if (missing.Count > 0)
        {
            await FromStoreAsync(wanted, missing, held, answers, cancel);
        }

        return answers;
    }

    /// <summary>Fills in what memory and Redis have; the places of checks that need more.</summary>
    private async ValueTask<List<int>> FindNearAsync(IReadOnlyList<(PairKey Key, long AtLeastRevision)> wanted, Held[] held, CancellationToken cancel)
    {
        var missing = new List<int>();
        for (var i = 0; i < held.Length; i++)
        {
            held[i] = InMemory(wanted[i].Key, wanted[i].AtLeastRevision);
            if (!held[i].IsFresh)
            {
                missing.Add(i);
            }
        }

        return missing.Exists(i => held[i].MayAskRedis(wanted[i].AtLeastRevision)) ? await FromRemoteAsync(wanted, missing, held, cancel) : missing;
    }

    private async ValueTask<List<int>> FromRemoteAsync(
        IReadOnlyList<(PairKey Key, long AtLeastRevision)> wanted, List<int> missing, Held[] held, CancellationToken cancel)
    {
        var epoch = _keeper.Epoch;
        var found = await _remote.ReadAsync(missing.ConvertAll(i => wanted[i].Key), cancel);
        var still = new List<int>();
        for (var at = 0; at < missing.Count; at++)
        {
            if (at % FetchedTogether == 0)
            {
                PrefetchToAdmit(missing, at, held);
            }

            var i = missing[at];
            held[i] = FromRemote(wanted[i].Key, held[i], found[at], epoch, wanted[i].AtLeastRevision);
            if (!held[i].IsFresh)
            {
                still.Add(i);
            }
        }

        return still;
    }

    /// <summary>Has the processor fetch what the next admissions will read: they wait for memory together then, and not one after the other.</summary>
    private void PrefetchToAdmit(List<int> missing, int from, Held[] held)
    {
        for (var at = from; at < Math.Min(from + FetchedTogether, missing.Count); at++)
        {
            ref var one = ref held[missing[at]];
            _keeper.PrefetchToAdmit(one.TerminalHash, one.MerchantHash);
        }
    }

    /// <summary>C4 and C5 for several: those that one read of all does not settle are read one by one.</summary>
    private async ValueTask FromStoreAsync(
        IReadOnlyList<(PairKey Key, long AtLeastRevision)> wanted, List<int> missing, Held[] held, RecordAnswer[] answers, CancellationToken cancel)
    {
        var unsettled = missing;
        try
        {
            var proof = _lease.Look().IsValid ? null : (HeadProof?)await _heads.AfterNowAsync(cancel);
            var (pairs, epoch) = await _loads.ManyAsync(missing.ConvertAll(i => wanted[i].Key), cancel);
            unsettled = [];
            for (var at = 0; at < missing.Count; at++)
            {
                var i = missing[at];
                answers[i] = FromStore(wanted[i].Key, pairs[at], epoch, proof, wanted[i].AtLeastRevision);
                if (!answers[i].IsFresh)
                {
                    unsettled.Add(i);
                }
            }
        }
        catch (StoreUnavailableException damaged) when (damaged.IsOfOneRecord)
        {
            // One record is damaged: the others of the batch are answered all the same.
        }
        catch (StoreUnavailableException)
        {
            // The answers stand as they are: old copies where there were any.
            return;
        }

        foreach (var i in unsettled)
        {
            answers[i] = await FromStoreAsync(wanted[i].Key, held[i], wanted[i].AtLeastRevision, cancel);
        }
    }

    private async ValueTask<RecordAnswer> FromStoreAsync(PairKey key, Held held, long atLeastRevision, CancellationToken cancel)
    {
        var answer = held.ToAnswer();
        try
        {
            HeadProof? proof = null;
            LoadedPair? loaded = null;
            for (var load = 0; load < MostLoads && !answer.IsFresh; load++)
            {
                if (!_lease.Look().IsValid)
                {
                    // :: C5
                    proof ??= await _heads.AfterNowAsync(cancel);
                }

                // :: C4
                loaded = await _loads.OneAsync(key, loaded, cancel);
                answer = FromStore(key, loaded.Pair, loaded.Epoch, proof, atLeastRevision);
            }
        }
        catch (StoreUnavailableException)
        {
            // :: C6
        }

        return answer;
    }

    private Held InMemory(in PairKey key, long atLeastRevision)
    {
        var held = new Held { TerminalHash = _keeper.HashOf(key.Terminal), MerchantHash = _keeper.HashOf(key.Merchant), Source = RecordSource.Memory };
        // Both are fetched while lease and clock are looked at.
        _keeper.Prefetch(held.TerminalHash, held.MerchantHash);
        // :: C1
        Look(ref held);
        held.HasTerminal = _keeper.TryGet(key.Terminal, held.TerminalHash, out held.Terminal, out held.TerminalRevision);
        held.HasMerchant = _keeper.TryGet(key.Merchant, held.MerchantHash, out held.Merchant, out held.MerchantRevision);
        // :: C2
        held.IsFresh = held.HasTerminal && held.HasMerchant && held.Lease.IsValid && held.Applied >= atLeastRevision;
        Count(_metrics.Memory.Terminal, held.HasTerminal, held.IsFresh || held.Lease.IsValid, held.Terminal is null);
        Count(_metrics.Memory.Merchant, held.HasMerchant, held.IsFresh || held.Lease.IsValid, held.Merchant is null);
        return held;
    }

    private void Look(ref Held held)
    {
        held.LookedAt = _lease.Now();
        held.Lease = _lease.Look(held.LookedAt);
        held.Applied = _keeper.Applied;
    }

    /// <summary>:: C3. Takes what Redis holds into memory, as far as it is admitted.</summary>
    private Held FromRemote(in PairKey key, Held held, in RemotePair remote, int epoch, long atLeastRevision)
    {
        Look(ref held);
        var (tookTerminal, tookMerchant) = (false, false);
        if (remote.Terminal is { } terminal && Admitted(_keeper.Admit(held.TerminalHash, terminal, epoch, isFromRedis: true)))
        {
            held.TakeTerminal(terminal);
            tookTerminal = true;
            if (held.Applied - terminal.Head > _restampAfter)
            {
                _remote.Offer(key.Terminal, terminal with { Head = held.Applied });
            }
        }

        if (remote.Merchant is { } merchant && Admitted(_keeper.Admit(held.MerchantHash, merchant, epoch, isFromRedis: true)))
        {
            held.TakeMerchant(merchant);
            tookMerchant = true;
            if (held.Applied - merchant.Head > _restampAfter)
            {
                _remote.Offer(key.Merchant, merchant with { Head = held.Applied });
            }
        }

        // What memory gave before may have changed since, and the lease is a newer one now.
        if (!tookTerminal)
        {
            held.HasTerminal = _keeper.TryGet(key.Terminal, held.TerminalHash, out held.Terminal, out held.TerminalRevision);
        }

        if (!tookMerchant)
        {
            held.HasMerchant = _keeper.TryGet(key.Merchant, held.MerchantHash, out held.Merchant, out held.MerchantRevision);
        }

        held.IsFresh = held.HasTerminal && held.HasMerchant && held.Lease.IsValid && held.Applied >= atLeastRevision;
        return held;
    }

    /// <summary>Judges what the store has answered, and takes it into memory as far as it is admitted.</summary>
    private RecordAnswer FromStore(in PairKey key, in RecordPair pair, int epoch, HeadProof? proof, long atLeastRevision)
    {
        // Before the admission: what the lease proves, the index knows by then.
        var (lease, applied) = (_lease.Look(), _keeper.Applied);
        var terminal = Admitted(_keeper.Admit(_keeper.HashOf(key.Terminal), pair.Terminal, epoch, isFromRedis: false));
        var merchant = Admitted(_keeper.Admit(_keeper.HashOf(key.Merchant), pair.Merchant, epoch, isFromRedis: false));
        var head = Math.Min(pair.Terminal.Head, pair.Merchant.Head);
        if (terminal)
        {
            _remote.Offer(key.Terminal, pair.Terminal);
        }

        if (merchant)
        {
            _remote.Offer(key.Merchant, pair.Merchant);
        }

        if (lease.IsValid && terminal && merchant && Math.Max(applied, head) >= atLeastRevision)
        {
            return new RecordAnswer(pair, RecordSource.Store, IsFresh: true, IsFound: true, Math.Max(applied, head), lease.AsOfUnixMs, lease.UntilUnixMs);
        }

        // A copy whose head is the primary's, read after the check began, is the newest as of then, whatever is known here.
        return proof is { } read && head >= read.Head && head >= atLeastRevision
            ? new RecordAnswer(pair, RecordSource.Store, IsFresh: true, IsFound: true, head, read.BeganUnixMs, read.BeganUnixMs + _lease.LengthMs)
            : new RecordAnswer(pair, RecordSource.Store, IsFresh: false, IsFound: true, head, 0, 0);
    }

    private bool Admitted(Admission admission)
    {
        if (admission == Admission.Admitted)
        {
            return true;
        }

        _metrics.Refused(admission);
        return false;
    }

    private static void Count(CacheMetrics.EntityCounts counts, bool has, bool fresh, bool absent) =>
        (!has ? counts.Miss : !fresh ? counts.Stale : absent ? counts.NegativeHit : counts.Hit).Inc();
}
