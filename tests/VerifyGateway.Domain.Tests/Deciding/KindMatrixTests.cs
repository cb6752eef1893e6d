using VerifyGateway.Domain.Deciding;
using VerifyGateway.Domain.Reasons;

namespace VerifyGateway.Domain.Tests.Deciding;

/// <summary>Kind of transaction × state, cell by cell: '+' goes on, '-' does not, 'r' is to be tried again later.</summary>
public class KindMatrixTests
{
    private static readonly ReasonSet Confidential = ReasonSet.Of(Reason.FrozenJudicial, Reason.Sanctioned, Reason.FrozenByRisk);

    public static TheoryData<TransactionKind, string, char> Cells
    {
        get
        {
            var cells = new TheoryData<TransactionKind, string, char>();
            foreach (var row in KindMatrix.Rows)
            {
                foreach (var kind in Enum.GetValues<TransactionKind>())
                {
                    cells.Add(kind, row.State, row.Cells[(int)kind - 1]);
                }
            }

            return cells;
        }
    }

    public static TheoryData<TransactionKind> Kinds => [.. Enum.GetValues<TransactionKind>()];

    [Theory]
    [MemberData(nameof(Cells))]
    public void Cell_KindAndState_GoesOnExactlyWhenTheMatrixSaysSo(TransactionKind kind, string state, char cell)
    {
        var row = KindMatrix.Rows.Single(row => row.State == state);
        var verdict = row.Of.As(kind).Decide();
        Assert.Equal(cell switch { '+' => Decision.Allow, '-' => Decision.Decline, _ => Decision.RetryLater }, verdict.Decision);
        Assert.Equal(cell == '+', verdict.Reasons.IsEmpty);
        Assert.True(verdict.Reasons.And(verdict.Warnings).IsEmpty);
        if (!row.SpeaksOfKinds)
        {
            // What stops a sale but not this kind is not forgotten: it becomes a warning.
            var asSale = row.Of.As(TransactionKind.Sale).Decide();
            Assert.Equal(asSale.Reasons.Or(asSale.Warnings), verdict.Reasons.Or(verdict.Warnings));
        }
    }

    [Fact]
    public void Rows_OfTheMatrix_EachHaveACellForEachKindAndANameOfTheirOwn()
    {
        Assert.All(KindMatrix.Rows, row => Assert.Equal(Enum.GetValues<TransactionKind>().Length, row.Cells.Length));
        Assert.Equal(KindMatrix.Rows.Length, KindMatrix.Rows.Select(row => row.State).Distinct().Count());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(12)]
    [InlineData(255)]
    public void StoppedBy_UnknownKind_IsAsStrictAsASale(byte kind)
    {
        Assert.Equal(TransactionRules.StoppedBy(TransactionKind.Sale), TransactionRules.StoppedBy((TransactionKind)kind));
        Assert.True(TransactionRules.TakesNewValue((TransactionKind)kind));
        Assert.False(TransactionRules.FinishesOrReturns((TransactionKind)kind));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void StoppedBy_EachKind_TreatsConfidentialReasonsAlike(TransactionKind kind)
    {
        // Else the transactions that still go on would tell a risk hold from a judicial one.
        var stopped = TransactionRules.StoppedBy(kind).And(Confidential);
        Assert.True(stopped.IsEmpty || stopped == Confidential);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void StoppedBy_EachKind_HoldsNoReasonThatLetsTheTransactionGoOn(TransactionKind kind) =>
        Assert.DoesNotContain(
            TransactionRules.StoppedBy(kind).Listed(), reason => ReasonTable.Of(reason).Class is ReasonClass.Allow or ReasonClass.Warn);

    [Theory]
    [InlineData(TransactionKind.Sale)]
    [InlineData(TransactionKind.PreAuth)]
    [InlineData(TransactionKind.TopUp)]
    public void StoppedBy_NewValue_IsEveryReasonThatDeclines(TransactionKind kind) =>
        Assert.Equal(
            ReasonTable.All.Where(row => row.Class is ReasonClass.Decline or ReasonClass.RetryLater).Select(row => row.Reason), TransactionRules.StoppedBy(kind).Listed());

    [Fact]
    public void StoppedBy_Reversal_IsNothing() => Assert.True(TransactionRules.StoppedBy(TransactionKind.Reversal).IsEmpty);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void MayBeRestricted_EachKind_IsWhatTakesFinishesOrReturnsValue(TransactionKind kind) =>
        Assert.Equal(
            kind is TransactionKind.Sale or TransactionKind.PreAuth or TransactionKind.TopUp or TransactionKind.PreAuthCompletion or TransactionKind.Refund or TransactionKind.Void,
            TransactionRules.MayBeRestricted(kind));

    [Fact]
    public void Matrix_Rows_CoverEveryReasonThatTheDecisionCanGive()
    {
        var given = KindMatrix.Rows.Select(row => row.Of.Decide()).Aggregate(ReasonSet.None, (all, verdict) => all.Or(verdict.Reasons).Or(verdict.Warnings));
        Reason[] elsewhere =
        [
            Reason.Ok, Reason.InputFormat, Reason.InputMissing, Reason.GatewayUnavailable, Reason.UpstreamTimeout,
            Reason.RateLimited, Reason.DuplicateRequest, Reason.StandInApproved, Reason.StandInDeclined,
        ];
        Assert.Equal(ReasonTable.All.Select(row => row.Reason).Except(elsewhere), given.Listed());
    }
}
