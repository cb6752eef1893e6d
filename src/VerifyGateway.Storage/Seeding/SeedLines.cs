namespace VerifyGateway.Storage.Seeding;

/// <summary>Cuts a stream into lines without ever holding more than one; drops a byte order mark, and CR before LF.</summary>
internal sealed class SeedLines(Stream stream)
{
    /// <summary>The longest line, in bytes without its end.</summary>
    public const int MaxBytes = 64 * 1024;

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    // Room for a longest line, its mark and its end, so that a full buffer without an end is a line that is too long.
    private readonly byte[] _buffer = new byte[MaxBytes + 8];
    private int _start;
    private int _end;

    /// <summary>Number of the line that was read last, from 1.</summary>
    public int Number { get; private set; }

    /// <summary>True when the line that was read last is longer than a line may be; its text is then cut off somewhere.</summary>
    public bool IsTooLong { get; private set; }

    /// <summary>Reads the next line; false at the end of the stream. The line is valid until the next call.</summary>
    public bool TryRead(out ReadOnlySpan<byte> line)
    {
        IsTooLong = false;
        while (true)
        {
            var unread = _buffer.AsSpan(_start, _end - _start);
            var length = unread.IndexOf((byte)'\n');
            if (length >= 0)
            {
                _start += length + 1;
                line = Take(unread[..length]);
                return true;
            }

            if (unread.Length == _buffer.Length)
            {
                IsTooLong = true;
                _start = _end = 0;
            }

            if (!Fill())
            {
                var rest = _buffer.AsSpan(_start, _end - _start);
                _start = _end;
                var isThere = rest.Length > 0 || IsTooLong;
                line = isThere ? Take(rest) : default;
                return isThere;
            }
        }
    }

    private ReadOnlySpan<byte> Take(ReadOnlySpan<byte> raw)
    {
        if (++Number == 1 && raw.StartsWith(ByteOrderMark))
        {
            raw = raw[ByteOrderMark.Length..];
        }

        var line = raw is [.., (byte)'\r'] ? raw[..^1] : raw;
        IsTooLong |= line.Length > MaxBytes;
        return line;
    }

    private bool Fill()
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        var read = stream.Read(_buffer, _end, _buffer.Length - _end);
        _end += read;
        return read > 0;
    }
}
