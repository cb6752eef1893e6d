using VerifyGateway.Domain.Identifiers;

namespace VerifyGateway.Domain.Tests.Identifiers;

/// <summary>Known numbers of businesses, cards and devices, good and bad: examples of the standards and synthetic ones.</summary>
public class BusinessVectorTests
{
    [Theory]
    [InlineData("91350100M000100Y43", "M000100Y4")]
    [InlineData("91310106MA1FY0008Q", "MA1FY0008")]
    [InlineData("92440300MA5D00016J", "MA5D00016")]
    [InlineData("12110000400000018T", "400000018")]
    [InlineData("5111000050001234XG", "50001234X")]
    public void CreditCode_WellFormed_IsTakenWithItsOrganisationCode(string text, string body)
    {
        Assert.True(UnifiedSocialCreditCode.TryParse(text, out var value, out var broken), broken?.ToString());
        Assert.Equal(text, value.ToString());
        Assert.Null(value.Advisory);
        Assert.True(value.TryGetOrganisationCode(out var organisation));
        Assert.Equal(body, organisation.ToString());
    }

    [Fact]
    public void CreditCode_WithABodyOfItsOwn_IsTakenWithTheAdvisory()
    {
        Assert.True(UnifiedSocialCreditCode.TryParse("92310106MA1F00000L", out var value, out _));
        Assert.Equal(UnifiedSocialCreditCode.Body, value.Advisory);
        Assert.False(value.TryGetOrganisationCode(out _));
    }

    [Theory]
    [InlineData("91350100M000100Y44", "USCC_CHECKSUM")]
    [InlineData("91350100M000100Y34", "USCC_CHECKSUM")]
    [InlineData("91350100M000100O43", "USCC_CHARSET")]
    [InlineData("9135010OM000100Y43", "USCC_CHARSET")]
    [InlineData("91350100m000100Y43", "USCC_CHARSET")]
    [InlineData("91350100M000100Y4", "USCC_LENGTH")]
    [InlineData("9135A100M000100Y43", "USCC_REGION")]
    [InlineData("", "USCC_LENGTH")]
    public void CreditCode_Malformed_NamesTheFirstRule(string text, string code) => Refused(nameof(UnifiedSocialCreditCode), text, code);

    [Theory]
    [InlineData("D2143569-X", "D2143569X")]
    [InlineData("D2143569X", "D2143569X")]
    [InlineData("12345678-8", "123456788")]
    [InlineData("MA000001-5", "MA0000015")]
    [InlineData("M000100Y-4", "M000100Y4")]
    [InlineData("00000000-0", "000000000")]
    public void OrganisationCode_WellFormed_IsTakenWithoutTheHyphen(string text, string kept) => Taken(nameof(OrganisationCode), text, kept);

    [Theory]
    [InlineData("D21435690", "ORG_CHECKSUM")]
    [InlineData("D2143569-1", "ORG_CHECKSUM")]
    [InlineData("D214356-X", "ORG_FORMAT")]
    [InlineData("d2143569-X", "ORG_FORMAT")]
    [InlineData("D2143569-A", "ORG_FORMAT")]
    [InlineData("D2143569--", "ORG_FORMAT")]
    [InlineData("D214-3569X", "ORG_FORMAT")]
    [InlineData("", "ORG_FORMAT")]
    public void OrganisationCode_Malformed_NamesTheFirstRule(string text, string code) => Refused(nameof(OrganisationCode), text, code);

    [Theory]
    [InlineData("110108000000016")]
    [InlineData("310101000001232")]
    [InlineData("440300100004568")]
    [InlineData("510100600007893")]
    public void RegistrationNo_WellFormed_IsTaken(string text) => Taken(nameof(RegistrationNo), text, text);

    [Theory]
    [InlineData("110108000000017", "REG_CHECKSUM")]
    [InlineData("110108000000061", "REG_CHECKSUM")]
    [InlineData("11010800000001", "REG_FORMAT")]
    [InlineData("11010800000001X", "REG_FORMAT")]
    public void RegistrationNo_Malformed_NamesTheFirstRule(string text, string code) => Refused(nameof(RegistrationNo), text, code);

    [Theory]
    [InlineData("6200000000000005", null)]
    [InlineData("6216261000000000018", null)]
    [InlineData("6222000000000000004", null)]
    [InlineData("356000000000000", null)]
    [InlineData("620000000005", null)]
    [InlineData("6200000000000006", "PAN_LUHN")]
    [InlineData("6221558812340000", "PAN_LUHN")]
    public void Pan_WellFormed_IsTakenAndCarriesTheLuhnAdvisory(string text, string? advisory)
    {
        Assert.True(Pan.TryParse(text, out var value, out var broken), broken?.ToString());
        Assert.Equal(text, value.Reveal());
        Assert.Equal(advisory, value.Advisory?.Code);
        Assert.Equal(advisory is null, value.IsLuhnValid);
    }

