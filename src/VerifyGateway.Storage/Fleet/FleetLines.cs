using System.Security.Cryptography;

namespace VerifyGateway.Storage.Fleet;

/// <summary>
/// Cuts a stream into lines without ever holding more than one buffer; drops a byte order mark, and CR before LF. Hashes what it
/// has passed, as it would be without mark and CR.
/// </summary>
internal sealed class FleetLines(Stream stream) : IDisposable
{
    /// <summary>The longest line, in bytes without its end.</summary>
    public const int MaxBytes = 64 * 1024;

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    // Room for several lines, and so for a longest one with its mark and its end: a full buffer without an end is a line that is too long.
    private readonly byte[] _buffer = new byte[4 * MaxBytes];
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private int _start;
    private int _end;
    private int _lineStart;
    private int _hashed;
    private int _carriageReturn = -1;

    /// <summary>Number of the line that was read last, from 1.</summary>
    public int Number { get; private set; }

    /// <summary>True when the line that was read last is longer than a line may be; its text is then cut off somewhere.</summary>
    public bool IsTooLong { get; private set; }

    /// <summary>True once a byte order mark has been dropped.</summary>
    public bool HasMark { get; private set; }

    /// <summary>True once a CR has been dropped.</summary>
    public bool HasCarriageReturns { get; private set; }

    /// <summary>Reads the next line; false at the end of the stream. The line is valid until the next call.</summary>
    public bool TryRead(out ReadOnlySpan<byte> line)
    {
        IsTooLong = false;
        if (_carriageReturn >= 0)
        {
            HashTo(_start);
        }

        _lineStart = _start;
        while (true)
        {
            var unread = _buffer.AsSpan(_start, _end - _start);
            var length = unread.IndexOf((byte)'\n');
            if (length >= 0)
            {
                line = Take(_start, length);
                _start += length + 1;
                return true;
            }

            if (unread.Length == _buffer.Length)
            {
                IsTooLong = true;
                HashTo(_end);
                _start = _end = _hashed = _lineStart = 0;
            }

            if (!Fill())
            {
                var rest = _end - _start;
                var isThere = rest > 0 || IsTooLong;
                line = isThere ? Take(_start, rest) : default;
                _start = _end;
                return isThere;
            }
        }
    }

    /// <summary>SHA-256 of all lines above the one that was read last, in lower-case hexadecimal digits.</summary>
    public string HashAbove()
    {
        HashTo(_lineStart);
        return Convert.ToHexStringLower(_hash.GetCurrentHash());
    }

    public void Dispose() => _hash.Dispose();

    private ReadOnlySpan<byte> Take(int start, int length)
    {
        var raw = _buffer.AsSpan(start, length);
        if (++Number == 1 && raw.StartsWith(ByteOrderMark))
        {
            HasMark = true;
            _hashed += ByteOrderMark.Length;
            _lineStart += ByteOrderMark.Length;
            raw = raw[ByteOrderMark.Length..];
        }

        var line = raw;
        if (raw is [.., (byte)'\r'])
        {
            HasCarriageReturns = true;
            line = raw[..^1];
            _carriageReturn = start + length - 1;
        }

        IsTooLong |= line.Length > MaxBytes;
        return line;
    }

    private void HashTo(int end)
    {
        if (_carriageReturn >= 0 && _carriageReturn < end)
        {
            _hash.AppendData(_buffer, _hashed, _carriageReturn - _hashed);
            (_hashed, _carriageReturn) = (_carriageReturn + 1, -1);
        }

        _hash.AppendData(_buffer, _hashed, end - _hashed);
        _hashed = end;
    }

    private bool Fill()
    {
        HashTo(_start);
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        _hashed -= _start;
        _lineStart -= _start;
        (_start, _end) = (0, _end - _start);
        var read = stream.Read(_buffer, _end, _buffer.Length - _end);
        _end += read;
        return read > 0;
    }
}
