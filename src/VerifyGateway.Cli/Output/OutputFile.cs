using System.IO.Compression;

namespace VerifyGateway.Cli.Output;

/// <summary>A file that is there whole or not at all: written beside its place, and moved there by <see cref="Commit"/>.</summary>
internal sealed class OutputFile : IDisposable
{
    private readonly string _path;
    private readonly string _part;
    private readonly FileStream _file;

    /// <summary>Begins a file; compressed when its name ends in .gz.</summary>
    /// <exception cref="IOException">It cannot be made there.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be made there.</exception>
    public OutputFile(string path)
    {
        _path = path;
        _part = path + ".part";
        _file = new FileStream(_part, FileMode.Create, FileAccess.Write, FileShare.None);
        Content = path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(_file, CompressionLevel.Fastest) : _file;
    }

    /// <summary>What is written.</summary>
    public Stream Content { get; }

    /// <summary>Puts the file in its place; nothing is written after this.</summary>
    public void Commit()
    {
        if (Content != _file)
        {
            Content.Dispose();
        }
        else
        {
            _file.Flush(flushToDisk: true);
        }

        _file.Dispose();
        File.Move(_part, _path, overwrite: true);
    }

    /// <summary>Removes what was not committed.</summary>
    public void Dispose()
    {
        try
        {
            Content.Dispose();
            _file.Dispose();
        }
        finally
        {
            // Also when the disk is full, and closing fails for the same reason as writing did.
            File.Delete(_part);
        }
    }
}
