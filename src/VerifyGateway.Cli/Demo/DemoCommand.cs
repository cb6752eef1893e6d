using System.CommandLine;
using Grpc.Net.Client;
using Spectre.Console;
using VerifyGateway.V1;
using Reason = VerifyGateway.Domain.Reasons.Reason;

namespace VerifyGateway.Cli.Demo;

/// <summary>vgctl demo: a burst of checks, a freeze, and how to call the gateway.</summary>
internal static class DemoCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Build()
    {
        var gateway = AddressOption.Make("--gateway", "Address of a gateway's gRPC port.");
        var second = AddressOption.Make("--second-gateway", "Address of another gateway on the same store and Redis; the burst goes to both.");
        var fleet = new Option<string>("--fleet") { Description = "The fleet file that the gateway was loaded with (plain NDJSON).", Required = true };
        var store = new Option<string>("--store") { Description = "The gateway's SQLite file; the freeze is written there.", Required = true };
        var checks = new Option<int>("--checks") { Description = "How many checks to send.", DefaultValueFactory = _ => 50_000 };
        var command = new Command("demo", "Sends a burst of checks from a simulated fleet, freezes one merchant and shows what each does.") { gateway, second, fleet, store, checks };
        checks.Validators.Add(static given =>
        {
            if (given.GetValueOrDefault<int>() < 1)
            {
                given.AddError("--checks takes a number of 1 or more.");
            }
        });
        command.SetAction((parsed, cancel) => Ending.OfAsync(() => RunAsync(parsed.GetRequiredValue(gateway), parsed.GetRequiredValue(second), parsed.GetRequiredValue(fleet), parsed.GetRequiredValue(store), parsed.GetValue(checks), cancel)));
        command.Subcommands.Add(HowToCall.Build());
        return command;
    }

    private static async Task<int> RunAsync(Uri gateway, Uri second, string fleetFile, string storePath, int checks, CancellationToken cancel)
    {
        var terminals = DemoTerminal.Read(fleetFile);
        var good = terminals.FirstOrDefault(it => it.OfASale == Reason.Ok)
            ?? throw new FormatException($"{fleetFile} has no terminal whose note begins with OK; make one with vgctl fleet generate.");

        using var channel = GrpcChannel.ForAddress(gateway);
        using var secondChannel = GrpcChannel.ForAddress(second);
        var client = new VerificationService.VerificationServiceClient(channel);
        var secondClient = new VerificationService.VerificationServiceClient(secondChannel);
        var (answers, took) = await new Burst([client, secondClient], terminals, seed: 1).RunAsync(checks, cancel);
        AnsiConsole.Profile.Width = Math.Max(AnsiConsole.Profile.Width, 120);
        BurstReport.Print(AnsiConsole.Console, answers, took);

        var froze = await FreezeStep.RunAsync(client, secondClient, good, storePath, Console.Out, TimeProvider.System, cancel);
        return froze && answers.All(it => it.Surprise is null) ? 0 : 1;
    }
}
