using VerifyGateway.Domain.Identifiers;

namespace VerifyGateway.Domain.Tests.Identifiers;

/// <summary>Known numbers of persons' papers and phones, good and bad: examples of the standards and synthetic ones.</summary>
public class PersonVectorTests
{
    [Theory]
    [InlineData("11010519491231002X", true, "1949-12-31")]
    [InlineData("440524188001010014", false, "1880-01-01", "ID_AGE")]
    [InlineData("31010119950228007X", false, "1995-02-28")]
    [InlineData("44030019851017003X", false, "1985-10-17")]
    [InlineData("110101200002290018", false, "2000-02-29")]
    public void ResidentId_WellFormed_IsTakenAndTellsItsParts(string text, bool isFemale, string birth, string? advisory = null)
    {
        Assert.True(ResidentId.TryParse(text, IdentifierKind.Today, out var value, out var broken), broken?.ToString());
        Assert.Equal(text, value.Reveal());
        Assert.Equal(isFemale, value.IsFemale());
        Assert.Equal(DateOnly.Parse(birth, null), value.BirthDate());
        Assert.Equal(text[..6], value.Region().ToString());
        Assert.Equal(advisory, value.AdvisoryOn(IdentifierKind.Today)?.Code);
    }

    [Theory]
    [InlineData("110105194912310021", "ID_CHECKSUM")]
    [InlineData("11010519491231002x", "ID_CHARSET")]
    [InlineData("11010519491231002", "ID_LENGTH")]
    [InlineData("110105491231002", "ID_LEGACY15")]
    [InlineData("160105194912310029", "ID_REGION")]
    [InlineData("110105194902300020", "ID_BIRTHDATE")]
    [InlineData("110101202302290019", "ID_BIRTHDATE")]
    [InlineData("11010519491321002X", "ID_BIRTHDATE")]
    [InlineData("110101202712310027", "ID_BIRTH_FUTURE")]
    [InlineData("", "ID_LENGTH")]
    [InlineData("1101054912310AB", "ID_LENGTH")]
    [InlineData("1101051949123100X1", "ID_CHARSET")]
    [InlineData("１10105194912310021", "ID_CHARSET")]
    [InlineData("11010519491231002٣", "ID_CHARSET")]
    [InlineData("911840198510170015", "ID_REGION")]
    [InlineData("810000199001010019", "ID_HMT_PERMIT")]
    [InlineData("110105179912310029", "ID_BIRTHDATE")]
    [InlineData("110105000000000020", "ID_BIRTHDATE")]
    public void ResidentId_Malformed_NamesTheFirstRule(string text, string code) => Refused(nameof(ResidentId), text, code);

    [Fact]
    public void ResidentId_BornOnTheDay_IsTakenAndNotTheDayBefore()
    {
        const string Text = "110101202611220011";
        var completed = Reference.WithMod112Check(Text[..17]);
        Assert.True(ResidentId.TryParse(completed, new DateOnly(2026, 11, 22), out _, out _));
        Assert.False(ResidentId.TryParse(completed, new DateOnly(2026, 11, 21), out _, out var broken));
        Assert.Equal(ResidentId.BirthFuture, broken);
    }

    [Theory]
    [InlineData("2011-01-01", null)]
    [InlineData("2011-12-31", "ID_AGE")]
    [InlineData("2010-12-31", null)]
    public void ResidentId_OlderThan130_CarriesTheAdvisory(string today, string? advisory)
    {
        // Full years count: who was born on 31 December 1880 turns 131 on 31 December 2011.
        var day = DateOnly.Parse(today, null);
        Assert.True(ResidentId.TryParse(Reference.WithMod112Check("44052418801231001"), day, out var value, out _));
        Assert.Equal(advisory, value.AdvisoryOn(day)?.Code);
    }

