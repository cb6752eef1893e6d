namespace VerifyGateway.Tidy.Tests;

/// <summary>The other tests are only as good as their eyes: these look at the eyes.</summary>
public class SourcesTests
{
    [Fact]
    public void Paths_OfTheRepository_HoldWhatIsKnownToBeThereAndNoBuildOutput()
    {
        Assert.Contains("VerifyGateway.sln", Sources.Paths);
        Assert.Contains("src/VerifyGateway.Domain/Deciding/StatusDecision.cs", Sources.Paths);
        Assert.Contains("tests/VerifyGateway.Tidy.Tests/SourcesTests.cs", Sources.Paths);
        Assert.DoesNotContain(Sources.Paths, path => path.Contains("/obj/", StringComparison.Ordinal) || path.Contains("/bin/", StringComparison.Ordinal));
        Assert.NotEmpty(Sources.Projects);
    }

    [Fact]
    public void Texts_OfTheRepository_LeaveOutBinaries() => Assert.DoesNotContain(Sources.Texts, file => file.Path.EndsWith(".snk", StringComparison.Ordinal));

    [Fact]
    public void Blank_EveryFile_HasBalancedBracketsAndItsLines() => Rule.Holds(Sources.CSharp.SelectMany(file =>
    {
        var blank = CSharpText.Blank(file.Text);
        Assert.Equal(file.Text.Length, blank.Length);
        Assert.Equal(file.Text.AsSpan().Count('\n'), blank.AsSpan().Count('\n'));
        return new[] { "{}", "()", "[]" }
            .Where(pair => blank.AsSpan().Count(pair[0]) != blank.AsSpan().Count(pair[1]))
            .Select(pair => file.At(1, $"{pair} do not balance: the scan lost its way"));
    }));

    [Theory]
    [InlineData("a // {\nb", "a     \nb")]
    [InlineData("a /* {\n */ b", "a     \n    b")]
    [InlineData("a(\"{\\\"{\") b", "a(\"     ) b")]
    [InlineData("a(@\"{\"\"{\\\") b", "a(\"       ) b")]
    [InlineData("a($\"{b(\"{\")}{{\") c", "a(\"  b(\"  )    ) c")]
    [InlineData("a($@\"{b}\\\") c", "a(\"   b   ) c")]
    [InlineData("a(\"\"\"{\"\"{\"\"\") b", "a(\"         ) b")]
    [InlineData("a($$\"\"\"{x{{b}}\"\"\") c", "a(\"        b     ) c")]
    [InlineData("a('{', '\\'', '}') b", "a(   ,     ,    ) b")]
    [InlineData("#if {\na", "     \na")]
    [InlineData("@class = 1;", "@class = 1;")]
    public void Blank_EachSortOfLiteral_KeepsOnlyCode(string source, string expected) => Assert.Equal(expected, CSharpText.Blank(source));

    [Fact]
    public void Members_OfARealFile_AreItsMethods()
    {
        var file = Sources.CSharp.Single(file => file.Path == "src/VerifyGateway.Domain/Deciding/StatusDecision.cs");
        var methods = CSharpMembers.Of(file.Text).Where(member => member.IsMethod).ToList();
        Assert.Contains(methods, method => method.Head.StartsWith("public static Verdict Decide(", StringComparison.Ordinal));
        Assert.Contains(methods, method => method.Head.StartsWith("private static long EndOf(", StringComparison.Ordinal));
        Assert.All(methods, method => Assert.InRange(method.Lines, 1, 70));
    }

    [Fact]
    public void Members_OfAllFiles_AreMany() => Assert.True(Sources.CSharp.Sum(file => CSharpMembers.Of(file.Text).Count(member => member.IsMethod)) > 200);
}
