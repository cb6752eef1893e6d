using System.Globalization;
using VerifyGateway.Domain.Policies;
using VerifyGateway.Domain.Reasons;
using static VerifyGateway.Domain.Tests.Given;
using static VerifyGateway.Domain.Tests.Policies.PolicyTexts;

namespace VerifyGateway.Domain.Tests.Policies;

/// <summary>An acquirer's own words: never a response code that harms, never one that gives a secret away.</summary>
public class OverrideTests
{
    private static readonly HashSet<string> Captures = ["04", "07", "33", "34", "35", "36", "37", "38", "41", "43", "67"];
    private static readonly HashSet<string> ClassB = ["09", "13", "14", "42", "99"];
    private static readonly HashSet<string> Approves = ["00", "10", "11", "16"];
    private static readonly HashSet<Reason> OfThePayersCard = [Reason.CardInvalid, Reason.CardExpired, Reason.CardNotSupported];
    private static readonly HashSet<Reason> GoesOn = [Reason.Ok, Reason.DocumentExpiring, Reason.TerminalLocationMissing, Reason.StandInApproved];

    [Fact]
    public void Table_ByItsPublishedText_HasTheCodesThatTheListsHereName()
    {
        // The lists stand here a second time, so that a slip in a row of the table does not go unseen.
        Assert.Equal(Captures, De39Table.All.Where(row => row.Captures).Select(row => row.Code).ToHashSet());
        Assert.Equal(ClassB, De39Table.All.Where(row => row.Class == De39Class.MayRetry).Select(row => row.Code).ToHashSet());
        Assert.Equal(Approves, De39Table.All.Where(row => row.Class == De39Class.Approved).Select(row => row.Code).ToHashSet());
        Assert.Equal(["77", "99"], De39Table.All.Where(row => row.SignsIn).Select(row => row.Code));
        Assert.Equal(GoesOn, ReasonTable.All.Where(row => row.Class is ReasonClass.Allow or ReasonClass.Warn).Select(row => row.Reason).ToHashSet());
    }

    [Fact]
    public void Override_OfEveryReasonWithEveryCode_LoadsExactlyWhenItMay()
    {
        var (taken, refused) = (0, 0);
        foreach (var reason in Enum.GetValues<Reason>())
        {
            for (var number = 0; number < 100; number++)
            {
                var de39 = number.ToString("00", CultureInfo.InvariantCulture);
                var errors = Wrong(Words(new ReasonOverride(reason, de39, null, null)));
                Assert.True(errors.IsEmpty == May(reason, de39), $"{reason} {de39}: {string.Join(' ', errors)}");
                Assert.Equal(De39Table.Find(de39) is null, errors.Codes().Contains("DE39_UNKNOWN"));
                (taken, refused) = errors.IsEmpty ? (taken + 1, refused) : (taken, refused + 1);
            }
        }

        Assert.True(taken > 1_000 && refused > 1_000, $"{taken} taken, {refused} refused");
    }

    [Theory]
    [InlineData("04", "DE39_CAPTURES")]
    [InlineData("67", "DE39_CAPTURES")]
    [InlineData("77", "DE39_SIGNS_IN")]
    [InlineData("99", "DE39_SIGNS_IN")]
    [InlineData("09", "DE39_RETRIES")]
    [InlineData("00", "DE39_CLASS")]
    [InlineData("10", "DE39_CLASS")]
    [InlineData("", "DE39_UNKNOWN")]
    [InlineData("A1", "DE39_UNKNOWN")]
    [InlineData("0", "DE39_UNKNOWN")]
    [InlineData("058", "DE39_UNKNOWN")]
    [InlineData("５８", "DE39_UNKNOWN")]
    [InlineData("a long text that is cut when it is shown", "DE39_UNKNOWN")]
    public void Override_OfAnIdentityOutcomeWithAForbiddenCode_SaysWhyOnce(string de39, string code)
    {
        var error = Assert.Single(Wrong(Words(new ReasonOverride(Reason.NotVerified, de39, null, null))));
        Assert.Equal(code, error.Code);
        Assert.InRange(error.Sentence.Length, 1, 120);
    }

