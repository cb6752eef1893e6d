using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VerifyGateway.Caching.Memory;

/// <summary>
/// What a reader needs to know of a page, in one cache line: where its lines are, and whether somebody is changing them. Written by one
/// thread at a time; readers take what they read only when the sequence was even before and is the same after.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Bytes)]
internal unsafe struct PageLine
{
    public const int Bytes = 64;
    public const int MaxChunks = 12;
    public const int MaxLines = MaxChunks * LineArena.LinesAChunk;

    /// <summary>Odd while the page is being changed.</summary>
    [FieldOffset(0)]
    public uint Sequence;

    /// <summary>See <see cref="PageShape"/>.</summary>
    [FieldOffset(4)]
    public uint Shape;

    /// <summary>The first free line, for writers.</summary>
    [FieldOffset(8)]
    public ushort FreeHead;

    /// <summary>Number of free lines, for writers.</summary>
    [FieldOffset(10)]
    public ushort FreeCount;

    /// <summary>Where the search for something to evict goes on, for writers.</summary>
    [FieldOffset(12)]
    public ushort Hand;

    /// <summary>References of the chunks.</summary>
    [FieldOffset(16)]
    public fixed uint Chunks[MaxChunks];

    /// <summary>Readers do not trust what they read from here on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void BeginChange(PageLine* page)
    {
        page->Sequence++;
        Volatile.WriteBarrier();
    }

    /// <summary>What was changed is there before readers trust it again.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void EndChange(PageLine* page) => Volatile.Write(ref page->Sequence, page->Sequence + 1);
}

/// <summary>
/// How many chunks a page has, and which hashes it is for: those whose first bits, as many as its depth, are its prefix. In one word, so
/// that it is never torn.
/// </summary>
internal static class PageShape
{
    public const int MaxDepth = 22;
    /// <summary>Of a page that is for no hash: whoever comes to it has an old directory in hand.</summary>
    public const uint Dead = 31 << 4;

    public static uint Make(int chunks, int depth, uint prefix) => (uint)chunks | ((uint)depth << 4) | (prefix << 9);

    public static int Chunks(uint shape) => (int)(shape & 15);

    public static int Depth(uint shape) => (int)((shape >> 4) & 31);

    public static uint Prefix(uint shape) => shape >> 9;

    /// <summary>The first bits of a hash, as many as the depth: 0 for depth 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint PrefixOf(in RecordHash hash, int depth) => (uint)((hash.Low >> 1) >> (63 - depth));

    /// <summary>Whether a page is for a hash. A dead one never is: no prefix has that many bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Holds(uint shape, in RecordHash hash) => Depth(shape) <= MaxDepth && PrefixOf(hash, Depth(shape)) == Prefix(shape);
}
