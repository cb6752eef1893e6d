using System.Diagnostics.CodeAnalysis;

namespace VerifyGateway.Domain.Identifiers;

/// <summary>The document number as the machine readable zone of a passport holds it (ICAO Doc 9303-4): 9 characters, filled up with &lt;, and a check digit.</summary>
public static class MachineReadableZone
{
    /// <summary>Not 9 characters of the zone and a digit.</summary>
    public static readonly IdentifierRule Form = new("MRZ_FORM", "A document number of a machine readable zone has 9 digits, letters A-Z or fillers, then a check digit.");

    /// <summary>The check digit is another.</summary>
    public static readonly IdentifierRule Checksum = new("MRZ_CHECKSUM", "The last digit of a document number of a machine readable zone is the check digit of the 9 before it (ICAO 9303).");

    internal static bool TryRead(string field, [NotNullWhen(true)] out string? number, [NotNullWhen(false)] out IdentifierRule? broken)
    {
        broken = field.Length != 10 || !Characters.AreOfAZone(field) || !char.IsAsciiDigit(field[9]) ? Form
            : CheckDigits.Mrz(field.AsSpan(0, 9)) != field[9] - '0' ? Checksum
            : null;
        number = broken is null ? field[..9].TrimEnd('<') : null;
        return broken is null;
    }
}
