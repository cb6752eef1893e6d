using System.Buffers.Binary;
using System.IO.Compression;
using Google.Protobuf;

namespace VerifyGateway.Interop.Tests;

/// <summary>Messages as gRPC frames them: one byte that says whether they are compressed, four of length, then the message.</summary>
internal static class Frame
{
    /// <summary>A frame; what its head says may be a lie.</summary>
    public static byte[] Of(ReadOnlySpan<byte> message, byte flag = 0, uint? claimedLength = null)
    {
        var frame = new byte[5 + message.Length];
        frame[0] = flag;
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), claimedLength ?? (uint)message.Length);
        message.CopyTo(frame.AsSpan(5));
        return frame;
    }

    /// <summary>The frame of a message of the contract.</summary>
    public static byte[] Of(IMessage message) => Of(message.ToByteArray());

    /// <summary>The bytes, compressed by gzip.</summary>
    public static byte[] Gzip(ReadOnlySpan<byte> bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal))
        {
            gzip.Write(bytes);
        }

        return packed.ToArray();
    }
}
