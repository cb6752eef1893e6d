using System.Runtime.CompilerServices;
using System.Text;
using VerifyGateway.Domain.Deciding;
using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Domain.Policies;
using VerifyGateway.Server.Callers;
using VerifyGateway.Server.Rpc;
using VerifyGateway.V1;
using TransactionKind = VerifyGateway.Domain.Deciding.TransactionKind;

namespace VerifyGateway.Server.Checks;

/// <summary>Turns a request into a query whose fields are known to be well formed, or names every field that is not.</summary>
internal static class CheckParser
{
    /// <summary>The most bytes of a correlation id.</summary>
    public const int LongestCorrelationId = 64;

    /// <summary>The most bytes of a program version.</summary>
    public const int LongestAppVersion = 32;

    /// <summary>The most bytes of a proof of the serial number.</summary>
    public const int LongestSnProof = 64;

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
        CheckPayer(request, ref violations);
        return new StatusQuery(acquirer, sn, terminalNo, merchantNo, (TransactionKind)(byte)request.TransactionKind)
        {
            AmountMinor = request.AmountMinor,
            Currency = request.Currency,
            Place = ParsePlace(request.Location, ref violations),
            AppVersion = AppVersion.TryParse(request.AppVersion, out var version, out _) ? version : default,
            TransactionsOf = ParseDay(request.TransactionsOf, ref violations),
            Payer = ParsePayer(request.Payer, request.Card, ref violations),
        };
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
        violations.Require(request.TransactionKind is >= 0 and <= V1.TransactionKind.TopUp, "transaction_kind", "ENUM_UNKNOWN", "This kind of transaction is not known.");
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

    private static void CheckPayer(CheckStatusRequest request, ref Violations violations)
    {
        if (request.Payer is not { } payer)
        {
            return;
        }

        violations.Require(payer.RealName is >= 0 and <= V1.PayerCheck.Mismatch, "payer.real_name", "ENUM_UNKNOWN", "This answer is not known.");
        violations.Require(payer.CodeKind is >= 0 and <= V1.CodeKind.Dynamic, "payer.code_kind", "ENUM_UNKNOWN", "This kind of code is not known.");
        violations.Require(payer.AuthGrade is >= 0 and <= V1.AuthGrade.C, "payer.auth_grade", "ENUM_UNKNOWN", "This grade is not known.");
        violations.Require(payer.AccountClass is >= 0 and <= V1.AccountClass.Class3, "payer.account_class", "ENUM_UNKNOWN", "This class of account is not known.");
        Total(payer.BalanceTotalFen, "payer.balance_total_fen", ref violations);
        Total(payer.BalanceYearFen, "payer.balance_year_fen", ref violations);
        Total(payer.BalanceDayFen, "payer.balance_day_fen", ref violations);
        Total(payer.CodeDayFen, "payer.code_day_fen", ref violations);
        Total(payer.DayFen, "payer.day_fen", ref violations);
        Total(payer.MonthFen, "payer.month_fen", ref violations);
        Total(payer.YearFen, "payer.year_fen", ref violations);
        Total(payer.DayCount, "payer.day_count", ref violations);

        static void Total(long total, string field, ref Violations violations) =>
            violations.Require(total >= 0, field, "TOTAL_NEGATIVE", "A total is 0 or more.");
    }

    private static TerminalPlace ParsePlace(Location? location, ref Violations violations)
    {
        if (location is null)
        {
            return default;
        }

        RegionCode region = default;
        if (location.Region.Length > 0 && !RegionCode.TryParse(location.Region, out region, out var broken))
        {
            violations.Add("location.region", location.Region, broken);
        }

        return new TerminalPlace
        {
            HasPoint = !location.RegionOnly,
            LatitudeMicrodegrees = location.LatitudeMicrodegrees,
            LongitudeMicrodegrees = location.LongitudeMicrodegrees,
            Region = region,
        };
    }

    /// <summary>Reads a day, YYYYMMDD, or null for 0; false when it is neither.</summary>
    public static bool TryReadDay(int number, out DateOnly? day)
    {
        var (year, month, dayOfMonth) = (number / 10_000, number / 100 % 100, number % 100);
        var isDay = year is >= 1 and <= 9999 && month is >= 1 and <= 12 && dayOfMonth >= 1 && dayOfMonth <= DateTime.DaysInMonth(year, month);
        day = isDay ? new DateOnly(year, month, dayOfMonth) : null;
        return isDay || number == 0;
    }

