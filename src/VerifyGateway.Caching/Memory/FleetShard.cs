using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace VerifyGateway.Caching.Memory;

/// <summary>
/// A part of a table with a lock of its own for writers. Pages are found by the first bits of a hash (extendible hashing). A page grows
/// chunk by chunk and then splits, each time into lines that no reader knows, which one short change of the page line then shows:
/// readers go on in the old ones meanwhile, and writers wait for some hundreds of lines at most.
/// </summary>
internal sealed unsafe class FleetShard
{
    // A directory has at most so many places a page. Keyed hashes need about two; what is not spread like a hash must not fill memory with places.
    private const int MostPlacesAPage = 8;
    private const int FewPlaces = 64;

    private readonly Lock _gate = new();
    // Null when the table is disposed of.
    private PageDirectory? _directory;
    private long _count;
    private int _pages;

    public FleetShard(LineArena arena) => _directory = new PageDirectory(arena, 0);

    public long Count => Volatile.Read(ref _count);

    /// <summary>The look-up without a lock. A reader that comes while its page is changed waits for that change: some lines are written.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryGet(in RecordHash hash, ref byte value, out ulong meta)
    {
        SpinWait spin = default;
        while (true)
        {
            var directory = Volatile.Read(ref _directory) ?? throw Disposed();
            var page = directory.PageOf(hash);
            if (page == null)
            {
                meta = 0;
                return false;
            }

            var sequence = Volatile.Read(ref page->Sequence);
            if ((sequence & 1) == 0)
            {
                var seen = PageProbe.Look(page, directory.Arena.Bases, hash, ref value, out meta, out var line);
                Volatile.ReadBarrier();
                if (page->Sequence == sequence && seen != Seen.Nonsense)
                {
                    if (seen == Seen.Value && line[Line.UsedAt] == 0)
                    {
                        line[Line.UsedAt] = 1;
                    }

                    GC.KeepAlive(directory);
                    return seen == Seen.Value;
                }
            }

            GC.KeepAlive(directory);
            spin.SpinOnce(sleep1Threshold: -1);
        }
    }

    /// <summary>Has the processor fetch what a look-up is about to read, and waits for nothing but the directory.</summary>
    public void Prefetch(in RecordHash hash)
    {
        var directory = Volatile.Read(ref _directory);
        var page = directory is null ? null : directory.PageOf(hash);
        if (page != null)
        {
            PageProbe.Fetch(page, directory!.Arena.Bases, hash);
        }

        GC.KeepAlive(directory);
    }

    /// <summary>What a reader sees that does not check the page's sequence: for the test that shows what the check is for.</summary>
    internal bool TryGetUnchecked(in RecordHash hash, ref byte value, out ulong meta)
    {
        var directory = _directory ?? throw Disposed();
        var page = directory.PageOf(hash);
        meta = 0;
        var found = page != null && PageProbe.Look(page, directory.Arena.Bases, hash, ref value, out meta, out _) == Seen.Value;
        GC.KeepAlive(directory);
        return found;
    }

    /// <summary>Inserts or replaces, or only replaces.</summary>
    /// <param name="hash">Whose value it is.</param>
    /// <param name="revision">Its revision.</param>
    /// <param name="value">The value.</param>
    /// <param name="onlyHeld">True to do nothing where the hash is not held: that is then <see cref="PutOutcome.OlderRefused"/>.</param>
    /// <param name="evicted">How many entries had to go.</param>
    public PutOutcome Put(in RecordHash hash, long revision, ReadOnlySpan<byte> value, bool onlyHeld, out int evicted)
    {
        evicted = 0;
        lock (_gate)
        {
            if (!TryFind_NeedsLock(hash, create: !onlyHeld, out var page))
            {
                return onlyHeld ? PutOutcome.OlderRefused : PutOutcome.NoRoom;
            }

            var slot = page.Find(hash);
            var held = slot >= 0;
            if (held ? Line.Revision(Line.Meta(page.At(slot))) > revision : onlyHeld)
            {
                return PutOutcome.OlderRefused;
            }

            var more = Line.Count(value.Length) - (held ? page.LinesOf(slot) : 0);
            if (page.FreeLines < more)
            {
                MakeRoom_NeedsLock(hash, more, ref page, ref evicted);
                slot = page.Find(hash);
            }

            if (!held)
            {
                page.ReadAhead(hash);
            }

            PageLine.BeginChange(page.Page);
            if (held)
            {
                page.Overwrite(slot, revision, value);
            }
            else
            {
                page.Insert(hash, revision, value);
            }

            PageLine.EndChange(page.Page);
            Volatile.Write(ref _count, _count + (held ? 0 : 1));
            return held ? PutOutcome.Replaced : PutOutcome.Inserted;
        }
    }

