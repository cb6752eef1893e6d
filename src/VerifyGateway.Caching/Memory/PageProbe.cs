using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace VerifyGateway.Caching.Memory;

/// <summary>What a look at a page gave. Only worth something when the page has not changed meanwhile.</summary>
internal enum Seen
{
    /// <summary>The hash is not in the page.</summary>
    Nothing,
    /// <summary>It is, and its value was copied.</summary>
    Value,
    /// <summary>What was seen makes no sense, or the page is not for the hash: look again.</summary>
    Nonsense,
}

/// <summary>
/// The look-up in a page, for readers that hold no lock. The page may change while it is looked at, so nothing that is read here is
/// believed: every place is checked before it is gone to, and no walk is longer than the page.
/// </summary>
internal static unsafe class PageProbe
{
    /// <summary>
    /// Lines that are fetched together, 256 bytes. Memory far away is slow to answer and quick to deliver: four lines in a row take little
    /// longer than one, and two thirds of the entries that are not in their home are in its block.
    /// </summary>
    public const int BlockLines = 4;

    /// <summary>Where a hash wants to be among so many lines. The bits that chose the page have no say in it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Home(in RecordHash hash, int lines) => (int)(((ulong)(uint)hash.High * (uint)lines) >> 32);

    /// <summary>Looks for a hash, and copies its value.</summary>
    /// <param name="page">The page, which stays mapped while the caller holds the directory.</param>
    /// <param name="bases">Addresses of regions, read after the page's sequence.</param>
    /// <param name="hash">What is looked for.</param>
    /// <param name="value">Room for the longest value.</param>
    /// <param name="meta">Revision and length of the entry.</param>
    /// <param name="line">The entry's line.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Seen Look(PageLine* page, nint[] bases, in RecordHash hash, ref byte value, out ulong meta, out byte* line)
    {
        meta = 0;
        line = null;
        var shape = page->Shape;
        if (!PageShape.Holds(shape, hash))
        {
            return Seen.Nonsense;
        }

        var lines = PageShape.Chunks(shape) * LineArena.LinesAChunk;
        if (lines > PageLine.MaxLines)
        {
            return Seen.Nonsense;
        }

        var slot = Home(hash, lines);
        Fetch(page, bases, lines, slot);
        for (var steps = 0; steps < lines; steps++)
        {
            line = Locate(page, bases, slot);
            if (line == null)
            {
                return Seen.Nonsense;
            }

            if (steps == 0 && Line.Kind(line) != LineKind.Home)
            {
                return Seen.Nothing;
            }

            if (Line.Has(line, hash))
            {
                meta = Line.Meta(line);
                return Line.Length(meta) <= Line.ShortBytes ? CopyShort(line, ref value) : CopyLong(page, bases, lines, line, meta, ref value);
            }

            slot = Line.Next(line);
            if (slot >= lines)
            {
                return slot == Line.None ? Seen.Nothing : Seen.Nonsense;
            }
        }

        return lines == 0 ? Seen.Nothing : Seen.Nonsense;
    }

    /// <summary>The whole field, however long the value is: one short copy without a branch.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Seen CopyShort(byte* line, ref byte value)
    {
        Unsafe.CopyBlockUnaligned(ref value, ref line[Line.ValueAt], Line.ShortBytes);
        return Seen.Value;
    }

    private static Seen CopyLong(PageLine* page, nint[] bases, int lines, byte* line, ulong meta, ref byte value)
    {
        var left = Line.Length(meta);
        if (left > FleetTable.MaxValueBytes)
        {
            return Seen.Nonsense;
        }

        Unsafe.CopyBlockUnaligned(ref value, ref line[Line.LongValueAt], Line.LongFirstBytes);
        value = ref Unsafe.Add(ref value, Line.LongFirstBytes);
        left -= Line.LongFirstBytes;
        for (var slot = Line.First(line); left > 0; slot = Line.Next(line))
        {
            line = slot < lines ? Locate(page, bases, slot) : null;
            if (line == null)
            {
                return Seen.Nonsense;
            }

            var first = Math.Min(left, Line.MoreFirstBytes);
            Unsafe.CopyBlockUnaligned(ref value, ref line[Line.MoreAt], (uint)first);
            var second = Math.Min(left - first, Line.ShortBytes);
            Unsafe.CopyBlockUnaligned(ref Unsafe.Add(ref value, first), ref line[Line.ValueAt], (uint)second);
            value = ref Unsafe.Add(ref value, first + second);
            left -= first + second;
        }

        return Seen.Value;
    }

    /// <summary>Has the processor fetch the block of a hash's home.</summary>
    public static void Fetch(PageLine* page, nint[] bases, in RecordHash hash)
    {
        var lines = PageShape.Chunks(page->Shape) * LineArena.LinesAChunk;
        if (lines <= PageLine.MaxLines)
        {
            Fetch(page, bases, lines, Home(hash, lines));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Fetch(PageLine* page, nint[] bases, int lines, int slot)
    {
        if (Sse.IsSupported && lines > 0 && Locate(page, bases, slot) is var line && line != null)
        {
            var block = (byte*)((nuint)line & ~(nuint)((BlockLines * PageLine.Bytes) - 1));
            Sse.Prefetch0(line);
            Sse.Prefetch0(block);
            Sse.Prefetch0(block + PageLine.Bytes);
            Sse.Prefetch0(block + (2 * PageLine.Bytes));
            Sse.Prefetch0(block + (3 * PageLine.Bytes));
        }
    }

    /// <summary>The line at a place; null when the chunk is not one of lines, or of a region that this reader does not know yet.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte* Locate(PageLine* page, nint[] bases, int slot)
    {
        var chunk = page->Chunks[slot / LineArena.LinesAChunk];
        var region = chunk >> LineArena.RegionShift;
        if (chunk == 0 || region >= (uint)bases.Length || bases[region] == 0)
        {
            return null;
        }

        return (byte*)bases[region] + ((ulong)(chunk & LineArena.ChunkMask) * LineArena.ChunkBytes) + ((slot % LineArena.LinesAChunk) * PageLine.Bytes);
    }
}