    [Theory]
    [InlineData("62000000005", "PAN_LENGTH")]
    [InlineData("62000000000000000007", "PAN_LENGTH")]
    [InlineData("6200 0000 0000 0005", "PAN_CHARSET")]
    [InlineData("0200000000000005", "PAN_MII0")]
    [InlineData("620000000000000٣", "PAN_CHARSET")]
    public void Pan_Malformed_NamesTheFirstRule(string text, string code) => Refused(nameof(Pan), text, code);

    [Theory]
    [InlineData("102581083986056", "102", "5810", "8398", "6056")]
    [InlineData("310100048140001", "310", "1000", "4814", "0001")]
    [InlineData("105290054110001", "105", "2900", "5411", "0001")]
    [InlineData("898440359120003", "898", "4403", "5912", "0003")]
    public void MerchantNo_DigitsOnly_HasAStructure(string text, string acquirer, string region, string category, string sequence)
    {
        Assert.True(Given.MerchantNo(text).TryGetStructure(out var structure));
        Assert.Equal((acquirer, region, category, sequence), (structure.Acquirer, structure.Region, structure.Category.ToString(), structure.Sequence));
    }

    [Theory]
    [InlineData("821584055110PQX")]
    [InlineData("A003310F0002085")]
    public void MerchantNo_WithALetter_HasNoStructure(string text)
    {
        Assert.False(Given.MerchantNo(text).TryGetStructure(out var structure));
        Assert.Equal(default, structure);
        Assert.False(default(MerchantNo).TryGetStructure(out _));
    }

    [Theory]
    [InlineData("00005702280117638929", "000057", 2, "280117638929", "00005702**********29")]
    [InlineData("00001410202511220001", "000014", 10, "202511220001", "00001410**********01")]
    [InlineData("00001604WP17231Q00012345", "000016", 4, "WP17231Q00012345", "00001604**************45")]
    [InlineData("00000101a-bcdef-", "000001", 1, "a-bcdef-", "00000101******f*")]
    [InlineData("99999913x", "999999", 13, "x", "999****3x")]
    public void TerminalSn_WellFormed_TellsItsPartsAndItsMask(string text, string vendor, int type, string serial, string mask)
    {
        var sn = Given.Sn(text);
        Assert.Equal((vendor, type, serial), (sn.VendorCode, sn.TypeCode, sn.VendorSerial));
        Assert.True(Mask.TryParse(sn.ToMask().ToString(), out var parsed, out _));
        Assert.Equal(parsed, sn.ToMask());
        Assert.Equal(mask, parsed.ToString());
    }

    [Theory]
    [InlineData(nameof(RegionCode), "110105", null)]
    [InlineData(nameof(RegionCode), "830000", null)]
    [InlineData(nameof(RegionCode), "160105", "REGION_PROVINCE")]
    [InlineData(nameof(RegionCode), "840000", "REGION_PROVINCE")]
    [InlineData(nameof(RegionCode), "11010", "REGION_FORM")]
    [InlineData(nameof(RegionCode), "11010A", "REGION_FORM")]
    [InlineData(nameof(CategoryCode), "5411", null)]
    [InlineData(nameof(CategoryCode), "541", "MCC_FORM")]
    [InlineData(nameof(CategoryCode), "54l1", "MCC_FORM")]
    [InlineData(nameof(Mask), "", null)]
    [InlineData(nameof(Mask), "622202******0017", null)]
    [InlineData(nameof(Mask), "622202*****00170", "MASK_CLEAR")]
    [InlineData(nameof(Mask), "622***202***0", "MASK_CLEAR")]
    [InlineData(nameof(Mask), "622-****", "MASK_CHARSET")]
    public void Code_Text_IsTakenOrNamesTheFirstRule(string kind, string text, string? code)
    {
        var parsed = IdentifierKind.Of(kind).Parse(text);
        Assert.Equal(code, parsed.Broken);
        Assert.Equal(code is null ? text : "", parsed.Clear);
    }

    [Theory]
    [InlineData(64, null)]
    [InlineData(65, "MASK_LENGTH")]
    public void Mask_OfAsterisks_HasAtMost64(int length, string? code) =>
        Assert.Equal(code, IdentifierKind.Of(nameof(Mask)).Parse(new string('*', length)).Broken);

    private static void Taken(string kind, string text, string kept)
    {
        var parsed = IdentifierKind.Of(kind).Parse(text);
        Assert.Null(parsed.Broken);
        Assert.Equal(kept, parsed.Clear);
    }

    private static void Refused(string kind, string text, string code)
    {
        var parsed = IdentifierKind.Of(kind).Parse(text);
        Assert.Equal(code, parsed.Broken);
        Assert.Equal("", parsed.Clear);
    }
}