    public bool Remove(in RecordHash hash)
    {
        lock (_gate)
        {
            var slot = TryFind_NeedsLock(hash, create: false, out var page) ? page.Find(hash) : -1;
            if (slot < 0)
            {
                return false;
            }

            Remove_NeedsLock(page, slot);
            return true;
        }
    }

    /// <summary>Forgets everything. Readers that are late find old pages dead, and come again by the new directory.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            var old = _directory ?? throw Disposed();
            Volatile.Write(ref _directory, new PageDirectory(old.Arena, 0));
            old.Arena.TryCharge(PageDirectory.BytesAt(0) - old.Bytes);
            PageLine* before = null;
            for (var place = 0; place < old.Places; place++)
            {
                var page = old.PageAt(place);
                if (page != before && page != null)
                {
                    Kill_NeedsLock(old.Arena, page);
                }

                before = page;
            }

            _pages = 0;
            Volatile.Write(ref _count, 0);
        }
    }

    /// <summary>Lets go of the memory; calls that come later are refused, readers that are there already are safe.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            Volatile.Write(ref _directory, null);
            Volatile.Write(ref _count, 0);
        }
    }

    private static ObjectDisposedException Disposed() => new(nameof(FleetTable));

    private static void Kill_NeedsLock(LineArena arena, PageLine* page)
    {
        var chunks = new ReadOnlySpan<uint>(page->Chunks, PageShape.Chunks(page->Shape));
        PageLine.BeginChange(page);
        page->Shape = PageShape.Dead;
        PageLine.EndChange(page);
        arena.Give(chunks);
        arena.GivePage(page);
    }

    private bool TryFind_NeedsLock(in RecordHash hash, bool create, out PageView page)
    {
        var directory = _directory ?? throw Disposed();
        var found = directory.PageOf(hash);
        page = new PageView(found, directory.Arena.Bases);
        return found != null || (create && TryMakeFirst_NeedsLock(directory, out page));
    }

    private bool TryMakeFirst_NeedsLock(PageDirectory directory, out PageView page)
    {
        page = default;
        Span<uint> chunk = stackalloc uint[1];
        var made = directory.Arena.TakePage();
        if (made == null)
        {
            return false;
        }

        if (!directory.Arena.TryTake(chunk))
        {
            directory.Arena.GivePage(made);
            return false;
        }

        PageLine none = default;
        PageLine first = default;
        PageChange.Fill(&first, &none, directory.Arena.Bases, chunk, 0, 0);
        PageChange.Show(made, &first);
        directory.Publish(made);
        _pages = 1;
        page = new PageView(made, directory.Arena.Bases);
        return true;
    }

    private void Remove_NeedsLock(in PageView page, int slot)
    {
        page.ReadFreeAhead();
        PageLine.BeginChange(page.Page);
        page.Remove(slot);
        PageLine.EndChange(page.Page);
        Volatile.Write(ref _count, _count - 1);
    }

    /// <summary>
    /// Gets so many free lines in the page of a hash: by growth while the budget has room, else by eviction of others. The page can be another
    /// one then. There always is a way: the smallest page has 128 lines, and the longest value takes 80.
    /// </summary>
    private void MakeRoom_NeedsLock(in RecordHash hash, int lines, ref PageView page, ref int evicted)
    {
        while (page.FreeLines < lines && TryGrow_NeedsLock(page, lines - page.FreeLines))
        {
            TryFind_NeedsLock(hash, create: false, out page);
        }

        while (page.FreeLines < lines)
        {
            if (!page.TryEvict(hash))
            {
                throw new UnreachableException("A page has no room for one entry.");
            }

            evicted++;
            Volatile.Write(ref _count, _count - 1);
        }
    }

    private bool TryGrow_NeedsLock(in PageView page, int lines)
    {
        var chunks = page.Chunks + PageChange.ChunksFor(lines);
        return chunks <= PageLine.MaxChunks ? TryEnlarge_NeedsLock(page, chunks) : TrySplit_NeedsLock(page);
    }

    private bool TryEnlarge_NeedsLock(in PageView page, int count)
    {
        var arena = _directory!.Arena;
        Span<uint> chunks = stackalloc uint[count];
        if (!arena.TryTake(chunks))
        {
            return false;
        }

        Span<uint> old = stackalloc uint[page.Chunks];
        new ReadOnlySpan<uint>(page.Page->Chunks, old.Length).CopyTo(old);
        PageLine larger = default;
        var shape = page.Page->Shape;
        PageChange.Fill(&larger, page.Page, arena.Bases, chunks, PageShape.Depth(shape), PageShape.Prefix(shape));
        PageChange.Show(page.Page, &larger);
        arena.Give(old);
        return true;
    }

    private bool TrySplit_NeedsLock(in PageView page)
    {
        var directory = _directory!;
        var arena = directory.Arena;
        var depth = PageShape.Depth(page.Page->Shape) + 1;
        var prefix = PageShape.Prefix(page.Page->Shape) * 2;
        if (depth > directory.Depth && !MayDouble(directory))
        {
            return false;
        }

        var (low, high) = PageChange.CountHalves(page, depth);
        Span<uint> chunks = stackalloc uint[low + high];
        var other = arena.TakePage();
        if (other == null || !arena.TryTake(chunks))
        {
            return GiveUp(arena, other);
        }

        if (depth > directory.Depth)
        {
            directory = TryDouble_NeedsLock(directory);
            if (directory is null)
            {
                arena.Give(chunks);
                return GiveUp(arena, other);
            }
        }

        Span<uint> old = stackalloc uint[page.Chunks];
        new ReadOnlySpan<uint>(page.Page->Chunks, old.Length).CopyTo(old);
        PageLine lower = default;
        PageLine upper = default;
        PageChange.Fill(&lower, page.Page, arena.Bases, chunks[..low], depth, prefix);
        PageChange.Fill(&upper, page.Page, arena.Bases, chunks[low..], depth, prefix + 1);

        // :: Order matters. The new page is complete, then it can be found, and only then the old one says that it is for the lower half alone:
        // a reader that comes to it too late looks into the directory again and finds the new one.
        PageChange.Show(other, &upper);
        directory.Publish(other);
        PageChange.Show(page.Page, &lower);
        arena.Give(old);
        _pages++;
        return true;
    }

    private static bool GiveUp(LineArena arena, PageLine* page)
    {
        if (page != null)
        {
            arena.GivePage(page);
        }

        return false;
    }

    private bool MayDouble(PageDirectory directory) =>
        directory.Depth < PageShape.MaxDepth && directory.Places * 2L <= Math.Max(FewPlaces, (long)MostPlacesAPage * _pages);

    private PageDirectory? TryDouble_NeedsLock(PageDirectory directory)
    {
        if (!directory.Arena.TryCharge(directory.Bytes))
        {
            return null;
        }

        var twice = directory.Doubled();
        Volatile.Write(ref _directory, twice);
        return twice;
    }
}
