using System.Text.RegularExpressions;

namespace VerifyGateway.Domain.Tests.Identifiers;

/// <summary>
/// The schemes again, written from the other end than the product does: each check is a congruence over the whole number with
/// weights spelt out, each form is a pattern. The two must agree on every text.
/// </summary>
internal static partial class Reference
{
    public const string CreditCodeCharacters = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    private const string Mod11Characters = "0123456789X";
    private static readonly int[] PersonWeights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2, 1];
    private static readonly int[] CreditCodeWeights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28, 1];
    private static readonly int[] OrganisationWeights = [3, 7, 9, 10, 5, 8, 4, 2, 1];
    private static readonly int[] LuhnOfDoubled = [0, 2, 4, 6, 8, 1, 3, 5, 7, 9];

    /// <summary>ISO 7064 MOD 11-2: the weighted sum of all 18 is 1 modulo 11.</summary>
    public static bool IsMod112(string text) => text.Select((c, i) => Mod11Characters.IndexOf(c) * PersonWeights[i]).Sum() % 11 == 1;

    /// <summary>GB 32100: the weighted sum of all 18 is 0 modulo 31.</summary>
    public static bool IsMod31(string text) => text.Select((c, i) => CreditCodeCharacters.IndexOf(c) * CreditCodeWeights[i]).Sum() % 31 == 0;

    /// <summary>GB 11714: the weighted sum of all 9 is 0 modulo 11, with 10 written X at the end.</summary>
    public static bool IsOrganisation(string text) =>
        text.Select((c, i) => (i == 8 && c == 'X' ? 10 : Base36(c)) * OrganisationWeights[i]).Sum() % 11 == 0;

    /// <summary>ISO 7064 MOD 11,10 by its recursion over all digits: it ends at 1 modulo 10.</summary>
    public static bool IsMod11And10(string text) => (Mod11And10Carry(text[..^1]) + (text[^1] - '0')) % 10 == 1;

    /// <summary>What the recursion carries after these digits, 1 to 10.</summary>
    public static int Mod11And10Carry(string digits) =>
        digits.Aggregate(10, (carry, c) => ((carry + c - '0') % 10) is var sum && sum == 0 ? 20 % 11 : sum * 2 % 11);

    /// <summary>Luhn with a table for the doubled digits.</summary>
    public static bool IsLuhn(string text) =>
        text.Reverse().Select((c, i) => i % 2 == 1 ? LuhnOfDoubled[c - '0'] : c - '0').Sum() % 10 == 0;

    /// <summary>ICAO 9303 over a field.</summary>
    public static int Mrz(string text) =>
        text.Select((c, i) => (c == '<' ? 0 : Base36(c)) * (i % 3 == 0 ? 7 : i % 3 == 1 ? 3 : 1)).Sum() % 10;

    /// <summary>The 17 with the one character after which the check holds.</summary>
    public static string WithMod112Check(string digits) => Complete(digits, Mod11Characters, IsMod112);

    /// <summary>The 17 with the one character after which the check holds.</summary>
    public static string WithMod31Check(string text) => Complete(text, CreditCodeCharacters, IsMod31);

    /// <summary>The 8 with the one character after which the check holds.</summary>
    public static string WithOrganisationCheck(string text) => Complete(text, Mod11Characters, IsOrganisation);

    /// <summary>The 14 with the one digit after which the check holds.</summary>
    public static string WithMod11And10Check(string digits) => Complete(digits, Mod11Characters[..10], IsMod11And10);

    /// <summary>The digits with the one digit after which the check holds.</summary>
    public static string WithLuhnCheck(string digits) => Complete(digits, Mod11Characters[..10], IsLuhn);

    /// <summary>Whether the kind takes the text, by its pattern and its check; null for kinds with none here.</summary>
    public static bool? Takes(string kind, string text, DateOnly today) => kind switch
    {
        "ResidentId" => ResidentPattern().IsMatch(text) && IsBirth(text, today) && IsMod112(text),
        "ResidencePermit" => PermitPattern().IsMatch(text) && IsBirth(text, today) && IsMod112(text),
        "ForeignerId" => ForeignerPattern().IsMatch(text) && IsBirth(text, today) && IsMod112(text),
        "OldForeignerId" => OldForeignerPattern().IsMatch(text) && IsShortBirth(text),
        "MainlandTravelPermit" => MainlandPermitPattern().IsMatch(text),
        "TaiwanTravelPermit" => TaiwanPermitPattern().IsMatch(text),
        "Passport" => PassportPattern().IsMatch(text),
        "ForeignPassport" => ForeignPassportPattern().IsMatch(text),
        "MobileNumber" => MobilePattern().IsMatch(text),
        "Pan" => PanPattern().IsMatch(text),
        "UnifiedSocialCreditCode" => CreditCodePattern().IsMatch(text) && IsMod31(text),
        "OrganisationCode" => OrganisationPattern().IsMatch(text) && IsOrganisation(text.Replace("-", "", StringComparison.Ordinal)),
        "RegistrationNo" => RegistrationPattern().IsMatch(text) && IsMod11And10(text),
        "RegionCode" => RegionPattern().IsMatch(text),
        "CategoryCode" => CategoryPattern().IsMatch(text),
        "Mask" => MaskPattern().IsMatch(text),
        _ => null,
    };

    private static bool IsBirth(string text, DateOnly today)
    {
        var (year, month, day) = (Number(text[6..10]), Number(text[10..12]), Number(text[12..14]));
        return year >= 1800 && IsDay(year, month, day)
            && year * 10_000 + month * 100 + day <= today.Year * 10_000 + today.Month * 100 + today.Day;
    }

    private static bool IsShortBirth(string text)
    {
        var (year, month, day) = (Number(text[7..9]), Number(text[9..11]), Number(text[11..13]));
        return IsDay(1900 + year, month, day) || IsDay(2000 + year, month, day);
    }

    /// <summary>Counts days by hand: no calendar class is asked.</summary>
    private static bool IsDay(int year, int month, int day)
    {
        var leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
        int[] days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
        return month is >= 1 and <= 12 && day >= 1 && day <= days[month - 1];
    }

    private static int Number(string digits) => digits.Aggregate(0, (value, c) => value * 10 + (c - '0'));

    private static int Base36(char c) => "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ".IndexOf(c);

    private static string Complete(string text, string alphabet, Func<string, bool> holds) => text + alphabet.Single(c => holds(text + c));

    private const string Province = "(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71";

    [GeneratedRegex("^" + Province + @")[0-9]{15}[0-9X]\z")]
    private static partial Regex ResidentPattern();

    [GeneratedRegex(@"^8[123]0000[0-9]{11}[0-9X]\z")]
    private static partial Regex PermitPattern();

    [GeneratedRegex("^9" + Province + @"|8[123])[0-9]{14}[0-9X]\z")]
    private static partial Regex ForeignerPattern();

    [GeneratedRegex(@"^[A-Z]{3}[0-9]{12}\z")]
    private static partial Regex OldForeignerPattern();

    [GeneratedRegex(@"^[HM][0-9]{8}([0-9]{2})?\z")]
    private static partial Regex MainlandPermitPattern();

    [GeneratedRegex(@"^([0-9]{8}|[0-9]{10}[A-Z]?)\z")]
    private static partial Regex TaiwanPermitPattern();

    [GeneratedRegex(@"^([EGKH][0-9]{8}|[EKH][A-HJ-NP-Z][0-9]{7}|[SPD]E[0-9]{7}|M[AB][0-9]{7})\z")]
    private static partial Regex PassportPattern();

    [GeneratedRegex(@"^[0-9A-Z]{5,9}\z")]
    private static partial Regex ForeignPassportPattern();

    [GeneratedRegex(@"^1[3-9][0-9]{9}\z")]
    private static partial Regex MobilePattern();

    [GeneratedRegex(@"^[1-9][0-9]{11,18}\z")]
    private static partial Regex PanPattern();

    [GeneratedRegex("^[" + CreditCodeCharacters + "]{2}[0-9]{6}[" + CreditCodeCharacters + @"]{10}\z")]
    private static partial Regex CreditCodePattern();

    [GeneratedRegex(@"^[0-9A-Z]{8}-?[0-9X]\z")]
    private static partial Regex OrganisationPattern();

    [GeneratedRegex(@"^[0-9]{15}\z")]
    private static partial Regex RegistrationPattern();

    [GeneratedRegex("^" + Province + @"|8[123])[0-9]{4}\z")]
    private static partial Regex RegionPattern();

    [GeneratedRegex(@"^[0-9]{4}\z")]
    private static partial Regex CategoryPattern();

    [GeneratedRegex(@"^(|(?=.{1,64}\z)(?=.*\*{4})\**([0-9A-Za-z]\**){0,10})\z")]
    private static partial Regex MaskPattern();
}
