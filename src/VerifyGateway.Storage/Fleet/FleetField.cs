using System.Text;

namespace VerifyGateway.Storage.Fleet;

/// <summary>The names of all fields of a fleet file, numbered.</summary>
internal static class FleetField
{
    public const int Kind = 0;
    public const int Note = 1;
    public const int AcquirerId = 2;
    public const int IdentityId = 3;
    public const int State = 4;
    public const int ReverifyBy = 5;
    public const int DocumentValidTo = 6;
    public const int HolderMask = 7;
    public const int MerchantNo = 8;
    public const int SettlementCardMask = 9;
    public const int TerminalSn = 10;
    public const int TerminalNo = 11;
    public const int HoldId = 12;
    public const int HoldKind = 13;
    public const int EffectiveAt = 14;
    public const int Until = 15;
    public const int NameCode = 16;
    public const int AcquirerKind = 17;
    public const int SubjectKind = 18;
    public const int DocumentHash = 19;
    public const int DocumentHashKey = 20;
    public const int CardFingerprint = 21;
    public const int CardFingerprintKey = 22;
    public const int CardMask = 23;
    public const int MerchantKind = 24;
    public const int Region = 25;
    public const int Mcc = 26;
    public const int AccountClass = 27;
    public const int Lines = 28;
    public const int Sha256 = 29;
    public const int Refunds = 30;
    public const int PhoneHash = 31;
    public const int PhoneHashKey = 32;
    public const int VerifiedAt = 33;
    public const int Detail = 34;
    public const int SettlementCardHolder = 35;
    public const int OpenedOn = 36;
    public const int LastActiveOn = 37;
    public const int EndedOn = 38;
    public const int LocationLatitude = 39;
    public const int LocationLongitude = 40;
    public const int LocationRadiusMetres = 41;
    public const int LocationRegion = 42;
    public const int HoldAuthority = 43;
    public const int DocumentNo = 44;
    public const int Organ = 45;
    public const int HoldReason = 46;
    public const int PlacedBy = 47;
    public const int PlacedAt = 48;
    public const int LiftedBy = 49;
    public const int LiftedAt = 50;
    public const int Renewals = 51;
    public const int LiftDocumentNo = 52;
    public const int Count = 53;

    private static readonly string[] Names =
    [
        "kind", "note", "acquirer_id", "identity_id", "state", "reverify_by", "document_valid_to", "holder_mask", "merchant_no",
        "settlement_card_mask", "terminal_sn", "terminal_no", "hold_id", "hold_kind", "effective_at", "until", "name_code",
        "acquirer_kind", "subject_kind", "document_hash", "document_hash_key", "card_fingerprint", "card_fingerprint_key", "card_mask",
        "merchant_kind", "region", "mcc", "account_class", "lines", "sha256", "refunds", "phone_hash",
        "phone_hash_key", "verified_at", "detail", "settlement_card_holder", "opened_on", "last_active_on", "ended_on", "location_latitude",
        "location_longitude", "location_radius_metres", "location_region", "hold_authority", "document_no", "organ", "hold_reason", "placed_by",
        "placed_at", "lifted_by", "lifted_at", "renewals", "lift_document_no",
    ];

    private static readonly byte[][] Utf8Names = [.. Names.Select(Encoding.UTF8.GetBytes)];

    public static string NameOf(int field) => Names[field];

    /// <summary>The number of a name; -1 when there is no such field.</summary>
    public static int Find(ReadOnlySpan<byte> name)
    {
        for (var field = 0; field < Utf8Names.Length; field++)
        {
            if (name.SequenceEqual(Utf8Names[field]))
            {
                return field;
            }
        }

        return -1;
    }
}
