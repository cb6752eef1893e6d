using System.Buffers.Binary;
using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Caching.Redis;

/// <summary>
/// A copy as Redis holds it: form (1 byte), revision, head, time of reading (8 bytes each, little-endian), then the packed record
/// or nothing for an absence. The script of <see cref="RedisTier"/> reads the three numbers at these places. What is damaged, of
/// another form or of another key is refused.
/// </summary>
public static class RedisValueCodec
{
    /// <summary>Length of what stands before the packed record, bytes.</summary>
    public const int HeaderLength = 25;

    private const byte Form = 1;

    /// <summary>Packs a copy of a terminal record.</summary>
    public static byte[] Pack(in RecordCopy<TerminalRecord> copy) =>
        WithHeader(copy.Revision, copy.Head, copy.ReadAtUnixMs, copy.Record is null ? [] : RecordCodec.Pack(copy.Record));

    /// <summary>Packs a copy of a merchant record.</summary>
    public static byte[] Pack(in RecordCopy<MerchantRecord> copy) =>
        WithHeader(copy.Revision, copy.Head, copy.ReadAtUnixMs, copy.Record is null ? [] : RecordCodec.Pack(copy.Record));

    /// <summary>Unpacks a copy; null when the bytes are not a copy of that terminal record.</summary>
    public static RecordCopy<TerminalRecord>? Unpack(ReadOnlySpan<byte> value, in TerminalKey key)
    {
        if (!HasHeader(value))
        {
            return null;
        }

        TerminalRecord? record = null;
        if (value.Length > HeaderLength && !(RecordCodec.TryUnpack(value[HeaderLength..], out record) && record.Key == key))
        {
            return null;
        }

        return IsConsistent(value, record is null) ? new RecordCopy<TerminalRecord>(record, Number(value, 0), Number(value, 1), Number(value, 2)) : null;
    }

    /// <summary>Unpacks a copy; null when the bytes are not a copy of that merchant record.</summary>
    public static RecordCopy<MerchantRecord>? Unpack(ReadOnlySpan<byte> value, in MerchantKey key)
    {
        if (!HasHeader(value))
        {
            return null;
        }

        MerchantRecord? record = null;
        if (value.Length > HeaderLength && !(RecordCodec.TryUnpack(value[HeaderLength..], out record) && record.Key == key))
        {
            return null;
        }

        return IsConsistent(value, record is null) ? new RecordCopy<MerchantRecord>(record, Number(value, 0), Number(value, 1), Number(value, 2)) : null;
    }

    private static bool HasHeader(ReadOnlySpan<byte> value) => value.Length >= HeaderLength && value[0] == Form;

    /// <summary>An absence has revision 0, a record a revision from 1 to the head.</summary>
    private static bool IsConsistent(ReadOnlySpan<byte> value, bool absent) =>
        absent ? Number(value, 0) == 0 : Number(value, 0) >= 1 && Number(value, 0) <= Number(value, 1);

    private static long Number(ReadOnlySpan<byte> value, int place) => BinaryPrimitives.ReadInt64LittleEndian(value[(1 + (8 * place))..]);

    private static byte[] WithHeader(long revision, long head, long readAtUnixMs, ReadOnlySpan<byte> packed)
    {
        var value = new byte[HeaderLength + packed.Length];
        value[0] = Form;
        BinaryPrimitives.WriteInt64LittleEndian(value.AsSpan(1), revision);
        BinaryPrimitives.WriteInt64LittleEndian(value.AsSpan(9), head);
        BinaryPrimitives.WriteInt64LittleEndian(value.AsSpan(17), readAtUnixMs);
        packed.CopyTo(value.AsSpan(HeaderLength));
        return value;
    }
}
