using System.CommandLine;
using VerifyGateway.Cli;
using VerifyGateway.Cli.Demo;
using VerifyGateway.Cli.Fleet;
using VerifyGateway.Cli.Policies;
using VerifyGateway.Cli.Reference;
using VerifyGateway.Cli.Store;

var root = new RootCommand("Works on the records of a VerifyGateway, and shows what it does.")
{
    FleetCommands.Build(), StoreCommands.Build(), PolicyCommands.Build(), ReferenceCommands.Build(), DemoCommand.Build(),
};
var parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    foreach (var error in parsed.Errors)
    {
        Console.Error.WriteLine(error.Message);
    }

    Console.Error.WriteLine("vgctl --help tells what there is.");
    return ExitCodes.Usage;
}

// After Ctrl-C, the batch that is being written is still brought to its end.
return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(1), EnableDefaultExceptionHandler = false });
