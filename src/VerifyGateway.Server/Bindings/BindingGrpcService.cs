using Grpc.Core;
using VerifyGateway.Caching.Store;
using VerifyGateway.Server.Callers;
using VerifyGateway.Server.Faults;
using VerifyGateway.Server.Rpc;
using VerifyGateway.V1;

namespace VerifyGateway.Server.Bindings;

/// <summary>BindingService on the wire. Reads the system of record itself, never a copy.</summary>
/// <remarks>See <see cref="CheckedBinder"/> for why it does not derive from the generated base class.</remarks>
[BindServiceMethod(typeof(BindingGrpcService), nameof(BindService))]
public class BindingGrpcService(IBindingStore store, CallerResolver callers, LimitOptions limits, TimeProvider time)
{
    /// <summary>Binds the methods with request parsers that name the caller's mistake.</summary>
    public static void BindService(ServiceBinderBase binder, BindingGrpcService? _) =>
        BindingService.BindService(new CheckedBinder(binder), null);

    /// <summary>Finds one binding.</summary>
    public virtual async Task<GetBindingResponse> GetBinding(GetBindingRequest request, ServerCallContext context)
    {
        var caller = callers.Resolve(context, CallerRoles.ReadBindings);
        var lookup = Admit(request.Key, caller, new Violations("key"));
        var snapshot = await store.FindAsync([lookup], context.CancellationToken);
        return snapshot.Bindings[0] is { } view
            ? new GetBindingResponse { Binding = Write(view, caller), Revision = snapshot.Head }
            : throw NotFound(request.Key);
    }

    /// <summary>Finds 1 to 1,000 bindings in one snapshot; results in the order of the keys.</summary>
    public virtual async Task<BatchGetBindingsResponse> BatchGetBindings(BatchGetBindingsRequest request, ServerCallContext context)
    {
        var caller = callers.Resolve(context, CallerRoles.ReadBindings);
        Batch.RequireSize(request.Keys.Count, limits.MaxBatchItems, "keys");
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

        var snapshot = lookups.Count == 0 ? null : await store.FindAsync(lookups, context.CancellationToken);
        for (var at = 0; at < places.Count; at++)
        {
            results[places[at]] = snapshot!.Bindings[at] is { } view
                ? new BindingResult { Binding = Write(view, caller) }
                : new BindingResult { Error = NotFound(request.Keys[places[at]]).ToItemError() };
        }

        return new BatchGetBindingsResponse { Results = { results }, Revision = snapshot?.Head ?? 0 };
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

    private Binding Write(BindingView view, Caller caller) =>
        BindingWriter.Write(view, time.GetUtcNow().ToUnixTimeMilliseconds(), caller.May(CallerRoles.SeeConfidential));

    private static GatewayException NotFound(BindingKey key) => GatewayException.NotFound(
        "binding", key.TerminalCase == BindingKey.TerminalOneofCase.TerminalSn ? key.TerminalSn : $"{key.Numbers.MerchantNo}/{key.Numbers.TerminalNo}");
}
