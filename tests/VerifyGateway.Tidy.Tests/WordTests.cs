using System.Text.RegularExpressions;

namespace VerifyGateway.Tidy.Tests;

/// <summary>Words that do not belong into finished sources. Samples are put together from halves, so that this file holds none itself.</summary>
public partial class WordTests
{
    public static TheoryData<string, string> Bad => new()
    {
        { "left for later", "    // TO" + "DO: later" },
        { "left for later", "x(); // FIX" + "ME" },
        { "left for later", "/* HA" + "CK */" },
        { "not written", "throw new NotImplemented" + "Exception();" },
        { "warning switched off", "  #pragma warning dis" + "able CA1000" },
        { "test switched off", "[Fa" + "ct(Skip = \"flaky\")]" },
        { "test switched off", "[Theo" + "ry(DisplayName = \"x\", Skip = \"flaky\")]" },
        { "empty catch", "try { x(); } catch { }" },
        { "empty catch", "try { x(); } catch (IOException)\n{\n}" },
        { "empty catch", "try { x(); } catch (IOException e) when (e.HResult is (1 or 2))\n{\n}" },
    };

    [Fact]
    public void CSharp_AllFiles_HoldNoneOfTheWords() => Rule.Holds(Sources.CSharp.SelectMany(Words));

    [Fact]
    public void CSharp_AllFiles_HaveNoEmptyCatch() => Rule.Holds(Sources.CSharp.SelectMany(EmptyCatches));

    [Theory]
    [MemberData(nameof(Bad))]
    public void CSharp_BadSample_IsFound(string expected, string text)
    {
        var file = new SourceFile("src/A.cs", text);
        Rule.Finds(expected, [.. Words(file), .. EmptyCatches(file)]);
    }

    [Theory]
    [InlineData("var todos = Hacked(fixmes);")]
    [InlineData("catch (IOException) { return; }")]
    [InlineData("catch (OperationCanceledException)\n{\n    // The caller has gone: there is nobody to tell.\n}")]
    [InlineData("var text = \"catch { }\";")]
    public void CSharp_GoodSample_IsLeftAlone(string text)
    {
        var file = new SourceFile("src/A.cs", text);
        Rule.LeavesAlone([.. Words(file), .. EmptyCatches(file)]);
    }

    private static IEnumerable<string> Words(SourceFile file) =>
        from line in Rule.Lines(file.Text)
        from what in FoundIn(line.Text)
        select file.At(line.Number, what);

    private static IEnumerable<string> FoundIn(string line)
    {
        if (LeftForLater().IsMatch(line))
        {
            yield return "left for later";
        }

        if (NotWritten().IsMatch(line))
        {
            yield return "not written";
        }

        if (WarningOff().IsMatch(line))
        {
            yield return "warning switched off";
        }

        if (TestOff().IsMatch(line))
        {
            yield return "test switched off";
        }
    }

    /// <summary>A catch that does nothing and does not even say why.</summary>
    private static IEnumerable<string> EmptyCatches(SourceFile file) =>
        EmptyCatch().Matches(CSharpText.Blank(file.Text))
            .Where(found => !Comment().IsMatch(file.Text.AsSpan(found.Index, found.Length)))
            .Select(found => file.At(file.Text.AsSpan(0, found.Index).Count('\n') + 1, "empty catch"));

    [GeneratedRegex(@"\b(TO[D]O|FIX[M]E|HA[C]K)\b")]
    private static partial Regex LeftForLater();

    [GeneratedRegex("NotImplemented[E]xception")]
    private static partial Regex NotWritten();

    [GeneratedRegex(@"^\s*#\s*pragma\s+warning\s+disable")]
    private static partial Regex WarningOff();

    [GeneratedRegex(@"\[\s*(Fact|Theory)\s*\([^\]]*\bSkip\b")]
    private static partial Regex TestOff();

    [GeneratedRegex(@"\bcatch\b\s*(\([^)]*\)\s*)?(when\s*\(.*?\)\s*)?\{\s*\}", RegexOptions.Singleline)]
    private static partial Regex EmptyCatch();

    [GeneratedRegex(@"//|/\*")]
    private static partial Regex Comment();
}
