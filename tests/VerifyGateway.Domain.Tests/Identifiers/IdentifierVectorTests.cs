using VerifyGateway.Domain.Identifiers;

namespace VerifyGateway.Domain.Tests.Identifiers;

/// <summary>Known values, good and bad, with the first rule that each bad one breaks.</summary>
public class IdentifierVectorTests
{
    [Theory]
    [InlineData("102581083986056")]
    [InlineData("310100048140001")]
    [InlineData("105290054110001")]
    [InlineData("898440359120003")]
    [InlineData("821584055110PQX")]
    [InlineData("A003310F0002085")]
    [InlineData("abcdefghijklmno")]
    public void MerchantNo_WellFormed_IsTaken(string text) => Taken(MerchantNo.TryParse(text, out var value, out var broken), text, value.ToString(), broken);

    [Theory]
    [InlineData("102581083986056 ", "102581083986056")]
    [InlineData("102581083986056      ", "102581083986056")]
    public void MerchantNo_PaddedOnTheRight_IsTakenWithoutThePadding(string text, string expected) =>
        Taken(MerchantNo.TryParse(text, out var value, out var broken), expected, value.ToString(), broken);

    [Theory]
    [InlineData("10258108398605", "MID_LENGTH")]
    [InlineData("1025810839860567", "MID_LENGTH")]
    [InlineData("", "MID_LENGTH")]
    [InlineData("               ", "MID_LENGTH")]
    [InlineData("10258108398605 ", "MID_LENGTH")]
    [InlineData("102581083 86056", "MID_CHARSET")]
    [InlineData("102581083986O5é", "MID_CHARSET")]
    [InlineData(" 02581083986056", "MID_CHARSET")]
    [InlineData("10258108398605\t", "MID_CHARSET")]
    [InlineData("10258108398605\n", "MID_CHARSET")]
    [InlineData("102581083986-56", "MID_CHARSET")]
    [InlineData("１02581083986056", "MID_CHARSET")]
    [InlineData("10258108398605٣", "MID_CHARSET")]
    public void MerchantNo_Malformed_NamesTheFirstRule(string text, string code) =>
        Refused(MerchantNo.TryParse(text, out var value, out var broken), code, value.ToString(), broken);

    [Theory]
    [InlineData("77770291")]
    [InlineData("10055983")]
    [InlineData("00000002")]
    [InlineData("A0000012")]
    [InlineData("0000000a")]
    public void TerminalNo_WellFormed_IsTaken(string text) => Taken(TerminalNo.TryParse(text, out var value, out var broken), text, value.ToString(), broken);

    [Theory]
    [InlineData("7777029", "TID_LENGTH")]
    [InlineData("777702910", "TID_LENGTH")]
    [InlineData("", "TID_LENGTH")]
    [InlineData("77770291 ", "TID_LENGTH")]
    [InlineData("0000000", "TID_LENGTH")]
    [InlineData("7777-291", "TID_CHARSET")]
    [InlineData("7777029 ", "TID_CHARSET")]
    [InlineData("7777029é", "TID_CHARSET")]
    [InlineData("00000000", "TID_ALL_ZERO")]
    public void TerminalNo_Malformed_NamesTheFirstRule(string text, string code) =>
        Refused(TerminalNo.TryParse(text, out var value, out var broken), code, value.ToString(), broken);

    [Theory]
    [InlineData("00005702280117638929")]
    [InlineData("00000202B1234567")]
    [InlineData("00001410202511220001")]
    [InlineData("00001604WP17231Q00012345")]
    [InlineData("00000101x")]
    [InlineData("99999913x")]
    [InlineData("00000101a-b")]
    [InlineData("00000101345678901234567890123456789012345678901234")]
    public void TerminalSn_WellFormed_IsTaken(string text) => Taken(TerminalSn.TryParse(text, out var value, out var broken), text, value.ToString(), broken);

    [Theory]
    [InlineData("0000570", "SN_LENGTH")]
    [InlineData("00005702", "SN_LENGTH")]
    [InlineData("", "SN_LENGTH")]
    [InlineData("000001013456789012345678901234567890123456789012345", "SN_LENGTH")]
    [InlineData("00005A02280117638929", "SN_CHARSET")]
    [InlineData("0000570A280117638929", "SN_CHARSET")]
    [InlineData("000057022801 7638929", "SN_CHARSET")]
    [InlineData("00005702é", "SN_CHARSET")]
    [InlineData("00005702280117638929 ", "SN_CHARSET")]
    [InlineData("0000٠١02280117638929", "SN_CHARSET")]
    [InlineData("00000004ABC123", "SN_VENDOR")]
    [InlineData("00000099ABC123", "SN_VENDOR")]
    [InlineData("00005799280117638929", "SN_TYPE")]
    [InlineData("00005700280117638929", "SN_TYPE")]
    [InlineData("00005714280117638929", "SN_TYPE")]
    public void TerminalSn_Malformed_NamesTheFirstRule(string text, string code) =>
        Refused(TerminalSn.TryParse(text, out var value, out var broken), code, value.ToString(), broken);

    [Theory]
    [InlineData("01020000")]
    [InlineData("48025840")]
    [InlineData("102290000")]
    [InlineData("01234567890")]
    public void AcquirerId_WellFormed_IsTaken(string text) => Taken(AcquirerId.TryParse(text, out var value, out var broken), text, value.ToString(), broken);

    [Theory]
    [InlineData("0102000", "ACQ_LENGTH")]
    [InlineData("010200001234", "ACQ_LENGTH")]
    [InlineData("", "ACQ_LENGTH")]
    [InlineData("0102000A", "ACQ_CHARSET")]
    [InlineData("0102 000", "ACQ_CHARSET")]
    [InlineData("0102000٣", "ACQ_CHARSET")]
    [InlineData("-1020000", "ACQ_CHARSET")]
    public void AcquirerId_Malformed_NamesTheFirstRule(string text, string code) =>
        Refused(AcquirerId.TryParse(text, out var value, out var broken), code, value.ToString(), broken);

    private static void Taken(bool taken, string expected, string value, IdentifierRule? broken)
    {
        Assert.True(taken);
        Assert.Null(broken);
        Assert.Equal(expected, value);
    }

    private static void Refused(bool taken, string code, string value, IdentifierRule? broken)
    {
        Assert.False(taken);
        Assert.Equal(code, broken?.Code);
        Assert.NotEmpty(broken!.Sentence);
        Assert.Equal("", value);
    }
}
