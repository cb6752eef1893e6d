using System.Collections.Immutable;
using VerifyGateway.Domain.Reasons;

namespace VerifyGateway.Domain.Tests.Reasons;

public class ReasonTableTests
{
    private static readonly ImmutableHashSet<string> Captures = ["04", "07", "33", "34", "35", "36", "37", "38", "41", "43", "67"];
    private static readonly ImmutableHashSet<string> SignsIn = ["77", "99", "A0"];
    private static readonly ImmutableHashSet<string> MayBeRetried = ["09", "13", "14", "42"];
    private static readonly ImmutableHashSet<Reason> OfCards =
        [Reason.CardMismatch, Reason.CardNotSupported, Reason.CardInvalid, Reason.CardExpired, Reason.HolderMismatch, Reason.HolderNotVerified];

    public static TheoryData<int> Places => [.. Enumerable.Range(0, ReasonRows.Specified.Length)];

    public static TheoryData<Reason> EachReason => [.. Enum.GetValues<Reason>()];

    [Theory]
    [MemberData(nameof(Places))]
    public void Table_EachSpecifiedRow_IsThereInItsPlaceAsSpecified(int place)
    {
        var (code, does, de39, zh, en, remedy) = ReasonRows.Specified[place];
        var row = ReasonTable.All[place];
        var expectedClass = does switch
        {
            'A' => ReasonClass.Allow,
            'W' => ReasonClass.Warn,
            'D' => ReasonClass.Decline,
            _ => ReasonClass.RetryLater,
        };
        Assert.Equal(
            (code, expectedClass, de39, zh, en, remedy),
            (row.Code, row.Class, row.De39, row.PromptZh, row.PromptEn, Screaming(row.Remedy.ToString())));
    }

    [Fact]
    public void Table_Rows_AreTheReasonsInTheirOrderAndNoOthers()
    {
        Assert.Equal(Enum.GetValues<Reason>(), ReasonTable.All.Select(row => row.Reason));
        Assert.Equal(ReasonRows.Specified.Length, ReasonTable.All.Length);
    }

    [Theory]
    [MemberData(nameof(EachReason))]
    public void Of_EachReason_GivesItsRow(Reason reason) => Assert.Equal(reason, ReasonTable.Of(reason).Reason);

    [Theory]
    [InlineData(0)]
    [InlineData(44)]
    [InlineData(64)]
    [InlineData(255)]
    public void Of_NoReason_SaysSo(int number) => Assert.Throws<ArgumentOutOfRangeException>(() => ReasonTable.Of((Reason)number));

    [Fact]
    public void Numbers_OrderOfGroups_IsTheStatedPrecedence()
    {
        var byCode = ReasonTable.All.ToDictionary(row => row.Code, row => row.Reason);
        for (var i = 1; i < ReasonRows.Precedence.Length; i++)
        {
            var before = ReasonRows.Precedence[i - 1].Max(code => byCode[code]);
            var after = ReasonRows.Precedence[i].Min(code => byCode[code]);
            Assert.True(before < after, $"{before} goes before {after}");
        }
    }

    [Fact]
    public void Numbers_AllReasons_FitOneMachineWord() => Assert.InRange((int)Enum.GetValues<Reason>().Max(), 1, 63);

    [Theory]
    [MemberData(nameof(EachReason))]
    public void Prompts_EachReason_FitTheDisplay(Reason reason)
    {
        var row = ReasonTable.Of(reason);
        Assert.InRange(row.PromptZh.Length, 1, 16);
        Assert.All(row.PromptZh, letter => Assert.InRange(letter, '\u4E00', '\u9FFF'));
        Assert.InRange(row.PromptEn.Length, 1, 40);
        Assert.All(row.PromptEn, letter => Assert.InRange(letter, ' ', '~'));
    }

    [Theory]
    [MemberData(nameof(EachReason))]
    public void De39_EachReason_NeitherCapturesNorSignsInNorIsUnportable(Reason reason)
    {
        var de39 = ReasonTable.Of(reason).De39;
        Assert.Matches("^[0-9]{2}$", de39);
        Assert.DoesNotContain(de39, Captures);
        Assert.DoesNotContain(de39, SignsIn);
        if (!OfCards.Contains(reason))
        {
            Assert.DoesNotContain(de39, MayBeRetried);
        }
    }

