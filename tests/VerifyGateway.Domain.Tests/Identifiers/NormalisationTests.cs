using VerifyGateway.Domain.Identifiers;

namespace VerifyGateway.Domain.Tests.Identifiers;

/// <summary>What is forgiven in text that people enter, kind by kind, and what is not.</summary>
public class NormalisationTests
{
    [Theory]
    [MemberData(nameof(IdentifierKind.EnteredNames), MemberType = typeof(IdentifierKind))]
    public void Entered_FullWidthAndSpaceAround_IsTakenAsTheNormalForm(string name)
    {
        var kind = IdentifierKind.Of(name);
        var typed = "\u3000 \t" + FullWidth(kind.Sample) + "\r\n\u00A0";
        Assert.False(kind.Parse(typed).Taken);
        Assert.False(kind.Parse(FullWidth(kind.Sample)).Taken);
        Assert.Equal(kind.Parse(kind.Sample).Value, kind.Entered!(typed).Value);
        Assert.Equal(kind.Sample, kind.Entered(typed).Clear);
        Assert.Equal(kind.Sample, kind.Entered(kind.Sample).Clear);
    }

    [Theory]
    [MemberData(nameof(IdentifierKind.EnteredNames), MemberType = typeof(IdentifierKind))]
    public void Entered_SpaceOrHyphenInside_IsForgivenInCardsAndOrganisationCodesOnly(string name)
    {
        var kind = IdentifierKind.Of(name);
        var forgiving = name is nameof(Pan) or nameof(OrganisationCode);
        Assert.Equal(forgiving, kind.Entered!(kind.Sample.Insert(4, " ")).Taken);
        Assert.Equal(forgiving, kind.Entered(kind.Sample.Insert(4, "-")).Taken);
        Assert.False(kind.Entered(kind.Sample.Insert(4, "\u3000")).Taken);
        Assert.False(kind.Entered(kind.Sample.Insert(4, "\t")).Taken);
        Assert.False(kind.Entered(kind.Sample.Insert(4, "\u200B")).Taken);
    }

    [Theory]
    [MemberData(nameof(IdentifierKind.EnteredNames), MemberType = typeof(IdentifierKind))]
    public void Entered_LowerCase_IsForgivenForTheCheckCharacterOfPersonsOnly(string name)
    {
        var kind = IdentifierKind.Of(name);
        var lower = kind.Sample.ToLowerInvariant();
        var forgiving = name is nameof(ResidentId) || lower == kind.Sample;
        Assert.Equal(forgiving, kind.Entered!(lower).Taken);
    }

    [Theory]
    [MemberData(nameof(IdentifierKind.EnteredNames), MemberType = typeof(IdentifierKind))]
    public void Entered_CountryPrefix_IsForgivenInMobileNumbersOnly(string name)
    {
        var kind = IdentifierKind.Of(name);
        Assert.Equal(name is nameof(MobileNumber), kind.Entered!("+86" + kind.Sample).Taken);
        Assert.False(kind.Entered("+86+86" + kind.Sample).Taken);
        Assert.False(kind.Entered("0086" + kind.Sample).Taken);
        Assert.False(kind.Entered("+85" + kind.Sample).Taken);
    }

    [Theory]
    [InlineData(nameof(ResidentId), "11010519491231002x")]
    [InlineData(nameof(ResidentId), "１１０１０５１９４９１２３１００２ｘ")]
    [InlineData(nameof(ResidencePermit), "81000019900101006x")]
    [InlineData(nameof(ForeignerId), "91184019851017004x")]
    [InlineData(nameof(Pan), "6200 0000-0000 0005")]
    [InlineData(nameof(Pan), " 6200-0000-0000-0005 ")]
    [InlineData(nameof(OrganisationCode), "D214 3569 - X")]
    [InlineData(nameof(OrganisationCode), "Ｄ２１４３５６９-Ｘ")]
    [InlineData(nameof(MobileNumber), "+86１３８００１３８０００")]
    public void Entered_AsPeopleType_IsTaken(string name, string text)
    {
        var kind = IdentifierKind.Of(name);
        Assert.Null(kind.Entered!(text).Broken);
        Assert.False(kind.Parse(text).Taken);
    }

    [Theory]
    [MemberData(nameof(IdentifierKind.EnteredNames), MemberType = typeof(IdentifierKind))]
    public void Entered_PaddedBeyondTheLongest_IsRefusedUnread(string name)
    {
        var kind = IdentifierKind.Of(name);
        Assert.True(kind.Entered!(kind.Sample.PadLeft(Normalisation.LongestEntered)).Taken);
        Assert.False(kind.Entered(kind.Sample.PadLeft(Normalisation.LongestEntered + 1)).Taken);
    }

    [Fact]
    public void ForeignPassport_Entered_NormalisesTheCountryToo()
    {
        Assert.True(ForeignPassport.TryParseEntered(" Ｌ898902C3", " ＵＴＯ ", out var value, out _));
        Assert.Equal(("L898902C3", "UTO"), (value.Reveal(), value.Country));
    }

    [Theory]
    [InlineData("０９ＡＺａｚ", "09AZaz")]
    [InlineData("／：＠［｀｛＋－　x", "／：＠［｀｛＋－　x")]
    [InlineData("\t ¼²٣é\uD800 ", "¼²٣é\uD800")]
    [InlineData("", "")]
    public void Common_Text_ChangesDigitsAndLettersOnly(string text, string expected) => Assert.Equal(expected, Normalisation.Common(text));

    private static string FullWidth(string text) =>
        string.Concat(text.Select(c => char.IsAsciiLetterOrDigit(c) ? (char)(c + 0xFEE0) : c));
}
