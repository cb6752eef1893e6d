using VerifyGateway.Domain.Reasons;

namespace VerifyGateway.Domain.Tests.Reasons;

public class DetailTableTests
{
    /// <summary>What a verification case can find, as specified.</summary>
    private static readonly string[] OfACase =
    [
        "NAME_ID_MISMATCH", "ID_NOT_FOUND", "ID_NUMBER_INVALID", "NAME_INVALID", "PHONE_INVALID", "PHONE_MISMATCH", "PHONE_SHARED", "PHONE_NOT_RESERVED_AT_BANK",
        "CARD_NUMBER_INVALID", "CARD_HOLDER_MISMATCH", "CARD_NO_ISSUER", "CARD_LOST", "CARD_EXPIRED", "CARD_DORMANT", "CARD_CAPTURED", "CARD_FRAUD",
        "CARD_RESTRICTED", "CARD_STATUS_ABNORMAL", "CARD_PIN_TRIES_EXCEEDED", "CARD_CNP_DISABLED", "CARD_TYPE_UNSUPPORTED", "CARD_CREDENTIAL_WRONG",
        "ISSUER_UNSUPPORTED", "ISSUER_REFUSED", "SOURCE_BUSY", "SOURCE_NO_RECORD", "TRY_LIMIT_DAY", "DOC_TYPE_UNSUPPORTED", "DOC_EXPIRED", "DOC_IMAGE_UNCLEAR",
        "DOC_IMAGE_COPY", "LICENCE_REVOKED", "LICENCE_NAME_MISMATCH", "LEGAL_REP_MISMATCH", "ADDRESS_UNVERIFIABLE", "BLACKLISTED", "LIVENESS_FAILED",
        "FACE_MISMATCH", "CONSENT_MISSING", "MANUAL_REVIEW", "DUPLICATE_SUBMISSION",
    ];

    private static readonly string[] OfTheDecision =
    [
        "CLASS_I_TOTAL", "CLASS_II_YEAR", "CLASS_III_YEAR", "BALANCE_DAY", "STATIC_CODE_500", "CODE_GRADE_B_DAY", "CODE_GRADE_C_DAY", "POLICY_LIMIT",
        "DORMANT_3M", "DORMANT_6M", "DORMANT_12M", "NEW_RULE", "CONDITION_OPEN", "CARD_CLASS_RESTRICTED", "CODE_USE_RESTRICTED", "DEREG_CANCELLABLE",
    ];

    public static TheoryData<ReasonDetail> EachDetail => [.. Enum.GetValues<ReasonDetail>()];

    [Fact]
    public void Table_Rows_AreThoseSpecifiedInTheOrderOfNumbers()
    {
        Assert.Equal(OfACase, DetailTable.All.Where(row => (int)row.Detail < 50).Select(row => row.Code));
        Assert.Equal(OfTheDecision, DetailTable.All.Where(row => (int)row.Detail >= 50).Select(row => row.Code));
        Assert.Equal(Enum.GetValues<ReasonDetail>(), DetailTable.All.Select(row => row.Detail));
    }

    [Theory]
    [MemberData(nameof(EachDetail))]
    public void Of_EachDetail_GivesItsRow(ReasonDetail detail)
    {
        Assert.Equal(detail, DetailTable.Of(detail).Detail);
        Assert.Same(DetailTable.Of(detail), DetailTable.Find(detail));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(42)]
    [InlineData(255)]
    public void Of_NoDetail_SaysSo(int number)
    {
        Assert.Null(DetailTable.Find((ReasonDetail)number));
        Assert.Throws<ArgumentOutOfRangeException>(() => DetailTable.Of((ReasonDetail)number));
    }

    [Theory]
    [MemberData(nameof(EachDetail))]
    public void Prompts_EachDetail_FitTheDisplayOrAreTheReasonsOwn(ReasonDetail detail)
    {
        var row = DetailTable.Of(detail);
        // What the screen must not show has no line of its own, so that nothing tells it apart.
        Assert.Equal(row.Visibility != Visibility.Terminal, row.PromptZh is null);
        Assert.Equal(row.PromptZh is null, row.PromptEn is null);
        Assert.True(row.PromptZh is null || (row.PromptZh.Length is >= 1 and <= 16 && row.PromptZh.All(letter => letter is >= '\u4E00' and <= '\u9FFF')), row.PromptZh);
        Assert.True(row.PromptEn is null || (row.PromptEn.Length is >= 1 and <= 40 && row.PromptEn.All(letter => letter is >= ' ' and <= '~')), row.PromptEn);
    }

    [Theory]
    [MemberData(nameof(EachDetail))]
    public void De39_EachDetail_IsACodeThatItsReasonMayHave(ReasonDetail detail)
    {
        var row = DetailTable.Of(detail);
        var code = De39Table.Find(row.De39);
        Assert.NotNull(code);
        Assert.False(code.Captures || code.SignsIn);
        Assert.Equal(De39Class.Failed, code.Class);
        if (row.Visibility != Visibility.Terminal)
        {
            Assert.Equal(ReasonTable.Of(row.Under).De39, row.De39);
        }
    }

    [Fact]
    public void Under_DetailsOfACase_IsNeedsInfoRejectedOrPending() => Assert.All(
        DetailTable.All.Where(row => (int)row.Detail < 50),
        row => Assert.True(row.Under is Reason.VerificationNeedsInfo or Reason.VerificationRejected or Reason.VerificationPending && row.Class == ReasonClass.Decline));

    [Fact]
    public void Visibility_OfDetails_HidesTheListFromAllAndThreeFromTheScreen()
    {
        Assert.Equal(["BLACKLISTED"], DetailTable.All.Where(row => row.Visibility == Visibility.Confidential).Select(row => row.Code));
        Assert.Equal(["PHONE_SHARED", "CARD_CAPTURED", "CARD_FRAUD"], DetailTable.All.Where(row => row.Visibility == Visibility.Caller).Select(row => row.Code));
    }
}
