using System.Buffers.Binary;
using System.Text;

namespace VerifyGateway.Domain.Identifiers;

/// <summary>
/// Up to 16 ASCII characters in place of a string: compared at once, copied without allocation, at home in memory that the garbage
/// collector does not look at. The default is the empty text.
/// </summary>
internal readonly record struct PackedText
{
    private readonly ulong _first;
    private readonly ulong _second;

    /// <summary>Packs characters that are known to be ASCII and not NUL, at most 16.</summary>
    public PackedText(ReadOnlySpan<char> text)
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        _ = Encoding.ASCII.GetBytes(text, bytes);
        (_first, _second) = (BinaryPrimitives.ReadUInt64LittleEndian(bytes), BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]));
    }

    /// <summary>True for the default.</summary>
    public bool IsEmpty => _first == 0;

    /// <summary>The character at a place, which is not past the end.</summary>
    public char this[int at] => (char)(byte)((at < 8 ? _first : _second) >> (8 * (at & 7)));

    /// <inheritdoc />
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, _first);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[8..], _second);
        var end = bytes.IndexOf((byte)0);
        return Encoding.ASCII.GetString(end < 0 ? bytes : bytes[..end]);
    }
}
