using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Domain.Reasons;

namespace VerifyGateway.Domain.Policies;

/// <summary>What may be wrong with settings and with an acquirer's own words.</summary>
internal static class SettingChecks
{
    private const int MostDays = 3_650;
    private const int MostMonths = 120;

    /// <summary>Reasons that speak of the payer's card itself; a terminal may try another one, so a code that may be retried is true of them.</summary>
    private static readonly ReasonSet OfThePayersCard = ReasonSet.Of(Reason.CardInvalid, Reason.CardExpired, Reason.CardNotSupported);

    public static void Check(PolicySet set, ErrorList errors)
    {
        CheckRules(set.Defaults, set.DefaultsPlace, errors);
        var seen = new Dictionary<AcquirerId, string>();
        foreach (var own in set.Acquirers)
        {
            if (!seen.TryAdd(own.Acquirer, own.Place))
            {
                errors.Add(own.Place, "ACQUIRER_TWICE", $"This acquirer has settings already, at {seen[own.Acquirer]}; put them together.");
            }

            CheckRules(own.Rules, own.Place, errors);
            CheckOverrides(own, errors);
        }
    }

    private static void CheckRules(AcquirerRules rules, string place, ErrorList errors)
    {
        Range("document_warning_days", rules.DocumentWarningDays, MostDays);
        Range("document_grace_days", rules.DocumentGraceDays, MostDays);
        Range("idle_reverify_grace_days", rules.IdleReverifyGraceDays, MostDays);
        Range("idle_reverify_months", rules.IdleReverifyMonths, MostMonths);
        Range("idle_stop_months", rules.IdleStopMonths, MostMonths);
        Range("unused_stop_months", rules.UnusedStopMonths, MostMonths);
        Range("class_i_total_fen", rules.ClassITotalFen, long.MaxValue);
        Range("class_ii_year_fen", rules.ClassIIYearFen, long.MaxValue);
        Range("class_iii_year_fen", rules.ClassIIIYearFen, long.MaxValue);
        Range("balance_day_two_factors_fen", rules.BalanceDayTwoFactorsFen, long.MaxValue);
        Range("balance_day_one_factor_fen", rules.BalanceDayOneFactorFen, long.MaxValue);
        Range("static_code_day_fen", rules.StaticCodeDayFen, long.MaxValue);
        Range("code_grade_b_day_fen", rules.CodeGradeBDayFen, long.MaxValue);
        Range("code_grade_c_day_fen", rules.CodeGradeCDayFen, long.MaxValue);
        errors.Require(rules.OutOfArea is LocationAction.Decline or LocationAction.Warn, place, "OUT_OF_AREA", "out_of_area is DECLINE or WARN: a terminal in the wrong place is never ignored.");
        errors.Require(Enum.IsDefined(rules.LocationMissing), place, "LOCATION_MISSING", "location_missing is DECLINE, WARN or IGNORE.");
        errors.Require(
            rules.IdleStopMonths <= 0 || rules.IdleReverifyMonths <= rules.IdleStopMonths, place, "IDLE_ORDER", "idle_reverify_months is not more than idle_stop_months.");

        void Range(string setting, long value, long most) =>
            errors.Require(value >= 0 && value <= most, place, "OUT_OF_RANGE", most == long.MaxValue ? $"{setting} is 0 or more." : $"{setting} is 0 to {most}.");
    }

    private static void CheckOverrides(AcquirerSettings own, ErrorList errors)
    {
        var seen = new Dictionary<Reason, string>();
        foreach (var words in own.Overrides)
        {
            if (!seen.TryAdd(words.Reason, words.Place))
            {
                errors.Add(words.Place, "REASON_TWICE", $"This reason has words already, at {seen[words.Reason]}; put them together.");
            }

            errors.Require(
                words.De39 is not null || words.PromptZh is not null || words.PromptEn is not null, words.Place, "OVERRIDE_EMPTY", "Say at least one of de39, prompt_zh and prompt_en.");
            errors.Require(
                words.Reason is not (Reason.FrozenJudicial or Reason.Sanctioned), words.Place, "CONFIDENTIAL_ALONE",
                "This reason has no words of its own: it looks like FROZEN_BY_RISK. Words for FROZEN_BY_RISK hold for it as well.");
            errors.Require(words.PromptZh is null or { Length: >= 1 and <= 16 } && (words.PromptZh ?? "").All(static letter => letter is >= '\u4E00' and <= '\u9FFF'), words.Place, "PROMPT_ZH", "prompt_zh has 1 to 16 Han characters and nothing else.");
            errors.Require(words.PromptEn is null or { Length: >= 1 and <= 40 } && (words.PromptEn ?? "").All(static letter => letter is >= ' ' and <= '~'), words.Place, "PROMPT_EN", "prompt_en has 1 to 40 characters, printable ASCII.");
            if (words.De39 is not null)
            {
                CheckDe39(words, errors);
            }
        }
    }

    /// <summary>
    /// A response code must say something true to a terminal that looks at nothing else. One that captures the card punishes the payer,
    /// one that makes the terminal sign in or try again cures nothing, and an unknown one shows as "failed".
    /// </summary>
    private static void CheckDe39(ReasonOverride words, ErrorList errors)
    {
        var row = ReasonTable.Of(words.Reason);
        if (De39Table.Find(words.De39!) is not { } code)
        {
            errors.Add(words.Place, "DE39_UNKNOWN", $"de39 is two digits of the published table; '{Shown(words.De39!)}' is not one that terminals understand alike.");
            return;
        }

        errors.Require(!code.Captures, words.Place, "DE39_CAPTURES", $"{code.Code} makes the cashier keep the payer's card; nothing that a check finds calls for that.");
        errors.Require(!code.SignsIn, words.Place, "DE39_SIGNS_IN", $"{code.Code} makes the terminal sign in again, which does not help.");
        errors.Require(
            code.Class != De39Class.MayRetry || code.SignsIn || OfThePayersCard.Contains(words.Reason), words.Place, "DE39_RETRIES",
            $"{code.Code} lets the terminal try again at once; for {row.Code} that does not help.");
        var approves = row.Class is ReasonClass.Allow or ReasonClass.Warn;
        errors.Require(
            approves == (code.Class == De39Class.Approved) && (!approves || code.Code == "00"), words.Place, "DE39_CLASS",
            approves ? $"{row.Code} lets the transaction go on: its code is 00." : $"{row.Code} stops the transaction, and {code.Code} approves it.");
    }

    private static string Shown(string text) => text.Length <= 8 ? text : text[..8] + "…";
}
