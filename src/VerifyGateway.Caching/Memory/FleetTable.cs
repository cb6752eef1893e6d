using System.Numerics;
using System.Runtime.InteropServices;

namespace VerifyGateway.Caching.Memory;

/// <summary>What became of a value that was brought to a <see cref="FleetTable"/>.</summary>
public enum PutOutcome
{
    /// <summary>The hash was not held, and is now.</summary>
    Inserted,
    /// <summary>The hash was held with the same or a lower revision, which this one replaces.</summary>
    Replaced,
    /// <summary>A higher revision is held, and stays.</summary>
    OlderRefused,
    /// <summary>It is not held: the budget went to other parts of the table before this one got its first lines. Rare, and only while a part is empty.</summary>
    NoRoom,
}

/// <summary>
/// Values of some tens of bytes under 128-bit hashes, outside the collected heap: tens of millions of them cost a collection nothing.
/// Readers take no lock and see no torn value; every member is safe from any thread.
/// <para>
/// A value lives in a line of 64 bytes, one cache line: hash (16), revision (6), length (2), link of the chain (2), mark of use (1),
/// value (37). A longer value takes further lines of the same page, which are found, bounded and given back like all others. Up to 1,536
/// lines are a page, a small hash table whose chains run inside of it: full to the last line it still answers from one line and a half. A
/// page grows in chunks of 128 lines and then splits in two, and the directory of pages (extendible hashing) doubles now and then, which
/// copies 8 bytes for some hundreds of entries. So lines are nine tenths full at any size, and nothing ever waits for a rehash of the whole.
/// </para>
/// <para>
/// A page has a sequence number, odd while it is being changed. A reader notes it, copies the value out, and begins again when it has
/// changed; it waits only while a writer is inside of that page, for the time that some lines take to write. Growth and splits are built
/// beside the page and shown by one such change. Late readers are safe because memory is reused only for what has the same layout, and
/// given back only when no reader can hold it.
/// </para>
/// <para>
/// The budget is absolute: lines, page lines, directories, what is free and what is being built all count (not the objects themselves, some
/// kilobytes, nor a list of page lines that <see cref="Clear"/> leaves, 8 bytes for some hundreds of entries). When it is used up, a page that needs a line evicts by second chance: its hand goes round, takes the mark of use from
/// what was used and evicts what was not. All pages are for equal shares of the hashes, so this is close to one hand over the whole.
/// </para>
/// </summary>
public sealed class FleetTable : IDisposable
{
    /// <summary>The longest value, bytes.</summary>
    public const int MaxValueBytes = Line.LongFirstBytes + (79 * Line.MoreBytes);

    /// <summary>The highest revision: 48 bits, which a million changes a second reach in nine years.</summary>
    public const long MaxRevision = Line.MaxRevision;

    /// <summary>The smallest budget, bytes.</summary>
    public const long MinBytes = 4 * LineArena.ChunkBytes;

    private const long BytesAShard = 8 * 1024 * 1024;
    private const int MostShards = 16;

    private readonly FleetShard[] _shards;
    private readonly Action<int>? _onEvicted;
    private LineArena? _arena;

