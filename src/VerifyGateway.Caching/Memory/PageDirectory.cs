using System.Runtime.CompilerServices;

namespace VerifyGateway.Caching.Memory;

/// <summary>
/// Which page is for which first bits of a hash. Several places can name one page; a place of the very first page is 0 until there is
/// one. Whoever holds a directory holds the arena, and so the memory that the pages are in. Places change under the shard's lock;
/// readers come without one.
/// </summary>
internal sealed unsafe class PageDirectory(LineArena arena, int depth)
{
    private readonly nint[] _pages = new nint[1 << depth];

    public LineArena Arena { get; } = arena;

    /// <summary>How many bits choose a place.</summary>
    public int Depth { get; } = depth;

    public int Places => _pages.Length;

    /// <summary>Bytes of a directory, which count against the budget.</summary>
    public long Bytes => BytesAt(Depth);

    public static long BytesAt(int depth) => (long)sizeof(nint) << depth;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public PageLine* PageOf(in RecordHash hash) => (PageLine*)Volatile.Read(ref _pages[PageShape.PrefixOf(hash, Depth)]);

    public PageLine* PageAt(int place) => (PageLine*)_pages[place];

    /// <summary>Names a page for all hashes with its prefix. What is in the page comes before, for readers.</summary>
    public void Publish(PageLine* page)
    {
        var width = Depth - PageShape.Depth(page->Shape);
        var first = (int)(PageShape.Prefix(page->Shape) << width);
        for (var place = first; place < first + (1 << width); place++)
        {
            Volatile.Write(ref _pages[place], (nint)page);
        }
    }

    /// <summary>A directory of twice the places that says the same.</summary>
    public PageDirectory Doubled()
    {
        var twice = new PageDirectory(Arena, Depth + 1);
        for (var place = 0; place < twice._pages.Length; place++)
        {
            twice._pages[place] = _pages[place / 2];
        }

        return twice;
    }
}
