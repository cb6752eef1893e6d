using System.Diagnostics;
using System.Globalization;

[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace VerifyGateway.Tail.Tests;

/// <summary>The generator tells what callers would have seen, and says when it could not do what it was told.</summary>
public sealed class LoadTests : IAsyncLifetime
{
    private const int Terminals = 1_000;
    private const int Rate = 400;
    private Gateway _gateway = null!;

    public async ValueTask InitializeAsync() => _gateway = await Gateway.StartAsync(Terminals, memoryMiB: 16);

    public ValueTask DisposeAsync()
    {
        _gateway.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task StoppedGateway_ShowsInTheCorrectedPercentiles()
    {
        var load = Load.AtRate(_gateway.Grpc, Terminals, Rate, TimeSpan.FromSeconds(3), seed: 1);
        var running = load.RunAsync();
        await Wait.UntilAsync(() => load.Asked >= Rate, "the first second");
        _gateway.Process.Signal("STOP");
        // The load goes on at its rate, whether anybody answers or not.
        await Wait.UntilAsync(() => load.Asked >= 2 * Rate, "a second without answers");
        _gateway.Process.Signal("CONT");
        var figures = await running;
        Assert.Equal((3 * Rate, 3 * Rate), (figures.Ended, figures.Allowed));
        // A third of the calls was to begin in that second; the first of them waited for all of it, the last hardly.
        Assert.InRange(figures.Latency(0.99), 700, 5_000);
        Assert.InRange(figures.Latency(0.80), 200, 5_000);
    }

    [Fact]
    public async Task StoppedGateway_HardlyShowsInAClosedLoad()
    {
        const int Open = 8;
        var began = Stopwatch.GetTimestamp();
        var load = Load.Closed(_gateway.Grpc, Terminals, Open, TimeSpan.FromSeconds(3), seed: 1);
        var running = load.RunAsync();
        await Wait.UntilAsync(() => Stopwatch.GetElapsedTime(began) > TimeSpan.FromSeconds(1), "the first second");
        _gateway.Process.Signal("STOP");
        var stopped = Stopwatch.GetTimestamp();
        await Wait.UntilAsync(() => Stopwatch.GetElapsedTime(stopped) > TimeSpan.FromSeconds(1), "a second without answers");
        _gateway.Process.Signal("CONT");
        var figures = await running;
        Assert.True(figures.Ended > 100 * Open, $"{figures.Ended} calls");
        // The same second, and one call of each caller has seen it.
        Assert.InRange(figures.Latency(1), 900, 5_000);
        Assert.InRange(figures.Latency(1 - ((Open + 1.0) / figures.Ended)), 0, 700);
        Assert.InRange(figures.Latency(0.99), 0, 700);
    }

    [Fact]
    public async Task RateBeyondTheGenerator_MakesTheSampleInvalid()
    {
        // 1,000 calls within 50 µs, fewer than the connections have room for: nobody but the generator can hold them up.
        var sample = await Sample.TakeAsync(_gateway, Load.AtRate(_gateway.Grpc, Terminals, 20_000_000, TimeSpan.FromMicroseconds(50), seed: 1));
        Assert.Equal(1_000, sample.Figures.Allowed);
        Assert.StartsWith("the generator was ", sample.Invalid(0.999, mostLateMs: 0.05), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TerminalsThatAreNotInMemory_AreNotMeasured()
    {
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(
            () => Sample.TakeAsync(_gateway, Load.AtRate(_gateway.Grpc, 2 * Terminals, Rate, TimeSpan.FromMilliseconds(500), seed: 1)));
        Assert.Contains("not what is to be measured", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Sample_LateOrDisturbed_IsInvalid()
    {
        var ms = Stopwatch.Frequency / 1_000;
        Sample Of(double lateMs, double others) => new(
            new LoadFigures([ms], [ms], [.. Enumerable.Repeat(0L, 998), (long)(lateMs * ms), (long)(lateMs * ms)]) { Seconds = 1 },
            new Usage(1 + others, 0, 0.5, 0.5, 0, 0), Collections: 0, PausedSeconds: 0, LeaseExpiries: 0);
        Assert.Equal("", Of(0.9, 0).Invalid(0.999, 1));
        Assert.Contains("1.10 ms late", Of(1.1, 0).Invalid(0.999, 1), StringComparison.Ordinal);
        Assert.Equal("", Of(1.1, 0).Invalid(0.99, 1));
        Assert.Contains("others took", Of(0, 0.06 * Environment.ProcessorCount).Invalid(0.999, 1), StringComparison.Ordinal);
    }

    [Fact]
    public void Check_Answers_AreToldApart()
    {
        Assert.Equal(Answer.FromMemory, Check.Read([0, 0, 0, 0, 7, 2 << 3, 1, (3 << 3) | 2, 1, 9, 14 << 3, 1]));
        Assert.Equal(Answer.FromElsewhere, Check.Read([0, 0, 0, 0, 4, 2 << 3, 1, 14 << 3, 3]));
        Assert.Equal(Answer.Other, Check.Read([0, 0, 0, 0, 4, 2 << 3, 2, 14 << 3, 1]));
        Assert.Equal(Answer.Other, Check.Read([]));
    }
}

/// <summary>The whole program, in its quick form.</summary>
public sealed class ProgramTests
{
    [Fact]
    public async Task Quick_MeasuresBothFleetsAndWritesThePage()
    {
        var (exitCode, output) = await ChildProcess.RunAsync("dotnet", [typeof(Load).Assembly.Location, "--quick", "--terminals", "5000"], TimeSpan.FromMinutes(3));
        TestContext.Current.TestOutputHelper?.WriteLine(output);
        // On a machine that others use as well there may be no valid round; what is measured is measured all the same.
        Assert.True(exitCode is 0 or 98, output);
        Assert.Contains("| 5,000 | 3,750 |", output, StringComparison.Ordinal);
        Assert.Contains("## At half of saturation: 2,000 a second", output, StringComparison.Ordinal);
        Assert.Equal(exitCode == 98, output.Contains("too few valid rounds", StringComparison.Ordinal));
        foreach (var row in output.Split('\n').Where(static line => line.StartsWith("| 1, ", StringComparison.Ordinal)))
        {
            var milliseconds = row.Split('|')[2..6].Select(static cell => double.Parse(cell, CultureInfo.InvariantCulture)).ToArray();
            Assert.True(milliseconds[0] > 0 && milliseconds.SequenceEqual(milliseconds.Order()), row);
        }

        Assert.Equal(4, output.Split('\n').Count(static line => line.StartsWith("| 1, ", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("--rounds")]
    [InlineData("--rounds 0")]
    [InlineData("--rounds many")]
    [InlineData("--reckless 1")]
    public void Arguments_ThatMakeNoSense_AreRefused(string arguments) => Assert.Null(Options.Read(arguments.Split(' ')));
}