    [Theory]
    [MemberData(nameof(EachReason))]
    public void De39_EachReason_ApprovesExactlyWhenTheTransactionGoesOn(Reason reason)
    {
        var row = ReasonTable.Of(reason);
        Assert.Equal(row.Class is ReasonClass.Allow or ReasonClass.Warn, row.De39 == "00");
    }

    [Fact]
    public void Confidential_Reasons_AreTheThreeAndLookAlikeInEveryField()
    {
        var confidential = ReasonTable.All.Where(row => row.IsConfidential).ToArray();
        Assert.Equal([Reason.FrozenJudicial, Reason.Sanctioned, Reason.FrozenByRisk], confidential.Select(row => row.Reason));
        var outward = ReasonTable.Of(Reason.FrozenByRisk);
        foreach (var row in confidential)
        {
            // Every field that a terminal can see, found by reflection so that a new one is compared as well.
            var seen = typeof(ReasonInfo).GetProperties().Where(field => field.Name is not (nameof(ReasonInfo.Reason) or nameof(ReasonInfo.Code)));
            Assert.All(seen, field => Assert.Equal(field.GetValue(outward), field.GetValue(row)));
        }
    }

    [Fact]
    public void Codes_AllOfThem_AreDistinctAndScreaming()
    {
        Assert.Equal(ReasonTable.All.Length, ReasonTable.All.Select(row => row.Code).Distinct(StringComparer.Ordinal).Count());
        Assert.All(ReasonTable.All, row => Assert.Matches("^[A-Z]+(_[A-Z0-9]+)*$", row.Code));
    }

    [Fact]
    public void Remedies_OfAllReasons_AreDefinedAndNoneIsUnused()
    {
        var used = ReasonTable.All.Select(row => row.Remedy).Concat(DetailTable.All.Select(row => row.Remedy)).ToHashSet();
        Assert.Equal(Enum.GetValues<Remedy>().ToHashSet(), used);
    }

    [Theory]
    [InlineData(CauseFamily.None, "OK")]
    [InlineData(CauseFamily.Input, "INPUT_FORMAT INPUT_MISSING DUPLICATE_REQUEST TERMINAL_NOT_REGISTERED TERMINAL_MERCHANT_MISMATCH MERCHANT_NOT_REGISTERED VERIFICATION_REJECTED NOT_VERIFIED VERIFICATION_NEEDS_INFO")]
    [InlineData(CauseFamily.System, "GATEWAY_UNAVAILABLE MAINTENANCE CUT_OVER UPSTREAM_TIMEOUT RATE_LIMITED TERMINAL_UPDATE_REQUIRED TERMINAL_LOCATION_MISSING STAND_IN_APPROVED STAND_IN_DECLINED")]
    [InlineData(CauseFamily.Account, "TERMINAL_SN_PROOF_FAILED DEREGISTERED TERMINAL_RETIRED FROZEN_JUDICIAL SANCTIONED FROZEN_BY_RISK DEREGISTERING TERMINAL_SUSPENDED TERMINAL_NOT_ACTIVATED FROZEN_BY_OWNER VERIFICATION_PENDING DOCUMENT_EXPIRED DOCUMENT_EXPIRING REVERIFICATION_REQUIRED TERMINAL_LOCATION_OUT_OF_AREA")]
    [InlineData(CauseFamily.Policy, "POLICY_RESTRICTED OVER_LIMIT_AMOUNT OVER_LIMIT_COUNT")]
    [InlineData(CauseFamily.Card, "CARD_MISMATCH CARD_NOT_SUPPORTED CARD_INVALID CARD_EXPIRED HOLDER_NOT_VERIFIED HOLDER_MISMATCH")]
    public void Families_EachOfThem_HoldsItsReasonsAndNoOthers(CauseFamily family, string codes) =>
        Assert.Equal(codes, string.Join(' ', ReasonTable.All.Where(row => row.Family == family).Select(row => row.Code)));

    [Fact]
    public void Visibility_OfReasons_IsForEveryoneButForFour()
    {
        Assert.Equal(["FROZEN_JUDICIAL", "SANCTIONED", "FROZEN_BY_RISK"], ReasonTable.All.Where(row => row.Visibility == Visibility.Confidential).Select(row => row.Code));
        Assert.Equal(["STAND_IN_APPROVED"], ReasonTable.All.Where(row => row.Visibility == Visibility.Caller).Select(row => row.Code));
    }

    private static string Screaming(string name) =>
        string.Concat(name.Select((letter, at) => at > 0 && char.IsUpper(letter) ? "_" + letter : char.ToUpperInvariant(letter).ToString()));
}
