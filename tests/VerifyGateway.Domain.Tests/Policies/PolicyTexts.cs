using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using VerifyGateway.Domain.Policies;
using VerifyGateway.TestKit;

namespace VerifyGateway.Domain.Tests.Policies;

/// <summary>Policy files as texts: 'single quotes' stand for double ones, and @ marks a place where an error is expected.</summary>
internal static partial class PolicyTexts
{
    /// <summary>The example of the documentation, which uses every field.</summary>
    public static readonly string Example = Fence().Match(Page).Groups["text"].Value;

    /// <summary>The page about the file.</summary>
    public static string Page => Repository.Read("docs/policies.md");

    /// <summary>A policy's needed fields and then these, which may be none.</summary>
    public static string Policy(string fields = "", string id = "a", string effect = "WARN") =>
        $"{{'id': '{id}', 'effect': '{effect}', 'effective_from': '2026-01-01T00:00:00+08:00'{(fields.Length > 0 ? ", " : "")}{fields}}}";

    /// <summary>A file with these policies.</summary>
    public static string FileOf(params string[] policies) => $"{{'policies': [{string.Join(",\n  ", policies)}]}}";

    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text.Replace('\'', '"'));

    /// <summary>The text without its marks, and the line and column of each, in words.</summary>
    public static (string Text, ImmutableArray<string> Places) Marked(string marked)
    {
        var text = new StringBuilder();
        var places = ImmutableArray.CreateBuilder<string>();
        var (line, column) = (1, 1);
        foreach (var rune in marked.EnumerateRunes())
        {
            if (rune.Value == '@')
            {
                places.Add(string.Create(CultureInfo.InvariantCulture, $"line {line}, column {column}"));
                continue;
            }

            text.Append(rune.ToString());
            (line, column) = rune.Value == '\n' ? (line + 1, 1) : (line, column + rune.Utf8SequenceLength);
        }

        return (text.ToString(), places.ToImmutable());
    }

    /// <summary>Loads a text that is sound.</summary>
    public static PolicySnapshot Loaded(string text)
    {
        var loaded = PolicyFile.TryLoad(Bytes(text), out var snapshot, out var errors);
        Assert.True(loaded, string.Join('\n', errors));
        Assert.Empty(errors);
        return snapshot!;
    }

    /// <summary>What is wrong with a text that is not.</summary>
    public static ImmutableArray<PolicyError> Refused(string text) => Refused(Bytes(text));

    /// <summary>What is wrong with bytes that are no sound file.</summary>
    public static ImmutableArray<PolicyError> Refused(ReadOnlySpan<byte> utf8)
    {
        Assert.False(PolicyFile.TryLoad(utf8, out var snapshot, out var errors));
        Assert.Null(snapshot);
        Assert.NotEmpty(errors);
        return errors;
    }

    /// <summary>What is wrong with a set; empty when nothing is.</summary>
    public static ImmutableArray<PolicyError> Wrong(PolicySet set)
    {
        Assert.Equal(PolicyCompiler.TryCompile(set, out var snapshot, out var errors), errors.IsEmpty);
        Assert.Equal(errors.IsEmpty, snapshot is not null);
        return errors;
    }

    public static string[] Codes(this ImmutableArray<PolicyError> errors) => [.. errors.Select(error => error.Code)];

    [GeneratedRegex("^```json\n(?<text>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();
}
