using System.Globalization;
using Npgsql;
using VerifyGateway.TestKit;

namespace VerifyGateway.Storage.Tests.Postgres;

/// <summary>The servers that tests start do what the tests rely on.</summary>
public sealed class PostgresServerTests
{
    private static readonly PostgresServerOptions Hasty = new() { Fsync = false };

    [Fact]
    public async Task Two_databases_have_roles_of_their_own_and_the_service_role_reads_and_writes_but_creates_nothing()
    {
        await using var server = await PostgresServer.StartAsync(Hasty with { MaxConnections = 20, Settings = ["work_mem=5MB"] });
        var first = await server.CreateDatabaseAsync("first");
        var second = await server.CreateDatabaseAsync("second");
        foreach (var database in new[] { first, second })
        {
            await AskAsync(database.Owner, "CREATE TABLE t (id bigint GENERATED ALWAYS AS IDENTITY, n int); CREATE SEQUENCE s; INSERT INTO t (n) VALUES (1)");
            Assert.Equal(2, await AskAsync(database.Service, "INSERT INTO t (n) VALUES (2) RETURNING n"));
            Assert.Equal(2L, await AskAsync(database.Service, "UPDATE t SET n = n + 1; DELETE FROM t WHERE n = 3; SELECT count(*) + nextval('s') FROM t"));
            foreach (var ddl in new[] { "CREATE TABLE u (n int)", "CREATE TEMP TABLE u (n int)", "CREATE SCHEMA u", "ALTER TABLE t ADD m int", "DROP TABLE t", "TRUNCATE t" })
            {
                Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, (await Assert.ThrowsAsync<PostgresException>(() => AskAsync(database.Service, ddl))).SqlState);
            }
        }

