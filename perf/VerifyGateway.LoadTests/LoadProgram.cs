using System.CommandLine;

namespace VerifyGateway.LoadTests;

/// <summary>The program, without the process around it.</summary>
internal static class LoadProgram
{
    /// <summary>Something broke before or beside the load.</summary>
    public const int Broken = 1;

    /// <summary>What was asked for cannot be run.</summary>
    public const int BadArguments = 104;

    /// <summary>A signal came.</summary>
    public const int Interrupted = 105;

    /// <summary>How long an interrupted run may take to wait for its calls, to report, and to end what it started.</summary>
    private static readonly TimeSpan EndingLimit = TimeSpan.FromMinutes(5);

    private const string About = """
        Load tests of the gateway. Without --address, a fleet, a Redis and the gateways are started here and are gone afterwards.

        Exit codes: 0 passed, 1 something broke, 98 invalid (the generator could not do what it was told: the figures say nothing about the
        gateway), 99 an objective was not met, 104 bad arguments, 105 interrupted. docs/load-testing.md tells how to read the reports.
        """;

    public static async Task<int> RunAsync(string[] arguments, TextWriter output)
    {
        var root = new RootCommand(About) { FleetCommand(output) };
        foreach (var scenario in Catalog.All())
        {
            root.Add(CommandOf(scenario, output));
        }

        var parsed = root.Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
            {
                await output.WriteLineAsync(error.Message);
            }

            await output.WriteLineAsync("loadtest --help tells what there is.");
            return BadArguments;
        }

        return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = EndingLimit, EnableDefaultExceptionHandler = false, Output = output });
    }

    private static Command FleetCommand(TextWriter output)
    {
        var file = new Argument<FileInfo>("FILE") { Description = "The file to write." };
        var terminals = new Option<int>("--terminals") { Description = "Terminals that load is to ask for.", DefaultValueFactory = static _ => 100_000 };
        var command = new Command("fleet", "Writes the fleet that the scenarios ask for, for gateways of your own: vgctl fleet import takes it.") { file, terminals };
        command.SetAction(async parsed =>
        {
            var count = parsed.GetValue(terminals) + LoadOptions.Extra;
            Fleet.Write(parsed.GetRequiredValue(file).FullName, count);
            await output.WriteLineAsync($"{count} terminals.");
        });
        return command;
    }

    private static Command CommandOf(LoadScenario scenario, TextWriter output)
    {
        var options = new OptionSet(scenario);
        var command = new Command(scenario.Name, scenario.Summary);
        foreach (var option in options.All)
        {
            command.Add(option);
        }

        command.SetAction((parsed, cancel) => RunAsync(scenario, () => options.Read(parsed), output, cancel));
        return command;
    }

    private static async Task<int> RunAsync(LoadScenario scenario, Func<LoadOptions> read, TextWriter output, CancellationToken cancel)
    {
        try
        {
            var options = read();
            scenario.Check(options);
            await using var target = await Target.OpenAsync(options, output);
            if (cancel.IsCancellationRequested)
            {
                // Before there was load; during it, NBomber hears of the signal itself, and reports.
                return Interrupted;
            }

            using var session = new LoadSession(options, target, output);
            var outcome = await scenario.RunAsync(session);
            await outcome.WriteAsync(output);
            return outcome.ExitCode;
        }
        catch (ArgumentException refused)
        {
            await output.WriteLineAsync(refused.Message);
            return BadArguments;
        }
        catch (Exception broken) when (broken is InvalidOperationException or IOException or TimeoutException or UnauthorizedAccessException)
        {
            await output.WriteLineAsync($"{scenario.Name}: {broken.Message}");
            return Broken;
        }
    }
}
