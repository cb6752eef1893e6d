using Grpc.Core;
using VerifyGateway.Caching.Roster;
using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Lifecycle;
using VerifyGateway.Server.Callers;
using VerifyGateway.Server.Faults;
using VerifyGateway.Server.Rpc;
using VerifyGateway.V1;
using HoldOn = VerifyGateway.Caching.Store.HoldOn;

namespace VerifyGateway.Server.Holds;

/// <summary>HoldService on the wire: who may, what is asked for, and the outcome as a status. What a hold is, the store decides where it is committed.</summary>
/// <remarks>See <see cref="CheckedBinder"/> for why it does not derive from the generated base class.</remarks>
[BindServiceMethod(typeof(HoldGrpcService), nameof(BindService))]
public class HoldGrpcService(IHoldStore store, GatewayWait gateways, CallerResolver callers, TimeProvider time)
{
    private long NowUnixMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Binds the methods with request parsers that name the caller's mistake.</summary>
    public static void BindService(ServiceBinderBase binder, HoldGrpcService? _) => HoldService.BindService(new CheckedBinder(binder), null);

    /// <summary>Places a hold, or makes the term of one longer.</summary>
    public virtual async Task<PlaceHoldResponse> PlaceHold(PlaceHoldRequest request, ServerCallContext context)
    {
        var caller = callers.Resolve(context, CallerRoles.None);
        HoldRights.RequireHandler(caller);
        var asked = HoldParser.Parse(request, caller);
        var change = await store.PlaceHoldAsync(asked, context.CancellationToken);
        var hold = Done(change, asked.Renewed, asked.On);
        return new PlaceHoldResponse
        {
            Hold = HoldWriter.Write(hold, caller, NowUnixMs),
            StoodAlready = change.StoodAlready,
            Revision = change.Revision,
            Gateways = await WaitAsync(change.Revision, request.WaitForGatewaysMs, context),
        };
    }

    /// <summary>Ends a hold.</summary>
    public virtual async Task<LiftHoldResponse> LiftHold(LiftHoldRequest request, ServerCallContext context)
    {
        var caller = callers.Resolve(context, CallerRoles.None);
        HoldRights.RequireHandler(caller);
        var asked = HoldParser.Parse(request, caller);
        var change = await store.LiftHoldAsync(asked, context.CancellationToken);
        var hold = Done(change, asked.HoldId, default);
        return new LiftHoldResponse
        {
            Hold = HoldWriter.Write(hold, caller, NowUnixMs),
            Revision = change.Revision,
            Gateways = await WaitAsync(change.Revision, request.WaitForGatewaysMs, context),
        };
    }

    /// <summary>Lists holds, as far as the caller may see them.</summary>
    public virtual async Task<ListHoldsResponse> ListHolds(ListHoldsRequest request, ServerCallContext context)
    {
        var caller = callers.Resolve(context, CallerRoles.None);
        HoldRights.RequireReader(caller);
        var (filter, pageSize) = HoldParser.Parse(request, caller);
        HoldPage page;
        try
        {
            page = await store.ListHoldsAsync(filter, pageSize, request.PageToken, context.CancellationToken);
        }
        catch (PageTokenException refused)
        {
            var violations = default(Violations);
            violations.Add("page_token", "PAGE_TOKEN", refused.Message);
            throw GatewayException.Invalid(violations.Found);
        }

        var now = NowUnixMs;
        return new ListHoldsResponse { Holds = { page.Items.Select(item => HoldWriter.Write(item, caller, now)) }, NextPageToken = page.NextPageToken, Revision = page.Head };
    }

    private async ValueTask<GatewayProgress?> WaitAsync(long revision, int waitMs, ServerCallContext context) =>
        waitMs == 0 ? null : HoldWriter.Write(await gateways.ForAsync(revision, TimeSpan.FromMilliseconds(waitMs), context.CancellationToken));

    /// <summary>The hold of a write that was done; of one that was refused, the status that says why.</summary>
    private static HoldView Done(HoldChange change, string holdId, HoldOn on) => change.Refusal switch
    {
        null => change.Hold!,
        { Kind: HoldRefusalKind.RequestReused } => throw GatewayException.RequestReused(),
        { Kind: HoldRefusalKind.HoldNotFound } => throw GatewayException.NotFound("hold", holdId),
        { Kind: HoldRefusalKind.TargetNotFound } => throw GatewayException.NotFound(on.Target.ToString().ToLowerInvariant(), on.Key),
        { Kind: HoldRefusalKind.VersionStale } stale => throw GatewayException.Stale("hold", stale.CurrentVersion),
        { Kind: HoldRefusalKind.Guards } refused => throw GatewayException.Refused(
            SubjectOf(holdId), [.. refused.Guards.Select(static guard => RefusalTable.Of(guard)).Select(static row => (row.Code, row.Sentence))]),
        { Kind: HoldRefusalKind.TooMany } => throw GatewayException.Refused(SubjectOf(holdId), [("HOLD_COUNT", "A record that would carry the hold carries as many as one can.")]),
        _ => throw new ArgumentOutOfRangeException(nameof(change), change.Refusal.Kind, null),
    };

    private static string SubjectOf(string holdId) => holdId.Length == 0 ? "hold" : $"hold/{holdId}";
}
