using Google.Protobuf;
using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Server.Callers;
using VerifyGateway.Server.Checks;
using VerifyGateway.Server.Faults;
using VerifyGateway.Server.Rpc;
using VerifyGateway.V1;
using TerminalStateOfRecord = VerifyGateway.Domain.Records.TerminalState;

namespace VerifyGateway.Server.Bindings;

/// <summary>Turns requests about lists and points in the past into what the store is asked, or names every field that is not well formed.</summary>
internal static class BindingListParser
{
    private const int MostPageSize = 1_000;
    private const int LongestIdentityId = 64;
    private const int HashBytes = 32;

    /// <summary>Parses a list's filter and the size of its page.</summary>
    /// <exception cref="GatewayException">A field is malformed, or the caller may not see what it asks for.</exception>
    public static BindingFilter Parse(ListBindingsRequest request, Caller caller)
    {
        var violations = default(Violations);
        var acquirer = CheckParser.ParseAcquirer(request.AcquirerId, caller, ref violations);
        var filter = new BindingFilter(acquirer)
        {
            Merchant = ParseMerchant(request.MerchantNo, ref violations),
            Identity = request.IdentityId.Length > 0 ? request.IdentityId : null,
            DocumentHash = ParseHash(request.DocumentHash, "document_hash", ref violations),
            PhoneHash = ParseHash(request.PhoneHash, "phone_hash", ref violations),
            Card = ParseHash(request.SettlementCardHash, "settlement_card_hash", ref violations),
            State = request.TerminalState == TerminalState.Unspecified ? null : (TerminalStateOfRecord)request.TerminalState,
        };
        violations.Require(CheckParser.IsAtMost(request.IdentityId, LongestIdentityId), "identity_id", "TOO_LONG", "An identity id has at most 64 bytes.");
        violations.Require(request.TerminalState is >= 0 and <= TerminalState.Retired, "terminal_state", "ENUM_UNKNOWN", "This state is not known.");
        violations.Require(request.PageSize is >= 1 and <= MostPageSize, "page_size", "PAGE_SIZE", "A page has 1 to 1,000 bindings.");
        if (!violations.None)
        {
            throw GatewayException.Invalid(violations.Found);
        }

        // A list tells of other terminals than the one that a terminal is, and who shares a telephone is not for everybody.
        var foreign = (caller.Acquirer is { } own && own != acquirer) || caller.Terminal is not null
            || (filter.PhoneHash is not null && !caller.May(CallerRoles.SeeConfidential));
        return foreign ? throw GatewayException.PermissionDenied() : filter;
    }

    /// <summary>Parses the point that is asked for; null for the present.</summary>
    public static AsOf? ParsePoint(long? revision, long? unixMs, ref Violations violations)
    {
        violations.Require(revision is null or >= 0, "as_of_revision", "REVISION_NEGATIVE", "A revision is 0 or more.");
        violations.Require(unixMs is null or >= 0, "as_of_unix_ms", "INSTANT_NEGATIVE", "An instant is 0 milliseconds since 1970 in UTC, or more.");
        return !violations.None || (revision is null && unixMs is null) ? null
            : revision is { } number ? AsOf.AtRevision(number) : AsOf.AtInstant(unixMs!.Value);
    }

    private static MerchantNo? ParseMerchant(string text, ref Violations violations)
    {
        if (text.Length == 0)
        {
            return null;
        }

        if (!MerchantNo.TryParse(text, out var merchant, out var broken))
        {
            violations.Add("merchant_no", text, broken);
        }

        return merchant;
    }

    private static string? ParseHash(ByteString hash, string field, ref Violations violations)
    {
        violations.Require(hash.Length is 0 or HashBytes, field, "HASH_LENGTH", "A keyed hash has 32 bytes.");
        return hash.Length == 0 ? null : Convert.ToHexStringLower(hash.Span);
    }
}
