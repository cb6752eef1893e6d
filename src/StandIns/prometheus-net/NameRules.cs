using System.Buffers;

namespace Prometheus;

/// <summary>What a metric or a label may be called, and how a foreign name is made to fit.</summary>
internal static class NameRules
{
    private const string Shape = "[a-zA-Z_][a-zA-Z0-9_]*";

    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789");

    public static void RequireMetricName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!HasShape(name))
        {
            throw new ArgumentException($"'{name}' cannot be the name of a metric: it must match {Shape}.", nameof(name));
        }
    }

    public static void RequireLabelName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!HasShape(name))
        {
            throw new ArgumentException($"'{name}' cannot be the name of a label: it must match {Shape}.", nameof(name));
        }

        if (name.StartsWith("__", StringComparison.Ordinal))
        {
            throw new ArgumentException($"'{name}' cannot be the name of a label: two leading underscores are Prometheus' own.", nameof(name));
        }
    }

    /// <summary>Lower case, one underscore for each character that is not allowed, and one before a first character that is not.</summary>
    public static string Translate(string foreign) => string.Create(LengthOf(foreign), foreign, static (name, foreign) =>
    {
        var start = name.Length - foreign.Length;
        name[0] = '_';
        for (var i = 0; i < foreign.Length; i++)
        {
            var c = char.ToLowerInvariant(foreign[i]);
            name[start + i] = Allowed.Contains(c) ? c : '_';
        }
    });

    // Only a digit is kept behind the underscore that goes before it; another character that is not allowed in first place is not
    // allowed elsewhere either.
    private static int LengthOf(string foreign) =>
        foreign.Length > 0 && !(Allowed.Contains(char.ToLowerInvariant(foreign[0])) && !char.IsAsciiDigit(foreign[0]))
            ? foreign.Length + 1
            : foreign.Length;

    private static bool HasShape(string name) =>
        name.Length > 0 && !char.IsAsciiDigit(name[0]) && !name.AsSpan().ContainsAnyExcept(Allowed);
}