    [Fact]
    public void ResidentId_ReadOnOtherDays_IsTheSame()
    {
        Assert.True(ResidentId.TryParse("440524188001010014", new DateOnly(1990, 1, 1), out var then, out _));
        Assert.True(ResidentId.TryParse("440524188001010014", IdentifierKind.Today, out var now, out _));
        Assert.Equal(then, now);
        Assert.NotEqual(then.AdvisoryOn(new DateOnly(1990, 1, 1)), now.AdvisoryOn(IdentifierKind.Today));
    }

    [Theory]
    [InlineData("810000199001010019", false, "1990-01-01")]
    [InlineData("820000200102030024", true, "2001-02-03")]
    [InlineData("830000198812120050", false, "1988-12-12")]
    [InlineData("810000197511300113", false, "1975-11-30")]
    public void ResidencePermit_WellFormed_IsTakenAndTellsItsParts(string text, bool isFemale, string birth)
    {
        Assert.True(ResidencePermit.TryParse(text, IdentifierKind.Today, out var value, out var broken), broken?.ToString());
        Assert.Equal(text, value.Reveal());
        Assert.Equal(isFemale, value.IsFemale());
        Assert.Equal(DateOnly.Parse(birth, null), value.BirthDate());
        Assert.Equal(text[..6], value.Region().ToString());
        Assert.Null(value.AdvisoryOn(IdentifierKind.Today));
    }

    [Theory]
    [InlineData("810000199001010010", "ID_CHECKSUM")]
    [InlineData("810000199004310017", "ID_BIRTHDATE")]
    [InlineData("840000199001010014", "ID_REGION")]
    [InlineData("44030019851017003X", "ID_NOT_HMT_PERMIT")]
    [InlineData("810100199001010019", "ID_NOT_HMT_PERMIT")]
    [InlineData("H12345678", "ID_LENGTH")]
    [InlineData("8100001990010100x9", "ID_CHARSET")]
    [InlineData("810000202701010019", "ID_BIRTH_FUTURE")]
    public void ResidencePermit_Malformed_NamesTheFirstRule(string text, string code) => Refused(nameof(ResidencePermit), text, code);

    [Theory]
    [InlineData("911840198510170015", "840", "1985-10-17", false)]
    [InlineData("931392199001010029", "392", "1990-01-01", true)]
    [InlineData("944826197906060038", "826", "1979-06-06", false)]
    [InlineData("912036199211300040", "036", "1992-11-30", true)]
    public void ForeignerId_WellFormed_IsTakenAndTellsItsParts(string text, string nationality, string birth, bool isFemale)
    {
        Assert.True(ForeignerId.TryParse(text, IdentifierKind.Today, out var value, out var broken), broken?.ToString());
        Assert.Equal(text, value.Reveal());
        Assert.Equal(nationality, value.Nationality());
        Assert.Equal(DateOnly.Parse(birth, null), value.BirthDate());
        Assert.Equal(isFemale, value.IsFemale());
    }

    [Theory]
    [InlineData("911840198510170016", "FPR_CHECKSUM")]
    [InlineData("911840198513170010", "FPR_BIRTHDATE")]
    [InlineData("811840198510170015", "FPR_FORMAT")]
    [InlineData("USA110085101700", "FPR_FORMAT")]
    [InlineData("91184019851017001x", "FPR_FORMAT")]
    [InlineData("", "FPR_FORMAT")]
    [InlineData("916840198510170015", "FPR_REGION")]
    [InlineData("911840202710170015", "FPR_BIRTH_FUTURE")]
    public void ForeignerId_Malformed_NamesTheFirstRule(string text, string code) => Refused(nameof(ForeignerId), text, code);

    [Theory]
    [InlineData("USA110085101700")]
    [InlineData("JPN310000022912")]
    public void OldForeignerId_WellFormed_IsTaken(string text) => Taken(nameof(OldForeignerId), text);

    [Theory]
    [InlineData("911840198510170015", "FPR_OLD_FORMAT")]
    [InlineData("usa110085101700", "FPR_OLD_FORMAT")]
    [InlineData("US1110085101700", "FPR_OLD_FORMAT")]
    [InlineData("USA11008510170X", "FPR_OLD_FORMAT")]
    [InlineData("USA110085131700", "FPR_OLD_BIRTHDATE")]
    [InlineData("USA110085022900", "FPR_OLD_BIRTHDATE")]
    public void OldForeignerId_Malformed_NamesTheFirstRule(string text, string code) => Refused(nameof(OldForeignerId), text, code);

