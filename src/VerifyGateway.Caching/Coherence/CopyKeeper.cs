using VerifyGateway.Caching.Memory;
using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Caching.Coherence;

/// <summary>Whether a copy came into memory, and if not, why.</summary>
public enum Admission : byte
{
    /// <summary>It is the newest as of what has been applied.</summary>
    Admitted,
    /// <summary>A1: it was read before what the window covers.</summary>
    BelowWindow,
    /// <summary>A2: the key has changed since.</summary>
    NewerKnown,
    /// <summary>A4: it claims to know more than this gateway.</summary>
    FromBeyond,
    /// <summary>A5, F8: it is from before memory was forgotten, or nothing is admitted any more.</summary>
    Forgotten,
}

/// <summary>
/// The copies in memory, and what keeps them the newest as of the applied revision: PROTOCOL.md, F2, F4 and A. Copies are read without a
/// lock and admitted from any thread; one thread applies the feed.
/// </summary>
internal sealed class CopyKeeper
{
    private readonly FleetMemory _memory;
    private readonly RecentChanges _changes;
    private readonly Lock[] _stripes = [.. Enumerable.Range(0, RecentChanges.Stripes).Select(static _ => new Lock())];
    private readonly bool _checksAdmission;
    private long _applied;
    private int _epoch;
    private volatile bool _isClosed;

    /// <summary>Keeps the copies in a memory, with a window of so many changes.</summary>
    /// <param name="memory">Where the copies are; nobody else writes it.</param>
    /// <param name="window">The most changes in the recent-change index.</param>
    /// <param name="checksAdmission">False only in the negative control of a test: then every copy is admitted.</param>
    public CopyKeeper(FleetMemory memory, int window, bool checksAdmission = true)
    {
        _memory = memory;
        _changes = new RecentChanges(window);
        _checksAdmission = checksAdmission;
    }

    /// <summary>The revision up to which the feed has been applied.</summary>
    public long Applied => Volatile.Read(ref _applied);

    /// <summary>What changed at or before it is not in the index.</summary>
    public long Floor => _changes.Floor;

    /// <summary>Number of changes in the index; only for the thread that applies.</summary>
    public int ChangesKnown => _changes.Count;

    /// <summary>Counts how often everything was forgotten; a copy carries it from before its read began (A5).</summary>
    public int Epoch => Volatile.Read(ref _epoch);

    /// <summary>Names a terminal record.</summary>
    public RecordHash HashOf(in TerminalKey key) => _memory.Hasher.Of(key);

    /// <summary>Names a merchant record.</summary>
    public RecordHash HashOf(in MerchantKey key) => _memory.Hasher.Of(key);

    /// <summary>Has the processor fetch what the admission of both records of a check will read; a hint.</summary>
    public void PrefetchToAdmit(in RecordHash terminal, in RecordHash merchant)
    {
        _changes.Prefetch(terminal);
        _changes.Prefetch(merchant);
        _memory.Prefetch(terminal, merchant);
    }

    /// <summary>Has the processor fetch both records of a check at once; a hint.</summary>
    public void Prefetch(in RecordHash terminal, in RecordHash merchant) => _memory.Prefetch(terminal, merchant);

    /// <summary>Finds the copy in memory: the newest as of <see cref="Applied"/> as it was before this call.</summary>
    public bool TryGet(in TerminalKey key, in RecordHash hash, out TerminalRecord? record, out long revision) => _memory.TryGet(key, hash, out record, out revision);

    /// <summary>Finds the copy in memory: the newest as of <see cref="Applied"/> as it was before this call.</summary>
    public bool TryGet(in MerchantKey key, in RecordHash hash, out MerchantRecord? record, out long revision) => _memory.TryGet(key, hash, out record, out revision);

    /// <summary>Names both records of a check.</summary>
    public RecordHashes HashOf(scoped in RecordName terminal, scoped in RecordName merchant) => _memory.Hasher.Of(terminal, merchant);

    /// <summary>Finds the copy in memory by the bytes of its name: as <see cref="TryGet(in TerminalKey, in RecordHash, out TerminalRecord?, out long)"/>, with no key in the record.</summary>
    public bool TryGetTerminal(scoped in RecordName name, in RecordHash hash, out TerminalRecord? record, out long revision) =>
        _memory.TryGetTerminal(name, default, hash, out record, out revision);

    /// <summary>Finds the copy in memory by the bytes of its name: as <see cref="TryGet(in MerchantKey, in RecordHash, out MerchantRecord?, out long)"/>, with no key in the record.</summary>
    public bool TryGetMerchant(scoped in RecordName name, in RecordHash hash, out MerchantRecord? record, out long revision) =>
        _memory.TryGetMerchant(name, default, hash, out record, out revision);

