using System.Globalization;
using System.Text.RegularExpressions;
using VerifyGateway.Domain.Deciding;
using VerifyGateway.Domain.Lifecycle;
using VerifyGateway.Domain.Reasons;
using VerifyGateway.Domain.Records;
using VerifyGateway.TestKit;

namespace VerifyGateway.Domain.Tests;

/// <summary>The numbers of the domain's enums are those on the wire: read from the .proto files themselves.</summary>
public partial class ProtoAgreementTests
{
    private static readonly Dictionary<string, Dictionary<string, int>> OnTheWire = Read();

    public static TheoryData<Type> SharedEnums =>
    [
        typeof(Reason), typeof(Remedy), typeof(Decision), typeof(TransactionKind), typeof(TerminalState), typeof(MerchantState),
        typeof(IdentityState), typeof(HoldKind), typeof(HoldTarget), typeof(HoldAuthority), typeof(HoldStatus), typeof(AccountClass), typeof(CardClass), typeof(CodeKind), typeof(AuthGrade),
        typeof(PayerCheck), typeof(CardCheck), typeof(RuleSection),
    ];

    [Theory]
    [MemberData(nameof(SharedEnums))]
    public void Enum_OfTheWire_AgreesByNameAndNumber(Type type)
    {
        var prefix = Screaming(type.Name) + "_";
        var expected = Enum.GetValuesAsUnderlyingType(type).Cast<byte>()
            .ToDictionary(number => prefix + Screaming(Enum.GetName(type, number)!), number => (int)number);
        expected.Add(prefix + "UNSPECIFIED", 0);
        Assert.Equal(expected.OrderBy(value => value.Value), OnTheWire[type.Name].OrderBy(value => value.Value));
    }

    [Fact]
    public void Details_OfTheWire_AgreeWithTheTableByCodeAndNumber()
    {
        var expected = DetailTable.All.ToDictionary(row => "REASON_DETAIL_" + row.Code, row => (int)row.Detail);
        expected.Add("REASON_DETAIL_UNSPECIFIED", 0);
        Assert.Equal(expected.OrderBy(value => value.Value), OnTheWire["ReasonDetail"].OrderBy(value => value.Value));
    }

    [Theory]
    [MemberData(nameof(SharedEnums))]
    public void Enum_OfTheDomain_HasNoZero(Type type) =>
        Assert.False(Enum.IsDefined(type, (byte)0), "A forgotten value must not read as a defined one.");

    private static Dictionary<string, Dictionary<string, int>> Read()
    {
        var folder = Path.Combine(Repository.Root, "protos", "verifygateway", "v1");
        var text = string.Join('\n', Directory.EnumerateFiles(folder, "*.proto").Select(File.ReadAllText));
        text = Comment().Replace(text, "");
        return Enums().Matches(text).ToDictionary(
            found => found.Groups["name"].Value,
            found => Values().Matches(found.Groups["body"].Value).ToDictionary(
                value => value.Groups["name"].Value,
                value => int.Parse(value.Groups["number"].Value, CultureInfo.InvariantCulture)));
    }

    private static string Screaming(string name) => Word().Replace(name, "_$0").TrimStart('_').ToUpperInvariant();

    [GeneratedRegex("[A-Z][a-z0-9]*")]
    private static partial Regex Word();

    [GeneratedRegex("//[^\n]*")]
    private static partial Regex Comment();

    [GeneratedRegex(@"enum\s+(?<name>\w+)\s*\{(?<body>[^}]*)\}")]
    private static partial Regex Enums();

    [GeneratedRegex(@"(?<name>\w+)\s*=\s*(?<number>-?\d+)\s*[;\[]")]
    private static partial Regex Values();
}
