using System.Collections.Immutable;
using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Domain.Reasons;

namespace VerifyGateway.Domain.Policies.Files;

/// <summary>Reads settings of acquirers.</summary>
internal static class SettingReader
{
    /// <summary>An acquirer; a setting that it leaves out is that of the defaults.</summary>
    public static AcquirerSettings Acquirer(FieldReader fields, AcquirerRules defaults)
    {
        var acquirer = fields.Identifier<AcquirerId>("acquirer_id", AcquirerId.TryParse, required: true);
        var rules = defaults;
        if (fields.Object("rules") is { } own)
        {
            rules = Rules(own, defaults);
            own.Finish();
        }

        var overrides = ImmutableArray.CreateBuilder<ReasonOverride>();
        foreach (var words in fields.ObjectsApart("reasons"))
        {
            var reason = words.Word<Reason>("code", required: true);
            var row = new ReasonOverride(reason ?? Reason.Ok, words.Text("de39"), words.Text("prompt_zh"), words.Text("prompt_en")) { Place = words.Place };
            words.Finish();
            if (words.IsSound)
            {
                overrides.Add(row);
            }
        }

        return new AcquirerSettings(acquirer ?? default, rules, overrides.ToImmutable()) { Place = fields.Place };
    }

    public static AcquirerRules Rules(FieldReader fields, AcquirerRules defaults) => new()
    {
        DocumentWarningDays = fields.Int("document_warning_days") ?? defaults.DocumentWarningDays,
        DocumentGraceDays = fields.Int("document_grace_days") ?? defaults.DocumentGraceDays,
        MinimumAppVersion = fields.Identifier<AppVersion>("minimum_app_version", Version) ?? defaults.MinimumAppVersion,
        OutOfArea = fields.Word<LocationAction>("out_of_area") ?? defaults.OutOfArea,
        LocationMissing = fields.Word<LocationAction>("location_missing") ?? defaults.LocationMissing,
        IdleReverifyMonths = fields.Int("idle_reverify_months") ?? defaults.IdleReverifyMonths,
        IdleReverifyGraceDays = fields.Int("idle_reverify_grace_days") ?? defaults.IdleReverifyGraceDays,
        IdleStopMonths = fields.Int("idle_stop_months") ?? defaults.IdleStopMonths,
        UnusedStopMonths = fields.Int("unused_stop_months") ?? defaults.UnusedStopMonths,
        ClassITotalFen = fields.Integer("class_i_total_fen") ?? defaults.ClassITotalFen,
        ClassIIYearFen = fields.Integer("class_ii_year_fen") ?? defaults.ClassIIYearFen,
        ClassIIIYearFen = fields.Integer("class_iii_year_fen") ?? defaults.ClassIIIYearFen,
        BalanceDayTwoFactorsFen = fields.Integer("balance_day_two_factors_fen") ?? defaults.BalanceDayTwoFactorsFen,
        BalanceDayOneFactorFen = fields.Integer("balance_day_one_factor_fen") ?? defaults.BalanceDayOneFactorFen,
        StaticCodeDayFen = fields.Integer("static_code_day_fen") ?? defaults.StaticCodeDayFen,
        CodeGradeBDayFen = fields.Integer("code_grade_b_day_fen") ?? defaults.CodeGradeBDayFen,
        CodeGradeCDayFen = fields.Integer("code_grade_c_day_fen") ?? defaults.CodeGradeCDayFen,
    };

    private static bool Version(string text, out AppVersion value, out IdentifierRule? broken) => AppVersion.TryParse(text, out value, out broken);
}
