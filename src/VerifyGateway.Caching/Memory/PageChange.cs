namespace VerifyGateway.Caching.Memory;

/// <summary>How a page gets another content: it is made beside it, then shown.</summary>
internal static unsafe class PageChange
{
    // Free lines beyond what is needed that a page has after it was split.
    private const int Slack = 8;

    public static int ChunksFor(int lines) => (lines + LineArena.LinesAChunk - 1) / LineArena.LinesAChunk;

    /// <summary>Chunks that the halves of a page need.</summary>
    public static (int Low, int High) CountHalves(in PageView page, int depth)
    {
        Span<int> lines = stackalloc int[2];
        lines.Clear();
        for (var slot = 0; slot < page.Lines; slot++)
        {
            if (Line.IsEntry(page.At(slot)))
            {
                lines[(int)(PageShape.PrefixOf(Line.Hash(page.At(slot)), depth) & 1)] += page.LinesOf(slot);
            }
        }

        return (Math.Min(ChunksFor(lines[0] + Slack), PageLine.MaxChunks), Math.Min(ChunksFor(lines[1] + Slack), PageLine.MaxChunks));
    }

    /// <summary>Makes a page line that no reader knows, with those entries of another that its prefix is for.</summary>
    public static void Fill(PageLine* to, PageLine* from, nint[] bases, ReadOnlySpan<uint> chunks, int depth, uint prefix)
    {
        chunks.CopyTo(new Span<uint>(to->Chunks, PageLine.MaxChunks));
        to->Shape = PageShape.Make(chunks.Length, depth, prefix);
        PageBuilder.Fill(new PageView(from, bases), new PageView(to, bases));
    }

    /// <summary>Shows readers another content of a page.</summary>
    public static void Show(PageLine* page, PageLine* content)
    {
        PageLine.BeginChange(page);
        // References that are not used stay what they were: never anything but a chunk of lines, or none.
        for (var i = 0; i < PageShape.Chunks(content->Shape); i++)
        {
            page->Chunks[i] = content->Chunks[i];
        }

        page->FreeHead = content->FreeHead;
        page->FreeCount = content->FreeCount;
        page->Hand = content->Hand;
        page->Shape = content->Shape;
        PageLine.EndChange(page);
    }
}
