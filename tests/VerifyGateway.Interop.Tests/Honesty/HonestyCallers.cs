using Grpc.Core;
using VerifyGateway.V1;

namespace VerifyGateway.Interop.Tests.Honesty;

/// <summary>Who asks: one check at a time, whole stretches of the fleet, and for what is known elsewhere.</summary>
internal sealed class HonestyCallers(HonestyGateways gateways, HonestyHistory history, int seed)
{
    /// <summary>Lets all of them ask until they are stopped.</summary>
    public Task[] Start(CancellationToken stop) =>
    [
        .. Enumerable.Range(0, 2 * gateways.Count).Select(number => LoopAsync(random => CheckAsync(number % gateways.Count, random), number, stop)),
        .. Enumerable.Range(0, gateways.Count).Select(at => LoopAsync(Sweep(at), 100 + at, stop)),
        .. Enumerable.Range(0, 2).Select(number => LoopAsync(Follow(), 200 + number, stop)),
    ];

    private async Task LoopAsync(Func<Random, Task> askAsync, int number, CancellationToken stop)
    {
        var random = new Random(seed + number);
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await askAsync(random);
            }
            catch (RpcException fault) when (HonestyGateways.IsNoAnswer(fault))
            {
                history.AddUntold();
                await Task.Delay(5, CancellationToken.None);
            }
        }
    }

    private Task<long> CheckAsync(int at, Random random) => AskAsync(at, Any(random), 0);

    /// <summary>Every second time what was frozen last, or few checks would have to decline.</summary>
    private int Any(Random random) =>
        random.Next(2) == 0 && history.AnyRecent(random) is { } freeze ? freeze.First + random.Next(freeze.Count) : random.Next(HonestyFleet.Terminals);

    private async Task<long> AskAsync(int at, int terminal, long atLeast)
    {
        var place = gateways.PlaceOf(at);
        var began = history.NowMs;
        var answer = await new VerificationService.VerificationServiceClient(place.Channel).CheckStatusAsync(HonestyFleet.Sale(terminal, atLeast), deadline: DateTime.UtcNow.AddSeconds(8));
        history.Add(new Check(place.Process, terminal, atLeast, began, history.NowMs, answer.Decision, answer.Source, answer.Revision));
        return answer.Revision;
    }

    /// <summary>Asks for the terminals of one identity after the other: more than memory holds, so that Redis is asked. It leaves others time.</summary>
    private Func<Random, Task> Sweep(int at)
    {
        var next = 0;
        return async random =>
        {
            var first = (random.Next(2) == 0 && history.AnyRecent(random) is { } freeze ? freeze.First / HonestyFleet.PerIdentity : next++ % HonestyFleet.Identities) * HonestyFleet.PerIdentity;
            var place = gateways.PlaceOf(at);
            var began = history.NowMs;
            var answer = await new VerificationService.VerificationServiceClient(place.Channel).BatchCheckStatusAsync(
                HonestyFleet.Sales(Enumerable.Range(first, HonestyFleet.PerIdentity)), deadline: DateTime.UtcNow.AddSeconds(8));
            var ended = history.NowMs;
            foreach (var (number, result) in answer.Results.Index())
            {
                if (result.Answer is { } one)
                {
                    history.Add(new Check(place.Process, first + number, 0, began, ended, one.Decision, one.Source, one.Revision));
                }
                else
                {
                    history.AddUntold();
                }
            }

            await Task.Delay(30, CancellationToken.None);
        };
    }

    /// <summary>Goes from gateway to gateway with the newest revision that it has seen in an answer or a write, and does not want less.</summary>
    private Func<Random, Task> Follow()
    {
        var seen = 0L;
        return async random =>
        {
            var terminal = random.Next(HonestyFleet.Terminals);
            if (history.AnyRecent(random) is { } freeze)
            {
                (terminal, seen) = (freeze.First + random.Next(freeze.Count), Math.Max(seen, freeze.Revision));
            }

            seen = Math.Max(seen, await AskAsync(random.Next(gateways.Count), terminal, seen));
        };
    }
}
