using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Lifecycle;
using VerifyGateway.Domain.Records;
using VerifyGateway.Storage.Rows;

namespace VerifyGateway.Storage.Tests.Contract;

/// <summary>Placing, renewing and lifting holds by the port that services use.</summary>
public abstract class HoldContract(StoreFixture on) : StoreContract(on)
{
    private const long Now = 1_800_000_000_000;
    private const long Hour = 3_600_000;

    private readonly SetTime _time = new(Now);

    private static HoldOn Merchant1 => new(HoldTarget.Merchant, No(1).ToString());

    [Fact]
    public async Task A_hold_that_is_placed_stands_in_the_record_and_has_a_line_in_the_trail()
    {
        var store = await FleetAsync();
        HoldOn[] targets = [Merchant1, new(HoldTarget.Identity, "ID-1"), new(HoldTarget.Terminal, Make.Sn(1).ToString()), new(HoldTarget.Card, Hash(1).ToString())];
        foreach (var target in targets)
        {
            var head = await store.ReadHeadAsync();
            var placed = await store.PlaceHoldAsync(
                Placing($"P-{target.Target}", HoldAuthority.AcquirerRisk, target) with { RefundsPass = true, Reason = "seen twice", DocumentNo = "R 1", UntilUnixMs = Now + Hour }, default);
            Assert.Null(placed.Refusal);
            Assert.Equal(head + 1, placed.Revision);
            var hold = placed.Hold!;
            Assert.Equal((HoldKind.Risk, target, Now, Now + Hour, 1L, true), (hold.Kind, hold.On, hold.EffectiveAtUnixMs, hold.UntilUnixMs, hold.Version, hold.RefundsPass));
            Assert.Equal(("seen twice", "R 1", "op-1", Now, HoldAuthority.AcquirerRisk), (hold.Reason, hold.DocumentNo, hold.PlacedBy, hold.PlacedAtUnixMs, hold.Authority!.Value));
            var pair = await Make.ReadAsync(store, 1, 1);
            Assert.Contains(
                new Hold(HoldKind.Risk, target.Target, Now, Now + Hour, RefundsPass: true, StandsAtOnce: true), target.Target == HoldTarget.Terminal ? pair.Terminal.Record!.Value.Holds : pair.Merchant.Record!.Value.Holds);
            var line = (await On.QueryAsync("SELECT actor, action, acquirer_id, request_id, changes FROM audit ORDER BY seq DESC LIMIT 1"))[0];
            Assert.Equal(["risk/op-1", "place hold", Make.Acquirer1, $"P-{target.Target}", $"hold {hold.Id} v1"], line);
        }
    }

    [Fact]
    public async Task A_hold_for_now_stands_for_a_gateway_whose_clock_is_behind_and_one_for_later_waits()
    {
        var store = await FleetAsync();
        await store.PlaceHoldAsync(Placing("P-1", HoldAuthority.AcquirerRisk, Merchant1), default);
        await store.PlaceHoldAsync(Placing("P-2", HoldAuthority.AcquirerRisk, new HoldOn(HoldTarget.Terminal, Make.Sn(1).ToString())) with { EffectiveAtUnixMs = Now + 1 }, default);
        // The clock of another writer is set back: what it places is not earlier than what was there, and stands all the same.
        _time.UnixMs -= Hour;
        var later = await store.PlaceHoldAsync(Placing("P-3", HoldAuthority.AcquirerRisk, new HoldOn(HoldTarget.Identity, "ID-1")), default);
        Assert.Equal(Now, later.Hold!.EffectiveAtUnixMs);
        var pair = await Make.ReadAsync(store, 1, 1);
        Assert.All(pair.Merchant.Record!.Value.Holds, hold => Assert.True(hold.StandsAt(Now - Hour)));
        Assert.Equal(2, pair.Merchant.Record!.Value.Holds.Length);
        Assert.False(pair.Terminal.Record!.Value.Holds.Single().StandsAt(Now));
        Assert.True(pair.Terminal.Record!.Value.Holds.Single().StandsAt(Now + 1));
    }

