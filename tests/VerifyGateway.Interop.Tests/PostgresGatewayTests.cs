using System.Globalization;
using System.Text.Json;
using Npgsql;
using VerifyGateway.TestKit;

namespace VerifyGateway.Interop.Tests;

/// <summary>A gateway whose system of record is PostgreSQL, set up with the commands that an operator would give; callers notice nothing of it.</summary>
public sealed class PostgresGatewayTests : IDisposable
{
    private const int Configuration = 78;
    private const string Database = "gateway";

    // Answers of the health service, framed.
    private const string Serving = "0000000002" + "0801";
    private const string NotServing = "0000000002" + "0802";

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

    [Fact]
    public async Task Start_FeedCannotBeRead_IsNotReadyUntilTheFeedIsFollowed()
    {
        await using var server = await PostgresServer.StartAsync();
        var settings = await PrepareAsync(server);
        await using var other = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(server.ConnectionString(Database, PostgresServer.Superuser)) { Pooling = false }.ConnectionString);
        await other.OpenAsync(TestContext.Current.CancellationToken);
        await using var lasting = await other.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using (var command = new NpgsqlCommand("LOCK TABLE feed IN ACCESS EXCLUSIVE MODE", other))
        {
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        var (grpc, ops) = (FreePort.Next(), FreePort.Next());
        using var caller = new RawCaller(new Uri($"http://127.0.0.1:{grpc}"));
        using var prober = new HttpClient();
        // Without a rehearsal, nobody but the follower asks for the feed; and it does not give up before the test lets go of it, however slow the machine is.
        using var gateway = GatewayProcess.Launch([.. settings, $"Listen:GrpcPort={grpc}", $"Listen:OpsPort={ops}", "Listen:RehearsalLimitMs=0", "Postgres:CallLimitMs=60000"]);
        await Wait.UntilAsync(async () =>
        {
            Assert.False(gateway.Process.HasExited, gateway.Process.Output);
            return await CountAsync(server, "wait_event_type = 'Lock'") > 0;
        }, "the follower to wait for the feed");
        Assert.Equal((503, NotServing), await StateAsync());

        await lasting.RollbackAsync(TestContext.Current.CancellationToken);
        await Wait.UntilAsync(async () =>
        {
            Assert.False(gateway.Process.HasExited, gateway.Process.Output);
            return await StateAsync() == (200, Serving);
        }, "the gateway to be ready");

        async Task<(int Http, string Grpc)> StateAsync()
        {
            using var answer = await prober.GetAsync(new Uri($"http://127.0.0.1:{ops}/readyz"), TestContext.Current.CancellationToken);
            return ((int)answer.StatusCode, Convert.ToHexString((await caller.SendAsync("/grpc.health.v1.Health/Check", new byte[5])).Body));
        }
    }

    [Fact]
    public async Task Start_ReadyGateway_HasTheConnectionsForChecksOpen()
    {
        await using var server = await PostgresServer.StartAsync();
        using var gateway = await GatewayProcess.StartAsync([.. await PrepareAsync(server), "Postgres:CheckConnections=20", "Postgres:OtherConnections=1"]);
        // All others together are six at most.
        Assert.InRange(await CountAsync(server), 20, 26);
        Assert.DoesNotContain("connections for checks", gateway.Process.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_DatabaseAllowsFewerConnections_IsReadyAllTheSameSaysSoAndLeavesRoom()
    {
        await using var server = await PostgresServer.StartAsync();
        string[] settings = [.. await PrepareAsync(server), "Storage:SeedFile=" + GatewayProcess.SampleSeed, "Postgres:CheckConnections=20", "Postgres:OtherConnections=1"];
        await server.AskAsync(PostgresServer.Superuser, $"ALTER ROLE {Database}_service CONNECTION LIMIT 12");
        using var gateway = await GatewayProcess.StartAsync(settings);
        Assert.Matches("The database gave [0-9]+ of 20 connections for checks", gateway.Process.Output);
        await Wait.UntilAsync(async () => await CountAsync(server) <= 7, "the connections to be closed again");
        using var caller = new RawCaller(gateway.Grpc);
        await caller.ExpectGoodCallAsync();
    }

    /// <inheritdoc />
    public void Dispose() => _folder.Dispose();

    private static async Task<long> CountAsync(PostgresServer server, string which = "true") => (long)(await server.AskAsync(
        PostgresServer.Superuser, $"SELECT count(*) FROM pg_stat_activity WHERE usename = '{Database}_service' AND backend_type = 'client backend' AND {which}"))!;

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

    /// <summary>Makes a database with the store's tables; the settings that name it.</summary>
    private async Task<string[]> PrepareAsync(PostgresServer server)
    {
        var database = await server.CreateDatabaseAsync(Database);
        var (owner, service) = (Without(database.Owner, "owner.password"), Without(database.Service, "service.password"));
        var migrated = await VgctlAsync("store", "migrate", "--postgres", owner.Connection, "--password-file", owner.PasswordFile, "--service-role", service.User);
        Assert.True(migrated.ExitCode == 0, migrated.Output);
        return ["Postgres:Connection=" + service.Connection, "Postgres:PasswordFile=" + service.PasswordFile];
    }

    /// <summary>A connection string without its password, which goes into a file.</summary>
    private (string Connection, string PasswordFile, string User) Without(string connection, string file)
    {
        var settings = new NpgsqlConnectionStringBuilder(connection);
        File.WriteAllText(_folder.File(file), settings.Password + "\n");
        settings.Remove("Password");
        return (settings.ConnectionString, _folder.File(file), settings.Username!);
    }
}
