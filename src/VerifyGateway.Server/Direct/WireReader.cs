using System.Text;

namespace VerifyGateway.Server.Direct;

/// <summary>
/// Reads the fields of a message in protobuf's wire format where they are. It takes only what every usual writer writes: known types, each
/// field at most once, in the order of their numbers. Whatever else comes is <see cref="IsOdd"/>, and then reads as zero or empty.
/// </summary>
internal ref struct WireReader(ReadOnlySpan<byte> message)
{
    private const int Varint = 0;
    private const int Counted = 2;

    private ReadOnlySpan<byte> _rest = message;
    private int _field;
    private int _type;

    /// <summary>True when the message holds something that this reader does not take.</summary>
    public bool IsOdd { get; private set; }

    /// <summary>Goes to the next field and gives its number; 0 at the end.</summary>
    public int Next()
    {
        if (_rest.IsEmpty || IsOdd)
        {
            return 0;
        }

        var tag = Number();
        var field = tag >> 3;
        if (field <= (ulong)_field || field > 1_000)
        {
            return Refuse();
        }

        (_field, _type) = ((int)field, (int)(tag & 7));
        return _field;
    }

    /// <summary>Refuses the message.</summary>
    public int Refuse()
    {
        IsOdd = true;
        _rest = default;
        return 0;
    }

    /// <summary>A number from 0 to a greatest one.</summary>
    public long UpTo(long most)
    {
        var number = Signed();
        return number >= 0 && number <= most ? number : Refuse();
    }

    /// <summary>A number of 32 bits.</summary>
    public int Int32()
    {
        var number = Signed();
        return number is >= int.MinValue and <= int.MaxValue ? (int)number : Refuse();
    }

    /// <summary>Bytes, at most so many.</summary>
    public ReadOnlySpan<byte> Bytes(int most)
    {
        var length = _type == Counted ? Number() : ulong.MaxValue;
        if (length > (ulong)most || length > (ulong)_rest.Length)
        {
            Refuse();
            return default;
        }

        var bytes = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return bytes;
    }

    /// <summary>A text of ASCII, at most so many characters.</summary>
    public ReadOnlySpan<byte> Text(int most)
    {
        var text = Bytes(most);
        if (Ascii.IsValid(text))
        {
            return text;
        }

        Refuse();
        return default;
    }

    /// <summary>The message that the field holds.</summary>
    public WireReader Message() => new(Bytes(int.MaxValue));

    private long Signed() => _type == Varint ? (long)Number() : Refuse();

    private ulong Number()
    {
        if (!_rest.IsEmpty && _rest[0] < 0x80)
        {
            var one = _rest[0];
            _rest = _rest[1..];
            return one;
        }

        ulong number = 0;
        for (var at = 0; at < Math.Min(_rest.Length, 10); at++)
        {
            var part = _rest[at];
            if (at == 9 && part > 1)
            {
                break;
            }

            number |= (ulong)(part & 0x7F) << (7 * at);
            if (part < 0x80)
            {
                _rest = _rest[(at + 1)..];
                return number;
            }
        }

        Refuse();
        return 0;
    }
}
