using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using VerifyGateway.TestKit;
using VerifyGateway.V1;

namespace VerifyGateway.Coherence;

/// <summary>A gateway's start over a large fleet: until it says that it is ready, and from then to its first answer.</summary>
internal static class StartPart
{
    private static readonly Kind[] Kinds = [new(false, false), new(false, true), new(true, false), new(true, true)];

    public static async Task RunAsync(int terminals, int starts)
    {
        Report.Head(
            $"Start over {terminals:N0} terminals, {starts} starts of each kind, in turn",
            "system of record, rehearsal", "the connection is made", "until ready, s", "from ready to the first answer, ms", "the second answer, ms");
        foreach (var onPostgres in (bool[])[false, true])
        {
            var check = new CheckStatusRequest();
            await using var place = await Place.GeneratedAsync(terminals, onPostgres, file => check = GoodOne(file));
            var body = Fleet.Body(check);
            var times = new List<(Kind Kind, double Ready, double First, double Second)>();
            // The first round is for this process's own compiler, and for the disk.
            for (var round = 0; round <= starts; round++)
            {
                foreach (var kind in Kinds)
                {
                    var (ready, first, second) = await StartAsync(place, body, kind);
                    if (round > 0)
                    {
                        times.Add((kind, ready, first, second));
                    }
                }
            }

            foreach (var of in times.GroupBy(static it => it.Kind))
            {
                var (rehearsal, connection) = (of.Key.Rehearses ? "with" : "without", of.Key.IsEarly ? "before ready" : "after ready");
                Report.Say($"| {(onPostgres ? "PostgreSQL" : "SQLite")}, {rehearsal} | {connection} | {Report.Spread(of.Select(static it => it.Ready))} | {Report.Spread(of.Select(static it => it.First))} | {Report.Spread(of.Select(static it => it.Second))} |");
            }
        }

        Report.Say($"");
        Report.Say($"Wanted: 5 s and 5 ms. A connection that is made after ready is in the time to the first answer. Nobody has sent this gateway a check before; who asks here has asked others.");
    }

    private static async Task<(double ReadySeconds, double FirstMs, double SecondMs)> StartAsync(Place place, byte[] body, Kind kind)
    {
        var (grpc, ops) = (FreePort.Next(), FreePort.Next());
        var address = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{grpc}"));
        using var http = new HttpClient { BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{ops}")) };
        var began = Stopwatch.GetTimestamp();
        using var gateway = place.Launch(
            string.Create(CultureInfo.InvariantCulture, $"Listen:GrpcPort={grpc}"), string.Create(CultureInfo.InvariantCulture, $"Listen:OpsPort={ops}"),
            $"Listen:RehearsalLimitMs={(kind.Rehearses ? "2000" : "0")}");
        CheckConnection? early = null;
        if (kind.IsEarly)
        {
            await Wait.UntilAsync(() => (early = new CheckConnection(address)) is not null, "the gateway to listen", TimeSpan.FromMinutes(2));
        }

        await Wait.UntilAsync(async () => (await http.GetAsync("/readyz")).IsSuccessStatusCode, "the gateway to be ready", TimeSpan.FromMinutes(2));
        var ready = Stopwatch.GetElapsedTime(began);
        var asking = Stopwatch.GetTimestamp();
        using var connection = early ?? new CheckConnection(address);
        var first = Ask(connection, body, asking);
        var second = Ask(connection, body, Stopwatch.GetTimestamp());
        gateway.Process.Signal("TERM");
        await gateway.Process.WaitForExitAsync(TimeSpan.FromSeconds(60));
        return (ready.TotalSeconds, first, second);
    }

    private static double Ask(CheckConnection connection, byte[] body, long began)
    {
        var asked = false;
        var answers = connection.Run(1, () =>
        {
            var next = asked ? null : body;
            asked = true;
            return next;
        });
        return answers.Failed == 0 ? Stopwatch.GetElapsedTime(began).TotalMilliseconds : throw new InvalidOperationException("The check was not allowed.");
    }

    /// <summary>A terminal of a generated fleet that is to be allowed.</summary>
    private static CheckStatusRequest GoodOne(string file)
    {
        foreach (var line in File.ReadLines(file))
        {
            using var parsed = JsonDocument.Parse(line);
            var row = parsed.RootElement;
            if (row.GetProperty("kind").GetString() == "terminal" && row.TryGetProperty("note", out var note) && note.GetString()!.StartsWith("OK", StringComparison.Ordinal))
            {
                return new CheckStatusRequest
                {
                    AcquirerId = row.GetProperty("acquirer_id").GetString(), TerminalSn = row.GetProperty("terminal_sn").GetString(),
                    TerminalNo = row.GetProperty("terminal_no").GetString(), MerchantNo = row.GetProperty("merchant_no").GetString(), TransactionKind = TransactionKind.Sale,
                };
            }
        }

        throw new InvalidOperationException("The fleet has no good terminal.");
    }

    /// <summary>How a gateway is started and asked.</summary>
    /// <param name="Rehearses">True when it rehearses, as it does unless told otherwise.</param>
    /// <param name="IsEarly">True to connect as soon as it listens, which it does before it is ready.</param>
    private readonly record struct Kind(bool Rehearses, bool IsEarly);
}
