using VerifyGateway.Domain.Identifiers;

namespace VerifyGateway.Storage.Seeding;

/// <summary>The rules of a seed file's form; the rules of identifiers are those of their types.</summary>
internal static class SeedRules
{
    public static readonly IdentifierRule File = new("SEED_FILE", "The file exists and may be read.");
    public static readonly IdentifierRule LineLength = new("SEED_LINE_LENGTH", "A line has at most 65536 bytes.");
    public static readonly IdentifierRule Encoding = new("SEED_ENCODING", "A line is UTF-8.");
    public static readonly IdentifierRule Json = new("SEED_JSON", "A line is one JSON object.");
    public static readonly IdentifierRule Type = new("SEED_FIELD_TYPE", "A value is a string or null.");
    public static readonly IdentifierRule Twice = new("SEED_FIELD_TWICE", "A field stands once in a line.");
    public static readonly IdentifierRule Unknown = new("SEED_FIELD_UNKNOWN", "The kind of line has a field of this name.");
    public static readonly IdentifierRule Missing = new("SEED_FIELD_MISSING", "The kind of line needs this field.");
    public static readonly IdentifierRule Kind = new("SEED_KIND", "The kind is identity, merchant, terminal or hold.");
    public static readonly IdentifierRule Code = new("SEED_CODE", "The value is one of the codes of this field.");
    public static readonly IdentifierRule Time = new("SEED_TIME", "A time is RFC 3339 with its offset, after 1970, for example 2030-01-31T08:00:00+08:00.");
    public static readonly IdentifierRule Date = new("SEED_DATE", "A date is YYYY-MM-DD.");
    public static readonly IdentifierRule Reverify = new("SEED_REVERIFY_BY", "An identity of state REVERIFY_DUE needs reverify_by.");
    public static readonly IdentifierRule Until = new("SEED_UNTIL", "The end of a hold is later than its beginning.");
    public static readonly IdentifierRule Target = new("SEED_TARGET", "A hold names exactly one of identity_id, merchant_no and terminal_sn.");
    public static readonly IdentifierRule KeyTwice = new("SEED_KEY_TWICE", "An identity, merchant, terminal or hold stands in a file once.");
}
