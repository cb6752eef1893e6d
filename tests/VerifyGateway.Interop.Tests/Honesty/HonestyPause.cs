using Grpc.Core;
using Grpc.Net.Client;
using VerifyGateway.TestKit;
using VerifyGateway.V1;

namespace VerifyGateway.Interop.Tests.Honesty;

/// <summary>
/// Stops a gateway while things are frozen that it has in memory, and has a queue of checks wait for it that began later than the bound after
/// that: when it goes on, its memory is as old as can be, and nobody has told it so yet.
/// </summary>
internal sealed class HonestyPause(HonestyGateways gateways, HonestyHistory history, HonestyWriters writers)
{
    private const int Connections = 8;
    private const int ChecksEach = 80;
    private const int BatchesEach = 2;
    private const int Freezes = 24;

    /// <summary>Stops a gateway, fills its queue and lets it go on; all that it answers is in the history.</summary>
    /// <param name="at">Which.</param>
    /// <param name="boundMs">How long after the freezes the checks begin.</param>
    /// <param name="beforeItGoesOn">What is done while the queue waits.</param>
    public async Task RunAsync(int at, double boundMs, Func<Task>? beforeItGoesOn)
    {
        var place = gateways.PlaceOf(at);
        using var connections = new Connected([.. Enumerable.Range(0, Connections).Select(_ => GrpcChannel.ForAddress(gateways[at].Grpc))]);
        var identities = Enumerable.Range(HonestyFleet.FirstLeft, Freezes).ToList();
        foreach (var channel in connections.Channels)
        {
            // Into its memory, and to have the connection before nobody can accept one.
            foreach (var identity in identities)
            {
                await ClientOf(channel).BatchCheckStatusAsync(HonestyFleet.Sales(Enumerable.Range(identity * HonestyFleet.PerIdentity, HonestyFleet.PerIdentity)));
            }
        }

        var process = gateways[at].Process;
        process.Signal("STOP");
        try
        {
            var placed = await Task.WhenAll(identities.Select((identity, number) => writers.PlaceAsync(identity, number, CancellationToken.None)));
            var newest = history.NowMs;
            await Wait.UntilAsync(() => history.NowMs > newest + boundMs, "the bound to be over");
            var random = new Random(at);
            var stopped = placed.SelectMany(static freeze => Enumerable.Range(freeze!.First, freeze.Count)).ToArray();
            var asked = connections.Channels.SelectMany(channel => Ask(place.Process, channel, stopped, random)).ToArray();
            Assert.DoesNotContain(asked, static call => call.IsCompleted);
            await (beforeItGoesOn?.Invoke() ?? Task.CompletedTask);
            process.Signal("CONT");
            await Task.WhenAll(asked);
            Array.ForEach(placed, freeze => history.Add(freeze!));
        }
        finally
        {
            process.Signal("CONT");
        }
    }

    private static VerificationService.VerificationServiceClient ClientOf(GrpcChannel channel) => new(channel);

    /// <summary>Sends what waits on one connection, without waiting for any answer.</summary>
    private IEnumerable<Task> Ask(int process, GrpcChannel channel, int[] stopped, Random random)
    {
        for (var i = 0; i < ChecksEach; i++)
        {
            var terminal = stopped[random.Next(stopped.Length)];
            yield return QueuedAsync(process, [terminal], async () => [await ClientOf(channel).CheckStatusAsync(HonestyFleet.Sale(terminal))]);
        }

        for (var i = 0; i < BatchesEach; i++)
        {
            var terminals = random.GetItems(stopped, 100);
            yield return QueuedAsync(process, terminals, async () => (await ClientOf(channel).BatchCheckStatusAsync(HonestyFleet.Sales(terminals))).Results.Select(static result => result.Answer));
        }
    }

    private async Task QueuedAsync(int process, int[] terminals, Func<Task<IEnumerable<CheckStatusResponse?>>> askAsync)
    {
        var began = history.NowMs;
        try
        {
            foreach (var (terminal, answer) in terminals.Zip(await askAsync()))
            {
                if (answer is null)
                {
                    history.AddUntold();
                    continue;
                }

                history.Add(new Check(process, terminal, 0, began, history.NowMs, answer.Decision, answer.Source, answer.Revision, WasQueued: true));
            }
        }
        catch (RpcException fault) when (HonestyGateways.IsNoAnswer(fault))
        {
            history.AddUntold();
        }
    }

    /// <summary>Connections that are disposed together.</summary>
    private sealed record Connected(GrpcChannel[] Channels) : IDisposable
    {
        public void Dispose() => Array.ForEach(Channels, static channel => channel.Dispose());
    }
}
