using VerifyGateway.LoadTests.Scenarios;

namespace VerifyGateway.LoadTests.Tests;

/// <summary>The parts that decide what a run says.</summary>
public sealed class PartTests
{
    private static readonly long Second = System.Diagnostics.Stopwatch.Frequency;

    [Fact]
    public void Ledger_AnAllowAfterTheBound_IsStale()
    {
        var ledger = new FreezeLedger(100, 10, TimeSpan.FromSeconds(2));
        Assert.Equal(FreezeLedger.Meaning.NotFrozen, ledger.Of(105, 1, isAllowed: true));
        ledger.Ask(105);
        Assert.Equal(FreezeLedger.Meaning.WithinBound, ledger.Of(105, 5 * Second, isAllowed: true));
        ledger.Answered(105, 10 * Second);
        Assert.Equal(FreezeLedger.Meaning.WithinBound, ledger.Of(105, 9 * Second, isAllowed: true));
        Assert.Equal(FreezeLedger.Meaning.WithinBound, ledger.Of(105, 12 * Second, isAllowed: false));
        Assert.Equal(TimeSpan.Zero, ledger.LongestAllowed);
        Assert.Equal(FreezeLedger.Meaning.AfterBound, ledger.Of(105, (12 * Second) + (Second / 100), isAllowed: true));
        Assert.Equal(2.01, ledger.LongestAllowed.TotalSeconds, 3);
        Assert.Equal(FreezeLedger.Meaning.NotFrozen, ledger.Of(104, 20 * Second, isAllowed: true));
        Assert.Equal(FreezeLedger.Meaning.NotFrozen, ledger.Of(99, 20 * Second, isAllowed: true));
        Assert.Equal(FreezeLedger.Meaning.NotFrozen, ledger.Of(110, 20 * Second, isAllowed: true));
    }

    [Fact]
    public void Memory_MayGrowByHalfAfterATenthOfTheTime()
    {
        Assert.True(SoakScenario.HasNotGrown([10, 100, 110, 120, 120, 120, 130, 140, 140, 149]));
        Assert.False(SoakScenario.HasNotGrown([10, 100, 110, 120, 120, 120, 130, 140, 140, 151]));
        Assert.True(SoakScenario.HasNotGrown([10, 1_000]));
    }

    [Fact]
    public void Zipf_AsksForAFewOftenAndForAll()
    {
        var (zipf, random, counts) = (new Zipf(100), new Random(1), new int[100]);
        for (var draw = 0; draw < 100_000; draw++)
        {
            counts[zipf.Next(random)]++;
        }

        // One in 5.19, and half of that: the sum of 1/n up to 100 is 5.187.
        Assert.InRange(counts[0], 18_800, 19_800);
        Assert.InRange(counts[1], 9_200, 10_100);
        Assert.All(counts, static count => Assert.InRange(count, 100, 20_000));
    }

    [Fact]
    public void ServerFigures_OfAllGateways_AreThoseSinceTheBegin()
    {
        static string Page(int quick, int slow) => $$"""
            grpc_server_handling_seconds_bucket{grpc_type="unary",grpc_method="CheckStatus",le="0.001"} {{quick}}
            grpc_server_handling_seconds_bucket{grpc_type="unary",grpc_method="CheckStatus",le="0.01"} {{quick + slow}}
            grpc_server_handling_seconds_bucket{grpc_type="unary",grpc_method="CheckStatus",le="+Inf"} {{quick + slow}}
            grpc_server_handling_seconds_bucket{grpc_type="unary",grpc_method="PlaceHold",le="+Inf"} 99
            process_working_set_bytes 7
            verifygateway_build_info{version="0.1.0",revision="abc",runtime=".NET 10.0.1",packages="stand-ins"} 1
            """;
        var before = ServerFigures.Of([Page(1_000, 0), Page(50, 0)]);
        var after = ServerFigures.Of([Page(1_080, 10), Page(60, 0)]);
        Assert.Equal(14, after.WorkingSetBytes);
        Assert.Equal(100, after.CallsSince(before));
        Assert.All(after.Builds, static build => Assert.Equal(["0.1.0", "abc", ".NET 10.0.1", "stand-ins"], build));
        Assert.Equal(2, after.Builds.Count);
        Assert.Equal(0.5, after.QuantileMs(0.45, before)!.Value, 3);
        Assert.Equal(9.1, after.QuantileMs(0.99, before)!.Value, 3);
        Assert.Null(after.QuantileMs(0.5, after));
    }

    [Theory]
    [InlineData("500ms", 0.5)]
    [InlineData("30s", 30)]
    [InlineData("1.5m", 90)]
    [InlineData("8h", 28_800)]
    public void Durations_AreReadAndWritten(string text, double seconds)
    {
        Assert.True(Durations.TryParse(text, out var time));
        Assert.Equal(seconds, time.TotalSeconds);
        Assert.True(Durations.TryParse(Durations.Text(time), out var again));
        Assert.Equal(time, again);
        Assert.False(Durations.TryParse("-" + text, out _) || Durations.TryParse(text + "x", out _) || Durations.TryParse("", out _));
    }
}
