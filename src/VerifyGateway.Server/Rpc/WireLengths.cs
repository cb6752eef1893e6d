using System.Buffers;
using Google.Protobuf.Reflection;

namespace VerifyGateway.Server.Rpc;

/// <summary>Looks, before a message is parsed, whether a part of it says that it is longer than the whole.</summary>
/// <remarks>
/// The parser of the contract adds such a length to where it stands, in 32 bits. A length near 2 GiB overflows there and passes
/// for a small one: the parser then reads past its bounds, or asks for 2 GiB of memory, for a message of a dozen bytes.
/// </remarks>
internal static class WireLengths
{
    private const int Varint = 0;
    private const int Fixed64 = 1;
    private const int Counted = 2;
    private const int GroupBegins = 3;
    private const int GroupEnds = 4;
    private const int Fixed32 = 5;

    // As deep as the parser goes.
    private const int MostDeep = 100;

    // From here on a length that overflows need not have all of the bits 21 to 27 set, which are a byte 0xFF on the wire.
    private const int Long = 1 << 21;

    /// <summary>False when a part goes past the end of what holds it. A message that is bad in another way may pass.</summary>
    public static bool Fit(MessageDescriptor type, ReadOnlySpan<byte> message) =>
        (message.Length < Long && !message.Contains((byte)0xFF)) || Fit(type, message, depth: 0);

    /// <summary>As the other, for a message in segments.</summary>
    public static bool Fit(MessageDescriptor type, in ReadOnlySequence<byte> message) =>
        Fit(type, message.IsSingleSegment ? message.FirstSpan : message.ToArray());

    private static bool Fit(MessageDescriptor type, ReadOnlySpan<byte> rest, int depth)
    {
        var groups = 0;
        while (TryVarint(ref rest, out var tag))
        {
            // The parser takes the lower 32 bits, of a length too.
            var field = (int)((uint)tag >> 3);
            switch ((int)tag & 7)
            {
                case Varint when TryVarint(ref rest, out _):
                case Fixed64 when TrySkip(ref rest, sizeof(ulong)):
                case Fixed32 when TrySkip(ref rest, sizeof(uint)):
                    break;
                case Counted when TryVarint(ref rest, out var length):
                    if ((uint)length > (uint)rest.Length)
                    {
                        return false;
                    }

                    var part = rest[..(int)(uint)length];
                    rest = rest[part.Length..];
                    // What is in a group is not of this message.
                    if (groups == 0 && depth < MostDeep && PartType(type, field) is { } of && !Fit(of, part, depth + 1))
                    {
                        return false;
                    }

                    break;
                case GroupBegins:
                    groups++;
                    break;
                case GroupEnds when groups > 0:
                    groups--;
                    break;
                default:
                    // Bad, and the parser says so when it comes here.
                    return true;
            }
        }

        return true;
    }

    private static MessageDescriptor? PartType(MessageDescriptor type, int field) =>
        type.FindFieldByNumber(field) is { FieldType: FieldType.Message } it ? it.MessageType : null;

    private static bool TrySkip(ref ReadOnlySpan<byte> rest, int bytes)
    {
        var fits = rest.Length >= bytes;
        rest = fits ? rest[bytes..] : default;
        return fits;
    }

    private static bool TryVarint(ref ReadOnlySpan<byte> rest, out ulong value)
    {
        value = 0;
        for (var i = 0; i < rest.Length && i < 10; i++)
        {
            value |= (ulong)(rest[i] & 0x7F) << (7 * i);
            if (rest[i] < 0x80)
            {
                rest = rest[(i + 1)..];
                return true;
            }
        }

        return false;
    }
}
