using System.CommandLine;
using System.Globalization;
using VerifyGateway.Cli.Generating;
using VerifyGateway.Cli.Store;

namespace VerifyGateway.Cli.Fleet;

/// <summary>vgctl fleet …: the commands and their arguments.</summary>
internal static class FleetCommands
{
    public static Command Build() => new("fleet", "Generates, imports and exports fleets (docs/fleet-format.md).") { Generate(), Import(), Export(), ShowShares() };

    private static Command Generate()
    {
        var seed = new Option<ulong>("--seed") { Description = "Any number: another one, another fleet.", DefaultValueFactory = static _ => 1 };
        var terminals = new Option<int>("--terminals") { Description = "How many terminals, 1 to 50,000,000.", Required = true };
        var output = new Option<FileInfo>("--out") { Description = "The file to write; compressed when its name ends in .gz.", Required = true };
        var asOf = new Option<string>("--as-of") { Description = "Day for which the expected reasons hold, YYYY-MM-DD." };
        terminals.Validators.Add(static result =>
        {
            if (result.Tokens.Count == 1 && (!int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count is < 1 or > FleetSpec.MostTerminals))
            {
                result.AddError($"--terminals is a number from 1 to {FleetSpec.MostTerminals}.");
            }
        });
        asOf.Validators.Add(static result =>
        {
            if (result.Tokens.Count == 1 && !TryParseDay(result.Tokens[0].Value, out _))
            {
                result.AddError("--as-of is a day, YYYY-MM-DD.");
            }
        });
        var command = new Command("generate", "Generates a fleet of test data: the same seed and size, the same bytes.") { seed, terminals, output, asOf };
        command.SetAction((parsed, cancel) => Ending.OfAsync(() =>
        {
            var spec = new FleetSpec(parsed.GetValue(seed), parsed.GetValue(terminals));
            if (parsed.GetValue(asOf) is { } text && TryParseDay(text, out var day))
            {
                spec = spec with { AsOf = day };
            }

            return GenerateCommand.RunAsync(spec, parsed.GetRequiredValue(output).FullName, cancel);
        }));
        return command;
    }

    private static Command Import()
    {
        var file = new Argument<FileInfo>("FILE") { Description = "The fleet file, plain or gzip." };
        var store = new StoreOption();
        var strict = new Option<bool>("--strict") { Description = "All of the file in one transaction or, when anything is wrong with it, nothing." };
        var command = new Command("import", "Brings a fleet file into a store. Safe to run again; one that was cut off goes on where it was.") { file, strict };
        store.AddTo(command);
        command.SetAction((parsed, cancel) => Ending.OfAsync(() =>
            ImportCommand.RunAsync(parsed.GetRequiredValue(file).FullName, () => store.OpenAsync(parsed, create: true, cancel), parsed.GetValue(strict), cancel)));
        return command;
    }

    private static Command Export()
    {
        var store = new StoreOption();
        var output = new Option<FileInfo>("--out") { Description = "The file to write; compressed when its name ends in .gz.", Required = true };
        var command = new Command("export", "Writes all of a store as a fleet file, from one snapshot.") { output };
        store.AddTo(command);
        command.SetAction((parsed, cancel) => Ending.OfAsync(() => ExportCommand.RunAsync(() => store.OpenAsync(parsed, create: false, cancel), parsed.GetRequiredValue(output).FullName, cancel)));
        return command;
    }

    private static Command ShowShares()
    {
        var command = new Command("show-shares", "Shows what the terminals of a generated fleet are like, in shares.");
        command.SetAction(static _ =>
        {
            ShareTables.Write(Console.Out);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static bool TryParseDay(string text, out DateOnly day) => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out day);
}
