using VerifyGateway.Domain.Identifiers;

namespace VerifyGateway.Domain.Tests.Identifiers;

/// <summary>What parsing a text as one kind of identifier gave.</summary>
internal sealed record Parsed(bool Taken, object Value, string Clear, string? Broken, string? Advisory)
{
    /// <summary>The value as it prints by itself.</summary>
    public string Printed => Value.ToString()!;
}

/// <summary>One kind of identifier, so that a test can speak of all of them.</summary>
internal sealed record IdentifierKind(string Name, bool IsPersonal, string Sample, Func<string, Parsed> Parse, Func<string, Parsed>? Entered)
{
    /// <summary>The day that the tests take for today.</summary>
    public static readonly DateOnly Today = new(2026, 11, 22);

    public static readonly IReadOnlyList<IdentifierKind> All =
    [
        Dated<ResidentId>("11010519491231002X", ResidentId.TryParse, ResidentId.TryParseEntered, v => v.Reveal(), v => v.AdvisoryOn(Today)),
        Dated<ResidencePermit>("820000200102030024", ResidencePermit.TryParse, ResidencePermit.TryParseEntered, v => v.Reveal(), v => v.AdvisoryOn(Today)),
        Dated<ForeignerId>("911840198510170015", ForeignerId.TryParse, ForeignerId.TryParseEntered, v => v.Reveal(), v => v.AdvisoryOn(Today)),
        Personal<OldForeignerId>("USA110085101700", OldForeignerId.TryParse, OldForeignerId.TryParseEntered, v => v.Reveal()),
        Personal<MainlandTravelPermit>("H12345678", MainlandTravelPermit.TryParse, MainlandTravelPermit.TryParseEntered, v => v.Reveal()),
        Personal<TaiwanTravelPermit>("0123456789A", TaiwanTravelPermit.TryParse, TaiwanTravelPermit.TryParseEntered, v => v.Reveal()),
        Personal<Passport>("E12345678", Passport.TryParse, Passport.TryParseEntered, v => v.Reveal()),
        Personal<ForeignPassport>(
            "L898902C3",
            (string text, out ForeignPassport value, out IdentifierRule? broken) => ForeignPassport.TryParse(text, "UTO", out value, out broken),
            (string text, out ForeignPassport value, out IdentifierRule? broken) => ForeignPassport.TryParseEntered(text, "UTO", out value, out broken),
            v => v.Reveal()),
        Personal<MobileNumber>("13800138000", MobileNumber.TryParse, MobileNumber.TryParseEntered, v => v.Reveal()),
        Personal<Pan>("6200000000000005", Pan.TryParse, Pan.TryParseEntered, v => v.Reveal(), v => v.Advisory),
        Public<UnifiedSocialCreditCode>(
            "91350100M000100Y43", UnifiedSocialCreditCode.TryParse, UnifiedSocialCreditCode.TryParseEntered, v => v.Advisory),
        Public<OrganisationCode>("D2143569X", OrganisationCode.TryParse, OrganisationCode.TryParseEntered),
        Public<RegistrationNo>("110108000000016", RegistrationNo.TryParse, RegistrationNo.TryParseEntered),
        Public<AcquirerId>("48025840", AcquirerId.TryParse),
        Public<MerchantNo>("102581083986056", MerchantNo.TryParse),
        Public<TerminalNo>("77770291", TerminalNo.TryParse),
        Public<TerminalSn>("00005702280117638929", TerminalSn.TryParse),
        Public<RegionCode>("110105", RegionCode.TryParse),
        Public<CategoryCode>("5411", CategoryCode.TryParse),
        Public<Mask>("622202******0017", Mask.TryParse),
    ];

    private delegate bool TryParse<T>(string text, out T value, out IdentifierRule? broken);

    private delegate bool TryParseDated<T>(string text, DateOnly today, out T value, out IdentifierRule? broken);

    /// <summary>The names, for theories.</summary>
    public static TheoryData<string> Names => [.. All.Select(kind => kind.Name)];

    /// <summary>The kinds that people type, for theories.</summary>
    public static TheoryData<string> EnteredNames => [.. All.Where(kind => kind.Entered is not null).Select(kind => kind.Name)];

    /// <summary>The kinds that belong to a person, for theories.</summary>
    public static TheoryData<string> PersonalNames => [.. All.Where(kind => kind.IsPersonal).Select(kind => kind.Name)];

    /// <summary>The kind with the name of its type.</summary>
    public static IdentifierKind Of(string name) => All.Single(kind => kind.Name == name);

    private static IdentifierKind Dated<T>(
        string sample, TryParseDated<T> parse, TryParseDated<T> entered, Func<T, string> clear, Func<T, IdentifierRule?> advisory)
        where T : struct =>
        Personal(
            sample,
            (string text, out T value, out IdentifierRule? broken) => parse(text, Today, out value, out broken),
            (string text, out T value, out IdentifierRule? broken) => entered(text, Today, out value, out broken),
            clear,
            advisory);

    private static IdentifierKind Personal<T>(
        string sample, TryParse<T> parse, TryParse<T> entered, Func<T, string> clear, Func<T, IdentifierRule?>? advisory = null)
        where T : struct => new(typeof(T).Name, true, sample, Run(parse, clear, advisory), Run(entered, clear, advisory));

    private static IdentifierKind Public<T>(string sample, TryParse<T> parse, TryParse<T>? entered = null, Func<T, IdentifierRule?>? advisory = null)
        where T : struct =>
        new(typeof(T).Name, false, sample, Run(parse, v => v.ToString()!, advisory), entered is null ? null : Run(entered, v => v.ToString()!, advisory));

    private static Func<string, Parsed> Run<T>(TryParse<T> parse, Func<T, string> clear, Func<T, IdentifierRule?>? advisory)
        where T : struct => text =>
    {
        var taken = parse(text, out var value, out var broken);
        Assert.Equal(taken, broken is null);
        return new Parsed(taken, value, clear(value), broken?.Code, advisory?.Invoke(value)?.Code);
    };
}