    [Fact]
    public async Task The_same_request_is_done_once_and_answered_the_same_whatever_has_become_of_the_hold()
    {
        var store = await FleetAsync();
        var asked = Placing("P-1", HoldAuthority.AcquirerRisk, Merchant1);
        var first = await store.PlaceHoldAsync(asked, default);
        await LiftAsync(store, first.Hold!.Id);
        var content = await ContentAsync();
        _time.UnixMs += Hour;
        Assert.Equal(first with { IsRepeat = true }, await store.PlaceHoldAsync(asked, default));
        Assert.Equal(first with { IsRepeat = true }, await (await On.OpenSecondAsync(_time)).PlaceHoldAsync(asked, default));
        Assert.Equal(first with { IsRepeat = true }, await (await On.RestartedAsync(store, _time)).PlaceHoldAsync(asked, default));
        Assert.Equal(content, await ContentAsync());
        // The control: what guards it is the id. Under another one the same wish is another hold.
        var second = await (await On.OpenAsync(_time)).PlaceHoldAsync(asked with { Origin = asked.Origin with { RequestId = "P-2" } }, default);
        Assert.NotEqual(first.Hold.Id, second.Hold!.Id);
    }

    [Fact]
    public async Task A_request_id_with_another_body_is_refused_and_nothing_is_changed()
    {
        var store = await FleetAsync();
        await store.PlaceHoldAsync(Placing("P-1", HoldAuthority.AcquirerRisk, Merchant1), default);
        var content = await ContentAsync();
        Assert.Equal(HoldRefusalKind.RequestReused, (await store.PlaceHoldAsync(Placing("P-1", HoldAuthority.Owner, Merchant1, body: 2), default)).Refusal!.Kind);
        Assert.Equal(content, await ContentAsync());
    }

    [Fact]
    public async Task A_second_order_of_one_document_is_the_first_one_until_that_has_ended()
    {
        var store = await FleetAsync();
        var order = Judicial("P-1", HoldAuthority.Court, Merchant1, until: Now + Hour);
        var first = await store.PlaceHoldAsync(order, default);
        var second = await store.PlaceHoldAsync(order with { Origin = order.Origin with { RequestId = "P-2" } }, default);
        Assert.Equal((true, first.Hold, false), (second.StoodAlready, second.Hold, second.IsRepeat));
        Assert.Equal(1, await On.NumberAsync("SELECT count(*) FROM hold"));

        // Another document, authority or target is another hold.
        Assert.False((await store.PlaceHoldAsync(Judicial("P-3", HoldAuthority.Court, Merchant1, Now + Hour, "doc 2"), default)).StoodAlready);
        Assert.False((await store.PlaceHoldAsync(Judicial("P-4", HoldAuthority.CaseOrgan, Merchant1, Now + Hour), default)).StoodAlready);
        Assert.False((await store.PlaceHoldAsync(Judicial("P-5", HoldAuthority.Court, new HoldOn(HoldTarget.Identity, "ID-1"), Now + Hour), default)).StoodAlready);
        _time.UnixMs += Hour;
        Assert.False((await store.PlaceHoldAsync(Judicial("P-6", HoldAuthority.Court, Merchant1, Now + (2 * Hour)), default)).StoodAlready);
        Assert.Equal(5, await On.NumberAsync("SELECT count(*) FROM hold"));
    }

    [Fact]
    public async Task An_order_of_another_organ_under_the_same_number_is_another_hold()
    {
        var store = await FleetAsync();
        var order = Judicial("P-1", HoldAuthority.EmergencyStop, Merchant1, until: Now + Hour, document: "stop 7");
        var first = await store.PlaceHoldAsync(order with { Organ = "police-a" }, default);
        var second = await store.PlaceHoldAsync(order with { Origin = order.Origin with { RequestId = "P-2" }, Organ = "police-b" }, default);
        Assert.Equal((false, "police-b"), (second.StoodAlready, second.Hold!.Organ));
        var lifting = new HoldLifting(From("L-1", ActorRole.JudicialAuthority), HoldKind.Judicial, first.Hold!.Id) { Organ = "police-a", DocumentNo = "lift 7", SecondPerson = "op-2" };
        Assert.Null((await store.LiftHoldAsync(lifting, default)).Refusal);
        Assert.True(await StandsAsync(store, Now));
    }

