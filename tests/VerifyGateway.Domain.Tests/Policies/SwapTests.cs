using VerifyGateway.Domain.Deciding;
using VerifyGateway.Domain.Policies;
using VerifyGateway.Domain.Reasons;
using static VerifyGateway.Domain.Tests.Given;
using static VerifyGateway.Domain.Tests.Policies.PolicyTexts;

namespace VerifyGateway.Domain.Tests.Policies;

/// <summary>A snapshot answers for itself: what is loaded or refused after it changes nothing about it.</summary>
public class SwapTests
{
    private static readonly long Then = China("2026-12-10 12:00:00.000");

    [Theory]
    [InlineData("")]
    [InlineData("{'policies': [{}]}")]
    [InlineData("{'defaults': {'document_grace_days': -1}}")]
    [InlineData("null")]
    public void Snapshot_AfterAFileThatIsRefused_AnswersAsBefore(string bad)
    {
        var inForce = Loaded(Example);
        var before = Answers(inForce);
        if (PolicyFile.TryLoad(Bytes(bad), out var next, out var errors))
        {
            inForce = next;
        }

        Assert.Null(next);
        Assert.NotEmpty(errors);
        Assert.Equal(before, Answers(inForce));
        Assert.NotEqual(before, Answers(PolicySnapshot.Default));
    }

    [Fact]
    public void Snapshot_AfterAnotherIsLoaded_StillAnswersAsBefore()
    {
        var old = Loaded(Example);
        var before = Answers(old);
        var next = Loaded("{'defaults': {'document_grace_days': 1}}");
        Assert.Equal(before, Answers(old));
        Assert.NotEqual(before, Answers(next));
    }

    [Fact]
    public void Set_WithASettingOutOfRange_GivesNoSnapshot()
    {
        Assert.Throws<ArgumentException>(() => PolicySnapshot.Of(new AcquirerRules { DocumentGraceDays = -1 }));
        Assert.Equal(1, PolicySnapshot.Of(new AcquirerRules { DocumentGraceDays = 1 }).ViewOf(Acquirer()).Rules.DocumentGraceDays);
    }

    private static List<object> Answers(PolicySnapshot policies)
    {
        var answers = new List<object>();
        foreach (var category in new[] { "7995", "8062", "5411" })
        {
            var merchant = Merchant() with { Category = Category(category), DocumentValidTo = Day("2026-11-01") };
            foreach (var kind in Enum.GetValues<TransactionKind>())
            {
                var verdict = StatusDecision.Decide(Query(kind) with { AmountMinor = 2_000_000 }, Terminal(), merchant, policies, Then);
                answers.Add((verdict.Decision, verdict.Reasons, verdict.Warnings, verdict.Policy?.Id, policies.ViewOf(Acquirer()).Of(Reason.NotVerified)));
            }
        }

        return answers;
    }
}
