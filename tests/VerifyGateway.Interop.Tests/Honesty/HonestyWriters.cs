using Grpc.Core;
using VerifyGateway.V1;

namespace VerifyGateway.Interop.Tests.Honesty;

/// <summary>Who freezes: holds of every kind on everything that they can stand on.</summary>
internal sealed class HonestyWriters(HonestyGateways gateways, HonestyHistory history)
{
    /// <summary>What a gateway's callers must be allowed to do.</summary>
    public const string Roles = "Check,ReadBindings,HolderChannel,RiskControl,Judicial,Regulator,System";

    private const int Writers = 4;

    /// <summary>About half of the identities of each writer, for twice the bound and more.</summary>
    private const int MostStanding = 60;
    private const int StandsMs = 5_000;

    private static readonly (HoldKind Kind, HoldAuthority Authority)[] Authorities =
    [
        (HoldKind.Holder, HoldAuthority.Owner), (HoldKind.Risk, HoldAuthority.AcquirerRisk), (HoldKind.Judicial, HoldAuthority.EmergencyStop),
        (HoldKind.Regulator, HoldAuthority.SanctionList), (HoldKind.System, HoldAuthority.Condition),
    ];

    private static readonly HoldTarget[] Targets = [HoldTarget.Identity, HoldTarget.Card, HoldTarget.Merchant, HoldTarget.Terminal];

    /// <summary>Lets them write until they are stopped.</summary>
    public Task[] Start(CancellationToken stop) => [.. Enumerable.Range(0, Writers).Select(number => FreezeAsync(number, stop))];

    /// <summary>Freezes something of an identity; the number says by which kind of hold and on what. Null when it is stopped before.</summary>
    public async Task<Freeze?> PlaceAsync(int identity, int number, CancellationToken stop)
    {
        var (kind, authority) = Authorities[number % Authorities.Length];
        var target = Targets[number % Targets.Length];
        var (on, first, count) = HonestyFleet.Of(target, (identity * HonestyFleet.PerIdentity) + (number % HonestyFleet.PerIdentity));
        var until = kind == HoldKind.Judicial ? DateTimeOffset.UtcNow.AddDays(1).ToUnixTimeMilliseconds() : 0;
        var placed = await InsistAsync(
            (client, id) => client.PlaceHoldAsync(new PlaceHoldRequest
            {
                RequestId = id, AcquirerId = HonestyFleet.Acquirer, Kind = kind, Authority = authority, Target = on, DocumentNo = DocumentOf(kind), Organ = OrganOf(kind), OperatorId = "one",
                UntilUnixMs = until,
            }, deadline: DateTime.UtcNow.AddSeconds(4)), stop);
        if (placed is null)
        {
            return null;
        }

        var freeze = new Freeze(kind, target, first, count, placed.Hold.HoldId, placed.Revision, history.NowMs);
        history.AddWrite(placed.Revision);
        history.Placed(freeze);
        return freeze;
    }

    /// <summary>Freezes something of identities of its own, one after the other, and lifts what it froze some seconds later.</summary>
    private async Task FreezeAsync(int writer, CancellationToken stop)
    {
        var standing = new Queue<(int Identity, Freeze Freeze)>();
        for (var number = 0; !stop.IsCancellationRequested;)
        {
            var identity = ((number * Writers) + writer) % HonestyFleet.FirstLeft;
            if (standing.Count < MostStanding && standing.All(one => one.Identity != identity))
            {
                if (await PlaceAsync(identity, number, stop) is { } placed)
                {
                    standing.Enqueue((identity, placed));
                }

                number++;
            }
            else
            {
                await Task.Delay(5, CancellationToken.None);
            }

            if (standing.TryPeek(out var oldest) && history.NowMs - oldest.Freeze.CommittedBeforeMs >= StandsMs)
            {
                standing.Dequeue();
                await LiftAsync(oldest.Freeze, stop);
            }
        }

        foreach (var (_, freeze) in standing)
        {
            history.Add(freeze);
        }
    }

    private async Task LiftAsync(Freeze freeze, CancellationToken stop)
    {
        history.Add(freeze with { LiftedAfterMs = history.NowMs });
        var lifted = await InsistAsync(
            (client, id) => client.LiftHoldAsync(new LiftHoldRequest
            {
                RequestId = id, AcquirerId = HonestyFleet.Acquirer, Kind = freeze.Kind, HoldId = freeze.HoldId, DocumentNo = DocumentOf(freeze.Kind), Organ = OrganOf(freeze.Kind), OperatorId = "one",
                SecondOperatorId = freeze.Kind is HoldKind.Risk or HoldKind.Judicial ? "two" : "",
                StepUpPassed = freeze.Kind == HoldKind.Holder, ConditionFulfilled = freeze.Kind == HoldKind.System,
            }, deadline: DateTime.UtcNow.AddSeconds(4)), stop);
        if (lifted is not null)
        {
            history.AddWrite(lifted.Revision);
        }
    }

    private static string DocumentOf(HoldKind kind) => kind is HoldKind.Judicial or HoldKind.Regulator ? "DOC-1" : "";

    private static string OrganOf(HoldKind kind) => kind == HoldKind.Judicial ? "ORGAN-1" : "";

    /// <summary>Sends a write with one request id until some gateway has done it; null when it is stopped before.</summary>
    private async Task<T?> InsistAsync<T>(Func<HoldService.HoldServiceClient, string, AsyncUnaryCall<T>> write, CancellationToken stop)
        where T : class
    {
        var id = Guid.NewGuid().ToString("N");
        for (var at = 0; !stop.IsCancellationRequested; at++)
        {
            try
            {
                return await write(new HoldService.HoldServiceClient(gateways.PlaceOf(at % gateways.Count).Channel), id);
            }
            catch (RpcException fault) when (HonestyGateways.IsNoAnswer(fault))
            {
                await Task.Delay(20, CancellationToken.None);
            }
        }

        return null;
    }
}