    /// <summary>What would stand later, end sooner or let more pass is not what the order asks for.</summary>
    [Theory]
    [InlineData(0, 4, false, 0, 4, false, true)]
    [InlineData(0, 0, false, 1, 4, true, true)]
    [InlineData(1, 4, false, 1, 4, false, true)]
    [InlineData(1, 4, false, 0, 4, false, false)]
    [InlineData(0, 2, false, 0, 4, false, false)]
    [InlineData(0, 2, false, 0, 0, false, false)]
    [InlineData(0, 4, true, 0, 4, false, false)]
    [InlineData(0, 4, true, 0, 4, true, true)]
    public async Task A_second_order_of_one_document_is_the_first_one_where_that_does_all_that_it_asks_for(
        int firstFrom, int firstUntil, bool firstPasses, int from, int until, bool passes, bool stoodAlready)
    {
        var store = await FleetAsync();
        HoldPlacing Order(string request, int from, int until, bool passes) => Placing(request, HoldAuthority.AcquirerRisk, Merchant1) with
        {
            DocumentNo = "R 1", EffectiveAtUnixMs = from == 0 ? 0 : Now + (from * Hour), UntilUnixMs = until == 0 ? 0 : Now + (until * Hour), RefundsPass = passes,
        };
        await store.PlaceHoldAsync(Order("P-1", firstFrom, firstUntil, firstPasses), default);
        var second = await store.PlaceHoldAsync(Order("P-2", from, until, passes), default);
        Assert.Equal((stoodAlready, stoodAlready ? 1 : 2), (second.StoodAlready, await On.NumberAsync("SELECT count(*) FROM hold")));
        var last = until == 0 ? Now + (1_000 * Hour) : Now + (until * Hour) - 1;
        Assert.Equal((true, true), (await StandsAsync(store, Now + (from * Hour), passes), await StandsAsync(store, last, passes)));
    }

    [Fact]
    public async Task An_order_of_a_document_whose_hold_is_to_be_lifted_is_another_hold()
    {
        var store = await FleetAsync();
        var order = Placing("P-1", HoldAuthority.AcquirerRisk, Merchant1) with { DocumentNo = "R 1" };
        var first = await store.PlaceHoldAsync(order, default);
        await LiftAsync(store, first.Hold!.Id, at: Now + Hour);
        Assert.False((await store.PlaceHoldAsync(order with { Origin = order.Origin with { RequestId = "P-2" } }, default)).StoodAlready);
        Assert.True(await StandsAsync(store, Now + Hour));
    }

    [Fact]
    public async Task Every_guard_that_fails_is_named_and_nothing_is_kept()
    {
        var store = await FleetAsync();
        var content = await ContentAsync();
        var asked = Judicial("P-1", HoldAuthority.EmergencyStop, Merchant1, until: Now + (49 * Hour), document: "");
        Assert.Equal([Refusal.DocumentNoMissing, Refusal.TermTooLong], await RefusedAsync(asked));
        Assert.Equal([Refusal.RoleMayNotPlace, Refusal.DocumentNoMissing], await RefusedAsync(asked with { UntilUnixMs = Now + Hour, Origin = From("P-2", ActorRole.Risk) }));
        Assert.Equal([Refusal.TermEmpty], await RefusedAsync(Judicial("P-3", HoldAuthority.Court, Merchant1, until: Now)));
        Assert.Equal([Refusal.TermEmpty], await RefusedAsync(Judicial("P-4", HoldAuthority.Court, Merchant1, until: Now + 5) with { EffectiveAtUnixMs = Now + 5 }));
        Assert.Equal(content, await ContentAsync());
        // A refused request has not used its id up.
        Assert.Null((await store.PlaceHoldAsync(Judicial("P-1", HoldAuthority.EmergencyStop, Merchant1, until: Now + (48 * Hour)), default)).Refusal);

        async Task<IEnumerable<Refusal>> RefusedAsync(HoldPlacing placing) => (await store.PlaceHoldAsync(placing, default)).Refusal!.Guards;
    }

