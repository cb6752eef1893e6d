using System.Runtime.CompilerServices;

namespace VerifyGateway.Caching.Memory;

/// <summary>What a line is.</summary>
internal enum LineKind
{
    /// <summary>Nothing; in the list of free lines.</summary>
    Free = 0,
    /// <summary>An entry in the place that its hash asks for, and the first of the chain of those that ask for it.</summary>
    Home = 1,
    /// <summary>An entry elsewhere, in the chain of its home.</summary>
    Guest = 2,
    /// <summary>More bytes of an entry whose value is long.</summary>
    More = 3,
}

/// <summary>
/// Layout of a line, 64 bytes: an entry, more bytes of one, or nothing.
/// <code>
///  0  hash, low                   more: 0 the line before, 2 22 bytes of value     free: 0 the free line before
///  8  hash, high
/// 16  revision, 48 bits; length, 16 bits
/// 24  next line of the chain, 11 bits; kind, 2 bits
/// 26  used since the last sweep: readers write it, at any time
/// 27  value, 37 bytes             long entry: 27 first further line, 29 35 bytes   more: 27 37 bytes
/// </code>
/// The byte at 26 belongs to readers in every kind of line: one that is late may set it in a line that is something else by then.
/// </summary>
internal static unsafe class Line
{
    public const int ShortBytes = 37;
    public const int LongFirstBytes = 35;
    public const int MoreFirstBytes = 22;
    public const int MoreBytes = MoreFirstBytes + 37;
    public const int None = (1 << KindShift) - 1;
    public const int KindShift = 11;
    public const long MaxRevision = (1L << 48) - 1;

    public const int HighAt = 8;
    public const int MetaAt = 16;
    public const int LinkAt = 24;
    public const int UsedAt = 26;
    public const int ValueAt = 27;
    public const int LongValueAt = 29;
    public const int MoreAt = 2;

    /// <summary>Lines that an entry with a value of so many bytes takes.</summary>
    public static int Count(int length) => length <= ShortBytes ? 1 : 1 + ((length - LongFirstBytes + MoreBytes - 1) / MoreBytes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LineKind Kind(byte* line) => (LineKind)((*(ushort*)(line + LinkAt) >> KindShift) & 3);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Next(byte* line) => *(ushort*)(line + LinkAt) & None;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Has(byte* line, in RecordHash hash) => *(ulong*)line == hash.Low && *(ulong*)(line + HighAt) == hash.High;

    public static RecordHash Hash(byte* line) => new(*(ulong*)line, *(ulong*)(line + HighAt));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Revision(ulong meta) => (long)(meta & MaxRevision);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Length(ulong meta) => (int)(meta >> 48);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Meta(byte* line) => *(ulong*)(line + MetaAt);

    public static ulong MetaOf(long revision, int length) => (ulong)revision | ((ulong)length << 48);

    public static bool IsEntry(byte* line) => Kind(line) is LineKind.Home or LineKind.Guest;

    public static bool IsLong(byte* line) => Length(Meta(line)) > ShortBytes;

    /// <summary>The first further line of a long entry.</summary>
    public static int First(byte* line) => *(ushort*)(line + ValueAt);

    public static void SetFirst(byte* line, int slot) => *(ushort*)(line + ValueAt) = (ushort)slot;

    /// <summary>The line before: of a free line in the list, of a further one in its entry.</summary>
    public static int Before(byte* line) => *(ushort*)line;

    public static void SetBefore(byte* line, int slot) => *(ushort*)line = (ushort)slot;

    public static void SetLink(byte* line, LineKind kind, int next) => *(ushort*)(line + LinkAt) = (ushort)(((int)kind << KindShift) | next);

    public static void SetNext(byte* line, int next) => SetLink(line, Kind(line), next);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Copy(byte* from, byte* to) => Unsafe.CopyBlockUnaligned(to, from, PageLine.Bytes);
}