    /// <summary>Makes an empty table, which allocates next to nothing before the first value comes.</summary>
    /// <param name="maxBytes">The most bytes that it allocates, <see cref="MinBytes"/> or more.</param>
    /// <param name="onEvicted">Told how many entries were evicted by a call, 1 or more, on the caller's thread and outside of any lock.</param>
    /// <param name="initialBytes">What the first value allocates, bytes; cut to what the budget allows.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number of bytes is too small.</exception>
    public FleetTable(long maxBytes, Action<int>? onEvicted = null, long initialBytes = 64 * 1024)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBytes, MinBytes);
        ArgumentOutOfRangeException.ThrowIfNegative(initialBytes);
        _onEvicted = onEvicted;
        _arena = new LineArena(maxBytes, initialBytes);
        _shards = new FleetShard[BitOperations.RoundUpToPowerOf2((uint)Math.Clamp(maxBytes / BytesAShard, 1, MostShards))];
        for (var i = 0; i < _shards.Length; i++)
        {
            _shards[i] = new FleetShard(_arena);
        }
    }

    /// <summary>Number of entries held; changes from moment to moment while others write.</summary>
    public long Count
    {
        get
        {
            var count = 0L;
            foreach (var shard in _shards)
            {
                count += shard.Count;
            }

            return count;
        }
    }

    /// <summary>Bytes allocated, at most the budget; those that are free for new entries count too. 0 after the end.</summary>
    public long Bytes => Volatile.Read(ref _arena)?.Bytes ?? 0;

    /// <summary>Finds a value and copies it out, without a lock and without an allocation. Marks the entry as used.</summary>
    /// <param name="hash">Whose value is looked for.</param>
    /// <param name="value">Room of <see cref="MaxValueBytes"/> or more; may be written to even when nothing is found.</param>
    /// <param name="length">Length of the value, 0 or more; 0 when nothing is found.</param>
    /// <param name="revision">Revision of the value; 0 when nothing is found.</param>
    /// <returns>True when the hash is held.</returns>
    /// <exception cref="ArgumentException">The room is too small.</exception>
    /// <exception cref="ObjectDisposedException">The table is disposed of.</exception>
    public bool TryGet(in RecordHash hash, Span<byte> value, out int length, out long revision)
    {
        if (value.Length < MaxValueBytes)
        {
            throw new ArgumentException($"Room for {MaxValueBytes} bytes is needed, not {value.Length}.", nameof(value));
        }

        if (ShardOf(hash).TryGet(hash, ref MemoryMarshal.GetReference(value), out var meta))
        {
            length = Line.Length(meta);
            revision = Line.Revision(meta);
            return true;
        }

        length = 0;
        revision = 0;
        return false;
    }

    /// <summary>
    /// Has the processor fetch what a look-up of the hash will read, so that look-ups of several hashes wait for memory at the same time. Never
    /// fails, changes nothing, and does nothing on processors without such an instruction that the runtime knows.
    /// </summary>
    public void Prefetch(in RecordHash hash) => ShardOf(hash).Prefetch(hash);

    /// <summary>Inserts a value, or replaces one unless that has a higher revision. May evict others.</summary>
    /// <param name="hash">Whose value it is.</param>
    /// <param name="revision">Its revision, 0 to <see cref="MaxRevision"/>.</param>
    /// <param name="value">The value, 0 to <see cref="MaxValueBytes"/> bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">The revision is out of range.</exception>
    /// <exception cref="ArgumentException">The value is too long.</exception>
    /// <exception cref="ObjectDisposedException">The table is disposed of.</exception>
    public PutOutcome Put(in RecordHash hash, long revision, ReadOnlySpan<byte> value) => Put(hash, revision, value, onlyHeld: false);

    /// <summary>Replaces a value where the hash is held with the same or a lower revision; otherwise does nothing. May evict others.</summary>
    /// <param name="hash">Whose value it is.</param>
    /// <param name="revision">Its revision, 0 to <see cref="MaxRevision"/>.</param>
    /// <param name="value">The value, 0 to <see cref="MaxValueBytes"/> bytes.</param>
    /// <returns>True when it is held now.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The revision is out of range.</exception>
    /// <exception cref="ArgumentException">The value is too long.</exception>
    /// <exception cref="ObjectDisposedException">The table is disposed of.</exception>
    public bool Replace(in RecordHash hash, long revision, ReadOnlySpan<byte> value) => Put(hash, revision, value, onlyHeld: true) == PutOutcome.Replaced;

    /// <summary>Takes an entry out, whatever its revision; false when it was not held.</summary>
    /// <exception cref="ObjectDisposedException">The table is disposed of.</exception>
    public bool Remove(in RecordHash hash) => ShardOf(hash).Remove(hash);

    /// <summary>Takes out everything that is held when its shard's turn comes. Memory is kept for what comes next.</summary>
    /// <exception cref="ObjectDisposedException">The table is disposed of.</exception>
    public void Clear()
    {
        foreach (var shard in _shards)
        {
            shard.Clear();
        }
    }

    /// <summary>
    /// Lets go of everything. Calls that come later throw; readers that are inside stay safe. Large regions go back to the system at once (on
    /// Linux), addresses and small ones when the collector has seen that no reader is left.
    /// </summary>
    public void Dispose()
    {
        foreach (var shard in _shards)
        {
            shard.Dispose();
        }

        Interlocked.Exchange(ref _arena, null)?.Release();
    }

    /// <summary>A look-up without the check of the sequence: for the test that shows what the check is for.</summary>
    internal bool TryGetUnchecked(in RecordHash hash, Span<byte> value, out int length)
    {
        var found = ShardOf(hash).TryGetUnchecked(hash, ref MemoryMarshal.GetReference(value), out var meta);
        length = Line.Length(meta);
        return found;
    }

    private PutOutcome Put(in RecordHash hash, long revision, ReadOnlySpan<byte> value, bool onlyHeld)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(revision);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(revision, MaxRevision);
        if (value.Length > MaxValueBytes)
        {
            throw new ArgumentException($"A value has at most {MaxValueBytes} bytes, not {value.Length}.", nameof(value));
        }

        var outcome = ShardOf(hash).Put(hash, revision, value, onlyHeld, out var evicted);
        if (evicted > 0)
        {
            _onEvicted?.Invoke(evicted);
        }

        return outcome;
    }

    private FleetShard ShardOf(in RecordHash hash) => _shards[(int)hash.Low & (_shards.Length - 1)];
}
