using Google.Rpc;
using Grpc.Core;
using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Domain.Lifecycle;
using VerifyGateway.Server.Callers;
using VerifyGateway.V1;
using HoldAuthority = VerifyGateway.V1.HoldAuthority;
using HoldKind = VerifyGateway.V1.HoldKind;
using HoldOn = VerifyGateway.V1.HoldOn;
using HoldScope = VerifyGateway.V1.HoldScope;
using HoldStatus = VerifyGateway.V1.HoldStatus;
using Kept = VerifyGateway.Domain.Records.HoldKind;
using Target = VerifyGateway.Domain.Records.HoldTarget;

namespace VerifyGateway.Server.Tests;

/// <summary>HoldService on the wire: who may, what is asked of the store, and what a caller is told.</summary>
public sealed class HoldServiceTests
{
    private const CallerRoles Everything =
        CallerRoles.HolderChannel | CallerRoles.RiskControl | CallerRoles.Judicial | CallerRoles.Regulator | CallerRoles.System | CallerRoles.ReadBindings;

    private static long Now => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

    [Fact]
    public async Task PlaceHold_EveryFieldIsBad_NamesThemAll()
    {
        await using var rig = await HoldRig.StartAsync(Everything);
        var request = new PlaceHoldRequest
        {
            RequestId = "a b", AcquirerId = "1", Kind = (HoldKind)9, Authority = (HoldAuthority)99, Target = new HoldOn { CardFingerprint = "6222020000000000" },
            DocumentNo = new string('d', 129), Organ = "o r", Reason = "two\nlines", EffectiveAtUnixMs = -1, UntilUnixMs = long.MaxValue, RefundsPass = false,
            OperatorId = "110101180101010012", HoldId = "?", ExpectedVersion = 0, WaitForGatewaysMs = 30_001,
        };
        var (code, details) = await HoldRig.FailAsync(rig.Client.PlaceHoldAsync(request));
        Assert.Equal(StatusCode.InvalidArgument, code);
        Assert.Equal(
            ["request_id", "acquirer_id", "kind", "authority", "target.card_fingerprint", "document_no", "organ", "operator_id", "reason", "effective_at_unix_ms", "until_unix_ms", "hold_id", "expected_version", "effective_at_unix_ms", "wait_for_gateways_ms"],
            details.Details.Single().Unpack<BadRequest>().FieldViolations.Select(static it => it.Field));
        // No value of the request is repeated: one might be a person's.
        Assert.DoesNotContain("110101180101010012", details.ToString(), StringComparison.Ordinal);
        Assert.Empty(rig.Holds.Asked);
    }

    [Fact]
    public async Task Requests_WhatIsMissing_IsNamed()
    {
        await using var rig = await HoldRig.StartAsync(Everything);
        Assert.Equal(["request_id", "acquirer_id", "kind", "target"], Fields(await HoldRig.FailAsync(rig.Client.PlaceHoldAsync(new PlaceHoldRequest()))));
        Assert.Equal(["authority", "organ"], Fields(await HoldRig.FailAsync(rig.Client.PlaceHoldAsync(Place(HoldKind.Judicial)))));
        Assert.Equal(["authority", "refunds_pass"], Fields(await HoldRig.FailAsync(rig.Client.PlaceHoldAsync(Place(HoldKind.Holder, static it => (it.Authority, it.RefundsPass) = (HoldAuthority.Court, true))))));
        Assert.Equal(["request_id", "acquirer_id", "kind", "hold_id"], Fields(await HoldRig.FailAsync(rig.Client.LiftHoldAsync(new LiftHoldRequest()))));
        Assert.Equal(["acquirer_id", "target", "scope", "page_size"], Fields(await HoldRig.FailAsync(rig.Client.ListHoldsAsync(
            new ListHoldsRequest { Target = new HoldOn(), Scope = (HoldScope)9, PageSize = 1_001 }))));

        static IEnumerable<string> Fields((StatusCode Code, Google.Rpc.Status Details) fault) => fault.Details.Details.Single().Unpack<BadRequest>().FieldViolations.Select(static it => it.Field);
    }

