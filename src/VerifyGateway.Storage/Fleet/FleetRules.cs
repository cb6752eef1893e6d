using VerifyGateway.Domain.Identifiers;

namespace VerifyGateway.Storage.Fleet;

/// <summary>The rules of a fleet file's form; the rules of identifiers are those of their types.</summary>
internal static class FleetRules
{
    public static readonly IdentifierRule File = new("FLEET_FILE", "The file exists and may be read.");
    public static readonly IdentifierRule Gzip = new("FLEET_GZIP", "A compressed file is whole; nothing from here on could be read.");
    public static readonly IdentifierRule Read = new("FLEET_READ", "The file can be read to its end; nothing from here on could be.");
    public static readonly IdentifierRule LineLength = new("FLEET_LINE_LENGTH", "A line has at most 65536 bytes.");
    public static readonly IdentifierRule Encoding = new("FLEET_ENCODING", "A line is UTF-8.");
    public static readonly IdentifierRule Json = new("FLEET_JSON", "A line is one JSON object.");
    public static readonly IdentifierRule Type = new("FLEET_FIELD_TYPE", "A value is a string or null.");
    public static readonly IdentifierRule Twice = new("FLEET_FIELD_TWICE", "A field stands once in a line.");
    public static readonly IdentifierRule Unknown = new("FLEET_FIELD_UNKNOWN", "The kind of line has a field of this name.");
    public static readonly IdentifierRule Missing = new("FLEET_FIELD_MISSING", "The kind of line needs this field.");
    public static readonly IdentifierRule Kind = new("FLEET_KIND", "The kind is acquirer, identity, card, merchant, terminal, hold or end.");
    public static readonly IdentifierRule Code = new("FLEET_CODE", "The value is one of the codes of this field.");
    public static readonly IdentifierRule Time = new("FLEET_TIME", "A time is RFC 3339 with its offset, not before 1970, for example 2030-01-31T08:00:00+08:00.");
    public static readonly IdentifierRule Date = new("FLEET_DATE", "A date is YYYY-MM-DD.");
    public static readonly IdentifierRule Reverify = new("FLEET_REVERIFY_BY", "An identity of state REVERIFY_DUE needs reverify_by.");
    public static readonly IdentifierRule Hash = new("FLEET_HASH_KEY", "A hash and the name of the key that it was made with stand together: document_hash with document_hash_key, phone_hash with phone_hash_key.");
    public static readonly IdentifierRule Latitude = new("FLEET_LATITUDE", "A latitude is degrees from -90 to 90 with at most 6 decimals, for example 31.230416.");
    public static readonly IdentifierRule Longitude = new("FLEET_LONGITUDE", "A longitude is degrees from -180 to 180 with at most 6 decimals, for example 121.473701.");
    public static readonly IdentifierRule Metres = new("FLEET_METRES", "A distance is whole metres from 0 to 2147483647.");
    public static readonly IdentifierRule Location = new(
        "FLEET_LOCATION", "The place of a terminal is location_latitude, location_longitude and location_radius_metres, all three, or location_region alone.");
    public static readonly IdentifierRule Until = new("FLEET_UNTIL", "The end of a hold is later than its beginning, or the beginning itself where lifted_at says that it was lifted before.");
    public static readonly IdentifierRule Refunds = new("FLEET_REFUNDS", "A hold of kind RISK alone says refunds.");
    public static readonly IdentifierRule Target = new("FLEET_TARGET", "A hold names exactly one of identity_id, merchant_no, terminal_sn and card_fingerprint.");
    public static readonly IdentifierRule Authority = new("FLEET_AUTHORITY", "The authority of a hold is one of its kind.");
    public static readonly IdentifierRule Lifted = new("FLEET_LIFTED", "A hold that says lifted_by or lift_document_no says lifted_at.");
    public static readonly IdentifierRule Renewals = new("FLEET_RENEWALS", "A number of renewals is a whole number from 0 to 1000000.");
    public static readonly IdentifierRule Text = new("FLEET_TEXT", "A text is one line of printable characters: at most 512 in hold_reason, 192 in placed_by and lifted_by, 128 in document_no and lift_document_no, 64 in organ.");
    public static readonly IdentifierRule KeyTwice = new("FLEET_KEY_TWICE", "An acquirer, identity, card, merchant, terminal or hold stands in a file once.");
    public static readonly IdentifierRule Count = new("FLEET_COUNT", "The number of lines above is that of the end line, a whole number.");
    public static readonly IdentifierRule Checksum = new("FLEET_CHECKSUM", "The SHA-256 of the lines above is that of the end line: the file is as it was written.");
    public static readonly IdentifierRule AfterEnd = new("FLEET_AFTER_END", "Nothing stands below the end line.");
    public static readonly IdentifierRule Mark = new("FLEET_BYTE_ORDER_MARK", "The file begins with a byte order mark, which is skipped.");
    public static readonly IdentifierRule CarriageReturn = new("FLEET_CRLF", "Lines end in CR LF; the CR is skipped.");
}
