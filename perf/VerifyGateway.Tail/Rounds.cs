using VerifyGateway.TestKit;

namespace VerifyGateway.Tail;

/// <summary>One load of both gateways, in turn.</summary>
/// <param name="Few">That of the small fleet.</param>
/// <param name="Many">That of the large one.</param>
/// <param name="Share">The share of calls whose latency is asked for.</param>
/// <param name="MostLateMs">How late the generator may have begun them.</param>
internal sealed record Pair(Sample Few, Sample Many, double Share, double MostLateMs)
{
    public (double Few, double Many) Latency => (Few.Figures.Latency(Share), Many.Figures.Latency(Share));

    public double Ratio => Latency.Many / Latency.Few;

    /// <summary>Why it says nothing; empty when it does.</summary>
    public string Invalid => Few.Invalid(Share, MostLateMs) is { Length: > 0 } why ? why : Many.Invalid(Share, MostLateMs);
}

/// <summary>The measure: saturation of both gateways, then rounds in turn until enough of them are valid.</summary>
internal sealed class Rounds(Options options, Gateway few, Gateway many, TextWriter progress)
{
    private const int ProbesOfSaturation = 3;
    private const int WarmUpRounds = 2;
    private const int TimesAsMany = 3;
    private const int QuietLooks = 3;
    // For the compilers of the gateway, which go on for some seconds under load.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(45);

    private int _seed = options.Seed;

    /// <summary>Checks a second that h2load has got, one terminal: few, many.</summary>
    public List<(double Few, double Many)> ByH2Load { get; } = [];

    /// <summary>Checks a second of random terminals, as many at a time, by the generator of the rounds.</summary>
    public List<(double Few, double Many)> Closed { get; } = [];

    /// <summary>Checks a second of the high load.</summary>
    public int Rate { get; private set; } = options.Rate;

    /// <summary>At half of saturation, every round, invalid ones too.</summary>
    public List<Pair> High { get; } = [];

    /// <summary>At the low rate, the same.</summary>
    public List<Pair> Low { get; } = [];

    /// <summary>True when as many rounds of both are valid as were wanted.</summary>
    public bool AreEnough => !Lacks(High) && !Lacks(Low);

    public async Task RunAsync()
    {
        await SaturateAsync();
        for (var warming = 0; warming < WarmUpRounds; warming++)
        {
            foreach (var gateway in (Gateway[])[few, many])
            {
                await LoadAsync(gateway, Rate, 0.5);
                await LoadAsync(gateway, options.Low, 0.5);
            }
        }

        for (var round = 1; round <= TimesAsMany * options.Rounds && !AreEnough; round++)
        {
            if (Lacks(High))
            {
                High.Add(new Pair(await LoadAsync(few, Rate), await LoadAsync(many, Rate), 0.999, Options.MostLateAtHalfMs));
                await SayAsync($"{round}: half of saturation, 99.9 %", High[^1]);
            }

            if (Lacks(Low))
            {
                Low.Add(new Pair(await LoadAsync(few, options.Low), await LoadAsync(many, options.Low), 0.99, Options.MostLateAtLowMs));
                await SayAsync($"{round}: low, 99 %", Low[^1]);
            }
        }
    }

    private bool Lacks(List<Pair> pairs) => pairs.Count(static it => it.Invalid.Length == 0) < options.Rounds;

    private Task SayAsync(string what, Pair pair) =>
        progress.WriteLineAsync(FormattableString.Invariant($"{what} {pair.Latency.Few:0.00} and {pair.Latency.Many:0.00} ms, ratio {pair.Ratio:0.00}; collections {pair.Few.Collections:0} and {pair.Many.Collections:0}, paused {pair.Few.PausedSeconds * 1_000:0.0} and {pair.Many.PausedSeconds * 1_000:0.0} ms; {pair.Invalid}"));

    private async Task SaturateAsync()
    {
        var requests = options.Seconds >= 5 ? 500_000 : 20_000;
        foreach (var gateway in (Gateway[])[few, many])
        {
            await Load.Closed(gateway.Grpc, gateway.Terminals, Saturation.Connections * Saturation.Streams, options.Seconds >= 5 ? WarmUp : TimeSpan.FromSeconds(1), _seed++).RunAsync();
        }

        for (var probe = 0; probe < ProbesOfSaturation; probe++)
        {
            await QuietAsync();
            ByH2Load.Add((await Saturation.OfAsync(few, requests), await Saturation.OfAsync(many, requests)));
            Closed.Add((await ClosedAsync(few), await ClosedAsync(many)));
            await progress.WriteLineAsync(FormattableString.Invariant($"Saturation by h2load {ByH2Load[^1]}, at random {Closed[^1]}"));
        }

        Rate = Rate > 0 ? Rate : (int)(Math.Min(Page.Median(ByH2Load.Select(static it => it.Few)), Page.Median(ByH2Load.Select(static it => it.Many))) / 2);
    }

    private async Task<double> ClosedAsync(Gateway gateway) =>
        (await Load.Closed(gateway.Grpc, gateway.Terminals, Saturation.Connections * Saturation.Streams, TimeSpan.FromSeconds(Math.Min(2, options.Seconds)), _seed++).RunAsync()).PerSecond;

    private async Task<Sample> LoadAsync(Gateway gateway, int rate, double part = 1)
    {
        await QuietAsync();
        return await Sample.TakeAsync(gateway, Load.AtRate(gateway.Grpc, gateway.Terminals, rate, TimeSpan.FromSeconds(part * options.Seconds), _seed++));
    }

    /// <summary>Waits until nobody else uses the machine, or for as long as there is patience: the sample says then who did.</summary>
    private async Task QuietAsync()
    {
        const double Look = 0.3;
        var quiet = 0;
        try
        {
            await Wait.UntilAsync(async () =>
            {
                var before = Usage.Now(few.Process.Id);
                await Task.Delay(TimeSpan.FromSeconds(Look));
                var used = Usage.Now(few.Process.Id) - before;
                // What the two gateways do when nobody asks is in it.
                quiet = used.Busy + used.Stolen < 2 * Options.MostOfOthers * Look * Environment.ProcessorCount ? quiet + 1 : 0;
                return quiet == QuietLooks;
            }, "a quiet machine", options.Seconds >= 5 ? Patience : TimeSpan.FromSeconds(1));
        }
        catch (TimeoutException)
        {
            await progress.WriteLineAsync("Others use the machine.");
        }
    }
}