    [Theory]
    [InlineData(HoldTarget.Identity, "ID-9")]
    [InlineData(HoldTarget.Merchant, "898440300000009")]
    [InlineData(HoldTarget.Terminal, "000057022801TEST0009")]
    [InlineData(HoldTarget.Card, "0909090909090909090909090909090909090909090909090909090909090909")]
    public async Task A_target_that_is_not_there_is_said_so(HoldTarget target, string key)
    {
        var store = await FleetAsync();
        Assert.Equal(HoldRefusalKind.TargetNotFound, (await store.PlaceHoldAsync(Placing("P-1", HoldAuthority.Owner, new HoldOn(target, key)), default)).Refusal!.Kind);
    }

    [Fact]
    public async Task A_lifted_hold_ends_at_that_instant_and_stays_in_the_past()
    {
        var store = await FleetAsync();
        var placed = await store.PlaceHoldAsync(Placing("P-1", HoldAuthority.AcquirerRisk, Merchant1), default);
        _time.UnixMs += Hour;
        var lifted = await LiftAsync(store, placed.Hold!.Id);
        Assert.Equal((Now + Hour, Now + Hour, "op-1, op-2", 2L), (lifted.Hold!.UntilUnixMs, lifted.Hold.LiftedAtUnixMs, lifted.Hold.LiftedBy, lifted.Hold.Version));
        var hold = Assert.Single((await Make.ReadAsync(store, 1, 1)).Merchant.Record!.Value.Holds);
        Assert.Equal((true, false), (hold.StandsAt(Now + Hour - 1), hold.StandsAt(Now + Hour)));
        var before = await store.FindAsOfAsync([BySn(1)], AsOf.AtRevision(placed.Revision), default);
        Assert.Equal(new Hold(HoldKind.Risk, HoldTarget.Merchant, Now, 0, StandsAtOnce: true), Assert.Single(before.Bindings[0]!.Merchant!.Value.Holds));
        Assert.Equal([Refusal.StateIsFinal], (await LiftAsync(store, placed.Hold.Id, "L-2")).Refusal!.Guards);
    }

    [Fact]
    public async Task A_hold_can_be_lifted_at_a_later_instant_and_one_that_has_not_begun_never_stands()
    {
        var store = await FleetAsync();
        var placed = await store.PlaceHoldAsync(Placing("P-1", HoldAuthority.AcquirerRisk, Merchant1), default);
        var later = await LiftAsync(store, placed.Hold!.Id, at: Now + Hour);
        Assert.Equal(Now + Hour, later.Hold!.UntilUnixMs);
        var ahead = await store.PlaceHoldAsync(Placing("P-2", HoldAuthority.AcquirerRisk, new HoldOn(HoldTarget.Identity, "ID-1")) with { EffectiveAtUnixMs = Now + Hour }, default);
        await LiftAsync(store, ahead.Hold!.Id, "L-2");
        var holds = (await Make.ReadAsync(store, 1, 1)).Merchant.Record!.Value.Holds;
        var never = Assert.Single(holds, hold => hold.Target == HoldTarget.Identity);
        Assert.All(new[] { Now, Now + Hour - 1, Now + Hour, Now + Hour + 1, long.MaxValue }, instant => Assert.False(never.StandsAt(instant)));
        Assert.True(Assert.Single(holds, hold => hold.Target == HoldTarget.Merchant).StandsAt(Now + Hour - 1));
    }

