using System.Buffers;

namespace VerifyGateway.Server.Frames;

/// <summary>The beginning of what has come, in one piece. For the thread that reads the connection.</summary>
internal sealed class JoinedBytes
{
    private const int Most = 64 * 1024;

    private byte[] _bytes = [];

    /// <summary>All there is, or as much of it as is looked at at once. Is valid until the next time.</summary>
    public ReadOnlySpan<byte> Of(in ReadOnlySequence<byte> buffer)
    {
        if (buffer.IsSingleSegment)
        {
            return buffer.FirstSpan;
        }

        var length = (int)Math.Min(buffer.Length, Most);
        if (_bytes.Length < length)
        {
            _bytes = new byte[length];
        }

        buffer.Slice(0, length).CopyTo(_bytes);
        return _bytes.AsSpan(0, length);
    }
}
