using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace VerifyGateway.Domain.Records;

/// <summary>Writes a packed record.</summary>
internal readonly ref struct PackWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new(128);

    public PackWriter(byte form) => Byte(form);

    public void Byte(byte value)
    {
        _bytes.GetSpan(1)[0] = value;
        _bytes.Advance(1);
    }

    public void Int32(int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(_bytes.GetSpan(4), value);
        _bytes.Advance(4);
    }

    public void Int64(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(_bytes.GetSpan(8), value);
        _bytes.Advance(8);
    }

    public void Flag(bool value) => Byte(value ? (byte)1 : (byte)0);

    public void Day(DateOnly? day) => Int32(day?.DayNumber ?? -1);

    /// <summary>Writes an identifier: its length in one byte, then its ASCII characters.</summary>
    public void Text(string value)
    {
        Byte(checked((byte)value.Length));
        _bytes.Advance(Encoding.ASCII.GetBytes(value, _bytes.GetSpan(value.Length)));
    }

    public byte[] ToArray() => _bytes.WrittenSpan.ToArray();
}