    /// <summary>Reads a month, YYYYMM, as months since year 0, or 0; false when it is neither.</summary>
    public static bool TryReadMonth(int number, out int month)
    {
        var isMonth = number / 100 is >= 1 and <= 9999 && number % 100 is >= 1 and <= 12;
        month = isMonth ? ((number / 100) * 12) + (number % 100) - 1 : 0;
        return isMonth || number == 0;
    }

    private static DateOnly? ParseDay(int number, ref Violations violations)
    {
        violations.Require(TryReadDay(number, out var day), "transactions_of", "DAY", "A day is YYYYMMDD and one of the calendar, or 0.");
        return day;
    }

    private static Domain.Deciding.Payer ParsePayer(V1.Payer? payer, PayerCard? card, ref Violations violations)
    {
        violations.Require(TryReadMonth(card?.ValidToMonth ?? 0, out var validTo), "card.valid_to_month", "MONTH", "A month is YYYYMM, or 0.");
        return new Domain.Deciding.Payer
        {
            CardClass = Stated<Domain.Deciding.CardClass>((int)(card?.CardClass ?? 0)),
            Card = Stated<Domain.Deciding.CardCheck>((int)(card?.Check ?? 0)),
            CardValidToMonth = validTo,
            RealName = Stated<Domain.Deciding.PayerCheck>((int)(payer?.RealName ?? 0)),
            Code = Stated<Domain.Deciding.CodeKind>((int)(payer?.CodeKind ?? 0)),
            Grade = Stated<Domain.Deciding.AuthGrade>((int)(payer?.AuthGrade ?? 0)),
            Account = Stated<Domain.Records.AccountClass>((int)(payer?.AccountClass ?? 0)),
            BalanceTotalFen = payer?.BalanceTotalFen ?? 0,
            BalanceYearFen = payer?.BalanceYearFen ?? 0,
            BalanceDayFen = payer?.BalanceDayFen ?? 0,
            CodeDayFen = payer?.CodeDayFen ?? 0,
            DayFen = payer?.DayFen ?? 0,
            MonthFen = payer?.MonthFen ?? 0,
            YearFen = payer?.YearFen ?? 0,
            DayCount = payer?.DayCount ?? 0,
        };
    }

    /// <summary>The value with the number of the wire's; null for "not stated".</summary>
    public static TEnum? Stated<TEnum>(int number)
        where TEnum : struct, Enum => number == 0 ? null : Unsafe.BitCast<byte, TEnum>((byte)number);

    private static void CheckTexts(CheckStatusRequest request, ref Violations violations)
    {
        violations.Require(IsAtMost(request.CorrelationId, LongestCorrelationId), "correlation_id", "TOO_LONG", "A correlation id has at most 64 bytes.");
        violations.Require(IsAtMost(request.AppVersion, LongestAppVersion), "app_version", "TOO_LONG", "A program version has at most 32 bytes.");
        violations.Require(request.SnProof.Length <= LongestSnProof, "sn_proof", "TOO_LONG", "A proof of the serial number has at most 64 bytes.");
        if (request.Card is { } card)
        {
            violations.Require(card.CardClass is >= 0 and <= V1.CardClass.Prepaid, "card.card_class", "ENUM_UNKNOWN", "This kind of card is not known.");
            violations.Require(card.Check is >= 0 and <= V1.CardCheck.Invalid, "card.check", "ENUM_UNKNOWN", "This state of a card is not known.");
            violations.Require(card.Fingerprint.Length is 0 or (>= 16 and <= 32), "card.fingerprint", "FINGERPRINT_LENGTH", "A card's fingerprint is empty or has 16 to 32 bytes.");
        }

        if (request.Trace is { } trace)
        {
            violations.Require(IsEmptyOrSixDigits(trace.BatchNo), "trace.batch_no", "TRACE_DIGITS", "A batch number (DE60.2) has 6 digits.");
            violations.Require(IsEmptyOrSixDigits(trace.Stan), "trace.stan", "TRACE_DIGITS", "A system trace audit number (DE11) has 6 digits.");
        }
    }

    /// <summary>True when a text has at most so many bytes in UTF-8.</summary>
    public static bool IsAtMost(string text, int bytes) =>
        text.Length <= bytes && (text.Length * 3 <= bytes || Encoding.UTF8.GetByteCount(text) <= bytes);

    private static bool IsEmptyOrSixDigits(string text) => text.Length == 0 || (text.Length == 6 && text.All(char.IsAsciiDigit));
}