    [Theory]
    [InlineData(HoldKind.Holder, CallerRoles.HolderChannel)]
    [InlineData(HoldKind.Risk, CallerRoles.RiskControl)]
    [InlineData(HoldKind.Judicial, CallerRoles.Judicial)]
    [InlineData(HoldKind.Regulator, CallerRoles.Regulator)]
    [InlineData(HoldKind.System, CallerRoles.System)]
    public async Task Holds_OfAKind_AreForItsRoleAloneAndTheStoreIsNotAskedForOthers(HoldKind kind, CallerRoles role)
    {
        await using (var others = await HoldRig.StartAsync((Everything & ~role) | CallerRoles.SeeConfidential))
        {
            Assert.Equal(StatusCode.PermissionDenied, (await HoldRig.FailAsync(others.Client.PlaceHoldAsync(Place(kind, Ordered)))).Code);
            Assert.Equal(StatusCode.PermissionDenied, (await HoldRig.FailAsync(others.Client.LiftHoldAsync(Lift(kind)))).Code);
            Assert.Empty(others.Holds.Asked);
        }

        await using var rig = await HoldRig.StartAsync(role);
        Assert.Equal(StatusCode.NotFound, (await HoldRig.FailAsync(rig.Client.PlaceHoldAsync(Place(kind, Ordered)))).Code);
        Assert.Equal(StatusCode.NotFound, (await HoldRig.FailAsync(rig.Client.LiftHoldAsync(Lift(kind)))).Code);
        var asked = Assert.IsType<HoldPlacing>(rig.Holds.Asked[0]);
        Assert.Equal((HoldRules.Of(asked.Authority)!.Role, (Kept)kind), (asked.Origin.Role, HoldRules.Of(asked.Authority)!.Kind));
        Assert.Equal((Kept)kind, Assert.IsType<HoldLifting>(rig.Holds.Asked[1]).Kind);
    }

    /// <summary>The caller's name is no person: with it, whoever agrees would lift alone.</summary>
    [Theory]
    [InlineData(HoldKind.Holder, false)]
    [InlineData(HoldKind.Risk, true)]
    [InlineData(HoldKind.Judicial, true)]
    [InlineData(HoldKind.Regulator, false)]
    [InlineData(HoldKind.System, false)]
    public async Task LiftHold_OnlyASecondPerson_IsNotEnoughWhereTwoAreNeeded(HoldKind kind, bool isNeeded)
    {
        await using var rig = await HoldRig.StartAsync(Everything);
        var (code, details) = await HoldRig.FailAsync(rig.Client.LiftHoldAsync(Lift(kind, static it => (it.OperatorId, it.SecondOperatorId) = ("", "alice"))));
        Assert.Equal((isNeeded ? StatusCode.InvalidArgument : StatusCode.NotFound, isNeeded ? 0 : 1), (code, rig.Holds.Asked.Count));
        if (isNeeded)
        {
            var violation = Assert.Single(details.Details.Single().Unpack<BadRequest>().FieldViolations);
            Assert.Equal(("operator_id", "INPUT_MISSING: Where two persons lift a hold, both are named."), (violation.Field, violation.Description));
        }
    }

    [Fact]
    public async Task Holds_OfAnotherAcquirer_AreDeniedAndTheOwnMayBeLeftOut()
    {
        await using var rig = await HoldRig.StartAsync(Everything, acquirer: "01030000");
        Assert.Equal(StatusCode.PermissionDenied, (await HoldRig.FailAsync(rig.Client.PlaceHoldAsync(Place(HoldKind.Risk)))).Code);
        Assert.Equal(StatusCode.PermissionDenied, (await HoldRig.FailAsync(rig.Client.LiftHoldAsync(Lift(HoldKind.Risk)))).Code);
        Assert.Equal(StatusCode.PermissionDenied, (await HoldRig.FailAsync(rig.Client.ListHoldsAsync(new ListHoldsRequest { AcquirerId = "01020000" }))).Code);
        Assert.Empty(rig.Holds.Asked);
        await HoldRig.FailAsync(rig.Client.PlaceHoldAsync(Place(HoldKind.Risk, static it => it.AcquirerId = "")));
        Assert.Equal("01030000", Assert.IsType<HoldPlacing>(rig.Holds.Asked[0]).Origin.Acquirer.ToString());
    }

    [Theory]
    [InlineData(CallerRoles.Check | CallerRoles.Explain)]
    [InlineData(CallerRoles.SeeConfidential)]
    public async Task Holds_ForACallerWithoutAnyRole_AreDeniedWhateverIsAsked(CallerRoles roles)
    {
        await using var rig = await HoldRig.StartAsync(roles);
        Assert.Equal(StatusCode.PermissionDenied, (await HoldRig.FailAsync(rig.Client.PlaceHoldAsync(new PlaceHoldRequest()))).Code);
        Assert.Equal(StatusCode.PermissionDenied, (await HoldRig.FailAsync(rig.Client.LiftHoldAsync(new LiftHoldRequest()))).Code);
        Assert.Equal(StatusCode.PermissionDenied, (await HoldRig.FailAsync(rig.Client.ListHoldsAsync(new ListHoldsRequest()))).Code);
    }

