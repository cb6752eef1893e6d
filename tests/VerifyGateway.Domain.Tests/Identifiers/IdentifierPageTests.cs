using System.Text.RegularExpressions;
using VerifyGateway.TestKit;

namespace VerifyGateway.Domain.Tests.Identifiers;

/// <summary>The page docs/identifiers.md says what the code says.</summary>
public partial class IdentifierPageTests
{
    private static readonly string Page = Repository.Read("docs/identifiers.md");

    [Fact]
    public void Page_Rules_AreThoseOfTheDomainWithTheirSentences()
    {
        var onPage = RuleRow().Matches(Page).Select(row => $"{row.Groups["code"].Value}: {row.Groups["sentence"].Value}").ToList();
        Assert.Equal(IdentifierRules.All.Select(rule => rule.ToString()).Order(StringComparer.Ordinal), onPage.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Page_Identifiers_AreThoseThatParseWithTheirMasks()
    {
        var onPage = KindRow().Matches(Page).Select(row => row.Groups["name"].Value).ToList();
        Assert.Equal(IdentifierKind.All.Select(kind => kind.Name).Order(StringComparer.Ordinal), onPage.Order(StringComparer.Ordinal));
        foreach (var kind in IdentifierKind.All.Where(kind => kind.IsPersonal))
        {
            var row = KindRow().Matches(Page).Single(row => row.Groups["name"].Value == kind.Name).Value;
            Assert.Contains($"`{kind.Parse(kind.Sample).Printed}`", row, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("trim", "Common")]
    [InlineData("trim, x", "OfPerson")]
    [InlineData("trim, groups", "Grouped")]
    [InlineData("trim, +86", "OfMobile")]
    [InlineData("none", null)]
    public void Page_Normalisation_IsThatOfTheKind(string word, string? method)
    {
        var kinds = KindRow().Matches(Page).Where(row => row.Groups["normalisation"].Value == word).Select(row => row.Groups["name"].Value).ToList();
        Assert.NotEmpty(kinds);
        Assert.All(kinds, name => Assert.Equal(method, MethodOf(IdentifierKind.Of(name))));
    }

    /// <summary>The normalisation that a kind's entry applies, found by what it forgives.</summary>
    private static string? MethodOf(IdentifierKind kind) =>
        kind.Entered is not { } entered ? null
        : entered("+86" + kind.Sample).Taken ? "OfMobile"
        : entered(kind.Sample.Insert(4, "-")).Taken ? "Grouped"
        : entered(WithX(kind)).Taken ? "OfPerson"
        : "Common";

    /// <summary>For the 18-character numbers of persons: one that ends in x. For others: not a good text at all.</summary>
    private static string WithX(IdentifierKind kind) => kind.Sample.Length != 18 || !kind.Sample[..14].All(char.IsAsciiDigit) ? "x" :
        Enumerable.Range(0, 1000).Select(sequence => Reference.WithMod112Check($"{kind.Sample[..14]}{sequence:000}"))
            .First(text => text[^1] == 'X')[..17] + "x";

    [GeneratedRegex(@"^\| `(?<code>[A-Z0-9_]+)` \| (?<sentence>[^|\n]+) \|$", RegexOptions.Multiline)]
    private static partial Regex RuleRow();

    [GeneratedRegex(@"^\| (?<what>[^|\n]+) \| `(?<name>[A-Za-z]+)` \| [^|\n]+ \| (?<normalisation>[^|\n]+) \| [^|\n]+ \|$", RegexOptions.Multiline)]
    private static partial Regex KindRow();
}
