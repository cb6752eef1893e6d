using VerifyGateway.Domain.Lifecycle;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Domain.Tests.Lifecycle;

public class HoldTests
{
    /// <summary>The rules once more: kind, role, longest term from 31 August 2026 10:00 in China, renewals, document, two persons, step-up.</summary>
    private static readonly Dictionary<HoldAuthority, (HoldKind Kind, ActorRole Role, string? LatestEnd, int Renewals, bool Document, bool Two, bool StepUp)> Rules = new()
    {
        [HoldAuthority.Owner] = (HoldKind.Holder, ActorRole.Holder, null, 0, false, false, true),
        [HoldAuthority.AcquirerRisk] = (HoldKind.Risk, ActorRole.Risk, null, -1, false, true, false),
        [HoldAuthority.EmergencyStop] = (HoldKind.Judicial, ActorRole.JudicialAuthority, "2026-09-02 10:00:00.000", 1, true, true, false),
        [HoldAuthority.CaseOrgan] = (HoldKind.Judicial, ActorRole.JudicialAuthority, "2027-02-28 10:00:00.000", -1, true, true, false),
        [HoldAuthority.Court] = (HoldKind.Judicial, ActorRole.JudicialAuthority, "2027-08-31 10:00:00.000", -1, true, true, false),
        [HoldAuthority.AmlFreeze] = (HoldKind.Regulator, ActorRole.Aml, "2026-09-02 10:00:00.000", 0, true, false, false),
        [HoldAuthority.SanctionList] = (HoldKind.Regulator, ActorRole.Aml, null, -1, true, false, false),
        [HoldAuthority.Condition] = (HoldKind.System, ActorRole.System, null, -1, false, false, false),
    };

    private static readonly long From = Given.China("2026-08-31 10:00:00.000");

    public static TheoryData<HoldAuthority> Authorities => [.. Enum.GetValues<HoldAuthority>()];

    public static MatrixTheoryData<HoldAuthority, ActorRole> AuthoritiesAndRoles => new(Enum.GetValues<HoldAuthority>(), Enum.GetValues<ActorRole>());

    [Theory]
    [MemberData(nameof(Authorities))]
    public void Rules_EachAuthority_AreThoseSpecified(HoldAuthority authority)
    {
        var rule = HoldRules.Of(authority)!;
        var expected = Rules[authority];
        Assert.Equal(authority, rule.Authority);
        Assert.Equal((expected.Kind, expected.Role, expected.Renewals), (rule.Kind, rule.Role, rule.MaxRenewals));
        Assert.Equal((expected.Document, expected.Two, expected.StepUp), (rule.NeedsDocument, rule.LiftNeedsTwo, rule.LiftNeedsStepUp));
        Assert.Equal(expected.LatestEnd is { } end ? Given.China(end) : null, rule.LatestEnd(From));
        Assert.Equal(expected.LatestEnd is not null, rule.IsLimited);
        var hold = new PlacedHold("h", authority, "d", HoldTarget.Merchant, From);
        Assert.Equal((expected.Kind, expected.Role), (hold.Kind, hold.LiftedBy));
    }

    [Fact]
    public void Rules_NoAuthority_HasNone()
    {
        Assert.Null(HoldRules.Of(0));
        Assert.Null(HoldRules.Of((HoldAuthority)9));
        var unknown = new PlacedHold("h", 0, "", HoldTarget.Merchant, 0);
        Assert.Equal((HoldKind.Risk, ActorRole.None), (unknown.Kind, unknown.LiftedBy));
        Assert.False(HoldRules.MayPlace(ActorRole.None, HoldKind.Risk));
    }

    [Theory]
    [MemberData(nameof(AuthoritiesAndRoles))]
    public void PlaceAndLift_EachRole_MayOnlyWhereTheAuthorityIsItsOwn(HoldAuthority authority, ActorRole role)
    {
        var own = Rules[authority].Role == role;
        var facts = HoldHarness.Good with { Authority = authority, Role = role, UntilUnixMs = Given.Now + 1 };
        Assert.Equal(own ? [] : [Refusal.RoleMayNotPlace], HoldLifecycle.Machine.Step(HoldState.NotPlaced, HoldEvent.Place, facts).Refusals);
        Assert.Equal(own ? [] : [Refusal.RoleMayNotLift], HoldLifecycle.Machine.Step(HoldState.Placed, HoldEvent.Lift, facts).Refusals);
    }