    [Fact]
    public async Task Refusals_OfTheStore_BecomeStatusesWithDetails()
    {
        await using var rig = await HoldRig.StartAsync(Everything);
        var reused = await RefuseAsync(new HoldRefusal(HoldRefusalKind.RequestReused));
        Assert.Equal((StatusCode.AlreadyExists, "REQUEST_ID_REUSED"), (reused.Code, reused.Details.Details.Single().Unpack<ErrorInfo>().Type));
        var stale = await RefuseAsync(new HoldRefusal(HoldRefusalKind.VersionStale, [], 7));
        Assert.Equal((StatusCode.Aborted, "7"), (stale.Code, stale.Details.Details.Single().Unpack<ErrorInfo>().Metadata["current_version"]));
        var guards = await RefuseAsync(new HoldRefusal(HoldRefusalKind.Guards, [Refusal.DocumentNoMissing, Refusal.TermTooLong]));
        Assert.Equal(StatusCode.FailedPrecondition, guards.Code);
        Assert.Equal(["DOCUMENT_NO_MISSING", "TERM_TOO_LONG"], guards.Details.Details.Single().Unpack<PreconditionFailure>().Violations.Select(static it => it.Type));
        var target = await RefuseAsync(new HoldRefusal(HoldRefusalKind.TargetNotFound));
        Assert.Equal((StatusCode.NotFound, "merchant", ScriptedStore.MerchantNumber), (target.Code, target.Details.Details.Single().Unpack<ResourceInfo>().ResourceType, target.Details.Details.Single().Unpack<ResourceInfo>().ResourceName));
        var full = await RefuseAsync(new HoldRefusal(HoldRefusalKind.TooMany));
        Assert.Equal((StatusCode.FailedPrecondition, "HOLD_COUNT"), (full.Code, full.Details.Details.Single().Unpack<PreconditionFailure>().Violations.Single().Type));
        rig.Holds.Answer = static _ => throw new StoreUnavailableException("a text that must not leave the process");
        Assert.Equal(StatusCode.Unavailable, (await HoldRig.FailAsync(rig.Client.PlaceHoldAsync(Place(HoldKind.Risk)))).Code);

        Task<(StatusCode Code, Google.Rpc.Status Details)> RefuseAsync(HoldRefusal refusal)
        {
            rig.Holds.Answer = _ => new HoldChange(Hold: null, 0, refusal);
            return HoldRig.FailAsync(rig.Client.PlaceHoldAsync(Place(HoldKind.Risk)));
        }
    }

    [Fact]
    public async Task Body_OfARequest_IsAnotherOneByWhatIsDoneAndNotByHowLongIsWaited()
    {
        await using var rig = await HoldRig.StartAsync(Everything, acquirer: "01020000");
        Action<PlaceHoldRequest>[] changes = [static _ => { }, static it => it.WaitForGatewaysMs = 5, static it => it.AcquirerId = "", static it => it.Reason = "other", static it => it.OperatorId = "op-9"];
        foreach (var change in changes)
        {
            await HoldRig.FailAsync(rig.Client.PlaceHoldAsync(Place(HoldKind.Risk, change)));
        }

        var hashes = rig.Holds.Asked.Cast<HoldPlacing>().Select(static asked => Convert.ToHexString(asked.Origin.BodyHash.Span)).ToList();
        Assert.Equal((hashes[0], hashes[0]), (hashes[1], hashes[2]));
        Assert.Equal(3, hashes.Distinct().Count());
        Assert.Equal(("loopback/op-9", "op-9"), (((HoldPlacing)rig.Holds.Asked[4]).Origin.Actor, ((HoldPlacing)rig.Holds.Asked[4]).Origin.Person));
    }

