using System.IO.Compression;

namespace VerifyGateway.Storage.Fleet;

/// <summary>
/// Reads gzip, and throws <see cref="InvalidDataException"/> where the content ends too early: the platform's stream takes a file
/// that was cut off for one that has ended. The last four bytes of a gzip are the length of its (last member's) content.
/// </summary>
internal sealed class WholeGzipStream(Stream compressed, uint contentBytes) : Stream
{
    private readonly GZipStream _content = new(compressed, CompressionMode.Decompress);
    private uint _read;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        var read = _content.Read(buffer);
        _read += (uint)read;
        return read > 0 || buffer.IsEmpty || _read == contentBytes ? read : throw new InvalidDataException("The compressed file is cut off.");
    }

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _content.Dispose();
        }

        base.Dispose(disposing);
    }
}
