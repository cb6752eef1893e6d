using System.Globalization;

namespace VerifyGateway.Domain.Policies.Files;

/// <summary>Turns an offset in a text into line and column, both from 1; columns count bytes, as most editors do for ASCII.</summary>
internal sealed class SourceText
{
    private readonly List<int> _lineStarts = [0];

    public SourceText(ReadOnlySpan<byte> utf8)
    {
        for (var at = 0; at < utf8.Length; at++)
        {
            if (utf8[at] == (byte)'\n')
            {
                _lineStarts.Add(at + 1);
            }
        }
    }

    /// <summary>A place in words: the path within the file, then line and column.</summary>
    public string Place(string path, int offset)
    {
        var line = _lineStarts.BinarySearch(offset);
        line = line >= 0 ? line : ~line - 1;
        var where = string.Create(CultureInfo.InvariantCulture, $"line {line + 1}, column {offset - _lineStarts[line] + 1}");
        return path.Length == 0 ? where : $"{path} ({where})";
    }
}
