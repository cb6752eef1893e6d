namespace VerifyGateway.Tidy.Tests;

/// <summary>How the tests of this project say what they found.</summary>
internal static class Rule
{
    /// <summary>Fails with every finding, one a line.</summary>
    public static void Holds(IEnumerable<string> findings)
    {
        var all = findings.ToList();
        Assert.True(all.Count == 0, $"{all.Count} finding(s):\n" + string.Join('\n', all));
    }

    /// <summary>The control: a sample that breaks the rule is found, and the finding says what was meant.</summary>
    public static void Finds(string expected, IEnumerable<string> findings) => Assert.Contains(findings, finding => finding.Contains(expected, StringComparison.Ordinal));

    /// <summary>The other control: a sample that keeps the rule is left alone.</summary>
    public static void LeavesAlone(IEnumerable<string> findings) => Assert.Empty(findings);

    /// <summary>The lines of a text with their numbers, from 1.</summary>
    public static IEnumerable<(int Number, string Text)> Lines(string text) => text.Split('\n').Select((line, at) => (at + 1, line.TrimEnd('\r')));
}
