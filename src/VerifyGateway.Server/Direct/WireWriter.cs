using System.Text;

namespace VerifyGateway.Server.Direct;

/// <summary>Writes the fields of a message in protobuf's wire format as its generated code does: in order, and none that is zero or empty.</summary>
/// <param name="into">Room for all that will be written.</param>
internal ref struct WireWriter(Span<byte> into)
{
    private readonly Span<byte> _into = into;

    /// <summary>Number of bytes that were written.</summary>
    public int Length { get; private set; }

    /// <summary>The bytes that were written.</summary>
    public readonly ReadOnlySpan<byte> Written => _into[..Length];

    /// <summary>A number.</summary>
    public void Number(int field, long value)
    {
        if (value != 0)
        {
            Varint((ulong)field << 3);
            Varint((ulong)value);
        }
    }

    /// <summary>Bytes, such as a text that is there as bytes.</summary>
    public void Bytes(int field, scoped ReadOnlySpan<byte> bytes)
    {
        if (!bytes.IsEmpty)
        {
            Begin(field, bytes.Length);
            bytes.CopyTo(_into[Length..]);
            Length += bytes.Length;
        }
    }

    /// <summary>A text.</summary>
    public void Text(int field, string text)
    {
        if (text.Length is > 0 and <= 0x7F / 3)
        {
            // However many bytes a letter takes, the length is one byte.
            Varint(((ulong)field << 3) | 2);
            var bytes = Encoding.UTF8.GetBytes(text, _into[(Length + 1)..]);
            _into[Length] = (byte)bytes;
            Length += 1 + bytes;
        }
        else if (text.Length > 0)
        {
            Begin(field, Encoding.UTF8.GetByteCount(text));
            Length += Encoding.UTF8.GetBytes(text, _into[Length..]);
        }
    }

    /// <summary>What begins a field of so many bytes, which the caller writes.</summary>
    public void Begin(int field, int bytes)
    {
        Varint(((ulong)field << 3) | 2);
        Varint((ulong)bytes);
    }

    /// <summary>A message that was written beside.</summary>
    public void Message(int field, scoped ReadOnlySpan<byte> bytes)
    {
        Begin(field, bytes.Length);
        bytes.CopyTo(_into[Length..]);
        Length += bytes.Length;
    }

    /// <summary>A number without a tag.</summary>
    public void Varint(ulong value)
    {
        while (value >= 0x80)
        {
            _into[Length++] = (byte)(value | 0x80);
            value >>= 7;
        }

        _into[Length++] = (byte)value;
    }

    /// <summary>Bytes that a number takes without its tag.</summary>
    public static int SizeOf(ulong value)
    {
        var size = 1;
        for (; value >= 0x80; value >>= 7)
        {
            size++;
        }

        return size;
    }
}
