using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VerifyGateway.Caching.Memory;

/// <summary>
/// Memory outside the collected heap, handed out in chunks of 8 KiB, never more than a budget. Three promises make reads without locks safe:
/// <list type="bullet">
/// <item>Nothing is unmapped while anything refers to the arena: a reader that holds a directory holds the arena, and only the finalizer
/// gives addresses back.</item>
/// <item>A chunk that has held lines only ever holds lines again, and a page line stays a page line: what a late reader looks at is old or
/// new, never of another kind.</item>
/// <item>A chunk is 8 KiB aligned, so that every line is one cache line.</item>
/// </list>
/// A chunk's reference is its region's number above <see cref="RegionShift"/> and its place in the region below. Reference 0 is a chunk of
/// page lines, so that for lines it stands for "none". Safe from any thread.
/// </summary>
internal sealed unsafe class LineArena
{
    public const int ChunkBytes = 8192;
    public const int LinesAChunk = ChunkBytes / PageLine.Bytes;
    public const int RegionShift = 20;
    public const uint ChunkMask = (1u << RegionShift) - 1;

    private const int SmallRegion = 64 * 1024;
    private const long ManySmallRegions = 16L * 1024 * 1024;
    private const long MostRegion = (long)ChunkMask * ChunkBytes;

    private readonly Lock _gate = new();
    private readonly long _maxBytes;
    private readonly long _initialBytes;
    private readonly List<long> _sizes = [];
    private readonly Stack<nint> _freePages = [];
    private nint[] _bases = new nint[4];
    private long _bytes;
    private uint _freeHead;
    private int _freeCount;
    private int _fresh;
    private int _freshEnd;
    private bool _refused;

    public LineArena(long maxBytes, long initialBytes)
    {
        _maxBytes = maxBytes;
        _initialBytes = Math.Clamp(initialBytes, 4 * ChunkBytes, maxBytes) / ChunkBytes * ChunkBytes;
    }

    /// <summary>The regions' memory is given back when no directory, and so no reader, refers to it any more.</summary>
    ~LineArena()
    {
        for (var i = 0; i < _sizes.Count; i++)
        {
            NativeMemory.AlignedFree((void*)_bases[i]);
            Pressure(_sizes[i], add: false);
        }
    }

