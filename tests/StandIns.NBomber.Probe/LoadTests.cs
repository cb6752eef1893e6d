using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using NBomber.Contracts;
using NBomber.Contracts.Stats;
using NBomber.CSharp;
using NBomber.Data.CSharp;

namespace NBomberProbe;

/// <summary>Load tests that end in each of the possible ways.</summary>
internal static class LoadTests
{
    public static int Run(string kind, string folder)
    {
        var scenario = Scenario.Create("probe", async context =>
            {
                await Task.Delay(kind == "invalid" ? 200 : 1);
                return kind == "failing" ? Response.Fail(statusCode: "500", message: "as told") : Response.Ok(statusCode: "200");
            })
            .WithInit(_ => kind == "init" ? throw new InvalidDataException("as told") : Task.CompletedTask)
            .WithoutWarmUp()
            .WithMaxFailCount(10)
            .WithLoadSimulations(LoadOf(kind))
            .WithThresholds(Threshold.Create(stats => stats.Ok.Request.Count >= (kind == "threshold" ? 1_000_000 : 0)));
        var run = NBomberRunner.RegisterScenarios(scenario)
            .WithReportFolder(folder)
            .WithReportFileName("probe")
            .WithReportingInterval(TimeSpan.FromSeconds(1));
        try
        {
            (kind == "invalid" ? run.WithMaxWorkUnderWay(2) : run).Run();
        }
        catch (ArgumentException refused)
        {
            Console.WriteLine(refused.Message);
        }

        // What Run has set, as a program does that returns nothing from Main.
        return Environment.ExitCode;
    }

    /// <summary>What random numbers a run draws: of its schedule, its iterations and its feed.</summary>
    public static int Draws()
    {
        var feed = DataFeed.Random(Enumerable.Range(0, 1_000_000).ToArray());
        var drawn = new ConcurrentBag<(long Iteration, int Feed, bool IsCopy)>();
        ScenarioProps Of(string name, params LoadSimulation[] load) => Scenario.Create(name, async context =>
            {
                drawn.Add((context.Random.NextInt64(), feed.GetNextItem(context.ScenarioInfo), name == "closed"));
                await Task.Yield();
                return Response.Ok();
            })
            .WithoutWarmUp()
            .WithLoadSimulations(load);
        var second = TimeSpan.FromSeconds(1);
        NBomberRunner.RegisterScenarios(
                Of("open", Simulation.InjectRandom(20, 200, second / 5, second)), Of("closed", Simulation.IterationsForConstant(1, 50)))
            .WithoutReports()
            .Run();

        // Which thread comes first is no matter of the seed.
        var lines = drawn.OrderBy(one => one).Select(one => $"{one.IsCopy} {one.Iteration} {one.Feed}").ToArray();
        Console.WriteLine($"draws {lines.Length} {Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', lines))))}");
        return 0;
    }

    public static int Rate(int rate, int seconds)
    {
        var scenario = Scenario.Create("nothing", async context =>
            {
                await Step.Run("step", context, static () => Task.FromResult(Response.Ok()));
                return Response.Ok();
            })
            .WithWarmUpDuration(TimeSpan.FromSeconds(2))
            .WithLoadSimulations(Simulation.Inject(rate, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(seconds)));
        var stats = NBomberRunner.RegisterScenarios(scenario).WithoutReports().Run();
        Console.WriteLine($"started {stats.ScenarioStats[0].IntendedCount}, bytes per iteration {stats.Generator.AllocatedBytes / Math.Max(1, stats.AllRequestCount)}");
        return stats.Verdict == RunVerdict.Passed ? 0 : (int)stats.Verdict;
    }

    /// <summary>Closed, where the code of a verdict is looked at that a late start of a busy machine would change.</summary>
    private static LoadSimulation LoadOf(string kind) => kind switch
    {
        "config" => Simulation.Inject(-1, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)),
        "invalid" => Simulation.Inject(50, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)),
        "long" => Simulation.Inject(50, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1)),
        _ => Simulation.KeepConstant(2, TimeSpan.FromMilliseconds(500)),
    };
}