    [Theory]
    [MemberData(nameof(Authorities))]
    public void Place_OnePerson_IsEnoughForEveryAuthority(HoldAuthority authority) =>
        Assert.True(HoldLifecycle.Machine.Step(HoldState.NotPlaced, HoldEvent.Place, OwnFacts(authority) with { SecondPerson = null, StepUpPassed = false }).IsTaken);

    [Theory]
    [MemberData(nameof(Authorities))]
    public void Lift_WhatIsAsked_IsWhatTheAuthorityAsksFor(HoldAuthority authority)
    {
        // Nothing but the role and the time is right: what is then refused is what the authority asks for.
        var facts = OwnFacts(authority) with
        {
            SecondPerson = null, StepUpPassed = false, DocumentNamed = false, IsOrganThatPlacedIt = false, ConditionFulfilled = false,
        };
        List<Refusal> expected = [];
        var rule = Rules[authority];
        expected.AddRange(rule.Kind is HoldKind.Judicial ? [Refusal.AnotherOrgan] : []);
        expected.AddRange(rule.Document ? [Refusal.DocumentNoMissing] : []);
        expected.AddRange(rule.Two ? [Refusal.SecondPersonMissing] : []);
        expected.AddRange(rule.StepUp ? [Refusal.StepUpMissing] : []);
        expected.AddRange(authority is HoldAuthority.Condition ? [Refusal.ConditionNotFulfilled] : []);
        Assert.Equal(expected, HoldLifecycle.Machine.Step(HoldState.Placed, HoldEvent.Lift, facts).Refusals);
    }

    [Theory]
    [InlineData(null, "p2")]
    [InlineData("", "p2")]
    [InlineData("p1", null)]
    [InlineData("p1", "")]
    [InlineData("p1", "p1")]
    public void Lift_NotTwoPersons_IsRefused(string? first, string? second) => Assert.Equal(
        [Refusal.SecondPersonMissing],
        HoldLifecycle.Machine.Step(HoldState.Placed, HoldEvent.Lift, HoldHarness.Good with { FirstPerson = first, SecondPerson = second }).Refusals);

    [Theory]
    [MemberData(nameof(Authorities))]
    public void Place_AroundTheLongestTerm_IsTakenUpToExactlyIt(HoldAuthority authority)
    {
        foreach (var ms in new[] { -1, 0, 1 })
        {
            var latest = Rules[authority].LatestEnd is { } end ? Given.China(end) : From + (3650 * CaseHarness.DayMs);
            var step = HoldLifecycle.Machine.Step(
                HoldState.NotPlaced, HoldEvent.Place, OwnFacts(authority) with { EffectiveAtUnixMs = From, UntilUnixMs = latest + ms });
            Assert.Equal(ms > 0 && Rules[authority].LatestEnd is not null ? [Refusal.TermTooLong] : [], step.Refusals);
        }
    }

    [Theory]
    [MemberData(nameof(Authorities))]
    public void Place_WithoutEnd_IsOnlyForAuthoritiesWithoutALongestTerm(HoldAuthority authority) => Assert.Equal(
        Rules[authority].LatestEnd is null ? [] : [Refusal.TermTooLong],
        HoldLifecycle.Machine.Step(HoldState.NotPlaced, HoldEvent.Place, OwnFacts(authority) with { UntilUnixMs = 0 }).Refusals);

