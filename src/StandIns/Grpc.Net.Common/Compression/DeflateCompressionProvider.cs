using System.IO.Compression;

namespace Grpc.Net.Compression;

/// <summary>Compresses with what HTTP calls deflate: the zlib format around deflated data.</summary>
public sealed class DeflateCompressionProvider : ICompressionProvider
{
    private readonly CompressionLevel _level;

    /// <summary>Makes a provider.</summary>
    /// <param name="defaultCompressionLevel">How hard to try when a message does not say.</param>
    public DeflateCompressionProvider(CompressionLevel defaultCompressionLevel)
    {
        _level = defaultCompressionLevel;
    }

    /// <inheritdoc/>
    public string EncodingName => "deflate";

    /// <inheritdoc/>
    public Stream CreateCompressionStream(Stream stream, CompressionLevel? compressionLevel) =>
        new ZLibStream(stream, compressionLevel ?? _level, leaveOpen: true);

    /// <inheritdoc/>
    public Stream CreateDecompressionStream(Stream stream) =>
        new ZLibStream(stream, CompressionMode.Decompress, leaveOpen: true);
}
