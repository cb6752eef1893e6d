using System.Text.RegularExpressions;
using VerifyGateway.Domain.Identifiers;
using VerifyGateway.TestKit;

namespace VerifyGateway.Domain.Tests.Policies;

/// <summary>The page about the policy file says what the program does.</summary>
public partial class PolicyPageTests
{
    /// <summary>Every code of an error that reading or compiling can give, in ordinal order.</summary>
    public static IEnumerable<string> CodesOfTheSources()
    {
        IdentifierRule[] shared = [AcquirerId.Length, AcquirerId.Charset, RegionCode.Form, RegionCode.Province, CategoryCode.Form];
        return Sources().SelectMany(text => CodeLiteral().Matches(text)).Select(found => found.Groups[1].Value)
            .Concat(shared.Select(rule => rule.Code)).Distinct().Order(StringComparer.Ordinal);
    }

    [Fact]
    public void Page_TableOfErrors_HasEveryCodeOfTheSourcesAndNoOther()
    {
        var section = PolicyTexts.Page[PolicyTexts.Page.IndexOf("## Errors", StringComparison.Ordinal)..];
        var rows = FirstCell().Matches(section).Select(row => row.Groups[1].Value).ToArray();
        Assert.Equal(rows.Length, rows.Distinct().Count());
        Assert.Equal(CodesOfTheSources(), rows.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Page_TablesOfFieldsAndExample_HaveEveryFieldThatIsRead()
    {
        var read = Sources().SelectMany(text => FieldRead().Matches(text)).Select(found => found.Groups["name"].Value).Distinct().Order(StringComparer.Ordinal).ToArray();
        var fields = PolicyTexts.Page[PolicyTexts.Page.IndexOf("## Fields", StringComparison.Ordinal)..PolicyTexts.Page.IndexOf("## The order", StringComparison.Ordinal)];
        Assert.True(read.Length > 50, $"only {read.Length} fields found: does the pattern still fit the sources?");
        Assert.Equal(read, FirstCell().Matches(fields).Select(row => row.Groups[1].Value).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(read, Name().Matches(PolicyTexts.Example).Select(found => found.Groups[1].Value).Distinct().Order(StringComparer.Ordinal));
    }

    private static IEnumerable<string> Sources() =>
        Directory.EnumerateFiles(Repository.PathOf("src", "VerifyGateway.Domain", "Policies"), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText);

    [GeneratedRegex("\"([A-Z][A-Z0-9_]*[A-Z0-9])\"")]
    private static partial Regex CodeLiteral();

    [GeneratedRegex("^\\| `([A-Za-z0-9_]+)` \\|", RegexOptions.Multiline)]
    private static partial Regex FirstCell();

    [GeneratedRegex(@"\.(Text|Int|Integer|Instant|Words?<\w+>|Identifiers?<\w+>|Objects?(Apart)?)\(""(?<name>\w+)""")]
    private static partial Regex FieldRead();

    [GeneratedRegex("\"(\\w+)\": ")]
    private static partial Regex Name();
}
