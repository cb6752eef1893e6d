using System.IO.Compression;

namespace Grpc.Net.Compression;

/// <summary>One way to compress messages.</summary>
public interface ICompressionProvider
{
    /// <summary>Its name on the wire.</summary>
    string EncodingName { get; }

    /// <summary>Makes a stream that compresses what is written to it.</summary>
    /// <param name="stream">Where the compressed bytes go; it stays open.</param>
    /// <param name="compressionLevel">How hard to try; null for the provider's default.</param>
    /// <returns>The stream.</returns>
    Stream CreateCompressionStream(Stream stream, CompressionLevel? compressionLevel);

    /// <summary>Makes a stream that decompresses what is read from it.</summary>
    /// <param name="stream">Where the compressed bytes come from; it stays open.</param>
    /// <returns>The stream.</returns>
    Stream CreateDecompressionStream(Stream stream);
}
