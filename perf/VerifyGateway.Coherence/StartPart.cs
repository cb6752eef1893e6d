using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using VerifyGateway.TestKit;
using VerifyGateway.V1;

namespace VerifyGateway.Coherence;

/// <summary>A gateway's start over a large fleet: until it says that it is ready, and from then to its first answer.</summary>
internal static class StartPart
{
    public static async Task RunAsync(int terminals, int starts)
    {
        Report.Head($"Start over {terminals:N0} terminals, {starts} starts", "system of record", "until ready, s", "from ready to the first answer, ms", "the second answer, ms");
        foreach (var onPostgres in (bool[])[false, true])
        {
            var check = new CheckStatusRequest();
            await using var place = await Place.GeneratedAsync(terminals, onPostgres, file => check = GoodOne(file));
            var body = Fleet.Body(check);
            // The first start is for this process's own compiler, and for the disk.
            await StartAsync(place, body);
            var times = new List<(double Ready, double First, double Second)>();
            for (var i = 0; i < starts; i++)
            {
                times.Add(await StartAsync(place, body));
            }

            var name = onPostgres ? "PostgreSQL" : "SQLite";
            Report.Say($"| {name} | {Report.Spread(times.Select(static it => it.Ready))} | {Report.Spread(times.Select(static it => it.First))} | {Report.Spread(times.Select(static it => it.Second))} |");
        }

        Report.Say($"");
        Report.Say($"Wanted: 5 s and 5 ms. The time to the first answer has the connection in it.");
    }

    private static async Task<(double ReadySeconds, double FirstMs, double SecondMs)> StartAsync(Place place, byte[] body)
    {
        var (grpc, ops) = (FreePort.Next(), FreePort.Next());
        using var http = new HttpClient { BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{ops}")) };
        var began = Stopwatch.GetTimestamp();
        using var gateway = place.Launch(string.Create(CultureInfo.InvariantCulture, $"Listen:GrpcPort={grpc}"), string.Create(CultureInfo.InvariantCulture, $"Listen:OpsPort={ops}"));
        await Wait.UntilAsync(async () => (await http.GetAsync("/readyz")).IsSuccessStatusCode, "the gateway to be ready", TimeSpan.FromMinutes(2));
        var ready = Stopwatch.GetElapsedTime(began);
        var connecting = Stopwatch.GetTimestamp();
        using var connection = new CheckConnection(new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{grpc}")));
        var first = Ask(connection, body, connecting);
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
}
