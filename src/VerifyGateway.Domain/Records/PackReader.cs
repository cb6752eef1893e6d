using System.Buffers.Binary;
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

    public bool Flag()
    {
        var value = Byte();
        _refused |= value > 1;
        return value == 1;
    }

    /// <summary>A value of an enum, or null for a zero; one that is not defined refuses the record.</summary>
    public TEnum? OneOf<TEnum>()
        where TEnum : struct, Enum
    {
        var number = Byte();
        if (number == 0)
        {
            return null;
        }

        var value = (TEnum)Enum.ToObject(typeof(TEnum), number);
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

    public string Text() => Encoding.ASCII.GetString(Take(Byte()));

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