        var stranger = server.ConnectionString("second", "first_owner");
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, (await Assert.ThrowsAsync<PostgresException>(() => AskAsync(stranger, "SELECT 1"))).SqlState);
        var guess = new NpgsqlConnectionStringBuilder(first.Owner) { Password = "guess" }.ConnectionString;
        Assert.Equal(PostgresErrorCodes.InvalidPassword, (await Assert.ThrowsAsync<PostgresException>(() => AskAsync(guess, "SELECT 1"))).SqlState);
        Assert.Equal("20 5MB off UTC C on 127.0.0.1 ", await server.AskAsync("first", """
            SELECT concat_ws(' ', current_setting('max_connections'), current_setting('work_mem'), current_setting('fsync'), current_setting('timezone'),
                current_setting('lc_messages'), current_setting('autovacuum'), current_setting('listen_addresses'), current_setting('unix_socket_directories'))
            """));
        await Assert.ThrowsAsync<ArgumentException>(() => server.CreateDatabaseAsync("no name"));
        await Assert.ThrowsAsync<InvalidOperationException>(server.FillDiskAsync);
    }

    [Fact]
    public async Task Committed_rows_are_kept_when_the_server_is_restarted_stopped_or_killed()
    {
        await using var server = await PostgresServer.StartAsync();
        var database = await server.CreateDatabaseAsync("kept");
        await AskAsync(database.Owner, "CREATE TABLE t (n int)");
        Func<Task>[] ends = [server.RestartAsync, server.StopAsync, server.KillAsync];
        for (var turn = 0; turn < ends.Length; turn++)
        {
            await AskAsync(database.Service, string.Create(CultureInfo.InvariantCulture, $"INSERT INTO t VALUES ({turn})"));
            await using var open = await OpenAsync(database.Service);
            await AskAsync(open, "BEGIN; INSERT INTO t VALUES (99)");
            await ends[turn]();
            if (turn > 0)
            {
                Assert.Throws<InvalidOperationException>(() => server.Process);
                await Assert.ThrowsAsync<NpgsqlException>(() => AskAsync(database.Service, "SELECT 1"));
                await server.StartAgainAsync();
            }

            Assert.Equal((long)turn + 1, await AskAsync(database.Service, "SELECT count(*) FROM t"));
        }

        Assert.Contains("received fast shutdown request", server.Log, StringComparison.Ordinal);
        Assert.Contains("automatic recovery in progress", server.Log, StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidOperationException>(server.StartAgainAsync);
    }

    [Fact]
    public async Task Connections_of_clients_to_one_database_can_be_ended()
    {
        await using var server = await PostgresServer.StartAsync(Hasty);
        var ended = await server.CreateDatabaseAsync("ended");
        var spared = await server.CreateDatabaseAsync("spared");
        await using var one = await OpenAsync(ended.Owner);
        await using var two = await OpenAsync(ended.Service);
        await using var other = await OpenAsync(spared.Service);
        Assert.Equal(2, await server.TerminateOthersAsync("ended"));
        Assert.Equal(0, await server.TerminateOthersAsync("ended"));
        foreach (var connection in new[] { one, two })
        {
            Assert.Equal(PostgresErrorCodes.AdminShutdown, (await Assert.ThrowsAsync<PostgresException>(() => AskAsync(connection, "SELECT 1"))).SqlState);
        }

        Assert.Equal(1, await AskAsync(other, "SELECT 1"));
    }

    [Fact]
    public async Task A_frozen_server_answers_nobody_until_it_is_thawed()
    {
        await using var server = await PostgresServer.StartAsync(Hasty);
        await using var open = await OpenAsync(server.ConnectionString("postgres", PostgresServer.Superuser));
        await server.FreezeAsync();
        var answer = AskAsync(open, "SELECT 1");
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => OpenAsync(server.ConnectionString("postgres", PostgresServer.Superuser) + ";Timeout=1"));
        Assert.False(answer.IsCompleted);
        await server.ThawAsync();
        Assert.Equal(1, await answer);
    }

    [Fact]
    public async Task A_standby_receives_rows_takes_none_and_takes_them_once_it_is_promoted()
    {
        await using var server = await PostgresServer.StartAsync(Hasty);
        var database = await server.CreateDatabaseAsync("followed");
        await AskAsync(database.Owner, "CREATE TABLE t (n int); INSERT INTO t VALUES (1)");
        await using var standby = await server.StartStandbyAsync();
        var there = standby.ConnectionString("followed", "followed_service");
        await AskAsync(database.Service, "INSERT INTO t VALUES (2)");
        await Wait.UntilAsync(async () => await AskAsync(there, "SELECT count(*) FROM t") is 2L, "the row to arrive");
        Assert.Equal(PostgresErrorCodes.ReadOnlySqlTransaction, (await Assert.ThrowsAsync<PostgresException>(() => AskAsync(there, "INSERT INTO t VALUES (3)"))).SqlState);

        await standby.StopAsync();
        await AskAsync(database.Service, "INSERT INTO t VALUES (3)");
        await standby.StartAgainAsync();
        await Wait.UntilAsync(async () => await AskAsync(there, "SELECT count(*) FROM t") is 3L, "the row that was missed to arrive");

        await server.KillAsync();
        await standby.PromoteAsync();
        await AskAsync(there, "INSERT INTO t VALUES (4)");
        Assert.Equal(4L, await AskAsync(there, "SELECT count(*) FROM t"));
    }

    [Fact]
    public async Task A_full_disk_is_told_of_and_writing_goes_on_once_there_is_room()
    {
        await using var server = await PostgresServer.StartAsync(Hasty with { DiskMegabytes = 128 });
        var database = await server.CreateDatabaseAsync("big");
        await AskAsync(database.Owner, "CREATE TABLE t (x text); ALTER TABLE t ALTER x SET STORAGE PLAIN");
        await server.FillDiskAsync();
        var full = await Assert.ThrowsAsync<PostgresException>(() => AskAsync(database.Service, "INSERT INTO t SELECT repeat('x', 8000) FROM generate_series(1, 3000)"));
        Assert.Equal(PostgresErrorCodes.DiskFull, full.SqlState);
        Assert.Equal(0L, await AskAsync(database.Service, "SELECT count(*) FROM t"));
        await server.FreeDiskAsync();
        await AskAsync(database.Service, "INSERT INTO t SELECT repeat('x', 8000) FROM generate_series(1, 3000)");
    }

    [Theory]
    [InlineData("running")]
    [InlineData("stopped")]
    [InlineData("killed")]
    [InlineData("frozen")]
    [InlineData("without its postmaster")]
    public async Task Nothing_is_left_of_a_server_that_was_disposed_of(string state)
    {
        var server = await PostgresServer.StartAsync(Hasty with { DiskMegabytes = 100 });
        var folder = server.Folder;
        var segment = File.ReadAllLines(Path.Combine(folder, "disk", "data", "postmaster.pid"))[6].Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
        Assert.Contains(segment, Segments());
        await using var open = await OpenAsync(server.ConnectionString("postgres", PostgresServer.Superuser));
        var processes = new[] { server.Process.Id, (int)(await AskAsync(open, "SELECT pg_backend_pid()"))! };
        Assert.All(processes, process => Assert.True(Lives(process)));
        await (state switch
        {
            "running" => Task.CompletedTask,
            "stopped" => server.StopAsync(),
            "killed" => server.KillAsync(),
            _ => server.FreezeAsync(),
        });
        if (state == "without its postmaster")
        {
            server.Process.Signal("KILL");
        }

        await server.DisposeAsync();
        Assert.DoesNotContain(processes, Lives);
        Assert.False(Directory.Exists(folder));
        Assert.DoesNotContain(folder, File.ReadAllText("/proc/mounts"), StringComparison.Ordinal);
        Assert.DoesNotContain(segment, Segments());
    }

    [Fact]
    public async Task A_server_that_does_not_start_says_why()
    {
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => PostgresServer.StartAsync(new PostgresServerOptions { Settings = ["shared_buffers=nothing"] }));
        Assert.Contains("invalid value for parameter \"shared_buffers\": \"nothing\"", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>A process that has ended, and that nobody has asked about yet, has no command line any more.</summary>
    private static bool Lives(int process)
    {
        var file = string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/cmdline");
        return File.Exists(file) && File.ReadAllText(file).Length > 0;
    }

    /// <summary>Numbers of all segments of shared memory that the system holds.</summary>
    private static IEnumerable<string> Segments() =>
        File.ReadLines("/proc/sysvipc/shm").Skip(1).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]);

    private static async Task<NpgsqlConnection> OpenAsync(string connectionString)
    {
        var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync();
        return connection;
    }

    private static async Task<object?> AskAsync(string connectionString, string sql)
    {
        await using var connection = await OpenAsync(connectionString);
        return await AskAsync(connection, sql);
    }

    private static async Task<object?> AskAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