    [Theory]
    [InlineData(HoldAuthority.EmergencyStop, 0, true)]
    [InlineData(HoldAuthority.EmergencyStop, 1, false)]
    [InlineData(HoldAuthority.AmlFreeze, 0, false)]
    [InlineData(HoldAuthority.Owner, 0, false)]
    [InlineData(HoldAuthority.Court, 9, true)]
    [InlineData(HoldAuthority.CaseOrgan, 9, true)]
    public void Renew_SoOften_IsTakenAsTheAuthorityMay(HoldAuthority authority, int renewals, bool taken) => Assert.Equal(
        taken, HoldLifecycle.Machine.Step(HoldState.Placed, HoldEvent.Renew, OwnFacts(authority) with { Renewals = renewals }).IsTaken);

    [Theory]
    [InlineData(HoldAuthority.AcquirerRisk, 10, 0, new Refusal[0])]
    [InlineData(HoldAuthority.AcquirerRisk, 0, 10, new[] { Refusal.TermEmpty })]
    [InlineData(HoldAuthority.AcquirerRisk, 0, 0, new[] { Refusal.TermEmpty })]
    [InlineData(HoldAuthority.Court, 10, 0, new[] { Refusal.TermTooLong })]
    public void Renew_WithoutEnd_IsForAuthoritiesWithoutALongestTermAndNeverShortens(HoldAuthority authority, int until, int renewed, Refusal[] expected)
    {
        var facts = OwnFacts(authority) with { UntilUnixMs = until == 0 ? 0 : Given.Now + until, RenewedUntilUnixMs = renewed == 0 ? 0 : Given.Now + renewed };
        Assert.Equal(expected, HoldLifecycle.Machine.Step(HoldState.Placed, HoldEvent.Renew, facts).Refusals);
    }

    [Theory]
    [InlineData(-1, HoldStatus.Ahead)]
    [InlineData(0, HoldStatus.Standing)]
    [InlineData(9, HoldStatus.Standing)]
    [InlineData(10, HoldStatus.Lapsed)]
    [InlineData(11, HoldStatus.Lapsed)]
    public void At_AroundItsTimes_NeedsNoJobToHaveRun(long ms, HoldStatus expected) =>
        Assert.Equal(expected, new PlacedHold("h", HoldAuthority.Court, "d", HoldTarget.Merchant, From, From + 10).At(From + ms));

    [Theory]
    [InlineData(4, HoldStatus.Standing)]
    [InlineData(5, HoldStatus.Lifted)]
    [InlineData(20, HoldStatus.Lifted)]
    public void At_Lifted_StaysLiftedThoughItsEndComesLater(long ms, HoldStatus expected) =>
        Assert.Equal(expected, new PlacedHold("h", HoldAuthority.Court, "d", HoldTarget.Merchant, From, From + 10, From + 5).At(From + ms));

    [Fact]
    public void At_NeitherEndNorLifting_StandsForGood() =>
        Assert.Equal(HoldStatus.Standing, new PlacedHold("h", HoldAuthority.Owner, "", HoldTarget.Merchant, From).At(long.MaxValue));

    [Fact]
    public void Place_SameKindAndDocument_IsOneHold()
    {
        var first = new PlacedHold("a", HoldAuthority.Court, "d1", HoldTarget.Merchant, From);
        var book = HoldBook.Empty.Place(first);
        Assert.Same(book, book.Place(first with { Id = "b" }));
        Assert.Equal(2, book.Place(first with { Id = "b", Authority = HoldAuthority.CaseOrgan }).All.Length);
        Assert.Equal(2, book.Place(first with { Id = "b", Target = HoldTarget.Terminal }).All.Length);
        Assert.Same(book, book.Place(first with { DocumentRef = "d2" }));
        Assert.Equal(2, book.Place(first with { Id = "b", DocumentRef = "d2" }).All.Length);
        Assert.Equal(2, book.Place(first with { Id = "b", Authority = HoldAuthority.AmlFreeze }).All.Length);
    }

