using System.Collections.Concurrent;
using VerifyGateway.Caching.Store;

namespace VerifyGateway.Caching.Memory;

/// <summary>
/// Copies of one kind of record in this process. A copy is only ever replaced by a newer one, whoever brings it and in whatever
/// order. Bounded in number: when full, copies that nobody has looked at since the last sweep go first. Safe from any thread.
/// </summary>
public sealed class MemoryTier<TKey, TRecord>
    where TKey : notnull
    where TRecord : class
{
    private readonly ConcurrentDictionary<TKey, Entry> _entries = new();
    private readonly int _maxRecords;
    private readonly int _neverMore;
    private readonly Action<int> _onEvicted;
    private readonly TimeProvider _time;
    private int _count;
    private int _sweeping;

    /// <summary>Makes an empty tier.</summary>
    /// <param name="maxRecords">The most copies, 1 or more.</param>
    /// <param name="onEvicted">Told how many copies were removed, or not kept, for lack of room.</param>
    /// <param name="time">The clock that arrivals are stamped by; the system's when null.</param>
    public MemoryTier(int maxRecords, Action<int> onEvicted, TimeProvider? time = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxRecords, 1);
        _maxRecords = maxRecords;
        _neverMore = maxRecords + Math.Max(16, maxRecords / 10);
        _onEvicted = onEvicted;
        _time = time ?? TimeProvider.System;
    }

    /// <summary>Number of copies held.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Finds the copy of a key, however old it is.</summary>
    public bool TryGet(in TKey key, out RecordCopy<TRecord> copy) => TryGet(key, out copy, out _);

    /// <summary>Finds the copy of a key, however old it is.</summary>
    /// <param name="key">The record's name.</param>
    /// <param name="copy">The copy.</param>
    /// <param name="arrived">When the copy came here, as <see cref="TimeProvider.GetTimestamp"/> tells it: no setting of clocks changes that.</param>
    public bool TryGet(in TKey key, out RecordCopy<TRecord> copy, out long arrived)
    {
        if (_entries.TryGetValue(key, out var entry))
        {
            entry.Used = true;
            copy = entry.Copy;
            arrived = entry.Arrived;
            return true;
        }

        copy = default;
        arrived = 0;
        return false;
    }

    /// <summary>
    /// Takes a copy in unless a newer one is there, and returns the newest of the two. While a sweep that was to make room is
    /// not done yet, and others have filled what it made, a copy of a key that is not held is returned and not kept.
    /// </summary>
    /// <param name="key">The record's name.</param>
    /// <param name="copy">The copy.</param>
    /// <param name="nowUnixMs">Now: a held copy that was read later than this, by a clock since set back, gives way to one of the same revision and head.</param>
    public RecordCopy<TRecord> Put(in TKey key, in RecordCopy<TRecord> copy, long nowUnixMs) => Put(key, copy, nowUnixMs, out _);

    /// <summary>Takes a copy in as the other does, and says when the copy that is returned came here.</summary>
    /// <param name="key">The record's name.</param>
    /// <param name="copy">The copy.</param>
    /// <param name="nowUnixMs">Now, as for the other.</param>
    /// <param name="arrived">When the copy that is returned came here, as <see cref="TimeProvider.GetTimestamp"/> tells it.</param>
    public RecordCopy<TRecord> Put(in TKey key, in RecordCopy<TRecord> copy, long nowUnixMs, out long arrived)
    {
        var offered = new Entry(copy, _time.GetTimestamp());
        arrived = offered.Arrived;
        while (true)
        {
            if (Count >= _neverMore && !_entries.ContainsKey(key))
            {
                SweepWhenFull(Count);
                _onEvicted(1);
                return copy;
            }

            if (_entries.TryAdd(key, offered))
            {
                SweepWhenFull(Interlocked.Increment(ref _count));
                return copy;
            }

            if (!_entries.TryGetValue(key, out var held))
            {
                continue;
            }

            if (!copy.IsNewerThan(held.Copy) && !IsFromTheFuture(held.Copy, copy, nowUnixMs))
            {
                arrived = held.Arrived;
                return held.Copy;
            }

            offered.Used = held.Used;
            if (_entries.TryUpdate(key, offered, held))
            {
                return copy;
            }
        }
    }

    private static bool IsFromTheFuture(in RecordCopy<TRecord> held, in RecordCopy<TRecord> copy, long nowUnixMs) =>
        held.ReadAtUnixMs > nowUnixMs && copy.ReadAtUnixMs <= nowUnixMs && held.Revision == copy.Revision && held.Head == copy.Head;

    private void SweepWhenFull(int count)
    {
        if (count > _maxRecords && Interlocked.Exchange(ref _sweeping, 1) == 0)
        {
            try
            {
                Sweep();
            }
            finally
            {
                Volatile.Write(ref _sweeping, 0);
            }
        }
    }

    /// <summary>Removes a tenth: first what was not used since the last sweep, and what is used only when there is nothing else.</summary>
    private void Sweep()
    {
        var surplus = Count - (_maxRecords - (_maxRecords / 10));
        var removed = 0;
        for (var round = 0; round < 2 && removed < surplus; round++)
        {
            foreach (var pair in _entries)
            {
                if (removed >= surplus)
                {
                    break;
                }

                if (pair.Value.Used)
                {
                    pair.Value.Used = false;
                }
                else if (_entries.TryRemove(pair))
                {
                    removed++;
                }
            }
        }

        Interlocked.Add(ref _count, -removed);
        _onEvicted(removed);
    }

    private sealed class Entry(RecordCopy<TRecord> copy, long arrived)
    {
        public RecordCopy<TRecord> Copy { get; } = copy;

        public long Arrived { get; } = arrived;

        /// <summary>A hint for the sweep: threads race on it without harm.</summary>
        public bool Used { get; set; }
    }
}
