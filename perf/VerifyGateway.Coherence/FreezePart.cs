using System.Diagnostics;
using Grpc.Net.Client;
using VerifyGateway.TestKit;
using VerifyGateway.V1;

namespace VerifyGateway.Coherence;

/// <summary>
/// From the answer to a freeze at one of three gateways to the first decline of the last of them, and the same from the request on. On
/// PostgreSQL its NOTIFY tells the others too; processes on one file of SQLite learn of writes by messages of Redis, or by the poll alone.
/// </summary>
internal sealed class FreezePart : IDisposable
{
    private const int WarmUp = 60;
    private const int BoundMs = 2_000;
    private readonly GrpcChannel[] _channels;
    private readonly VerificationService.VerificationServiceClient[] _checks;
    private readonly HoldService.HoldServiceClient _holds;
    private int _next;

    private FreezePart(GatewayProcess[] gateways)
    {
        _channels = Array.ConvertAll(gateways, static it => GrpcChannel.ForAddress(it.Grpc));
        _checks = Array.ConvertAll(_channels, static it => new VerificationService.VerificationServiceClient(it));
        _holds = new HoldService.HoldServiceClient(_channels[0]);
    }

    public static async Task RunAsync(int freezes)
    {
        var terminals = (2 * (freezes + WarmUp)) + 2_000;
        Report.Head(
            $"From a freeze to the last of three gateways, {freezes} freezes", "case", "median, ms", "99 %, ms", "longest, ms", "the gateway that wrote, median, ms",
            "from the request on, median, ms", "99 %, ms", "longer than the bound of 2,000 ms");
        await OnAsync(await Place.OnPostgresAsync(terminals), freezes, "messages of Redis, beside NOTIFY of PostgreSQL", "Redis dead, NOTIFY of PostgreSQL");
        await OnAsync(await Place.OnSqliteAsync(terminals), freezes, "messages of Redis alone (one file of SQLite)", "Redis dead, the poll of 200 ms alone (one file of SQLite)");
    }

    public void Dispose() => Array.ForEach(_channels, static it => it.Dispose());

    private static async Task OnAsync(Place where, int freezes, string withRedis, string without)
    {
        await using var place = where;
        var gateways = new GatewayProcess[3];
        for (var i = 0; i < gateways.Length; i++)
        {
            gateways[i] = await place.GatewayAsync("Callers:LoopbackRoles=Check,HolderChannel");
        }

        using var part = new FreezePart(gateways);
        await part.SeriesAsync(withRedis, freezes);
        await place.KillRedisAsync(async () => await part.OneAsync());
        await part.SeriesAsync(without, freezes);
    }

    private async Task SeriesAsync(string name, int freezes)
    {
        for (var i = 0; i < WarmUp; i++)
        {
            await OneAsync();
        }

        var (last, own, whole) = (new List<double>(), new List<double>(), new List<double>());
        for (var i = 0; i < freezes; i++)
        {
            var (times, write) = await OneAsync();
            last.Add(times.Max());
            own.Add(times[0]);
            whole.Add(write + times.Max());
        }

        last.Sort();
        own.Sort();
        whole.Sort();
        Report.Say($"| {name} | {Report.Median(last):0.00} | {Report.Percentile(last, 0.99):0.00} | {last[^1]:0.00} | {Report.Median(own):0.00} | {Report.Median(whole):0.00} | {Report.Percentile(whole, 0.99):0.00} | {whole.Count(static it => it > BoundMs)} |");
    }

    /// <summary>Freezes the next merchant; milliseconds until each gateway's answer that declines, from the answer to the freeze on, and from the request to that.</summary>
    private async Task<(double[] Times, double Write)> OneAsync()
    {
        var terminal = _next++;
        var check = Fleet.Check(terminal);
        foreach (var client in _checks)
        {
            await Wait.UntilAsync(async () => (await client.CheckStatusAsync(check)) is { Decision: Decision.Allow, Source: AnswerSource.Memory }, "the gateway to allow from memory");
        }

        var asked = Stopwatch.GetTimestamp();
        await _holds.PlaceHoldAsync(new PlaceHoldRequest
        {
            RequestId = Guid.NewGuid().ToString("N"), AcquirerId = Fleet.Acquirer, Kind = HoldKind.Holder, Authority = HoldAuthority.Owner,
            Target = new HoldOn { MerchantNo = Fleet.MerchantOf(terminal) },
        });
        var committed = Stopwatch.GetTimestamp();
        return (await UntilDeclinedAsync(check, committed), Stopwatch.GetElapsedTime(asked, committed).TotalMilliseconds);
    }

    /// <summary>
    /// Asks the gateways in turn, one at a time, with a pause of a millisecond after each turn: asked without pauses they leave two
    /// processors no time for what is measured, and half of a hundred milliseconds is then spent waiting for a processor.
    /// </summary>
    private async Task<double[]> UntilDeclinedAsync(CheckStatusRequest check, long since)
    {
        var times = new double[_checks.Length];
        while (times.Contains(0))
        {
            for (var i = 0; i < times.Length; i++)
            {
                if (times[i] == 0 && (await _checks[i].CheckStatusAsync(check)).Decision == Decision.Decline)
                {
                    times[i] = Stopwatch.GetElapsedTime(since).TotalMilliseconds;
                }
            }

            if (Stopwatch.GetElapsedTime(since) > TimeSpan.FromSeconds(30))
            {
                throw new InvalidOperationException("A gateway allows a frozen merchant after 30 s.");
            }

            await Task.Delay(1);
        }

        return times;
    }
}
