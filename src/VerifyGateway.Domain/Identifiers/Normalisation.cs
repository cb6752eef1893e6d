namespace VerifyGateway.Domain.Identifiers;

/// <summary>
/// What is done to an identifier that a person has entered, before it is parsed; the normal form is what is kept. Nothing else is
/// forgiven: other characters stay, and the parser refuses them. Text of more than <see cref="LongestEntered"/> characters stays
/// as it is, since no identifier is that long and the parser refuses it by its length. Pure; safe from any thread.
/// </summary>
/// <remarks>
/// <list type="table">
/// <item><term><see cref="Common"/></term><description>OldForeignerId, MainlandTravelPermit, TaiwanTravelPermit, Passport,
/// ForeignPassport, UnifiedSocialCreditCode, RegistrationNo</description></item>
/// <item><term><see cref="OfPerson"/></term><description>ResidentId, ResidencePermit, ForeignerId</description></item>
/// <item><term><see cref="Grouped"/></term><description>Pan, OrganisationCode</description></item>
/// <item><term><see cref="OfMobile"/></term><description>MobileNumber</description></item>
/// </list>
/// What machines send (AcquirerId, MerchantNo, TerminalNo, TerminalSn) is not normalised, but for the padding of MerchantNo.
/// </remarks>
public static class Normalisation
{
    /// <summary>Longer text, in UTF-16 units, is not looked at.</summary>
    public const int LongestEntered = 128;

    private const int FullWidthOffset = '０' - '0';

    /// <summary>White space at both ends goes; full-width digits and letters become the ASCII ones. Case stays.</summary>
    public static string Common(string text)
    {
        if (text.Length > LongestEntered)
        {
            return text;
        }

        var trimmed = text.Trim();
        return string.Create(trimmed.Length, trimmed, static (to, from) =>
        {
            for (var i = 0; i < to.Length; i++)
            {
                to[i] = from[i] is (>= '０' and <= '９') or (>= 'Ａ' and <= 'Ｚ') or (>= 'ａ' and <= 'ｚ')
                    ? (char)(from[i] - FullWidthOffset)
                    : from[i];
            }
        });
    }

    /// <summary>As <see cref="Common"/>, and the letter x becomes X: the check character 10 of GB 11643-1999 is a Roman numeral.</summary>
    public static string OfPerson(string text) => text.Length > LongestEntered ? text : Common(text).Replace('x', 'X');

    /// <summary>As <see cref="Common"/>, and spaces and hyphens (U+0020, U+002D) go: cards and certificates print them between groups.</summary>
    public static string Grouped(string text) => text.Length > LongestEntered
        ? text
        : Common(text).Replace(" ", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal);

    /// <summary>As <see cref="Common"/>, and one +86 at the beginning goes.</summary>
    public static string OfMobile(string text)
    {
        if (text.Length > LongestEntered)
        {
            return text;
        }

        var common = Common(text);
        return common.StartsWith("+86", StringComparison.Ordinal) ? common[3..] : common;
    }
}
