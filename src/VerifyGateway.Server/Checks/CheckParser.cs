using System.Text;
using VerifyGateway.Domain.Deciding;
using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Server.Callers;
using VerifyGateway.Server.Rpc;
using VerifyGateway.V1;
using TransactionKind = VerifyGateway.Domain.Deciding.TransactionKind;

namespace VerifyGateway.Server.Checks;

/// <summary>Turns a request into a query whose fields are known to be well formed, or names every field that is not.</summary>
internal static class CheckParser
{
    private const int LongestCorrelationId = 64;
    private const int LongestAppVersion = 32;
    private const int LongestSnProof = 64;

    /// <summary>Parses a check; the query is meaningful only when no violation was found.</summary>
    public static StatusQuery Parse(CheckStatusRequest request, Caller caller, ref Violations violations)
    {
        var acquirer = ParseAcquirer(request.AcquirerId, caller, ref violations);
        if (!TerminalSn.TryParse(request.TerminalSn, out var sn, out var broken))
        {
            violations.Add("terminal_sn", request.TerminalSn, broken);
        }

        if (!TerminalNo.TryParse(request.TerminalNo, out var terminalNo, out broken))
        {
            violations.Add("terminal_no", request.TerminalNo, broken);
        }

        if (!MerchantNo.TryParse(request.MerchantNo, out var merchantNo, out broken))
        {
            violations.Add("merchant_no", request.MerchantNo, broken);
        }

        CheckNumbers(request, ref violations);
        CheckTexts(request, ref violations);
        return new StatusQuery(acquirer, sn, terminalNo, merchantNo, (TransactionKind)(byte)request.TransactionKind);
    }

    /// <summary>The acquirer that is named, or the caller's own when none is.</summary>
    public static AcquirerId ParseAcquirer(string text, Caller caller, ref Violations violations)
    {
        if (text.Length == 0 && caller.Acquirer is { } own)
        {
            return own;
        }

        if (!AcquirerId.TryParse(text, out var acquirer, out var broken))
        {
            violations.Add("acquirer_id", text, broken);
        }

        return acquirer;
    }

    private static void CheckNumbers(CheckStatusRequest request, ref Violations violations)
    {
        violations.Require(request.TransactionKind is >= 0 and <= V1.TransactionKind.BatchSettlement, "transaction_kind", "ENUM_UNKNOWN", "This kind of transaction is not known.");
        violations.Require(request.Locale is >= 0 and <= Locale.En, "locale", "ENUM_UNKNOWN", "This language is not known.");
        violations.Require(request.AmountMinor >= 0, "amount_minor", "AMOUNT_NEGATIVE", "An amount is 0 or more.");
        violations.Require(request.Currency is >= 0 and <= 999, "currency", "CURRENCY_RANGE", "A currency is an ISO 4217 numeric code, 1 to 999, or 0 for 156.");
        violations.Require(request.AtLeastRevision >= 0, "at_least_revision", "REVISION_NEGATIVE", "A revision is 0 or more.");
        if (request.Location is { } location)
        {
            violations.Require(location.LatitudeMicrodegrees is >= -90_000_000 and <= 90_000_000, "location.latitude_microdegrees", "LATITUDE_RANGE", "A latitude is -90,000,000 to 90,000,000 microdegrees.");
            violations.Require(location.LongitudeMicrodegrees is >= -180_000_000 and <= 180_000_000, "location.longitude_microdegrees", "LONGITUDE_RANGE", "A longitude is -180,000,000 to 180,000,000 microdegrees.");
        }
    }

    private static void CheckTexts(CheckStatusRequest request, ref Violations violations)
    {
        violations.Require(IsAtMost(request.CorrelationId, LongestCorrelationId), "correlation_id", "TOO_LONG", "A correlation id has at most 64 bytes.");
        violations.Require(IsAtMost(request.AppVersion, LongestAppVersion), "app_version", "TOO_LONG", "A program version has at most 32 bytes.");
        violations.Require(request.SnProof.Length <= LongestSnProof, "sn_proof", "TOO_LONG", "A proof of the serial number has at most 64 bytes.");
        if (request.Card is { } card)
        {
            violations.Require(card.CardClass is >= 0 and <= CardClass.Prepaid, "card.card_class", "ENUM_UNKNOWN", "This kind of card is not known.");
            violations.Require(card.Fingerprint.Length is 0 or (>= 16 and <= 32), "card.fingerprint", "FINGERPRINT_LENGTH", "A card's fingerprint is empty or has 16 to 32 bytes.");
        }

        if (request.Trace is { } trace)
        {
            violations.Require(IsEmptyOrSixDigits(trace.BatchNo), "trace.batch_no", "TRACE_DIGITS", "A batch number (DE60.2) has 6 digits.");
            violations.Require(IsEmptyOrSixDigits(trace.Stan), "trace.stan", "TRACE_DIGITS", "A system trace audit number (DE11) has 6 digits.");
        }
    }

    private static bool IsAtMost(string text, int bytes) =>
        text.Length <= bytes && (text.Length * 3 <= bytes || Encoding.UTF8.GetByteCount(text) <= bytes);

    private static bool IsEmptyOrSixDigits(string text) => text.Length == 0 || (text.Length == 6 && text.All(char.IsAsciiDigit));
}
