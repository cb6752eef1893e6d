using VerifyGateway.Domain.Policies;
using VerifyGateway.Domain.Reasons;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Domain.Deciding;

/// <summary>
/// Limits of payment accounts (PBOC Announcement 2015 No. 43) and of collection codes (银发〔2017〕296号). A limit may be reached and not
/// passed. Totals are the caller's; only kinds that take new value count, and only amounts in yuan can be compared.
/// </summary>
internal static class LimitRules
{
    /// <summary>Looks at the limits that speak of this payment.</summary>
    public static void LookAt(ref Findings found, in StatusQuery query, AcquirerRules rules)
    {
        found.Begin(RuleSection.Limits);
        if (!TransactionRules.TakesNewValue(query.Kind) || !query.IsInYuan)
        {
            found.Rule(Reason.OverLimitAmount, false, $"{(query.IsInYuan ? "limits do not count this kind of transaction" : "amount in another currency than CNY: limits cannot be compared")}");
            return;
        }

        ref readonly var payer = ref query.PayerInPlace;
        if (payer.Account is { } account)
        {
            LookAtAccount(ref found, query.AmountMinor, account, payer, rules);
        }

        if (payer.Code is { } code)
        {
            LookAtCode(ref found, query.AmountMinor, code, payer, rules);
        }

        if (payer.Account is null && payer.Code is null)
        {
            found.Rule(Reason.OverLimitAmount, false, $"no payment account and no collection code stated");
        }
    }

    /// <summary>When the limit counts anew, Unix milliseconds; 0 when it never does, or when the amount alone is too much.</summary>
    internal static long CountsAnew(LimitPer per, long limitFen, long amountFen, long nowUnixMs)
    {
        if (amountFen > limitFen)
        {
            return 0;
        }

        var today = ChinaTime.DayOf(nowUnixMs);
        var next = per switch
        {
            LimitPer.PayerDay => ChinaTime.EndOf(today),
            LimitPer.PayerMonth => ChinaTime.StartOfMonth(ChinaTime.MonthOf(today) + 1),
            LimitPer.PayerYear => ChinaTime.StartOfMonth((today.Year + 1) * 12),
            _ => 0,
        };
        // Past the end of the calendar there is no next day.
        return next == long.MaxValue || next <= nowUnixMs ? 0 : next;
    }

    /// <summary>True when the amount would take the total over the limit. Never overflows.</summary>
    internal static bool Passes(long totalFen, long amountFen, long limitFen) => amountFen > limitFen || totalFen > limitFen - amountFen;

    private static void LookAtAccount(ref Findings found, long amount, AccountClass account, in Payer payer, AcquirerRules rules)
    {
        switch (account)
        {
            case AccountClass.Class2:
                Compare(ref found, new Comparison(ReasonDetail.ClassIIYear, payer.BalanceYearFen, amount, rules.ClassIIYearFen, LimitPer.PayerYear));
                break;
            case AccountClass.Class3:
                Compare(ref found, new Comparison(ReasonDetail.ClassIIIYear, payer.BalanceYearFen, amount, rules.ClassIIIYearFen, LimitPer.PayerYear));
                break;
            default:
                // A class that is none of those defined has the limit of the lowest.
                Compare(ref found, new Comparison(ReasonDetail.ClassITotal, payer.BalanceTotalFen, amount, rules.ClassITotalFen, LimitPer.Transaction));
                break;
        }

        if (IsWeak(payer.Grade))
        {
            var limit = payer.Grade is AuthGrade.B ? rules.BalanceDayTwoFactorsFen : rules.BalanceDayOneFactorFen;
            Compare(ref found, new Comparison(ReasonDetail.BalanceDay, payer.BalanceDayFen, amount, limit, LimitPer.PayerDay));
        }
    }

    private static void LookAtCode(ref Findings found, long amount, CodeKind code, in Payer payer, AcquirerRules rules)
    {
        if (code != CodeKind.Dynamic)
        {
            // Grade D: whatever the factors; and so is a kind of code that is none of those defined.
            Compare(ref found, new Comparison(ReasonDetail.StaticCode500, payer.CodeDayFen, amount, rules.StaticCodeDayFen, LimitPer.PayerDay));
        }
        else if (payer.Grade is AuthGrade.B)
        {
            Compare(ref found, new Comparison(ReasonDetail.CodeGradeBDay, payer.CodeDayFen, amount, rules.CodeGradeBDayFen, LimitPer.PayerDay));
        }
        else if (IsWeak(payer.Grade))
        {
            Compare(ref found, new Comparison(ReasonDetail.CodeGradeCDay, payer.CodeDayFen, amount, rules.CodeGradeCDayFen, LimitPer.PayerDay));
        }
    }

    /// <summary>A grade that is none of those defined is the weakest; one that is not stated is not looked at.</summary>
    private static bool IsWeak(AuthGrade? grade) => grade is not (null or AuthGrade.A);

    private static void Compare(ref Findings found, Comparison it)
    {
        var passed = Passes(it.TotalFen, it.AmountFen, it.LimitFen);
        found.Rule(
            Reason.OverLimitAmount, passed,
            $"{Say.Word(it.Limit)}: {Say.Yuan(it.TotalFen)} so far and {Say.Yuan(it.AmountFen)} now, limit {Say.Yuan(it.LimitFen)}",
            $"{(it.TotalFen >= it.LimitFen ? "nothing more passes" : $"passes up to {Say.Yuan(it.LimitFen - it.TotalFen)}")}");
        if (passed)
        {
            found.Passed(it.Limit, CountsAnew(it.Per, it.LimitFen, it.AmountFen, found.NowUnixMs));
        }
    }

    private readonly record struct Comparison(ReasonDetail Limit, long TotalFen, long AmountFen, long LimitFen, LimitPer Per);
}