    [Theory]
    [InlineData("H12345678")]
    [InlineData("M00000001")]
    [InlineData("H1234567801")]
    [InlineData("M1234567802")]
    public void MainlandTravelPermit_WellFormed_IsTaken(string text) => Taken(nameof(MainlandTravelPermit), text);

    [Theory]
    [InlineData("H1234567")]
    [InlineData("X12345678")]
    [InlineData("h12345678")]
    [InlineData("H123456789")]
    [InlineData("H1234567８")]
    public void MainlandTravelPermit_Malformed_NamesTheRule(string text) => Refused(nameof(MainlandTravelPermit), text, "HM_PERMIT_FORM");

    [Theory]
    [InlineData("12345678")]
    [InlineData("00000001")]
    [InlineData("0123456789")]
    [InlineData("0123456789A")]
    public void TaiwanTravelPermit_WellFormed_IsTaken(string text) => Taken(nameof(TaiwanTravelPermit), text);

    [Theory]
    [InlineData("1234567")]
    [InlineData("123456789")]
    [InlineData("A12345678")]
    [InlineData("12345678A")]
    [InlineData("0123456789a")]
    [InlineData("01234567890")]
    public void TaiwanTravelPermit_Malformed_NamesTheRule(string text) => Refused(nameof(TaiwanTravelPermit), text, "TW_PERMIT_FORM");

    [Theory]
    [InlineData("E12345678", PassportIssuer.Mainland)]
    [InlineData("EA1234567", PassportIssuer.Mainland)]
    [InlineData("G12345678", PassportIssuer.Mainland)]
    [InlineData("SE1234567", PassportIssuer.Mainland)]
    [InlineData("PE1234567", PassportIssuer.Mainland)]
    [InlineData("DE1234567", PassportIssuer.Mainland)]
    [InlineData("K12345678", PassportIssuer.HongKong)]
    [InlineData("H12345678", PassportIssuer.HongKong)]
    [InlineData("KJ1234567", PassportIssuer.HongKong)]
    [InlineData("MA1234567", PassportIssuer.Macau)]
    [InlineData("MB1234567", PassportIssuer.Macau)]
    public void Passport_WellFormed_IsTakenAndTellsItsIssuer(string text, PassportIssuer issuer)
    {
        Taken(nameof(Passport), text);
        Assert.True(Passport.TryParse(text, out var value, out _));
        Assert.Equal(issuer, value.Issuer);
    }

    [Theory]
    [InlineData("EI1234567")]
    [InlineData("EO1234567")]
    [InlineData("E1234567")]
    [InlineData("X12345678")]
    [InlineData("e12345678")]
    [InlineData("GA1234567")]
    [InlineData("MC1234567")]
    [InlineData("M12345678")]
    [InlineData("KI1234567")]
    [InlineData("SA1234567")]
    [InlineData("E1234567٣")]
    public void Passport_Malformed_NamesTheRule(string text) => Refused(nameof(Passport), text, "PASSPORT_FORMAT");

