using VerifyGateway.Domain.Deciding;
using VerifyGateway.Domain.Policies;
using VerifyGateway.Domain.Reasons;
using VerifyGateway.Domain.Records;
using static VerifyGateway.Domain.Tests.Given;

namespace VerifyGateway.Domain.Tests.Deciding;

/// <summary>Limits of accounts and codes: what may be reached may not be passed. Amounts are fen.</summary>
public class LimitRuleTests
{
    private static readonly long Midnight = China("2026-06-02 00:00:00.000");
    private static readonly long NewYear = China("2027-01-01 00:00:00.000");

    [Theory]
    [InlineData(99_000, 1_000, false)]
    [InlineData(99_000, 1_001, true)]
    [InlineData(0, 100_000, false)]
    [InlineData(0, 100_001, true)]
    [InlineData(100_000, 0, false)]
    [InlineData(100_000, 1, true)]
    public void Account_OfClassI_HoldsToItsTotalAndNeverCountsAnew(long total, long amount, bool over) =>
        Check(amount, new Payer { Account = AccountClass.Class1, BalanceTotalFen = total }, over, ReasonDetail.ClassITotal, Remedy.UpgradeClass, 0);

    [Theory]
    [InlineData(AccountClass.Class2, 9_999_000, 1_000, false)]
    [InlineData(AccountClass.Class2, 9_999_000, 1_001, true)]
    [InlineData(AccountClass.Class3, 19_999_000, 1_000, false)]
    [InlineData(AccountClass.Class3, 19_999_000, 1_001, true)]
    public void Account_OfClassIIAndIII_HoldsToItsYear(AccountClass account, long year, long amount, bool over) =>
        Check(
            amount, new Payer { Account = account, BalanceYearFen = year }, over, account is AccountClass.Class2 ? ReasonDetail.ClassIIYear : ReasonDetail.ClassIIIYear,
            account is AccountClass.Class2 ? Remedy.UpgradeClass : Remedy.LowerAmount, NewYear);

