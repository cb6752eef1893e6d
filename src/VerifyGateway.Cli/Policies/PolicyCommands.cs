using System.CommandLine;
using System.Globalization;
using VerifyGateway.Domain.Policies;
using VerifyGateway.Domain.Reasons;

namespace VerifyGateway.Cli.Policies;

/// <summary>vgctl policy …: looks at policy files before a gateway does.</summary>
internal static class PolicyCommands
{
    public static Command Build() => new("policy", "Looks at policy files (docs/policies.md).") { Check() };

    private static Command Check()
    {
        var file = new Argument<FileInfo>("FILE") { Description = "The policy file." };
        var command = new Command("check", "Tells everything that is wrong with a policy file or, when nothing is, the order of its policies.") { file };
        command.SetAction((parsed, cancel) => Ending.OfAsync(() => CheckAsync(parsed.GetRequiredValue(file).FullName, cancel)));
        return command;
    }

    private static async Task<int> CheckAsync(string path, CancellationToken cancel)
    {
        if (!PolicyFile.TryLoad(await File.ReadAllBytesAsync(path, cancel), out var snapshot, out var errors))
        {
            foreach (var error in errors)
            {
                await Console.Error.WriteLineAsync(error.ToString());
            }

            await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{path}: {errors.Length} error(s); a gateway would go on with what it has."));
            return ExitCodes.BadInput;
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{path}: good, {snapshot.Policies.Length} policies{(snapshot.Policies.IsEmpty ? "." : ", in this order:")}"));
        foreach (var policy in snapshot.Policies)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  {policy.Priority,7}  {Codes.Of(policy.Effect),-22}  {policy.Id} version {policy.Version}, from {Instant(policy.EffectiveFromUnixMs)}{(policy.EffectiveUntilUnixMs == 0 ? "" : $" until {Instant(policy.EffectiveUntilUnixMs)}")}"));
        }

        return ExitCodes.Ok;
    }

    private static string Instant(long unixMs) =>
        DateTimeOffset.FromUnixTimeMilliseconds(unixMs).ToOffset(TimeSpan.FromHours(8)).ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture);
}