    [Fact]
    public async Task Who_lifts_needs_what_the_authority_asks_for()
    {
        var store = await FleetAsync();
        var placed = await store.PlaceHoldAsync(Judicial("P-1", HoldAuthority.Court, Merchant1, Now + Hour), default);
        var asked = new HoldLifting(From("L-1", ActorRole.JudicialAuthority), HoldKind.Judicial, placed.Hold!.Id);
        Assert.Equal([Refusal.AnotherOrgan, Refusal.DocumentNoMissing, Refusal.SecondPersonMissing], (await store.LiftHoldAsync(asked with { Organ = "organ-2", SecondPerson = "op-1" }, default)).Refusal!.Guards);
        var done = await store.LiftHoldAsync(asked with { Organ = "organ-1", DocumentNo = "doc 9", SecondPerson = "op-2" }, default);
        Assert.Equal("doc 9", done.Hold!.LiftDocumentNo);

        var owner = await store.PlaceHoldAsync(Placing("P-2", HoldAuthority.Owner, Merchant1), default);
        var byHolder = new HoldLifting(From("L-2", ActorRole.Holder), HoldKind.Holder, owner.Hold!.Id);
        Assert.Equal([Refusal.StepUpMissing], (await store.LiftHoldAsync(byHolder, default)).Refusal!.Guards);
        Assert.Null((await store.LiftHoldAsync(byHolder with { StepUpPassed = true }, default)).Refusal);

        var condition = await store.PlaceHoldAsync(Placing("P-3", HoldAuthority.Condition, Merchant1), default);
        var bySystem = new HoldLifting(From("L-3", ActorRole.System), HoldKind.System, condition.Hold!.Id);
        Assert.Equal([Refusal.ConditionNotFulfilled], (await store.LiftHoldAsync(bySystem, default)).Refusal!.Guards);
        Assert.Null((await store.LiftHoldAsync(bySystem with { ConditionFulfilled = true }, default)).Refusal);
    }

    [Fact]
    public async Task A_hold_of_another_kind_or_acquirer_is_not_found_just_as_one_that_is_not_there()
    {
        var store = await FleetAsync();
        var placed = await store.PlaceHoldAsync(Judicial("P-1", HoldAuthority.Court, Merchant1, Now + Hour), default);
        var content = await ContentAsync();
        var asked = new HoldLifting(From("L-1", ActorRole.Risk), HoldKind.Risk, placed.Hold!.Id) { SecondPerson = "op-2" };
        var unknown = await store.LiftHoldAsync(asked with { HoldId = "h-0" }, default);
        Assert.Equal(HoldRefusalKind.HoldNotFound, unknown.Refusal!.Kind);
        Assert.Equal(unknown.ToString(), (await store.LiftHoldAsync(asked, default)).ToString());
        Assert.Equal(unknown.ToString(), (await store.LiftHoldAsync(asked with { Kind = HoldKind.Judicial, Origin = From("L-1", ActorRole.JudicialAuthority, Make.Acquirer2) }, default)).ToString());
        Assert.Equal(HoldRefusalKind.HoldNotFound, (await store.PlaceHoldAsync(Placing("R-1", HoldAuthority.AcquirerRisk, Merchant1) with { Renewed = placed.Hold.Id, ExpectedVersion = 1 }, default)).Refusal!.Kind);
        Assert.Equal(content, await ContentAsync());
    }

    [Fact]
    public async Task Of_two_that_expect_the_same_version_one_is_done()
    {
        var store = await FleetAsync();
        var second = await On.OpenSecondAsync(_time);
        var placed = await store.PlaceHoldAsync(Placing("P-1", HoldAuthority.AcquirerRisk, Merchant1), default);
        var id = placed.Hold!.Id;
        var both = await Task.WhenAll(
            Task.Run(() => LiftAsync(store, id, "L-1", Now + Hour, version: 1)), Task.Run(() => LiftAsync(second, id, "L-2", Now + (2 * Hour), version: 1)));
        Assert.Single(both, static change => change.Refusal is null);
        Assert.Equal((HoldRefusalKind.VersionStale, 2L), (both.Single(static change => change.Refusal is not null).Refusal!.Kind, both.Single(static change => change.Refusal is not null).Refusal!.CurrentVersion));
        // The control: who expects nothing overrides.
        Assert.Equal(3, (await LiftAsync(store, id, "L-3", Now + 5)).Hold!.Version);
    }