    [Theory]
    [InlineData(AuthGrade.B, 499_000, 1_000, false)]
    [InlineData(AuthGrade.B, 499_000, 1_001, true)]
    [InlineData(AuthGrade.C, 99_000, 1_000, false)]
    [InlineData(AuthGrade.C, 99_000, 1_001, true)]
    [InlineData(AuthGrade.A, 9_000_000, 1_000, false)]
    public void Account_WeaklyAuthenticated_HoldsToItsDay(AuthGrade grade, long day, long amount, bool over) =>
        Check(
            amount, new Payer { Account = AccountClass.Class3, Grade = grade, BalanceDayFen = day }, over, ReasonDetail.BalanceDay, Remedy.LowerAmount, Midnight);

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(255)]
    public void Facts_OfNoDefinedNumber_HaveTheStrictestLimit(byte number)
    {
        Check(1_001, new Payer { Account = (AccountClass)number, BalanceTotalFen = 99_000 }, true, ReasonDetail.ClassITotal, Remedy.UpgradeClass, 0);
        Check(1_001, new Payer { Code = (CodeKind)number, CodeDayFen = 49_000 }, true, ReasonDetail.StaticCode500, Remedy.OtherPayment, Midnight);
        Check(1_001, new Payer { Code = CodeKind.Dynamic, Grade = (AuthGrade)number, CodeDayFen = 99_000 }, true, ReasonDetail.CodeGradeCDay, Remedy.LowerAmount, Midnight);
        Check(1_001, new Payer { Account = AccountClass.Class3, Grade = (AuthGrade)number, BalanceDayFen = 99_000 }, true, ReasonDetail.BalanceDay, Remedy.LowerAmount, Midnight);
    }

    [Theory]
    [InlineData(48_000, 2_000, false)]
    [InlineData(48_000, 2_001, true)]
    [InlineData(48_000, 3_000, true)]
    public void StaticCode_WhateverTheFactors_HoldsTo500ADay(long day, long amount, bool over)
    {
        foreach (var grade in new AuthGrade?[] { null, AuthGrade.A, AuthGrade.B, AuthGrade.C })
        {
            Check(amount, new Payer { Code = CodeKind.Static, Grade = grade, CodeDayFen = day }, over, ReasonDetail.StaticCode500, Remedy.OtherPayment, Midnight);
        }
    }

    [Theory]
    [InlineData(AuthGrade.B, 499_000, 1_000, false)]
    [InlineData(AuthGrade.B, 499_000, 1_001, true)]
    [InlineData(AuthGrade.C, 99_000, 1_000, false)]
    [InlineData(AuthGrade.C, 99_000, 1_001, true)]
    [InlineData(AuthGrade.A, 90_000_000, 1_000, false)]
    public void DynamicCode_ByGrade_HoldsToItsDay(AuthGrade grade, long day, long amount, bool over) =>
        Check(
            amount, new Payer { Code = CodeKind.Dynamic, Grade = grade, CodeDayFen = day }, over, grade is AuthGrade.B ? ReasonDetail.CodeGradeBDay : ReasonDetail.CodeGradeCDay,
            Remedy.LowerAmount, Midnight);

    [Fact]
    public void Code_OfAGradeNotStated_HasNoLimitButThatOfAStaticOne() =>
        Check(90_000_000, new Payer { Code = CodeKind.Dynamic }, false, default, default, 0);

    [Theory]
    [InlineData(CodeKind.Static, 50_001)]
    [InlineData(CodeKind.Dynamic, 100_001)]
    public void Until_TheAmountAloneIsTooMuch_IsNever(CodeKind code, long amount)
    {
        var verdict = new Situation().Paying(amount, new Payer { Code = code, Grade = AuthGrade.C }).Decide();
        Assert.Equal(Reason.OverLimitAmount, verdict.Primary);
        Assert.Equal(0, verdict.UntilUnixMs);
    }

    [Theory]
    [InlineData("2026-06-01 23:59:59.999", "2026-06-02 00:00:00.000", "2027-01-01 00:00:00.000")]
    [InlineData("2026-06-02 00:00:00.000", "2026-06-03 00:00:00.000", "2027-01-01 00:00:00.000")]
    [InlineData("2026-12-31 23:59:59.999", "2027-01-01 00:00:00.000", "2027-01-01 00:00:00.000")]
    [InlineData("2027-01-01 00:00:00.000", "2027-01-02 00:00:00.000", "2028-01-01 00:00:00.000")]
    [InlineData("2028-02-28 12:00:00.000", "2028-02-29 00:00:00.000", "2029-01-01 00:00:00.000")]
    public void Until_DayAndYear_AreMidnightsInChina(string now, string day, string year)
    {
        var code = new Situation { NowUnixMs = China(now) }.Paying(1, new Payer { Code = CodeKind.Static, CodeDayFen = 50_000 });
        Assert.Equal(China(day), code.Decide().UntilUnixMs);
        var account = code.Paying(1, new Payer { Account = AccountClass.Class2, BalanceYearFen = 10_000_000 });
        Assert.Equal(China(year), account.Decide().UntilUnixMs);
    }

    [Fact]
    public void Until_SeveralLimitsPassed_IsWhenTheLastCountsAnew()
    {
        // The code counts anew at midnight, the policy's month only in July: until then the reason stays.
        var payer = new Payer { Code = CodeKind.Static, CodeDayFen = 50_000, MonthFen = 10_000 };
        var verdict = new Situation().Paying(1, payer).Under(Limit(LimitPer.PayerMonth, 10_000)).Decide();
        Assert.Equal(ReasonDetail.StaticCode500, verdict.Detail);
        Assert.Null(verdict.Policy);
        Assert.Equal(China("2026-07-01 00:00:00.000"), verdict.UntilUnixMs);

        // One that never counts anew keeps the reason for good, whichever comes first.
        verdict = new Situation().Paying(1, payer with { Account = AccountClass.Class1, BalanceTotalFen = 100_000 }).Decide();
        Assert.Equal((ReasonDetail.ClassITotal, 0), (verdict.Detail, verdict.UntilUnixMs));
        verdict = new Situation().Paying(2, payer).Under(Limit(LimitPer.Transaction, 1)).Decide();
        Assert.Equal((ReasonDetail.StaticCode500, 0), (verdict.Detail, verdict.UntilUnixMs));
    }

    [Theory]
    [InlineData(long.MaxValue, long.MaxValue)]
    [InlineData(long.MaxValue, 1)]
    [InlineData(1, long.MaxValue)]
    public void Totals_Vast_AreOverAndDoNotOverflow(long total, long amount)
    {
        var payer = new Payer
        {
            Account = AccountClass.Class1, Code = CodeKind.Static, Grade = AuthGrade.C, BalanceTotalFen = total, BalanceYearFen = total, BalanceDayFen = total, CodeDayFen = total,
        };
        foreach (var account in Enum.GetValues<AccountClass>())
        {
            var verdict = new Situation().Paying(amount, payer with { Account = account }).Decide([]);
            Assert.Equal([Reason.OverLimitAmount], verdict.Reasons.Listed());
        }

        Assert.Equal(Decision.Decline, new Situation().Paying(amount, payer with { Account = null }).Decide().Decision);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(156, true)]
    [InlineData(840, false)]
    [InlineData(344, false)]
    public void Amount_InAnotherCurrency_IsNotCompared(int currency, bool compared)
    {
        var situation = new Situation().Paying(50_001, new Payer { Code = CodeKind.Static });
        Assert.Equal(compared ? Decision.Decline : Decision.Allow, (situation with { Query = situation.Query with { Currency = currency } }).Decide().Decision);
    }

    [Theory]
    [InlineData(TransactionKind.Sale, true)]
    [InlineData(TransactionKind.PreAuth, true)]
    [InlineData(TransactionKind.TopUp, true)]
    [InlineData((TransactionKind)0, true)]
    [InlineData(TransactionKind.PreAuthCompletion, false)]
    [InlineData(TransactionKind.Refund, false)]
    [InlineData(TransactionKind.Void, false)]
    [InlineData(TransactionKind.Reversal, false)]
    [InlineData(TransactionKind.Balance, false)]
    [InlineData(TransactionKind.SignIn, false)]
    [InlineData(TransactionKind.BatchSettlement, false)]
    [InlineData(TransactionKind.SettlementPayout, false)]
    public void Kind_ThatTakesNoNewValue_IsNotCounted(TransactionKind kind, bool counted)
    {
        var verdict = new Situation().Paying(50_001, new Payer { Code = CodeKind.Static }).As(kind).Decide();
        Assert.Equal(counted, verdict.Reasons.Or(verdict.Warnings).Contains(Reason.OverLimitAmount));
    }

    [Fact]
    public void Settings_OfTheAcquirer_TakeThePlaceOfThePublishedOnes()
    {
        var rules = new AcquirerRules
        {
            ClassITotalFen = 1, ClassIIYearFen = 2, ClassIIIYearFen = 3, BalanceDayTwoFactorsFen = 4, BalanceDayOneFactorFen = 5, StaticCodeDayFen = 6, CodeGradeBDayFen = 7, CodeGradeCDayFen = 8,
        };
        (Payer Payer, ReasonDetail Detail, long Limit)[] rows =
        [
            (new Payer { Account = AccountClass.Class1 }, ReasonDetail.ClassITotal, 1),
            (new Payer { Account = AccountClass.Class2 }, ReasonDetail.ClassIIYear, 2),
            (new Payer { Account = AccountClass.Class3 }, ReasonDetail.ClassIIIYear, 3),
            (new Payer { Code = CodeKind.Static, Grade = AuthGrade.B }, ReasonDetail.StaticCode500, 6),
            (new Payer { Code = CodeKind.Dynamic, Grade = AuthGrade.B }, ReasonDetail.CodeGradeBDay, 7),
            (new Payer { Code = CodeKind.Dynamic, Grade = AuthGrade.C }, ReasonDetail.CodeGradeCDay, 8),
        ];
        Assert.All(rows, row =>
        {
            Assert.Equal(Decision.Allow, (new Situation { Rules = rules }).Paying(row.Limit, row.Payer).Decide().Decision);
            Assert.Equal(row.Detail, (new Situation { Rules = rules }).Paying(row.Limit + 1, row.Payer).Decide().Detail);
        });
        var wide = rules with { ClassIIIYearFen = 1_000 };
        foreach (var (grade, limit) in new[] { (AuthGrade.B, 4), (AuthGrade.C, 5) })
        {
            var situation = new Situation { Rules = wide };
            Assert.Equal(Decision.Allow, situation.Paying(limit, new Payer { Account = AccountClass.Class3, Grade = grade }).Decide().Decision);
            Assert.Equal(ReasonDetail.BalanceDay, situation.Paying(limit + 1, new Payer { Account = AccountClass.Class3, Grade = grade }).Decide().Detail);
        }
    }

    private static void Check(long amount, Payer payer, bool over, ReasonDetail detail, Remedy remedy, long until)
    {
        var verdict = new Situation().Paying(amount, payer).Decide();
        Assert.Equal(over ? Decision.Decline : Decision.Allow, verdict.Decision);
        Assert.Equal(over ? [Reason.OverLimitAmount] : [], verdict.Reasons.Listed());
        Assert.Empty(verdict.Warnings.Listed());
        Assert.Equal(over ? detail : null, verdict.Detail);
        Assert.Equal(over ? remedy : Remedy.None, verdict.Remedy);
        Assert.Equal(over && amount <= 100_000 ? until : 0, verdict.UntilUnixMs);
        if (over)
        {
            Assert.Equal("61", DetailTable.Of(detail).De39);
        }
    }
}
