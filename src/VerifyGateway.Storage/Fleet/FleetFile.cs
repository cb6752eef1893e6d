using System.Buffers.Binary;
using System.Security.Cryptography;

namespace VerifyGateway.Storage.Fleet;

/// <summary>A fleet file that is open for reading, plain or compressed with gzip (told by its first bytes, whatever its name).</summary>
internal sealed class FleetFile : IDisposable
{
    private const int Sampled = 1024 * 1024;

    private readonly FileStream _file;

    private FleetFile(FileStream file, string source, Stream content) => (_file, Source, Content) = (file, source, content);

    /// <summary>Tells this content from another: SHA-256 of the file's first and last MiB and its length.</summary>
    public string Source { get; }

    /// <summary>The lines.</summary>
    public Stream Content { get; }

    /// <summary>Bytes of the file.</summary>
    public long Length => _file.Length;

    /// <summary>Bytes of the file that have been read. May be asked from another thread than the one that reads: a moment old then.</summary>
    public long Position => _file.Position;

    /// <summary>Opens a file.</summary>
    /// <exception cref="IOException">It cannot be opened or read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be opened.</exception>
    public static FleetFile Open(string path)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 128 * 1024);
        try
        {
            var source = SourceOf(file, out var isGzip, out var contentBytes);
            file.Position = 0;
            return new FleetFile(file, source, isGzip ? new WholeGzipStream(file, contentBytes) : file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        Content.Dispose();
        _file.Dispose();
    }

    private static string SourceOf(FileStream file, out bool isGzip, out uint contentBytes)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var sample = new byte[Sampled];
        var first = sample.AsSpan(0, file.ReadAtLeast(sample, Sampled, throwOnEndOfStream: false));
        isGzip = first is [0x1F, 0x8B, ..];
        hash.AppendData(first);
        file.Position = Math.Max(0, file.Length - Sampled);
        var last = sample.AsSpan(0, file.ReadAtLeast(sample, Sampled, throwOnEndOfStream: false));
        contentBytes = last.Length < 4 ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(last[^4..]);
        hash.AppendData(last);
        hash.AppendData(BitConverter.GetBytes(file.Length));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
