using Grpc.Core;
using VerifyGateway.Caching.Store;
using VerifyGateway.Server.Callers;
using VerifyGateway.Server.Faults;
using VerifyGateway.Server.Rpc;
using VerifyGateway.Server.Watching;
using VerifyGateway.V1;

namespace VerifyGateway.Server.Bindings;

/// <summary>BindingService on the wire. Reads the system of record itself, never a copy.</summary>
/// <remarks>See <see cref="CheckedBinder"/> for why it does not derive from the generated base class.</remarks>
[BindServiceMethod(typeof(BindingGrpcService), nameof(BindService))]
public class BindingGrpcService(IBindingStore store, BindingWatches watches, LongCalls calls, CallerResolver callers, LimitOptions limits, TimeProvider time)
{
    /// <summary>Binds the methods with request parsers that name the caller's mistake.</summary>
    public static void BindService(ServiceBinderBase binder, BindingGrpcService? _) =>
        BindingService.BindService(new CheckedBinder(binder), null);

    /// <summary>Finds one binding, as it is or as it was.</summary>
    public virtual async Task<GetBindingResponse> GetBinding(GetBindingRequest request, ServerCallContext context)
    {
        var caller = callers.Resolve(context, CallerRoles.ReadBindings);
        var point = ParsePoint(
            request.AsOfCase == GetBindingRequest.AsOfOneofCase.AsOfRevision ? request.AsOfRevision : null, request.AsOfCase == GetBindingRequest.AsOfOneofCase.AsOfUnixMs ? request.AsOfUnixMs : null);
        var lookup = Admit(request.Key, caller, new Violations("key"));
        var snapshot = await FindAsync([lookup], point, context.CancellationToken);
        return snapshot.Bindings[0] is { } view
            ? new GetBindingResponse { Binding = Write(view, caller, point), Revision = snapshot.Head }
            : throw NotFound(request.Key);
    }

    /// <summary>Finds 1 to 1,000 bindings in one snapshot, as they are or as they were; results in the order of the keys.</summary>
    public virtual async Task<BatchGetBindingsResponse> BatchGetBindings(BatchGetBindingsRequest request, ServerCallContext context)
    {
        var caller = callers.Resolve(context, CallerRoles.ReadBindings);
        Batch.RequireSize(request.Keys.Count, limits.MaxBatchItems, "keys");
        var point = ParsePoint(
            request.AsOfCase == BatchGetBindingsRequest.AsOfOneofCase.AsOfRevision ? request.AsOfRevision : null, request.AsOfCase == BatchGetBindingsRequest.AsOfOneofCase.AsOfUnixMs ? request.AsOfUnixMs : null);
        var results = new BindingResult[request.Keys.Count];
        var lookups = new List<BindingLookup>(results.Length);
        var places = new List<int>(results.Length);
        for (var i = 0; i < results.Length; i++)
        {
            try
            {
                lookups.Add(Admit(request.Keys[i], caller, new Violations("keys", i)));
                places.Add(i);
            }
            catch (GatewayException fault)
            {
                results[i] = new BindingResult { Error = fault.ToItemError() };
            }
        }

        var snapshot = lookups.Count == 0 ? null : await FindAsync(lookups, point, context.CancellationToken);
        for (var at = 0; at < places.Count; at++)
        {
            results[places[at]] = snapshot!.Bindings[at] is { } view
                ? new BindingResult { Binding = Write(view, caller, point) }
                : new BindingResult { Error = NotFound(request.Keys[places[at]]).ToItemError() };
        }

        return new BatchGetBindingsResponse { Results = { results }, Revision = snapshot?.Head ?? 0 };
    }

    /// <summary>Lists the bindings of an acquirer that fit a filter, a page at a time.</summary>
    public virtual async Task<ListBindingsResponse> ListBindings(ListBindingsRequest request, ServerCallContext context)
    {
        var caller = callers.Resolve(context, CallerRoles.ReadBindings);
        var filter = BindingListParser.Parse(request, caller);
        try
        {
            var page = await store.ListAsync(filter, request.PageSize, request.PageToken, context.CancellationToken);
            return new ListBindingsResponse
            {
                Bindings = { page.Bindings.Select(view => Write(view, caller, point: null)) }, NextPageToken = page.NextPageToken, Revision = page.Head,
            };
        }
        catch (PageTokenException broken)
        {
            throw GatewayException.Invalid([new FieldViolation { Field = "page_token", Rule = "PAGE_TOKEN", Description = broken.Message }]);
        }
    }

    /// <summary>Sends an acquirer's changes as they are committed, from where the caller says on. Ends only with an error, see <see cref="BindingWatches"/>.</summary>
    public virtual Task WatchBindings(WatchBindingsRequest request, IServerStreamWriter<WatchBindingsResponse> responseStream, ServerCallContext context)
    {
        var query = WatchQuery.Parse(request, callers.Resolve(context, CallerRoles.ReadBindings));
        calls.Begin(context);
        return watches.RunAsync(query, new GrpcWatchWire(responseStream, context), context.CancellationToken, calls.Stopping);
    }

    /// <summary>The look-up, when the key is well formed and of the caller's acquirer.</summary>
    private static BindingLookup Admit(BindingKey? key, Caller caller, Violations violations)
    {
        var lookup = BindingKeyParser.Parse(key, caller, ref violations);
        if (!violations.None)
        {
            throw GatewayException.Invalid(violations.Found);
        }

        var foreign = (caller.Acquirer is { } acquirer && acquirer != lookup.Acquirer) || (caller.Terminal is { } terminal && terminal != lookup.Sn);
        return foreign ? throw GatewayException.PermissionDenied() : lookup;
    }

    private static AsOf? ParsePoint(long? revision, long? unixMs)
    {
        var violations = default(Violations);
        var point = BindingListParser.ParsePoint(revision, unixMs, ref violations);
        return violations.None ? point : throw GatewayException.Invalid(violations.Found);
    }

    private async ValueTask<BindingSnapshot> FindAsync(IReadOnlyList<BindingLookup> lookups, AsOf? point, CancellationToken cancel)
    {
        try
        {
            return point is { } past ? await store.FindAsOfAsync(lookups, past, cancel) : await store.FindAsync(lookups, cancel);
        }
        catch (OutOfRetentionException future) when (future.IsFuture)
        {
            throw GatewayException.OutOfRange("HISTORY_FUTURE", future.Message, "head", future.Bound);
        }
        catch (OutOfRetentionException gone)
        {
            throw GatewayException.OutOfRange("HISTORY_TRIMMED", gone.Message, "floor", gone.Bound);
        }
    }

    /// <summary>Of an instant in the past, the holds are shown that stood then; of a revision the instant is not known, and those are shown that stand now.</summary>
    private Binding Write(BindingView view, Caller caller, AsOf? point) =>
        BindingWriter.Write(view, point?.UnixMs ?? time.GetUtcNow().ToUnixTimeMilliseconds(), caller.May(CallerRoles.SeeConfidential));

    private static GatewayException NotFound(BindingKey key) => GatewayException.NotFound(
        "binding", key.TerminalCase == BindingKey.TerminalOneofCase.TerminalSn ? key.TerminalSn : $"{key.Numbers.MerchantNo}/{key.Numbers.TerminalNo}");
}
