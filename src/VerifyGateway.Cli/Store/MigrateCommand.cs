using System.CommandLine;
using System.Globalization;
using VerifyGateway.Storage.Postgres;

namespace VerifyGateway.Cli.Store;

/// <summary>vgctl store migrate.</summary>
internal static class MigrateCommand
{
    public static async Task<int> RunAsync(StoreOption option, ParseResult parsed, string? serviceRole, CancellationToken cancel)
    {
        if (option.FileOf(parsed) is not null)
        {
            await using var store = await option.OpenAsync(parsed, create: true, cancel);
            var head = await store.ReadHeadAsync(cancel);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{store.Place}: the schema is up to date, revision {head}"));
            return ExitCodes.Ok;
        }

        var steps = await PostgresMigrations.RunAsync(option.ConnectionOf(parsed), TimeProvider.System, serviceRole, cancel);
        Console.WriteLine(steps.Count == 0
            ? string.Create(CultureInfo.InvariantCulture, $"The schema is up to date: version {PostgresMigrations.Newest}")
            : string.Create(CultureInfo.InvariantCulture, $"The schema is up to date: version {PostgresMigrations.Newest}, made now: {string.Join(", ", steps)}"));
        if (serviceRole is not null)
        {
            Console.WriteLine($"The role {serviceRole} may read and write its rows.");
        }

        return ExitCodes.Ok;
    }
}