    [Fact]
    public async Task PlaceHold_Done_AnswersTheHoldAsItIsKept()
    {
        await using var rig = await HoldRig.StartAsync(CallerRoles.Judicial);
        rig.Holds.Answer = static _ => new HoldChange(Order(Kept.Judicial) with { UntilUnixMs = Now + 60_000 }, 12, Refusal: null) { StoodAlready = true };
        var answer = await rig.Client.PlaceHoldAsync(Place(HoldKind.Judicial, static it => (it.Authority, it.Organ) = (HoldAuthority.Court, "organ-1")));
        Assert.Equal((12, true, null), (answer.Revision, answer.StoodAlready, answer.Gateways));
        Assert.Equal(("h-1", HoldKind.Judicial, HoldAuthority.Court, HoldStatus.Standing, "doc 1", "organ-1", "why", "op-1", 3L), (
            answer.Hold.HoldId, answer.Hold.Kind, answer.Hold.Authority, answer.Hold.Status, answer.Hold.DocumentNo, answer.Hold.Organ, answer.Hold.Reason, answer.Hold.PlacedBy, answer.Hold.Version));
        Assert.Equal(ScriptedStore.MerchantNumber, answer.Hold.Target.MerchantNo);
    }

    [Fact]
    public async Task Wait_ForGateways_NamesThoseThatHaveAppliedItAndThoseThatHaveNot()
    {
        await using var rig = await HoldRig.StartAsync(Everything);
        rig.Holds.Answer = static _ => new HoldChange(Order(Kept.Risk), 12, Refusal: null);
        rig.Roster.Reports.AddRange([new GatewayReport("g-1", "one", 12, Now), new GatewayReport("g-2", "two", 11, Now - 200)]);
        var placed = await rig.Client.PlaceHoldAsync(Place(HoldKind.Risk, static it => it.WaitForGatewaysMs = 60));
        Assert.True(placed.Gateways.Known);
        Assert.Equal(("g-1", "one", 12L), (placed.Gateways.Applied.Single().GatewayId, placed.Gateways.Applied.Single().Name, placed.Gateways.Applied.Single().AppliedRevision));
        Assert.Equal("g-2", placed.Gateways.Waiting.Single().GatewayId);
        Assert.True(placed.Gateways.Waiting.Single().SeenAgoMs >= 200);
        rig.Roster.Reports[1] = new GatewayReport("g-2", "two", 12, Now);
        var lifted = await rig.Client.LiftHoldAsync(Lift(HoldKind.Risk, static it => it.WaitForGatewaysMs = 30_000));
        Assert.Equal((2, 0), (lifted.Gateways.Applied.Count, lifted.Gateways.Waiting.Count));
    }

    [Fact]
    public async Task ListHolds_WithoutRoles_TellsConfidentialKindsAsOneNeutralRiskHold()
    {
        await using var rig = await HoldRig.StartAsync(CallerRoles.ReadBindings);
        rig.Holds.Page = static _ => new HoldPage(
            [new HoldItem(new(Target.Merchant, ScriptedStore.MerchantNumber), Order(Kept.Holder)), new HoldItem(new(Target.Identity, "ID-1"), Hold: null)], "next", 44);
        var answer = await rig.Client.ListHoldsAsync(new ListHoldsRequest { AcquirerId = "01020000", Scope = HoldScope.All, PageSize = 2, PageToken = "t" });
        Assert.Equal(("next", 44L), (answer.NextPageToken, answer.Revision));
        Assert.Equal(new HoldEntry { Kind = HoldKind.Risk, Status = HoldStatus.Standing, Target = new HoldOn { IdentityId = "ID-1" } }, answer.Holds[1]);
        // Of what everyone sees, documents, reasons and persons are still not everyone's.
        Assert.Equal(("h-1", "", "", ""), (answer.Holds[0].HoldId, answer.Holds[0].DocumentNo, answer.Holds[0].Reason, answer.Holds[0].PlacedBy));
        var (filter, size, token) = ((HoldFilter, int, string))rig.Holds.Asked.Single();
        Assert.Equal([Kept.Holder, Kept.System], filter.InFull);
        Assert.Equal((Caching.Store.HoldScope.All, 2, "t"), (filter.Scope, size, token));
    }

    [Theory]
    [InlineData(CallerRoles.RiskControl, new[] { Kept.Holder, Kept.Risk, Kept.System })]
    [InlineData(CallerRoles.Judicial | CallerRoles.Regulator, new[] { Kept.Holder, Kept.Judicial, Kept.Regulator, Kept.System })]
    [InlineData(CallerRoles.ReadBindings | CallerRoles.SeeConfidential, new[] { Kept.Holder, Kept.Risk, Kept.Judicial, Kept.Regulator, Kept.System })]
    public async Task ListHolds_ByRole_AsksForTheKindsThatTheCallerSees(CallerRoles roles, Kept[] expected)
    {
        await using var rig = await HoldRig.StartAsync(roles);
        await rig.Client.ListHoldsAsync(new ListHoldsRequest { AcquirerId = "01020000" });
        var (filter, size, _) = ((HoldFilter, int, string))rig.Holds.Asked.Single();
        Assert.Equal(expected, filter.InFull);
        Assert.Equal((Caching.Store.HoldScope.Standing, 100, null), (filter.Scope, size, filter.On));
    }

