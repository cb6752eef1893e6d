using System.Globalization;
using System.Text.Json;
using Npgsql;
using VerifyGateway.TestKit;

namespace VerifyGateway.Interop.Tests;

/// <summary>A gateway whose system of record is PostgreSQL, set up with the commands that an operator would give; callers notice nothing of it.</summary>
public sealed class PostgresGatewayTests : IDisposable
{
    private const int Configuration = 78;

    private readonly TempFolder _folder = new();

    [Fact]
    public async Task Gateway_OnPostgres_IsMigratedByACommandAnswersAsOnAFileAndOutlivesARestartOfTheDatabase()
    {
        await using var server = await PostgresServer.StartAsync();
        var database = await server.CreateDatabaseAsync("gateway");
        var (owner, service) = (Without(database.Owner, "owner.password"), Without(database.Service, "service.password"));
        string[] settings = ["Postgres:Connection=" + service.Connection, "Postgres:PasswordFile=" + service.PasswordFile, "Storage:SeedFile=" + GatewayProcess.SampleSeed];

        await ExpectRefusedAsync(settings);
        var migrated = await VgctlAsync("store", "migrate", "--postgres", owner.Connection, "--password-file", owner.PasswordFile, "--service-role", service.User);
        Assert.True(migrated.ExitCode == 0, migrated.Output);

        using var python = await PythonScripts.PrepareAsync();
        using var gateway = await GatewayProcess.StartAsync(settings);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"System of record: PostgreSQL at 127.0.0.1:{server.Port}/gateway"), gateway.Process.Output, StringComparison.Ordinal);
        Assert.Equal(14, await python.RunTestsAsync("status_checks.py", gateway.Grpc));

        // All but the one that needs a large fleet.
        Assert.Equal(3, await python.RunTestsAsync(
            "bindings.py", gateway.Grpc, ("VGCTL", PythonScripts.Vgctl), ("STORE", JsonSerializer.Serialize(new[] { "--postgres", service.Connection, "--password-file", service.PasswordFile }))));

        await server.RestartAsync();
        Assert.Equal(14, await python.RunTestsAsync("status_checks.py", gateway.Grpc));
        Assert.DoesNotContain("Exception", gateway.Process.Output, StringComparison.Ordinal);

        var audit = await VgctlAsync("store", "verify-audit", "--postgres", service.Connection, "--password-file", service.PasswordFile);
        Assert.True(audit.ExitCode == 0, audit.Output);
        Assert.DoesNotContain(PasswordOf(database.Service), gateway.Process.Output + migrated.Output + audit.Output, StringComparison.Ordinal);
    }

    /// <inheritdoc />
    public void Dispose() => _folder.Dispose();

    private static async Task ExpectRefusedAsync(string[] settings)
    {
        using var refused = GatewayProcess.Launch(settings);
        await refused.Process.WaitForExitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(Configuration, refused.Process.ExitCode);
        Assert.Contains("vgctl store migrate", refused.Process.Output, StringComparison.Ordinal);
    }

    private static Task<(int ExitCode, string Output)> VgctlAsync(params string[] arguments) => ChildProcess.RunAsync(
        "dotnet", [PythonScripts.Vgctl, .. arguments], TimeSpan.FromMinutes(1));

    private static string PasswordOf(string connection) => new NpgsqlConnectionStringBuilder(connection).Password!;

    /// <summary>A connection string without its password, which goes into a file.</summary>
    private (string Connection, string PasswordFile, string User) Without(string connection, string file)
    {
        var settings = new NpgsqlConnectionStringBuilder(connection);
        File.WriteAllText(_folder.File(file), settings.Password + "\n");
        settings.Remove("Password");
        return (settings.ConnectionString, _folder.File(file), settings.Username!);
    }
}