    [Fact]
    public async Task A_term_is_made_longer_as_often_and_as_far_as_its_authority_may()
    {
        var store = await FleetAsync();
        var stop = Judicial("P-1", HoldAuthority.EmergencyStop, Merchant1, until: Now + (48 * Hour));
        var placed = await store.PlaceHoldAsync(stop, default);
        HoldPlacing Renewal(string request, long version, long until) =>
            Judicial(request, HoldAuthority.EmergencyStop, Merchant1, until, "doc 2") with { Renewed = placed.Hold!.Id, ExpectedVersion = version };
        Assert.Equal([Refusal.TermEmpty], (await store.PlaceHoldAsync(Renewal("R-1", 1, Now + Hour), default)).Refusal!.Guards);
        Assert.Equal([Refusal.TermTooLong], (await store.PlaceHoldAsync(Renewal("R-2", 1, Now + (97 * Hour)), default)).Refusal!.Guards);
        var renewed = await store.PlaceHoldAsync(Renewal("R-3", 1, Now + (96 * Hour)), default);
        Assert.Equal((Now + (96 * Hour), 1, 2L, "doc 2", Now), (renewed.Hold!.UntilUnixMs, renewed.Hold.Renewals, renewed.Hold.Version, renewed.Hold.DocumentNo, renewed.Hold.EffectiveAtUnixMs));
        Assert.Equal(HoldRefusalKind.VersionStale, (await store.PlaceHoldAsync(Renewal("R-4", 1, Now + (97 * Hour)), default)).Refusal!.Kind);
        Assert.Equal([Refusal.RenewalNotAllowed], (await store.PlaceHoldAsync(Renewal("R-5", 2, Now + (97 * Hour)), default)).Refusal!.Guards);
        _time.UnixMs = Now + (96 * Hour);
        Assert.Equal([Refusal.StateIsFinal], (await store.PlaceHoldAsync(Renewal("R-6", 2, Now + (97 * Hour)), default)).Refusal!.Guards);
    }

