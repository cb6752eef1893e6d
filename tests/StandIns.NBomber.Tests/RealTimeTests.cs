using NBomber.Engine;

namespace NBomberStandIn.Tests;

/// <summary>The real clock, and what the engine itself costs. Times are not asserted: the machine is not ours alone.</summary>
public sealed class RealTimeTests
{
    [Fact]
    public void SleepUntil_NeverReturnsEarly()
    {
        var clock = new RealClock();
        for (var number = 1; number <= 50; number++)
        {
            var until = clock.NowNs + (number * 40_000);
            while (clock.NowNs < until)
            {
                clock.SleepUntil(until);
            }

            Assert.True(clock.NowNs >= until);
        }

        var before = clock.NowNs;
        clock.SleepUntil(before - 1);
        clock.SleepUntil(before + 5_000_000);
        Assert.True(clock.NowNs >= before + 4_900_000);
    }

    [Fact]
    public async Task Rate_StartsEverythingAndAllocatesNextToNothing()
    {
        // With a step, whose task and closure are the scenario's own. The bound is a guard against an allocation for each start.
        var (exitCode, output) = await Probe.RunAsync("rate", "5000", "2");
        TestContext.Current.TestOutputHelper?.WriteLine(output);
        // Where others use the machine, too, starts are late and the run is invalid: what is asked here is another thing.
        Assert.True(exitCode is 0 or 98, output);
        Assert.Contains("started 10000,", output, StringComparison.Ordinal);
        var bytes = int.Parse(output[(output.LastIndexOf("iteration ", StringComparison.Ordinal) + "iteration ".Length)..].Trim(), System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(bytes, 0, 600);
    }

    [Fact]
    public async Task ClosedLoad_OfNothing_EndsInTimeAndKeepsItsCopies()
    {
        var most = 0;
        var now = 0;
        var scenario = Scenario.Create("closed", async _ =>
            {
                InterlockedMax(ref most, Interlocked.Increment(ref now));
                await Task.Yield();
                Interlocked.Decrement(ref now);
                return Response.Ok();
            })
            .WithoutWarmUp()
            .WithLoadSimulations(Simulation.KeepConstant(3, Times.Second));
        var stats = await Task.Run(() => NBomberRunner.RegisterScenarios(scenario).WithoutReports().Run());
        Assert.InRange(most, 1, 3);
        Assert.True(stats.AllOkCount > 1_000);
        Assert.Equal(0, stats.AllFailCount);
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (var seen = Volatile.Read(ref most); value > seen;)
        {
            var before = Interlocked.CompareExchange(ref most, value, seen);
            seen = before == seen ? value : before;
        }
    }
}