    /// <summary>A hold that has ended, or does less than is asked for, never keeps a new one out: it would leave free what is to be frozen.</summary>
    [Theory]
    [InlineData(0, 10, 0, 10, false)]
    [InlineData(0, 10, 5, 9, false)]
    [InlineData(0, 10, -1, 10, true)]
    [InlineData(0, 10, 0, 11, true)]
    [InlineData(0, 10, 9, 0, true)]
    [InlineData(0, 10, 10, 20, true)]
    [InlineData(0, 10, 11, 20, true)]
    public void Place_SameDocumentOnceMore_IsTheFirstWhereThatStandsForTheWholeTerm(int from, int until, int againFrom, int againUntil, bool added)
    {
        var first = new PlacedHold("a", HoldAuthority.Court, "d1", HoldTarget.Merchant, From + from);
        foreach (var ended in new[] { HoldBook.Empty.Place(first with { UntilUnixMs = From + until }), HoldBook.Empty.Place(first).Lift("a", From + until) })
        {
            var book = ended.Place(first with { Id = "b", EffectiveAtUnixMs = From + againFrom, UntilUnixMs = againUntil == 0 ? 0 : From + againUntil });
            Assert.Equal(added ? 2 : 1, book.All.Length);
            Assert.NotEmpty(book.StandingAt(From + againFrom));
            Assert.NotEmpty(book.StandingAt(From + (againUntil == 0 ? 1_000 : againUntil - 1)));
        }
    }

    [Theory]
    [InlineData("police-a", false, "police-a", false, false)]
    [InlineData("police-a", false, "police-b", false, true)]
    [InlineData("police-a", false, "", false, true)]
    [InlineData("", true, "", false, true)]
    [InlineData("", false, "", true, false)]
    [InlineData("", true, "", true, false)]
    public void Place_SameDocumentOnceMore_IsAnotherHoldOfAnotherOrganAndWhereTheFirstLetsMorePass(string organ, bool passes, string againOrgan, bool againPasses, bool added)
    {
        var first = new PlacedHold("a", HoldAuthority.AcquirerRisk, "stop 7", HoldTarget.Merchant, From, RefundsPass: passes) { Organ = organ };
        Assert.Equal(added ? 2 : 1, HoldBook.Empty.Place(first).Place(first with { Id = "b", Organ = againOrgan, RefundsPass = againPasses }).All.Length);
    }

    [Fact]
    public void Place_WithoutDocument_AreToldApartByTheirIds()
    {
        var book = HoldBook.Empty.Place(new PlacedHold("a", HoldAuthority.Owner, "", HoldTarget.Merchant, From));
        Assert.Equal(2, book.Place(new PlacedHold("b", HoldAuthority.Owner, "", HoldTarget.Merchant, From)).All.Length);
    }

    [Fact]
    public void Lift_OfSeveral_EndsThatOneAlone()
    {
        var book = HoldBook.Empty.Place(new PlacedHold("a", HoldAuthority.Owner, "", HoldTarget.Merchant, From)).Place(new PlacedHold("b", HoldAuthority.AcquirerRisk, "", HoldTarget.Merchant, From));
        var lifted = book.Lift("a", From + 5);
        Assert.Equal(["a", "b"], lifted.StandingAt(From + 4).Select(hold => hold.Id));
        Assert.Equal(["b"], lifted.StandingAt(From + 5).Select(hold => hold.Id));
        Assert.Same(book, book.Lift("c", From + 5));
        Assert.Same(lifted, lifted.Lift("a", From + 6));
    }

    [Fact]
    public void Lift_BeforeItIsInForce_KeepsItFromEverStanding()
    {
        var book = HoldBook.Empty.Place(new PlacedHold("a", HoldAuthority.Owner, "", HoldTarget.Merchant, From)).Lift("a", From - 5);
        Assert.Equal(HoldStatus.Lifted, book.Find("a")?.At(From - 5));
        Assert.Empty(book.StandingAt(From));
    }

