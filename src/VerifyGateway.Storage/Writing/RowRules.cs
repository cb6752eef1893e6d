using System.Text.Json;
using VerifyGateway.Domain.Lifecycle;
using VerifyGateway.Domain.Records;
using VerifyGateway.Storage.Rows;

namespace VerifyGateway.Storage.Writing;

/// <summary>What a row must be in itself, whatever else is in the store. The databases hold the same rules once more.</summary>
internal static class RowRules
{
    private const int MostContent = 65_536;
    private const int MostSubject = 256;

    /// <summary>Returns when the row keeps the rules.</summary>
    /// <exception cref="WriteRefusedException">It does not.</exception>
    public static void Require(IdentityRow row)
    {
        Require(Enum.IsDefined(row.State), "the state of an identity is not one that there is");
        Require(row.ReverifyByUnixMs >= 0 && (row.State != IdentityState.ReverifyDue || row.ReverifyByUnixMs > 0), "an identity that is to be verified again has a time until when");
        Require(row.VerifiedAtUnixMs >= 0, "the time of a verification is 0 or more");
        Require(row.Subject is not { } subject || Enum.IsDefined(subject), "the kind of subject is not one that there is");
        Require(row.DocumentHash.IsEmpty == (row.DocumentHashKey == default), "a hash of a document has the name of its key, and no hash has none");
        Require(row.PhoneHash.IsEmpty == (row.PhoneHashKey == default), "a hash of a telephone number has the name of its key, and no hash has none");
    }

    /// <inheritdoc cref="Require(IdentityRow)" />
    public static void Require(CardRow row) => Require(!row.Fingerprint.IsEmpty && row.FingerprintKey != default, "a card has a fingerprint and the name of its key");

    /// <inheritdoc cref="Require(IdentityRow)" />
    public static void Require(MerchantRow row)
    {
        Require(Enum.IsDefined(row.State), "the state of a merchant is not one that there is");
        Require(row.Kind is not { } kind || Enum.IsDefined(kind), "the kind of merchant is not one that there is");
        Require(row.AccountClass is not { } accountClass || Enum.IsDefined(accountClass), "the account class is not one that there is");
    }

    /// <inheritdoc cref="Require(IdentityRow)" />
    public static void Require(TerminalRow row)
    {
        Require(Enum.IsDefined(row.State), "the state of a terminal is not one that there is");
        var place = row.Location;
        var isWhole = place.Kind switch
        {
            LocationRuleKind.None => place == default,
            LocationRuleKind.Address => place.Region == default && Math.Abs((long)place.LatitudeMicrodegrees) <= 90_000_000
                && Math.Abs((long)place.LongitudeMicrodegrees) <= 180_000_000 && place.RadiusMetres >= 0,
            LocationRuleKind.Region => place == LocationRule.Within(place.Region) && place.Region != default,
            _ => false,
        };
        Require(isWhole, "the place of a terminal is none, an address with a radius of 0 m or more, or a region");
    }

    /// <inheritdoc cref="Require(IdentityRow)" />
    public static void Require(HoldRow row)
    {
        Require(Enum.IsDefined(row.Kind), "the kind of hold is not one that there is");
        Require(row.On.Key.Length > 0, "a hold stands on something");
        Require(row.EffectiveAtUnixMs >= 0, "a beginning is 0 or more");
        var neverStands = row.LiftedAtUnixMs > 0 && row.UntilUnixMs == row.EffectiveAtUnixMs && row.UntilUnixMs > 0;
        Require(row.UntilUnixMs == 0 || row.UntilUnixMs > row.EffectiveAtUnixMs || neverStands, "an end is later than the beginning, or 0 for none");
        Require(row.Authority is not { } authority || HoldRules.Of(authority)?.Kind == row.Kind, "the authority of a hold is one of its kind");
        Require(row.DocumentNo.Length <= 128 && IsLine(row.DocumentNo), "the number of a hold's document has at most 128 printable characters");
        Require(row.Organ.Length <= 64 && IsLine(row.Organ), "the organ of a hold is said in at most 64 printable characters");
        Require(row.Reason.Length <= HoldRow.MaxText && IsLine(row.Reason), $"the reason of a hold has at most {HoldRow.MaxText} printable characters");
        Require(row.PlacedBy.Length <= HoldRow.MaxName && IsLine(row.PlacedBy), $"who has placed a hold is said in at most {HoldRow.MaxName} printable characters");
        Require(row.LiftedBy.Length <= HoldRow.MaxName && IsLine(row.LiftedBy), $"who has lifted a hold is said in at most {HoldRow.MaxName} printable characters");
        Require(row.PlacedAtUnixMs >= 0 && row.LiftedAtUnixMs >= 0 && row.Renewals is >= 0 and <= 1_000_000, "times and renewals of a hold are 0 or more");
        Require(row.LiftDocumentNo.Length <= 128 && IsLine(row.LiftDocumentNo), "the number of the document that lifts a hold has at most 128 printable characters");
        Require((row.LiftedBy.Length == 0 && row.LiftDocumentNo.Length == 0) || row.LiftedAtUnixMs > 0, "who has lifted a hold, and by which document, is said of one that was lifted");
        Require(!row.RefundsPass || row.Kind == HoldKind.Risk, "only a risk hold can let refunds pass");
    }

