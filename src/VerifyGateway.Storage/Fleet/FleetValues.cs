using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Domain.Reasons;

namespace VerifyGateway.Storage.Fleet;

/// <summary>Values that a fleet file spells in a way of its own, in both directions: what is written is read back as it was.</summary>
internal static class FleetValues
{
    private const int Decimals = 6;
    private const int Million = 1_000_000;

    // Not the names of the enum: CLASS_I_TOTAL and DORMANT_3M do not follow from them.
    private static readonly FrozenDictionary<string, ReasonDetail> Details = DetailTable.All.ToFrozenDictionary(static row => row.Code, static row => row.Detail, StringComparer.Ordinal);

    /// <summary>Degrees of latitude, as millionths of a degree.</summary>
    public static bool TryParseLatitude(string text, out int value, [NotNullWhen(false)] out IdentifierRule? broken)
    {
        broken = TryParseDegrees(text, 90, out value) ? null : FleetRules.Latitude;
        return broken is null;
    }

    /// <summary>Degrees of longitude, as millionths of a degree.</summary>
    public static bool TryParseLongitude(string text, out int value, [NotNullWhen(false)] out IdentifierRule? broken)
    {
        broken = TryParseDegrees(text, 180, out value) ? null : FleetRules.Longitude;
        return broken is null;
    }

    /// <summary>Whole metres, 0 or more.</summary>
    public static bool TryParseMetres(string text, out int value, [NotNullWhen(false)] out IdentifierRule? broken)
    {
        broken = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) ? null : FleetRules.Metres;
        return broken is null;
    }

    /// <summary>How often a hold was renewed, 0 to 1,000,000.</summary>
    public static bool TryParseRenewals(string text, out int value, [NotNullWhen(false)] out IdentifierRule? broken)
    {
        broken = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value <= Million ? null : FleetRules.Renewals;
        return broken is null;
    }

    /// <summary>The code of a detail, as docs/reasons.md lists them.</summary>
    public static bool TryParseDetail(string text, out ReasonDetail value, [NotNullWhen(false)] out IdentifierRule? broken)
    {
        broken = Details.TryGetValue(text, out value) ? null : FleetRules.Code;
        return broken is null;
    }

    /// <summary>Degrees with all six decimals, from millionths of a degree.</summary>
    public static string DegreesOf(int millionths)
    {
        var (degrees, rest) = Math.DivRem(Math.Abs((long)millionths), Million);
        return string.Create(CultureInfo.InvariantCulture, $"{(millionths < 0 ? "-" : "")}{degrees}.{rest:D6}");
    }

    /// <summary>
    /// A minus or none, one to three digits, and a point with one to six digits or none. Digit by digit and not as a floating-point
    /// number, so that a place is the one that was written to the last millionth.
    /// </summary>
    private static bool TryParseDegrees(string text, int most, out int millionths)
    {
        millionths = 0;
        var number = text.AsSpan(text.StartsWith('-') ? 1 : 0);
        var point = number.IndexOf('.');
        var whole = point < 0 ? number : number[..point];
        var fraction = point < 0 ? default : number[(point + 1)..];
        if (whole.Length is < 1 or > 3 || fraction.Length > Decimals || (point >= 0 && fraction.IsEmpty)
            || whole.ContainsAnyExceptInRange('0', '9') || fraction.ContainsAnyExceptInRange('0', '9'))
        {
            return false;
        }

        var value = 0;
        foreach (var digit in whole)
        {
            value = (value * 10) + (digit - '0');
        }

        for (var at = 0; at < Decimals; at++)
        {
            value = (value * 10) + (at < fraction.Length ? fraction[at] - '0' : 0);
        }

        if (value > most * Million)
        {
            return false;
        }

        millionths = text.StartsWith('-') ? -value : value;
        return true;
    }
}
