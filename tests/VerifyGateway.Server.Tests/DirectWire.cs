using System.Buffers.Binary;
using Google.Protobuf;

namespace VerifyGateway.Server.Tests;

/// <summary>Messages in protobuf's wire format taken apart and put together in ways that are allowed and unusual, or not allowed.</summary>
internal static class DirectWire
{
    /// <summary>A field that the contract does not have: the generated code skips it, and what has it is not plain.</summary>
    public static readonly byte[] UnknownField = [0xA0, 0x1F, 0x01];

    /// <summary>A message in the frame that gRPC sends it in.</summary>
    public static byte[] Frame(ReadOnlySpan<byte> message)
    {
        var frame = new byte[5 + message.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame.AsSpan(5));
        return frame;
    }

    /// <summary>The messages of a body, which has whole frames.</summary>
    public static IEnumerable<byte[]> Messages(byte[] body)
    {
        for (var at = 0; at < body.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(body.AsSpan(at + 1));
            yield return body[(at + 5)..(at + 5 + length)];
            at += 5 + length;
        }
    }

    /// <summary>A part of so many bytes, in a field.</summary>
    public static byte[] Counted(ulong field, byte[] bytes) => [.. Varint((field << 3) | 2), .. Varint((ulong)bytes.Length), .. bytes];

    private const int CountedType = 2;

    /// <summary>A field of any number, type and content.</summary>
    public static byte[] AnyField(Random random)
    {
        var field = random.Next(8) switch { 0 => random.Next(1, 4_000), 1 => 0, 2 => 1_000 + random.Next(3), _ => random.Next(1, 20) };
        var type = random.Next(8);
        byte[] tag = Varint(((ulong)field << 3) | (uint)type, random.Next(8) == 0 ? random.Next(12) : 0);
        return type switch
        {
            0 => [.. tag, .. Varint(Number(random), random.Next(4) == 0 ? random.Next(12) : 0)],
            1 => [.. tag, .. Bytes(random, 8)],
            CountedType => [.. tag, .. Counted(random)],
            3 => [.. tag, .. Varint((ulong)field << 3 | 4)],
            5 => [.. tag, .. Bytes(random, 4)],
            _ => tag,
        };
    }

    /// <summary>Its fields in any order; the bytes themselves when they are no message.</summary>
    public static byte[] Shuffled(Random random, byte[] message)
    {
        var fields = Fields(message);
        random.Shuffle(fields);
        return [.. fields.SelectMany(Write)];
    }

    /// <summary>One field is there once more.</summary>
    public static byte[] Repeated(Random random, byte[] message)
    {
        var fields = Fields(message);
        return fields.Length == 0 ? message : [.. message, .. Write(fields[random.Next(fields.Length)])];
    }

    /// <summary>Numbers take more bytes than they need, sometimes more than there may be.</summary>
    public static byte[] Overlong(Random random, byte[] message) =>
        [.. Fields(message).SelectMany(field => Write(field, random.Next(3) == 0 ? random.Next(12) : 0, random.Next(3) == 0 ? random.Next(12) : 0))];

    /// <summary>Something is done to one field's own bytes.</summary>
    public static byte[] Within(Random random, byte[] message, Func<byte[], byte[]> change)
    {
        var fields = Fields(message);
        var counted = Enumerable.Range(0, fields.Length).Where(at => fields[at].Type == CountedType && fields[at].Field is 9 or 10 or 13 or 17).ToArray();
        if (counted.Length > 0)
        {
            var at = counted[random.Next(counted.Length)];
            fields[at] = fields[at] with { Bytes = change(fields[at].Bytes) };
        }

        return [.. fields.SelectMany(Write)];
    }

    /// <summary>Fields of the contract are there with their defaults, in their order.</summary>
    public static byte[] WithDefaults(Random random, byte[] message)
    {
        var fields = Fields(message).ToList();
        for (var field = 1; field <= 18; field++)
        {
            if (random.Next(3) == 0 && !fields.Exists(it => it.Field == field))
            {
                var isCounted = field is 1 or 9 or 10 or 11 or 12 or 13 or 17;
                fields.Add(new WireField(field, isCounted ? CountedType : 0, 0, []));
            }
        }

        return [.. fields.OrderBy(static it => it.Field).SelectMany(Write)];
    }

    /// <summary>A number in so many bytes more than it needs.</summary>
    public static byte[] Varint(ulong value, int more = 0)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        bytes.Add((byte)value);
        for (; more > 0; more--)
        {
            bytes[^1] |= 0x80;
            bytes.Add(0);
        }

        return [.. bytes];
    }

    private static byte[] Counted(Random random)
    {
        var bytes = Bytes(random, random.Next(5) == 0 ? random.Next(200) : random.Next(20));
        var length = random.Next(8) switch { 0 => (ulong)bytes.Length + 1, 1 => Number(random), 2 => (ulong)(int.MaxValue - random.Next(300)), _ => (ulong)bytes.Length };
        return [.. Varint(length, random.Next(6) == 0 ? random.Next(10) : 0), .. bytes];
    }

    private static ulong Number(Random random) => random.Next(6) switch
    {
        0 => ulong.MaxValue,
        1 => (ulong)random.NextInt64(),
        2 => (1UL << 32) | (uint)random.Next(3),
        3 => (ulong)(long)-random.Next(1, 5),
        _ => (ulong)random.Next(200),
    };

    private static byte[] Bytes(Random random, int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        if (random.Next(2) == 0)
        {
            for (var i = 0; i < count; i++)
            {
                bytes[i] = (byte)('0' + (bytes[i] % 10));
            }
        }

        return bytes;
    }

    private static WireField[] Fields(byte[] message)
    {
        var fields = new List<WireField>();
        try
        {
            var from = new CodedInputStream(message);
            for (var tag = from.ReadTag(); tag != 0; tag = from.ReadTag())
            {
                var type = (int)(tag & 7);
                fields.Add(type == CountedType ? new WireField((int)(tag >> 3), type, 0, from.ReadBytes().ToByteArray()) : new WireField((int)(tag >> 3), 0, from.ReadUInt64(), []));
            }
        }
        catch (InvalidProtocolBufferException)
        {
            // As far as it can be read.
        }

        return [.. fields];
    }

    private static byte[] Write(WireField field) => Write(field, 0, 0);

    private static byte[] Write(WireField field, int moreOfTag, int moreOfNumber)
    {
        var tag = Varint(((ulong)field.Field << 3) | (uint)field.Type, moreOfTag);
        return field.Type == CountedType ? [.. tag, .. Varint((ulong)field.Bytes.Length, moreOfNumber), .. field.Bytes] : [.. tag, .. Varint(field.Value, moreOfNumber)];
    }

    private sealed record WireField(int Field, int Type, ulong Value, byte[] Bytes);
}