    [Theory]
    [InlineData("L898902C3", "UTO", null)]
    [InlineData("12345", "USA", null)]
    [InlineData("1234", "USA", "FOREIGN_PASSPORT_FORMAT")]
    [InlineData("1234567890", "USA", "FOREIGN_PASSPORT_FORMAT")]
    [InlineData("l898902c3", "UTO", "FOREIGN_PASSPORT_FORMAT")]
    [InlineData("12 345", "us", "FOREIGN_PASSPORT_FORMAT")]
    [InlineData("12345", "US", "FOREIGN_PASSPORT_COUNTRY")]
    [InlineData("12345", "usa", "FOREIGN_PASSPORT_COUNTRY")]
    [InlineData("12345", "U1A", "FOREIGN_PASSPORT_COUNTRY")]
    [InlineData("12345", "CHN", "FOREIGN_PASSPORT_CHINA")]
    [InlineData("12345", "HKG", "FOREIGN_PASSPORT_CHINA")]
    [InlineData("12345", "MAC", "FOREIGN_PASSPORT_CHINA")]
    [InlineData("12345", "TWN", "FOREIGN_PASSPORT_CHINA")]
    public void ForeignPassport_NumberAndCountry_NameTheFirstRule(string text, string country, string? code)
    {
        Assert.Equal(code is null, ForeignPassport.TryParse(text, country, out var value, out var broken));
        Assert.Equal(code, broken?.Code);
        Assert.Equal(code is null ? (text, country) : ("", ""), (value.Reveal(), value.Country));
    }

    [Fact]
    public void ForeignPassport_SameNumberOfAnotherCountry_IsAnother()
    {
        Assert.True(ForeignPassport.TryParse("12345678", "USA", out var one, out _));
        Assert.True(ForeignPassport.TryParse("12345678", "JPN", out var other, out _));
        Assert.NotEqual(one, other);
    }

    [Theory]
    [InlineData("E12345678", 2)]
    [InlineData("EA1234567", 6)]
    [InlineData("G00000000", 2)]
    [InlineData("K00000001", 1)]
    public void Passport_MrzCheckDigit_IsThatOfTheZone(string text, int digit)
    {
        Assert.True(Passport.TryParse(text, out var value, out _));
        Assert.Equal(digit, value.MrzCheckDigit());
        Assert.True(Passport.TryParseMrz($"{text}{digit}", out var read, out _));
        Assert.Equal(value, read);
        Assert.False(Passport.TryParseMrz($"{text}{(digit + 1) % 10}", out _, out var broken));
        Assert.Equal(MachineReadableZone.Checksum, broken);
    }

    [Theory]
    [InlineData("L898902C36", "UTO", "L898902C3", null)]
    [InlineData("12345<<<<9", "USA", "12345", null)]
    [InlineData("L898902C37", "UTO", "", "MRZ_CHECKSUM")]
    [InlineData("L898902C3", "UTO", "", "MRZ_FORM")]
    [InlineData("L898902C3<", "UTO", "", "MRZ_FORM")]
    [InlineData("l898902C36", "UTO", "", "MRZ_FORM")]
    [InlineData("12<34<<<<6", "USA", "", "FOREIGN_PASSPORT_FORMAT")]
    [InlineData("L898902C36", "CHN", "", "FOREIGN_PASSPORT_CHINA")]
    public void ForeignPassport_FieldOfTheZone_IsReadWithItsCheckDigit(string field, string country, string number, string? code)
    {
        Assert.Equal(code is null, ForeignPassport.TryParseMrz(field, country, out var value, out var broken));
        Assert.Equal(code, broken?.Code);
        Assert.Equal(number, value.Reveal());
    }

    [Theory]
    [InlineData("13800138000")]
    [InlineData("19912345678")]
    [InlineData("16512345678")]
    [InlineData("17412345678")]
    public void MobileNumber_WellFormed_IsTaken(string text) => Taken(nameof(MobileNumber), text);

    [Theory]
    [InlineData("12800138000")]
    [InlineData("1380013800")]
    [InlineData("+8613800138000")]
    [InlineData("1380013800a")]
    [InlineData("10648123456")]
    [InlineData("23800138000")]
    public void MobileNumber_Malformed_NamesTheRule(string text) => Refused(nameof(MobileNumber), text, "MOBILE_FORMAT");

    private static void Taken(string kind, string text)
    {
        var parsed = IdentifierKind.Of(kind).Parse(text);
        Assert.Null(parsed.Broken);
        Assert.Equal(text, parsed.Clear);
    }

    private static void Refused(string kind, string text, string code)
    {
        var parsed = IdentifierKind.Of(kind).Parse(text);
        Assert.Equal(code, parsed.Broken);
        Assert.Equal("", parsed.Clear);
    }
}