    /// <summary>Admits a copy of a terminal record (A1 to A5).</summary>
    public Admission Admit(in RecordHash hash, in RecordCopy<TerminalRecord> copy, int epoch, bool isFromRedis)
    {
        lock (_stripes[RecentChanges.StripeOf(hash)])
        {
            var admission = Judge_NeedsLock(hash, copy.Revision, copy.Head, epoch, isFromRedis);
            if (admission == Admission.Admitted)
            {
                // :: A3
                _memory.Put(hash, copy.Record, copy.Revision);
            }

            return admission;
        }
    }

    /// <summary>Admits a copy of a merchant record (A1 to A5).</summary>
    public Admission Admit(in RecordHash hash, in RecordCopy<MerchantRecord> copy, int epoch, bool isFromRedis)
    {
        lock (_stripes[RecentChanges.StripeOf(hash)])
        {
            var admission = Judge_NeedsLock(hash, copy.Revision, copy.Head, epoch, isFromRedis);
            if (admission == Admission.Admitted)
            {
                _memory.Put(hash, copy.Record, copy.Revision);
            }

            return admission;
        }
    }

    /// <summary>Applies the next entry of the feed (F2), which follows on <see cref="Applied"/>.</summary>
    /// <exception cref="InvalidOperationException">The entry is not the next one.</exception>
    public void Apply(FeedEntry entry)
    {
        if (entry.Revision != _applied + 1)
        {
            throw new InvalidOperationException($"Entry {entry.Revision} of the feed was handed over after {_applied}.");
        }

        // :: F2
        var isOfRecord = TryHash(entry, out var hash);
        _changes.Extend(hash, entry.Revision);
        if (isOfRecord)
        {
            lock (_stripes[RecentChanges.StripeOf(hash)])
            {
                _changes.Note_NeedsLock(hash, entry.Revision);
                Renew_NeedsLock(entry, hash);
            }
        }

        Volatile.Write(ref _applied, entry.Revision);
        if (_changes.IsOverfull)
        {
            // :: F4
            var oldest = _changes.Shorten();
            lock (_stripes[RecentChanges.StripeOf(oldest)])
            {
                _changes.Forget_NeedsLock(oldest, _changes.Floor);
            }
        }
    }

    /// <summary>Forgets everything and begins at a revision (S1, F7).</summary>
    public void Reset(long at)
    {
        foreach (var stripe in _stripes)
        {
            stripe.Enter();
        }

        try
        {
            Interlocked.Increment(ref _epoch);
            _memory.Clear();
            _changes.Reset_NeedsLock(at);
            Volatile.Write(ref _applied, at);
        }
        finally
        {
            foreach (var stripe in _stripes)
            {
                stripe.Exit();
            }
        }
    }

    /// <summary>Forgets everything and admits nothing any more (F8).</summary>
    public void Close()
    {
        _isClosed = true;
        Reset(Applied);
    }

    private Admission Judge_NeedsLock(in RecordHash hash, long revision, long head, int epoch, bool isFromRedis)
    {
        // :: A5
        if (_isClosed || epoch != _epoch)
        {
            return Admission.Forgotten;
        }

        if (!_checksAdmission)
        {
            return Admission.Admitted;
        }

        // :: A1
        if (head < _changes.Floor)
        {
            return Admission.BelowWindow;
        }

        // :: A4
        if (isFromRedis && head > Applied)
        {
            return Admission.FromBeyond;
        }

        // :: A2
        return _changes.Newest_NeedsLock(hash) > revision ? Admission.NewerKnown : Admission.Admitted;
    }

    private bool TryHash(FeedEntry entry, out RecordHash hash)
    {
        if (entry.IsTerminal(out var terminal))
        {
            hash = HashOf(terminal);
            return true;
        }

        if (entry.IsMerchant(out var merchant))
        {
            hash = HashOf(merchant);
            return true;
        }

        // A kind of record that only a newer gateway knows: no copy of it is here.
        hash = default;
        return false;
    }

    private void Renew_NeedsLock(FeedEntry entry, in RecordHash hash)
    {
        if (entry.Entity == FeedEntity.Terminal)
        {
            if (!_memory.HoldsTerminal(hash))
            {
                return;
            }

            if (!RecordCodec.TryUnpack(entry.Packed.Span, out TerminalRecord record) || !_memory.ReplaceTerminal(hash, record, entry.Revision))
            {
                _memory.RemoveTerminal(hash, olderThan: entry.Revision);
            }
        }
        else if (_memory.HoldsMerchant(hash)
            && (!RecordCodec.TryUnpack(entry.Packed.Span, out MerchantRecord record) || !_memory.ReplaceMerchant(hash, record, entry.Revision)))
        {
            _memory.RemoveMerchant(hash, olderThan: entry.Revision);
        }
    }
}
