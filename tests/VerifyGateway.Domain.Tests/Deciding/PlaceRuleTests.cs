using VerifyGateway.Domain.Deciding;
using VerifyGateway.Domain.Policies;
using VerifyGateway.Domain.Reasons;
using VerifyGateway.Domain.Records;
using static VerifyGateway.Domain.Tests.Given;

namespace VerifyGateway.Domain.Tests.Deciding;

/// <summary>Where a terminal may be, and how old its program may be.</summary>
public class PlaceRuleTests
{
    // A millionth of a degree of latitude is 0.1112 m: 8,993 of them are 1,000 m, 9,002 are 1,001 m.
    [Theory]
    [InlineData(0, 1_000, true)]
    [InlineData(8_993, 1_000, true)]
    [InlineData(9_002, 1_000, false)]
    [InlineData(9_002, 1_001, true)]
    [InlineData(-8_993, 1_000, true)]
    [InlineData(-9_002, 1_000, false)]
    [InlineData(0, 0, true)]
    [InlineData(9, 0, false)]
    [InlineData(9, 1, true)]
    public void FixedTerminal_AroundItsRadius_IsThereUpToAndWithIt(int north, int radius, bool there)
    {
        var rule = LocationRule.Around(31_221_345, 121_483_520, radius);
        Check(rule, new TerminalPlace { HasPoint = true, LatitudeMicrodegrees = 31_221_345 + north, LongitudeMicrodegrees = 121_483_520 }, new AcquirerRules(), there ? null : Reason.TerminalLocationOutOfArea, declined: !there);
    }

    [Theory]
    [InlineData(0, 8_993, true)]
    [InlineData(0, 9_002, false)]
    // The same difference of longitude is half as far at 60 degrees north.
    [InlineData(60_000_000, 9_002, true)]
    [InlineData(60_000_000, 17_985, true)]
    [InlineData(60_000_000, 18_010, false)]
    public void FixedTerminal_EastOfItsAddress_IsMeasuredAlongTheSphere(int latitude, int east, bool there)
    {
        var rule = LocationRule.Around(latitude, 179_999_000, 1_000);
        // Across the date line as well: 180 degrees east is 180 degrees west.
        var longitude = 179_999_000 + east is > 180_000_000 and var beyond ? beyond - 360_000_000 : 179_999_000 + east;
        Check(rule, new TerminalPlace { HasPoint = true, LatitudeMicrodegrees = latitude, LongitudeMicrodegrees = longitude }, new AcquirerRules(), there ? null : Reason.TerminalLocationOutOfArea, declined: !there);
    }

    [Theory]
    [InlineData("440000", "440300", true)]
    [InlineData("440000", "440304", true)]
    [InlineData("440000", "450304", false)]
    [InlineData("440300", "440304", true)]
    [InlineData("440300", "440404", false)]
    [InlineData("440304", "440304", true)]
    [InlineData("440304", "440305", false)]
    // A city is not proof of a county in it.
    [InlineData("440304", "440300", false)]
    public void MobileTerminal_ByRegion_IsThereWhenTheRegionHoldsIt(string registered, string region, bool there) =>
        Check(LocationRule.Within(Region(registered)), new TerminalPlace { Region = Region(region) }, new AcquirerRules(), there ? null : Reason.TerminalLocationOutOfArea, declined: !there);

    [Theory]
    [InlineData(LocationAction.Warn, Reason.TerminalLocationMissing, false)]
    [InlineData(LocationAction.Ignore, null, false)]
    [InlineData(LocationAction.Decline, Reason.TerminalLocationOutOfArea, true)]
    public void Place_Missing_IsWhatTheAcquirerSays(LocationAction action, Reason? reason, bool declined)
    {
        var rules = new AcquirerRules { LocationMissing = action };
        Check(LocationRule.Around(0, 0, 10), default, rules, reason, declined);
        Check(LocationRule.Within(Region("440000")), default, rules, reason, declined);
        // The other kind of place is no answer.
        Check(LocationRule.Around(0, 0, 10), new TerminalPlace { Region = Region("440000") }, rules, reason, declined);
        Check(LocationRule.Within(Region("440000")), new TerminalPlace { HasPoint = true }, rules, reason, declined);
    }

    [Fact]
    public void Place_OfATerminalThatHasNoneToKeep_IsNotLookedAt()
    {
        var strict = new AcquirerRules { LocationMissing = LocationAction.Decline };
        Check(default, default, strict, null, false);
        Check(default, new TerminalPlace { HasPoint = true, Region = Region("440000") }, strict, null, false);
    }

    [Fact]
    public void OutOfArea_WarnedOf_GoesOn() =>
        Check(
            LocationRule.Within(Region("440000")), new TerminalPlace { Region = Region("310000") }, new AcquirerRules { OutOfArea = LocationAction.Warn },
            Reason.TerminalLocationOutOfArea, declined: false);

    [Fact]
    public void Rule_OfAKindNotKnown_IsNeverKept() =>
        Check(new LocationRule((LocationRuleKind)9, 0, 0, int.MaxValue, default), new TerminalPlace { HasPoint = true, Region = Region("310000") }, new AcquirerRules(), Reason.TerminalLocationOutOfArea, declined: true);

    [Theory]
    [InlineData(null, null, false)]
    [InlineData("0", null, false)]
    [InlineData(null, "1.0", true)]
    [InlineData("2.3.3", "2.3.4", true)]
    [InlineData("2.3.4", "2.3.4", false)]
    [InlineData("2.3.4.0", "2.3.4", false)]
    [InlineData("2.3.5", "2.3.4", false)]
    // By number, not by letter.
    [InlineData("2.10", "2.9", false)]
    [InlineData("2.9", "2.10", true)]
    [InlineData(null, "0", true)]
    public void Program_OlderThanTheMinimum_MustBeUpdated(string? version, string? minimum, bool declined)
    {
        var verdict = new Situation
        {
            Query = Query() with { AppVersion = version is null ? default : Version(version) },
            Rules = new AcquirerRules { MinimumAppVersion = minimum is null ? default : Version(minimum) },
        }.Decide();
        Assert.Equal(declined ? [Reason.TerminalUpdateRequired] : [], verdict.Reasons.Listed());
        Assert.Equal(declined ? Remedy.UpdateTerminal : Remedy.None, verdict.Remedy);
        Assert.Empty(verdict.Warnings.Listed());
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public void Proof_OfTheSerialNumber_StopsOnlyWhenItIsWrong(bool? proof, bool goesOn)
    {
        var verdict = new Situation { Query = Query() with { SnProof = proof } }.Decide([]);
        Assert.Equal(goesOn ? [] : [Reason.TerminalSnProofFailed], verdict.Reasons.Listed());
        Assert.Equal(goesOn ? "00" : "58", ReasonTable.Of(verdict.Primary).De39);
    }

    private static void Check(LocationRule rule, TerminalPlace place, AcquirerRules rules, Reason? reason, bool declined)
    {
        foreach (var explanation in new List<ExplanationStep>?[] { null, [] })
        {
            var verdict = new Situation { Terminal = Terminal() with { Location = rule }, Query = Query() with { Place = place }, Rules = rules }.Decide(explanation);
            Assert.Equal(declined ? Decision.Decline : Decision.Allow, verdict.Decision);
            Assert.Equal(declined ? [reason!.Value] : [], verdict.Reasons.Listed());
            Assert.Equal(declined || reason is null ? [] : [reason.Value], verdict.Warnings.Listed());
        }
    }
}
