using VerifyGateway.TestKit;

namespace VerifyGateway.Tail;

/// <summary>One round: the high load of the small fleet and of the large one, then the low load of both.</summary>
/// <param name="High">At half of saturation: few terminals, many.</param>
/// <param name="Low">At the low rate.</param>
internal sealed record Round((Sample Few, Sample Many) High, (Sample Few, Sample Many) Low)
{
    /// <summary>99.9 % of the large fleet ÷ that of the small one, at half of saturation.</summary>
    public double Ratio => High.Many.Figures.Latency(0.999) / High.Few.Figures.Latency(0.999);

    /// <summary>Why the high load says nothing; empty when it does.</summary>
    public string HighInvalid => First(High.Few.Invalid(0.999, Options.MostLateAtHalfMs), High.Many.Invalid(0.999, Options.MostLateAtHalfMs));

    /// <summary>Why the low load says nothing; empty when it does.</summary>
    public string LowInvalid => First(Low.Few.Invalid(0.99, Options.MostLateAtLowMs), Low.Many.Invalid(0.99, Options.MostLateAtLowMs));

    private static string First(string few, string many) => few.Length > 0 ? few : many;
}

/// <summary>The measure: saturation of both gateways, then rounds in turn until enough of them are valid.</summary>
internal sealed class Rounds(Options options, Gateway few, Gateway many, TextWriter progress)
{
    private const int ProbesOfSaturation = 3;
    private const int WarmUpRounds = 2;
    private const int TimesAsMany = 2;
    // For the compilers of the gateway, which go on for some seconds under load.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly List<Round> _done = [];
    private int _seed = options.Seed;

    /// <summary>Checks a second that h2load has got, one terminal: few, many.</summary>
    public List<(double Few, double Many)> ByH2Load { get; } = [];

    /// <summary>Checks a second of random terminals, as many at a time, by the generator of the rounds.</summary>
    public List<(double Few, double Many)> Closed { get; } = [];

    /// <summary>Checks a second of the high load.</summary>
    public int Rate { get; private set; } = options.Rate;

    /// <summary>Every round, invalid ones too.</summary>
    public IReadOnlyList<Round> Done => _done;

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

        while (_done.Count(static it => it.HighInvalid.Length == 0) < options.Rounds || _done.Count(static it => it.LowInvalid.Length == 0) < options.Rounds)
        {
            if (_done.Count == TimesAsMany * options.Rounds)
            {
                break;
            }

            var round = new Round((await LoadAsync(few, Rate), await LoadAsync(many, Rate)), (await LoadAsync(few, options.Low), await LoadAsync(many, options.Low)));
            _done.Add(round);
            await progress.WriteLineAsync(FormattableString.Invariant(
                $"{_done.Count}: 99.9 % {round.High.Few.Figures.Latency(0.999):0.00} and {round.High.Many.Figures.Latency(0.999):0.00} ms, ratio {round.Ratio:0.00} {round.HighInvalid}; low 99 % {round.Low.Few.Figures.Latency(0.99):0.00} and {round.Low.Many.Figures.Latency(0.99):0.00} ms {round.LowInvalid}"));
        }
    }

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
        var ids = (few.Process.Id, many.Process.Id);
        try
        {
            await Wait.UntilAsync(async () =>
            {
                var before = Usage.Now(ids.Item1);
                await Task.Delay(300);
                var used = Usage.Now(ids.Item1) - before;
                return used.Busy + used.Stolen < 0.3 * Environment.ProcessorCount * 0.1;
            }, "a quiet machine", options.Seconds >= 5 ? Patience : TimeSpan.FromSeconds(1));
        }
        catch (TimeoutException)
        {
            await progress.WriteLineAsync("Others use the machine.");
        }
    }
}