    [Theory]
    [InlineData("a", 20, 9, 20L)]
    [InlineData("a", 0, 9, 0L)]
    [InlineData("a", 20, -5, 20L)]
    [InlineData("a", 20, 10, null)]
    [InlineData("a", 10, 9, null)]
    [InlineData("b", 20, 9, null)]
    [InlineData("endless", 20, 9, null)]
    public void Renew_AHold_EndsLaterWhileItHasNotEnded(string id, int until, int at, long? expected)
    {
        var book = HoldBook.Empty.Place(new PlacedHold("a", HoldAuthority.Court, "d", HoldTarget.Merchant, 1, 10)).Place(new PlacedHold("endless", HoldAuthority.Owner, "", HoldTarget.Merchant, 1));
        var renewed = book.Renew(id, until, at);
        Assert.Equal(expected is null, ReferenceEquals(book, renewed));
        Assert.Equal(expected ?? 10, renewed.Find("a")?.UntilUnixMs);
        Assert.Equal(0, renewed.Find("endless")?.UntilUnixMs);
    }

    [Fact]
    public void Renew_AHoldThatIsToBeLifted_TakesTheLiftBack()
    {
        var endless = new PlacedHold("a", HoldAuthority.AcquirerRisk, "", HoldTarget.Merchant, From);
        foreach (var hold in new[] { endless, endless with { UntilUnixMs = From + 50 } })
        {
            var lifted = HoldBook.Empty.Place(hold).Lift("a", From + 10);
            var renewed = lifted.Renew("a", From + 40, From + 5);
            Assert.Equal((HoldStatus.Standing, HoldStatus.Lapsed), (renewed.Find("a")?.At(From + 39), renewed.Find("a")?.At(From + 40)));
            Assert.Same(lifted, lifted.Renew("a", From + 10, From + 5));
            Assert.Same(lifted, lifted.Renew("a", From + 40, From + 10));
        }
    }

    [Theory]
    [InlineData(0, 0, 9, HoldStatus.Ahead)]
    [InlineData(0, 0, 10, HoldStatus.Standing)]
    [InlineData(20, 0, 20, HoldStatus.Lapsed)]
    [InlineData(20, 20, 19, HoldStatus.Standing)]
    [InlineData(20, 20, 20, HoldStatus.Lifted)]
    [InlineData(20, 30, 20, HoldStatus.Lapsed)]
    [InlineData(20, 30, 30, HoldStatus.Lapsed)]
    [InlineData(10, 5, 4, HoldStatus.Ahead)]
    [InlineData(10, 5, 5, HoldStatus.Lifted)]
    [InlineData(10, 5, 10, HoldStatus.Lifted)]
    [InlineData(0, 15, 15, HoldStatus.Standing)]
    [InlineData(20, 15, 15, HoldStatus.Standing)]
    [InlineData(20, 15, 20, HoldStatus.Lifted)]
    public void KeptAt_AHoldFrom10On_IsReadFromItsEnd(long until, long lifted, long at, HoldStatus expected) => Assert.Equal(expected, PlacedHold.KeptAt(10, until, lifted, at));

    [Fact]
    public void QueueNo_JudicialHoldsOnOneTarget_MoveUpAsTheOnesBeforeEnd()
    {
        var book = HoldBook.Empty
            .Place(new PlacedHold("a", HoldAuthority.Court, "d1", HoldTarget.Merchant, From, From + 10))
            .Place(new PlacedHold("risk", HoldAuthority.AcquirerRisk, "", HoldTarget.Merchant, From))
            .Place(new PlacedHold("other", HoldAuthority.Court, "d2", HoldTarget.Terminal, From))
            .Place(new PlacedHold("b", HoldAuthority.CaseOrgan, "d3", HoldTarget.Merchant, From, From + 20));
        Assert.Equal((1, 2, 1, 0, 0), (book.QueueNo("a", From), book.QueueNo("b", From), book.QueueNo("other", From), book.QueueNo("risk", From), book.QueueNo("none", From)));
        Assert.Equal((0, 1), (book.QueueNo("a", From + 10), book.QueueNo("b", From + 10)));
        Assert.Equal(0, book.QueueNo("b", From + 20));
    }

    /// <summary>Facts under which a hold of the authority may be placed, renewed once and lifted.</summary>
    private static HoldFacts OwnFacts(HoldAuthority authority) =>
        HoldHarness.Good with { Authority = authority, Role = Rules[authority].Role };
}
