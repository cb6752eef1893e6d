namespace Prometheus;

/// <summary>
/// Finds the series of a list of tags without making strings of their values. The key is name, value, name, value …, values as the texts
/// that they are shown as, so that it holds on to nothing of the caller's.
/// </summary>
internal sealed class TagsComparer : IEqualityComparer<string[]>, IAlternateEqualityComparer<ReadOnlySpan<KeyValuePair<string, object?>>, string[]>
{
    public static readonly TagsComparer Instance = new();

    /// <summary>Enough for every number and date; a longer text is made as a string.</summary>
    private const int Longest = 64;

    public bool Equals(string[]? x, string[]? y) => x.AsSpan().SequenceEqual(y);

    public int GetHashCode(string[] obj)
    {
        var hash = default(HashCode);
        foreach (var part in obj)
        {
            hash.Add(string.GetHashCode(part));
        }

        return hash.ToHashCode();
    }

    public bool Equals(ReadOnlySpan<KeyValuePair<string, object?>> alternate, string[] other)
    {
        if (alternate.Length * 2 != other.Length)
        {
            return false;
        }

        Span<char> buffer = stackalloc char[Longest];
        for (var i = 0; i < alternate.Length; i++)
        {
            if (alternate[i].Key != other[i * 2] || !TextOf(alternate[i].Value, buffer).SequenceEqual(other[(i * 2) + 1]))
            {
                return false;
            }
        }

        return true;
    }

    public int GetHashCode(ReadOnlySpan<KeyValuePair<string, object?>> alternate)
    {
        Span<char> buffer = stackalloc char[Longest];
        var hash = default(HashCode);
        foreach (var (name, value) in alternate)
        {
            hash.Add(string.GetHashCode(name));
            hash.Add(string.GetHashCode(TextOf(value, buffer)));
        }

        return hash.ToHashCode();
    }

    public string[] Create(ReadOnlySpan<KeyValuePair<string, object?>> alternate)
    {
        var key = new string[alternate.Length * 2];
        for (var i = 0; i < alternate.Length; i++)
        {
            key[i * 2] = alternate[i].Key;
            key[(i * 2) + 1] = alternate[i].Value?.ToString() ?? "";
        }

        return key;
    }

    private static ReadOnlySpan<char> TextOf(object? value, Span<char> buffer) => value switch
    {
        null => "",
        string text => text,
        bool flag => flag ? bool.TrueString : bool.FalseString,
        ISpanFormattable formattable and not Enum when formattable.TryFormat(buffer, out var length, default, null) => buffer[..length],
        _ => value.ToString(),
    };
}
