using System.Text.RegularExpressions;
using VerifyGateway.TestKit;

namespace VerifyGateway.Tidy.Tests;

/// <summary>The Chinese README keeps step with the English one: headings, commands, rows of tables, links.</summary>
public sealed partial class ReadmeTests
{
    private static readonly string English = Repository.Read("README.md");
    private static readonly string Chinese = Repository.Read("README.zh-CN.md");

    [Fact]
    public void Translation_Headings_AreAsManyOfTheSameLevels() => Assert.Equal(Levels(English), Levels(Chinese));

    [Fact]
    public void Translation_FencedBlocks_AreEqual() => Assert.Equal(Blocks(English), Blocks(Chinese));

    [Fact]
    public void Translation_CodeInTables_IsEqual() => Assert.Equal(CodeInTables(English), CodeInTables(Chinese));

    [Fact]
    public void Translation_TablesAndFigures_HaveTheSameNumbers() => Assert.Equal(NumbersInTables(English), NumbersInTables(Chinese));

    [Fact]
    public void Check_OfATextThatIsBehind_FindsIt()
    {
        Assert.NotEqual(Levels("# a\n## b\n"), Levels("# a\n"));
        Assert.NotEqual(Blocks("```sh\nx\n```\n"), Blocks("```sh\ny\n```\n"));
        Assert.NotEqual(CodeInTables("| `a` | b |\n"), CodeInTables("| `c` | b |\n"));
        Assert.NotEqual(NumbersInTables("| 0.97 (0.95) |\n"), NumbersInTables("| 0.96 (0.95) |\n"));
    }

    private static IEnumerable<int> Levels(string text) => Heading().Matches(text).Select(heading => heading.Groups[1].Length);

    private static IEnumerable<string> Blocks(string text) => Fence().Matches(text).Select(fence => fence.Value);

    private static IEnumerable<string> CodeInTables(string text) => Rows(text).SelectMany(row => Code().Matches(row)).Select(code => code.Value);

    private static IEnumerable<string> NumbersInTables(string text) => Rows(text).SelectMany(row => Number().Matches(row)).Select(number => number.Value);

    private static IEnumerable<string> Rows(string text) => text.Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal));

    [GeneratedRegex("^(#+) ", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex("^```.*?^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex("`[^`]+`")]
    private static partial Regex Code();

    [GeneratedRegex(@"\d[\d.,]*\d")]
    private static partial Regex Number();
}