    [Fact]
    public async Task ListHolds_BadToken_IsTheCallersMistake()
    {
        await using var rig = await HoldRig.StartAsync(CallerRoles.ReadBindings);
        rig.Holds.Page = static _ => throw new PageTokenException("No.");
        var (code, details) = await HoldRig.FailAsync(rig.Client.ListHoldsAsync(new ListHoldsRequest { AcquirerId = "01020000", PageToken = "x" }));
        Assert.Equal((StatusCode.InvalidArgument, "page_token"), (code, details.Details.Single().Unpack<BadRequest>().FieldViolations.Single().Field));
    }

    [Theory]
    [InlineData(1_000, 0, 0, HoldStatus.Ahead)]
    [InlineData(1_000, 0, 0, HoldStatus.Standing, 1_000)]
    [InlineData(1_000, 0, 0, HoldStatus.Ahead, 999)]
    [InlineData(-1_000, 0, 0, HoldStatus.Standing)]
    [InlineData(-1_000, -10, 0, HoldStatus.Lapsed)]
    [InlineData(-1_000, -10, -10, HoldStatus.Lifted)]
    [InlineData(1_000, 1_000, -10, HoldStatus.Lifted)]
    [InlineData(-1_000, 5_000, 5_000, HoldStatus.Standing)]
    [InlineData(-1_000, 0, -10, HoldStatus.Standing)]
    [InlineData(-1_000, 5_000, -10, HoldStatus.Standing)]
    public async Task Status_OfAHold_IsReadFromItsTimes(int from, int until, int lifted, HoldStatus expected, int placed = -1_000)
    {
        await using var rig = await HoldRig.StartAsync(CallerRoles.RiskControl);
        // Far apart, so that the clock's going on between here and there does not matter.
        var hold = Order(Kept.Risk) with { PlacedAtUnixMs = At(placed), EffectiveAtUnixMs = At(from), UntilUnixMs = until == 0 ? 0 : At(until), LiftedAtUnixMs = lifted == 0 ? 0 : At(lifted) };
        rig.Holds.Page = _ => new HoldPage([new HoldItem(hold.On, hold)], "", 1);
        Assert.Equal(expected, (await rig.Client.ListHoldsAsync(new ListHoldsRequest { AcquirerId = "01020000" })).Holds.Single().Status);

        static long At(int minutes) => Now + (minutes * 60_000L);
    }

    /// <summary>What an order of an authority needs.</summary>
    private static void Ordered(PlaceHoldRequest request)
    {
        request.Organ = "organ-1";
        request.Authority = request.Kind switch { HoldKind.Judicial => HoldAuthority.Court, HoldKind.Regulator => HoldAuthority.SanctionList, _ => HoldAuthority.Unspecified };
    }

    private static PlaceHoldRequest Place(HoldKind kind, Action<PlaceHoldRequest>? change = null)
    {
        var request = new PlaceHoldRequest { RequestId = "R-1", AcquirerId = "01020000", Kind = kind, Target = new HoldOn { MerchantNo = ScriptedStore.MerchantNumber } };
        change?.Invoke(request);
        return request;
    }

    private static LiftHoldRequest Lift(HoldKind kind, Action<LiftHoldRequest>? change = null)
    {
        var request = new LiftHoldRequest { RequestId = "R-2", AcquirerId = "01020000", Kind = kind, HoldId = "h-1", OperatorId = "op-1" };
        change?.Invoke(request);
        return request;
    }

    private static HoldView Order(Kept kind) => new(
        AcquirerId.TryParse("01020000", out var acquirer, out _) ? acquirer : default, "h-1", kind, new(Target.Merchant, ScriptedStore.MerchantNumber), Now - 60_000, 0, 3)
    {
        Authority = kind == Kept.Judicial ? Domain.Lifecycle.HoldAuthority.Court : null,
        DocumentNo = "doc 1",
        Organ = "organ-1",
        Reason = "why",
        PlacedBy = "op-1",
    };
}
