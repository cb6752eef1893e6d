using System.Buffers.Binary;
using System.Numerics;
using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Caching.Redis;

/// <summary>
/// A copy as Redis holds it: form (1 byte), revision and head (8 bytes each, little-endian), a CRC-32C over all the rest and the key's name
/// (4 bytes), then the packed record or nothing for an absence. The script of <see cref="RedisTier"/> reads the two numbers at these
/// places. What is damaged, of another form or of another key is refused.
/// </summary>
public static class RedisValueCodec
{
    /// <summary>Length of what stands before the packed record, bytes.</summary>
    public const int HeaderLength = 21;

    private const byte Form = 2;
    private const int CheckAt = 17;

    /// <summary>Packs a copy of a terminal record under its key's name.</summary>
    public static byte[] Pack(ReadOnlySpan<byte> name, in RecordCopy<TerminalRecord> copy) =>
        Pack(name, copy.Revision, copy.Head, copy.Record is { } record ? RecordCodec.Pack(record) : []);

    /// <summary>Packs a copy of a merchant record under its key's name.</summary>
    public static byte[] Pack(ReadOnlySpan<byte> name, in RecordCopy<MerchantRecord> copy) =>
        Pack(name, copy.Revision, copy.Head, copy.Record is { } record ? RecordCodec.Pack(record) : []);

    /// <summary>Packs a copy whose record is packed already.</summary>
    public static byte[] Pack(ReadOnlySpan<byte> name, long revision, long head, ReadOnlySpan<byte> packed)
    {
        var value = new byte[HeaderLength + packed.Length];
        value[0] = Form;
        BinaryPrimitives.WriteInt64LittleEndian(value.AsSpan(1), revision);
        BinaryPrimitives.WriteInt64LittleEndian(value.AsSpan(9), head);
        packed.CopyTo(value.AsSpan(HeaderLength));
        BinaryPrimitives.WriteUInt32LittleEndian(value.AsSpan(CheckAt), CheckOf(name, value));
        return value;
    }

    /// <summary>Unpacks a copy; null when the bytes are not a copy of that terminal record.</summary>
    public static RecordCopy<TerminalRecord>? Unpack(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, in TerminalKey key)
    {
        if (!IsWhole(name, value))
        {
            return null;
        }

        if (value.Length == HeaderLength)
        {
            return IsConsistent(value, absent: true) ? new RecordCopy<TerminalRecord>(null, 0, Number(value, 1)) : null;
        }

        var isGood = RecordCodec.TryUnpack(value[HeaderLength..], key, out TerminalRecord record) && IsConsistent(value, absent: false);
        return isGood ? new RecordCopy<TerminalRecord>(record, Number(value, 0), Number(value, 1)) : null;
    }

    /// <summary>Unpacks a copy; null when the bytes are not a copy of that merchant record.</summary>
    public static RecordCopy<MerchantRecord>? Unpack(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, in MerchantKey key)
    {
        if (!IsWhole(name, value))
        {
            return null;
        }

        if (value.Length == HeaderLength)
        {
            return IsConsistent(value, absent: true) ? new RecordCopy<MerchantRecord>(null, 0, Number(value, 1)) : null;
        }

        var isGood = RecordCodec.TryUnpack(value[HeaderLength..], key, out MerchantRecord record) && IsConsistent(value, absent: false);
        return isGood ? new RecordCopy<MerchantRecord>(record, Number(value, 0), Number(value, 1)) : null;
    }

    private static bool IsWhole(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) =>
        value.Length >= HeaderLength && value[0] == Form && BinaryPrimitives.ReadUInt32LittleEndian(value[CheckAt..]) == CheckOf(name, value);

    /// <summary>An absence has revision 0, a record a revision from 1 to the head.</summary>
    private static bool IsConsistent(ReadOnlySpan<byte> value, bool absent) =>
        absent ? Number(value, 0) == 0 && Number(value, 1) >= 0 : Number(value, 0) >= 1 && Number(value, 0) <= Number(value, 1);

    private static long Number(ReadOnlySpan<byte> value, int place) => BinaryPrimitives.ReadInt64LittleEndian(value[(1 + (8 * place))..]);

    private static uint CheckOf(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        var check = Crc(Crc(uint.MaxValue, name), value[..CheckAt]);
        return ~Crc(check, value[HeaderLength..]);
    }

    private static uint Crc(uint check, ReadOnlySpan<byte> bytes)
    {
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            check = BitOperations.Crc32C(check, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        foreach (var one in bytes)
        {
            check = BitOperations.Crc32C(check, one);
        }

        return check;
    }
}
