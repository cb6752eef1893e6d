using NBomber.Contracts;
using NBomber.Contracts.Stats;
using NBomber.CSharp;

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
            .WithoutWarmUp()
            .WithMaxFailCount(10)
            .WithLoadSimulations(Simulation.Inject(kind == "config" ? -1 : 50, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(kind == "long" ? 60 : 1)))
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
}
