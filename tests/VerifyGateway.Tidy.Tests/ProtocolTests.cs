using System.Text.RegularExpressions;

namespace VerifyGateway.Tidy.Tests;

/// <summary>The numbers of the protocol of copies are those that the code carries and tests are named by.</summary>
public sealed partial class ProtocolTests
{
    private const string Protocol = "src/VerifyGateway.Caching/Coherence/PROTOCOL.md";

    [Fact]
    public void Protocol_EveryNumber_IsCarriedByCodeAndNamedByATest()
    {
        var protocol = Assert.Single(Sources.Texts, static file => file.Path == Protocol).Text;
        Assert.InRange(Definition().Count(protocol), 20, 100);
        Rule.Holds(Findings(protocol, Texts("src/VerifyGateway.Caching/"), Texts("tests/VerifyGateway.Caching.Tests/")));
    }

    [Fact]
    public void Sample_WithALooseEnd_IsFound()
    {
        const string Two = "* **A1** One.\n* **B2** Two; see A9.\n";
        const string Code = "// :: A1\n/// <summary>:: B2. Words.</summary>";
        const string Tests = "public async Task A1_B2_TwoAtOnce_Hold()";
        Rule.LeavesAlone(Findings(Two, [Code], [Tests]));
        Rule.Finds("B2 is nowhere in the code", Findings(Two, ["// :: A1, as (B2) says"], [Tests]));
        Rule.Finds("B2 names no test", Findings(Two, [Code], ["public void A1_One_Holds() // B2"]));
        Rule.Finds("B2 names no test", Findings(Two, [Code], ["public void A1_OneB2_Holds()"]));
        Rule.Finds("A9 is in the code and not defined", Findings(Two, [Code, "// :: A9"], [Tests]));
    }

    private static IEnumerable<string> Texts(string folder) =>
        Sources.CSharp.Where(file => file.Path.StartsWith(folder, StringComparison.Ordinal)).Select(static file => file.Text);

    private static IEnumerable<string> Findings(string protocol, IEnumerable<string> code, IEnumerable<string> tests)
    {
        var defined = Definition().Matches(protocol).Select(static match => match.Groups[1].Value).ToHashSet();
        var carried = code.SelectMany(static text => Mark().Matches(text)).Select(static match => match.Groups[1].Value).ToHashSet();
        var named = tests.SelectMany(static text => TestName().Matches(text)).SelectMany(static match => match.Groups[1].Value.Split('_')).ToHashSet();
        return
        [
            .. defined.Except(carried).Select(static number => $"{Protocol}: {number} is nowhere in the code"),
            .. defined.Except(named).Select(static number => $"{Protocol}: {number} names no test"),
            .. carried.Except(defined).Select(static number => $"{Protocol}: {number} is in the code and not defined"),
        ];
    }

    [GeneratedRegex(@"^\* \*\*([A-Z][0-9])\*\*", RegexOptions.Multiline)]
    private static partial Regex Definition();

    [GeneratedRegex(@"// .*:: ([A-Z][0-9])\b")]
    private static partial Regex Mark();

    [GeneratedRegex(@"\b(?:void|Task) ((?:[A-Z][0-9]_)+)")]
    private static partial Regex TestName();
}
