using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;

namespace VerifyGateway.Domain.Records;

/// <summary>Reads a packed record; after the first thing that is not there, everything reads as zero and the whole counts as refused.</summary>
internal ref struct PackReader
{
    private ReadOnlySpan<byte> _rest;
    private bool _refused;

    public PackReader(ReadOnlySpan<byte> packed, byte oldestForm, byte newestForm)
    {
        _rest = packed;
        Form = Byte();
        _refused |= Form < oldestForm || Form > newestForm;
    }

    /// <summary>The form that the record is packed in.</summary>
    public readonly byte Form { get; }

    /// <summary>True when all that was read was there and nothing is left.</summary>
    public readonly bool IsWholeAndAtEnd => !_refused && _rest.IsEmpty;

    public void Refuse() => _refused = true;

    public byte Byte() => Take(1) is [var value] ? value : (byte)0;

    public int Int32() => Take(4) is { Length: 4 } bytes ? BinaryPrimitives.ReadInt32LittleEndian(bytes) : 0;

    public long Int64() => Take(8) is { Length: 8 } bytes ? BinaryPrimitives.ReadInt64LittleEndian(bytes) : 0;

    public bool Flag() => Flags(1) == 1;

    /// <summary>So many flags, the first in the lowest bit; any other bit refuses the record.</summary>
    public int Flags(int count)
    {
        var value = Byte();
        _refused |= value >> count != 0;
        return value;
    }

    /// <summary>A value of an enum of bytes, or null for a zero; one that is not defined refuses the record.</summary>
    public TEnum? OneOf<TEnum>()
        where TEnum : struct, Enum
    {
        var number = Byte();
        if (number == 0)
        {
            return null;
        }

        var value = Unsafe.BitCast<byte, TEnum>(number);
        _refused |= !Enum.IsDefined(value);
        return value;
    }

    /// <summary>A day, or null.</summary>
    public DateOnly? Day()
    {
        var number = Int32();
        _refused |= number < -1 || number > DateOnly.MaxValue.DayNumber;
        return _refused || number < 0 ? null : DateOnly.FromDayNumber(number);
    }

    /// <summary>Characters, which may be anything.</summary>
    public ReadOnlySpan<byte> Text() => Take(Byte());

    /// <summary>Characters as a string; what is not ASCII reads as question marks.</summary>
    public string String() => Encoding.ASCII.GetString(Text());

    /// <summary>True when these characters come next.</summary>
    public bool Is(string text) => Ascii.Equals(Text(), text);

    private ReadOnlySpan<byte> Take(int count)
    {
        if (_refused || _rest.Length < count)
        {
            _refused = true;
            return default;
        }

        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}