    [Theory]
    [InlineData("认", true)]
    [InlineData("请先完成实名认证后再试一次谢谢您", true)]
    [InlineData("请先完成实名认证后再试一次谢谢您了", false)]
    [InlineData("", false)]
    [InlineData("请认证!", false)]
    [InlineData("请认证！", false)]
    [InlineData("请 认证", false)]
    [InlineData("A", false)]
    [InlineData("\u4E00\u9FFF", true)]
    [InlineData("\u4DFF", false)]
    [InlineData("\uA000", false)]
    [InlineData("𠀀", false)]
    public void PromptZh_IsOneToSixteenHanCharacters(string prompt, bool sound) =>
        Assert.Equal(sound ? [] : ["PROMPT_ZH"], Wrong(Words(new ReasonOverride(Reason.NotVerified, null, prompt, null))).Codes());

    [Theory]
    [InlineData("x", true)]
    [InlineData("1234567890123456789012345678901234567890", true)]
    [InlineData("12345678901234567890123456789012345678901", false)]
    [InlineData("", false)]
    [InlineData(" ~", true)]
    [InlineData("a\tb", false)]
    [InlineData("a\u007F", false)]
    [InlineData("a\u001F", false)]
    [InlineData("é", false)]
    public void PromptEn_IsOneToFortyPrintableAscii(string prompt, bool sound) =>
        Assert.Equal(sound ? [] : ["PROMPT_EN"], Wrong(Words(new ReasonOverride(Reason.NotVerified, null, null, prompt))).Codes());

    [Fact]
    public void Override_OfTheRiskReason_SpeaksForEveryConfidentialOne()
    {
        var view = View(new ReasonOverride(Reason.FrozenByRisk, "62", "请联系客服", null));
        var rows = ReasonSet.Confidential.Listed().Select(view.Of).ToArray();
        Assert.Equal(3, rows.Length);
        Assert.All(rows, row => Assert.Equal(("62", "请联系客服", ReasonTable.Of(row.Reason).PromptEn), (row.De39, row.PromptZh, row.PromptEn)));
        Assert.Single(rows.Select(row => (row.De39, row.PromptZh, row.PromptEn)).Distinct());
        Assert.Equal(ReasonSet.Confidential.Listed(), Enum.GetValues<Reason>().Where(reason => view.OwnWords(reason) is not null).OrderBy(reason => Array.FindIndex([.. ReasonTable.All], row => row.Reason == reason)));
    }

    [Theory]
    [InlineData(Reason.FrozenJudicial)]
    [InlineData(Reason.Sanctioned)]
    public void Override_OfAnotherConfidentialReason_IsRefused(Reason reason) =>
        Assert.Equal(["CONFIDENTIAL_ALONE"], Wrong(Words(new ReasonOverride(reason, "58", null, null))).Codes());

    [Fact]
    public void Override_OfOnePart_LeavesTheRestAndTheOtherReasonsAndAcquirersAlone()
    {
        var snapshot = PolicyCompilerTests.Compiled(Words(new ReasonOverride(Reason.NotVerified, null, null, "Own words")));
        var view = snapshot.ViewOf(Acquirer());
        Assert.Equal(ReasonTable.Of(Reason.NotVerified) with { PromptEn = "Own words" }, view.Of(Reason.NotVerified));
        foreach (var reason in Enum.GetValues<Reason>())
        {
            Assert.Equal(reason == Reason.NotVerified, view.OwnWords(reason) is not null);
            Assert.Equal(reason != Reason.NotVerified, view.Of(reason) == ReasonTable.Of(reason));
            Assert.Equal(ReasonTable.Of(reason), snapshot.ViewOf(Acquirer("01020000")).Of(reason));
            Assert.Null(snapshot.ViewOf(Acquirer("01020000")).OwnWords(reason));
        }
    }

    private static bool May(Reason reason, string de39) =>
        reason is not (Reason.FrozenJudicial or Reason.Sanctioned)
        && De39Table.All.Any(row => row.Code == de39)
        && !Captures.Contains(de39) && de39 is not ("77" or "99")
        && (!ClassB.Contains(de39) || OfThePayersCard.Contains(reason))
        && (GoesOn.Contains(reason) ? de39 == "00" : !Approves.Contains(de39));

    private static AcquirerView View(ReasonOverride words) => PolicyCompilerTests.Compiled(Words(words)).ViewOf(Acquirer());

    private static PolicySet Words(ReasonOverride words) => new() { Acquirers = [new AcquirerSettings(Acquirer(), new AcquirerRules(), [words])] };
}
