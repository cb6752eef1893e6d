using System.IO.Compression;
using Grpc.Core;
using Grpc.Net.Compression;

namespace VerifyGateway.Server.Rpc;

/// <summary>
/// gzip whose broken input ends the call with a status of its own. With the framework's provider it would be a fault of the
/// server (UNKNOWN), with a stack trace in the log for everyone who cares to send one.
/// </summary>
internal sealed class GzipOfCallers : ICompressionProvider
{
    private readonly GzipCompressionProvider _gzip = new(CompressionLevel.Fastest);

    public string EncodingName => _gzip.EncodingName;

    public Stream CreateCompressionStream(Stream stream, CompressionLevel? compressionLevel) => _gzip.CreateCompressionStream(stream, compressionLevel);

    public Stream CreateDecompressionStream(Stream stream) => new Unpacking(_gzip.CreateDecompressionStream(stream));

    private sealed class Unpacking(Stream inner) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            try
            {
                return inner.Read(buffer);
            }
            catch (InvalidDataException)
            {
                // INTERNAL is what gRPC's rules of compression ask for.
                throw new RpcException(new Status(StatusCode.Internal, "The message is marked as compressed by gzip and cannot be unpacked."));
            }
        }

        public override void Flush() => inner.Flush();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                inner.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