    [Fact]
    public async Task A_renewal_takes_back_a_lift_that_was_to_come_and_the_trail_keeps_both()
    {
        var store = await FleetAsync();
        var placed = await store.PlaceHoldAsync(Placing("P-1", HoldAuthority.AcquirerRisk, Merchant1), default);
        await LiftAsync(store, placed.Hold!.Id, at: Now + Hour);
        var renewed = await store.PlaceHoldAsync(Placing("R-1", HoldAuthority.AcquirerRisk, Merchant1) with { Renewed = placed.Hold.Id, ExpectedVersion = 2 }, default);
        Assert.Equal((0, 0, "", "", 3L), (renewed.Hold!.UntilUnixMs, renewed.Hold.LiftedAtUnixMs, renewed.Hold.LiftedBy, renewed.Hold.LiftDocumentNo, renewed.Hold.Version));
        _time.UnixMs += 2 * Hour;
        Assert.True(await StandsAsync(store, _time.UnixMs));
        var listed = await store.ListHoldsAsync(new HoldFilter(Make.Acquirer(), HoldScope.Standing, [HoldKind.Risk]), 10, "", default);
        Assert.Equal(renewed.Hold, Assert.Single(listed.Items).Hold);
        // It is no more final than its record says.
        var again = await store.PlaceHoldAsync(
            Placing("R-2", HoldAuthority.AcquirerRisk, Merchant1) with { Renewed = placed.Hold.Id, ExpectedVersion = 3, UntilUnixMs = _time.UnixMs + Hour }, default);
        Assert.Equal([Refusal.TermEmpty], again.Refusal!.Guards);
        var lifted = await LiftAsync(store, placed.Hold.Id, "L-2");
        Assert.Equal((null, Now + (2 * Hour), Now + (2 * Hour)), (lifted.Refusal, lifted.Hold!.UntilUnixMs, lifted.Hold.LiftedAtUnixMs));
        Assert.False(await StandsAsync(store, _time.UnixMs));
        var lines = await On.QueryAsync("SELECT action, changes FROM audit ORDER BY seq DESC LIMIT 4");
        Assert.Equal(["lift hold v4", "renew hold v3", "lift hold v2", "place hold v1"], lines.Select(line => $"{line[0]} {line[1]}".Replace($"hold {placed.Hold.Id} ", "", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_hold_that_its_record_carries_can_be_lifted_whatever_is_said_of_a_lift_before()
    {
        var store = await FleetAsync();
        await store.PutAsync("test", [Make.Hold("H-1", HoldSubject.Merchant(No(1))) with { LiftedAtUnixMs = Now - Hour, LiftedBy = "op-1, op-2" }]);
        Assert.True(await StandsAsync(store, Now));
        Assert.Null((await LiftAsync(store, "H-1")).Refusal);
        Assert.False(await StandsAsync(store, Now));
    }

    [Fact]
    public async Task A_lift_that_comes_later_leaves_one_that_comes_sooner_as_it_is()
    {
        var store = await FleetAsync();
        var placed = await store.PlaceHoldAsync(Placing("P-1", HoldAuthority.AcquirerRisk, Merchant1), default);
        var first = await LiftAsync(store, placed.Hold!.Id, at: Now + (2 * Hour));
        Assert.Equal(first.Hold, (await LiftAsync(store, placed.Hold.Id, "L-2", Now + (3 * Hour))).Hold);
        // The control: one that comes sooner takes its place.
        var sooner = await LiftAsync(store, placed.Hold.Id, "L-3", Now + Hour);
        Assert.Equal((Now + Hour, Now + Hour, 3L), (sooner.Hold!.UntilUnixMs, sooner.Hold.LiftedAtUnixMs, sooner.Hold.Version));
    }

    [Fact]
    public async Task A_hold_that_came_with_a_file_is_lifted_by_the_rules_of_its_kind()
    {
        var store = await FleetAsync();
        await store.PutAsync("test", [Make.Hold("H-1", HoldSubject.Merchant(No(1)))]);
        Assert.Equal([Refusal.SecondPersonMissing], (await store.LiftHoldAsync(new HoldLifting(From("L-1", ActorRole.Risk), HoldKind.Risk, "H-1"), default)).Refusal!.Guards);
        Assert.Null((await LiftAsync(store, "H-1")).Refusal);
    }

    [Fact]
    public async Task A_record_that_is_full_takes_no_more()
    {
        var store = await FleetAsync();
        await store.PutAsync("test", [.. Enumerable.Range(0, RecordCodec.MaxHolds).Select(n => Make.Hold($"M-{n}", HoldSubject.Merchant(No(1))))]);
        Assert.Equal(HoldRefusalKind.TooMany, (await store.PlaceHoldAsync(Placing("P-1", HoldAuthority.Owner, Merchant1), default)).Refusal!.Kind);
        await store.PutAsync("test", [Make.Hold("M-0", HoldSubject.Merchant(No(1)), until: 2_000)]);
        Assert.Null((await store.PlaceHoldAsync(Placing("P-1", HoldAuthority.Owner, Merchant1), default)).Refusal);
    }

    private static HoldOrigin From(string request, ActorRole role, string acquirer = Make.Acquirer1, byte body = 1) =>
        new(Make.Acquirer(acquirer), request, Enumerable.Repeat(body, 32).ToArray(), $"{role.ToString().ToLowerInvariant()}/op-1", "op-1", role);

    private static HoldPlacing Placing(string request, HoldAuthority authority, HoldOn on, byte body = 1) =>
        new(From(request, HoldRules.Of(authority)!.Role, body: body), authority, on);

    private static HoldPlacing Judicial(string request, HoldAuthority authority, HoldOn on, long until, string document = "doc 1") =>
        Placing(request, authority, on) with { DocumentNo = document, Organ = "organ-1", UntilUnixMs = until };

    private static Task<HoldChange> LiftAsync(ISystemOfRecord store, string id, string request = "L-1", long at = 0, long version = 0) => store.LiftHoldAsync(
        new HoldLifting(From(request, ActorRole.Risk), HoldKind.Risk, id) { SecondPerson = "op-2", LiftAtUnixMs = at, ExpectedVersion = version }, default).AsTask();

    /// <summary>True when the merchant's record carries a hold that stands at an instant, and lets refunds pass only where that is all the same.</summary>
    private static async Task<bool> StandsAsync(ISystemOfRecord store, long unixMs, bool refundsMayPass = true) =>
        (await Make.ReadAsync(store, 1, 1)).Merchant.Record!.Value.Holds.Any(hold => hold.StandsAt(unixMs) && (refundsMayPass || !hold.RefundsPass));

    private async Task<ISystemOfRecord> FleetAsync()
    {
        var store = await On.OpenAsync(_time);
        await store.PutAsync("test", [Make.Identity("ID-1"), Card(1, "ID-1"), Make.Merchant(1, "ID-1") with { Card = Hash(1) }, Make.Terminal(1, 1)]);
        return store;
    }
}