    /// <inheritdoc cref="Require(IdentityRow)" />
    public static void Require(DocumentRow row)
    {
        var lastState = row.Key.Kind switch
        {
            DocumentKind.Case => 15,
            DocumentKind.Deregistration => 13,
            DocumentKind.Receipt => 1,
            DocumentKind.Policy or DocumentKind.MaintenanceWindow => 3,
            _ => 0,
        };
        Require(row.State >= 1 && row.State <= lastState, "the state of a matter is not one that its kind has");
        Require(row.Key.Acquirer != default || row.Key.Kind is DocumentKind.Policy or DocumentKind.MaintenanceWindow, "a matter belongs to an acquirer");
        RequireTimes(row.FromUnixMs, row.UntilUnixMs);
        Require(row.Key.Kind != DocumentKind.MaintenanceWindow || row.UntilUnixMs > 0, "a maintenance window has an end");
        Require(row.Subject.Length <= MostSubject && IsText(row.Subject), $"the subject of a matter has at most {MostSubject} printable characters");
        Require(row.Content.Length <= MostContent && IsText(row.Content) && IsJson(row.Content), $"the content of a matter is JSON of at most {MostContent} characters");
    }

    /// <inheritdoc cref="Require(IdentityRow)" />
    public static void Require(CommandOrigin origin)
    {
        Require(origin.Request.Id != default, "a write has a request id");
        Require(origin.BodyHash.Length == 32, "the hash of a write's body has 32 bytes");
        Require(origin.Actor.Length is >= 1 and <= 128 && IsLine(origin.Actor), "who asks for a write is said in 1 to 128 printable characters");
        Require(origin.Action.Length is >= 1 and <= 64 && IsLine(origin.Action), "what a write does is said in 1 to 64 printable characters");
        Require(origin.KeepFor is not { } kept || kept >= TimeSpan.FromHours(24), "the answer of a write is kept for 24 hours or more");
    }

    /// <summary>Returns when an import can be remembered by that name.</summary>
    /// <exception cref="WriteRefusedException">It cannot.</exception>
    public static void RequireSource(string source) => Require(IsSource(source), "the source of an import is named by 64 printable characters");

    /// <summary>True for a name that an import can be remembered by.</summary>
    public static bool IsSource(string source) => source.Length == 64 && IsLine(source);

    private static void RequireTimes(long from, long until)
    {
        Require(from >= 0, "a beginning is 0 or more");
        Require(until == 0 || until > from, "an end is later than the beginning, or 0 for none");
    }

    /// <summary>Text of one line: whoever reads the trail line by line is told no line that nobody wrote.</summary>
    private static bool IsLine(string text) => IsText(text) && !text.AsSpan().ContainsAny('\n', '\r', '\t');

    /// <summary>No control characters, which a database or a terminal might take for something, and no halves of characters, which would be stored as others.</summary>
    private static bool IsText(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            // The enumeration gives U+FFFD for a half.
            if (rune.Value == 0xFFFD || (rune.Value < 0x20 && rune.Value is not ('\n' or '\r' or '\t')) || rune.Value is >= 0x7F and <= 0x9F)
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsJson(string text)
    {
        try
        {
            using var parsed = JsonDocument.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static void Require(bool kept, string rule)
    {
        if (!kept)
        {
            throw RefusalOf.Check(rule);
        }
    }
}