    /// <summary>Bytes allocated, and those charged.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Addresses of the regions; what a reference that was published before needs is in it.</summary>
    public nint[] Bases
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Volatile.Read(ref _bases);
    }

    /// <summary>Takes as many chunks as there is room for in the span, or none and false. What is in them is not defined.</summary>
    public bool TryTake(Span<uint> chunks)
    {
        lock (_gate)
        {
            EnsurePageChunk_NeedsLock();
            while (_freeCount + (_freshEnd - _fresh) < chunks.Length)
            {
                if (!TryAddRegion_NeedsLock())
                {
                    return false;
                }
            }

            for (var i = 0; i < chunks.Length; i++)
            {
                chunks[i] = Take_NeedsLock();
            }

            return true;
        }
    }

    /// <summary>Gives chunks of lines back, which late readers may still look at.</summary>
    public void Give(ReadOnlySpan<uint> chunks)
    {
        lock (_gate)
        {
            foreach (var chunk in chunks)
            {
                Push_NeedsLock(chunk);
            }
        }
    }

    /// <summary>A page line whose sequence is even and whose shape is dead; null when there is no room.</summary>
    public PageLine* TakePage()
    {
        lock (_gate)
        {
            EnsurePageChunk_NeedsLock();
            // Never from a chunk that was given back: a reader may be late in it, who marks a line as used.
            if (_freePages.Count == 0 && (_fresh < _freshEnd || TryAddRegion_NeedsLock()))
            {
                AddPages_NeedsLock();
            }

            return _freePages.TryPop(out var page) ? (PageLine*)page : null;
        }
    }

    /// <summary>Gives a page line back, whose shape is dead; its sequence goes on where it was.</summary>
    public void GivePage(PageLine* page)
    {
        lock (_gate)
        {
            _freePages.Push((nint)page);
        }
    }

    /// <summary>Counts bytes that a directory takes against the budget; false, and nothing counted, when they do not fit. Fewer than 0 always fit.</summary>
    public bool TryCharge(long bytes)
    {
        lock (_gate)
        {
            if (bytes > 0 && _bytes + bytes > _maxBytes)
            {
                return false;
            }

            Volatile.Write(ref _bytes, _bytes + bytes);
            return true;
        }
    }

    /// <summary>Gives the large regions' memory back at once; their addresses stay valid, and read as zeros, for readers that are late.</summary>
    public void Release()
    {
        lock (_gate)
        {
            _refused = true;
            for (var i = 0; i < _sizes.Count; i++)
            {
                if (_sizes[i] >= HugePages.Bytes)
                {
                    HugePages.GiveBack((void*)_bases[i], (nuint)_sizes[i]);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* Address(nint[] bases, uint chunk) => (byte*)bases[chunk >> RegionShift] + ((ulong)(chunk & ChunkMask) * ChunkBytes);

    /// <summary>The first chunk of all is one of page lines: this is what makes reference 0 stand for none.</summary>
    private void EnsurePageChunk_NeedsLock()
    {
        if (_sizes.Count == 0 && TryAddRegion_NeedsLock())
        {
            AddPages_NeedsLock();
        }
    }

    private void AddPages_NeedsLock()
    {
        var at = Address(_bases, TakeFresh_NeedsLock());
        NativeMemory.Clear(at, ChunkBytes);
        for (var i = LinesAChunk - 1; i >= 0; i--)
        {
            var page = (PageLine*)at + i;
            page->Shape = PageShape.Dead;
            _freePages.Push((nint)page);
        }
    }

    private uint Take_NeedsLock()
    {
        if (_freeCount == 0)
        {
            return TakeFresh_NeedsLock();
        }

        // The reference to the next free chunk lies where a line has its hash: a late reader that takes it for one is refused by the sequence.
        var chunk = _freeHead;
        _freeHead = *(uint*)Address(_bases, chunk);
        _freeCount--;
        return chunk;
    }

    private uint TakeFresh_NeedsLock() => ((uint)(_sizes.Count - 1) << RegionShift) | (uint)_fresh++;

    private void Push_NeedsLock(uint chunk)
    {
        *(uint*)Address(_bases, chunk) = _freeHead;
        _freeHead = chunk;
        _freeCount++;
    }

    private bool TryAddRegion_NeedsLock()
    {
        var size = Math.Min(NextRegion(), (_maxBytes - _bytes) / ChunkBytes * ChunkBytes);
        if (_refused || size < ChunkBytes)
        {
            return false;
        }

        void* region;
        try
        {
            region = NativeMemory.AlignedAlloc((nuint)size, (nuint)(size >= HugePages.Bytes ? HugePages.Bytes : ChunkBytes));
        }
        catch (OutOfMemoryException)
        {
            // What the budget allows and the machine does not have is as if the budget had ended here.
            _refused = true;
            return false;
        }

        for (; _fresh < _freshEnd; _fresh++)
        {
            Push_NeedsLock(((uint)(_sizes.Count - 1) << RegionShift) | (uint)_fresh);
        }

        Publish_NeedsLock((nint)region, size);
        return true;
    }

    private void Publish_NeedsLock(nint region, long size)
    {
        if (size >= HugePages.Bytes)
        {
            HugePages.Ask((void*)region, (nuint)size);
        }

        Pressure(size, add: true);
        var bases = _bases;
        if (_sizes.Count == bases.Length)
        {
            Array.Resize(ref bases, bases.Length * 2);
        }

        bases[_sizes.Count] = region;
        Volatile.Write(ref _bases, bases);
        _sizes.Add(size);
        Volatile.Write(ref _bytes, _bytes + size);
        (_fresh, _freshEnd) = (0, (int)(size / ChunkBytes));
    }

    /// <summary>A sixteenth of what is there while that is little, then a thirty-second in huge pages: what is allocated and not yet used stays a few per cent.</summary>
    private long NextRegion() =>
        _sizes.Count == 0 ? _initialBytes
        : _bytes < ManySmallRegions ? Math.Max(SmallRegion, _bytes / 16 / ChunkBytes * ChunkBytes)
        : Math.Clamp(_bytes / 32 / HugePages.Bytes * HugePages.Bytes, HugePages.Bytes, MostRegion / HugePages.Bytes * HugePages.Bytes);

    /// <summary>Small regions wait for the finalizer after all of a table is let go: the collector is told that there is something to gain.</summary>
    private static void Pressure(long size, bool add)
    {
        if (size >= HugePages.Bytes)
        {
            return;
        }

        if (add)
        {
            GC.AddMemoryPressure(size);
        }
        else
        {
            GC.RemoveMemoryPressure(size);
        }
    }
}
