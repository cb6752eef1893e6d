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

    /// <summary>Packs ASCII characters that are none of them NUL, at most 16.</summary>
    public PackedText(ReadOnlySpan<byte> ascii)
    {
        if (ascii.Length == 8)
        {
            _first = BinaryPrimitives.ReadUInt64LittleEndian(ascii);
            return;
        }

        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        ascii.CopyTo(bytes);
        (_first, _second) = (BinaryPrimitives.ReadUInt64LittleEndian(bytes), BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]));
    }

    private PackedText(ulong first, ulong second) => (_first, _second) = (first, second);

    /// <summary>The digits of a number, with zeros in front: so many, 1 to 16, as the number has at most.</summary>
    public static PackedText OfDigits(ulong number, int count)
    {
        const uint EightDigits = 100_000_000;
        if (count <= 8)
        {
            return new PackedText(Eight((uint)number) >> (8 * (8 - count)), 0);
        }

        var rest = 1UL;
        for (var digit = 8; digit < count; digit++)
        {
            rest *= 10;
        }

        return new PackedText(Eight((uint)(number / rest % EightDigits)), Eight((uint)(number % rest)) >> (8 * (16 - count)));
    }

    /// <summary>True for the default.</summary>
    public bool IsEmpty => _first == 0;

    /// <summary>The character at a place, which is not past the end.</summary>
    public char this[int at] => (char)(byte)((at < 8 ? _first : _second) >> (8 * (at & 7)));

    /// <summary>Eight digits of a number below 100,000,000, the first in the lowest byte: halves, pairs and digits are divided side by side in one word.</summary>
    private static ulong Eight(uint number)
    {
        var (high, low) = Math.DivRem(number, 10_000);
        var fours = high | ((ulong)low << 32);
        var hundreds = ((fours * 10_486) >> 20) & 0x0000_007F_0000_007F;
        var pairs = hundreds | ((fours - (hundreds * 100)) << 16);
        var tens = ((pairs * 103) >> 10) & 0x000F_000F_000F_000F;
        return (tens | ((pairs - (tens * 10)) << 8)) + 0x3030_3030_3030_3030;
    }

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
