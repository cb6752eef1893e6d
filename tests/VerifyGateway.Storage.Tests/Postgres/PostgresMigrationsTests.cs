using Npgsql;
using VerifyGateway.Caching.Store;
using VerifyGateway.Storage.Postgres;
using VerifyGateway.TestKit;

namespace VerifyGateway.Storage.Tests.Postgres;

/// <summary>The schema is made by its owner alone, once, and a gateway takes no other than the one that it knows.</summary>
public sealed class PostgresMigrationsTests(PostgresHost host) : IClassFixture<PostgresHost>
{
    [Fact]
    public async Task Several_that_migrate_at_once_take_turns_and_each_step_is_run_once()
    {
        var database = await host.EmptyDatabaseAsync();
        var time = new SetTime(1_900_000_000_000);
        var runs = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => PostgresMigrations.RunAsync(database.Owner, time)));
        Assert.Equal(Enumerable.Range(1, PostgresMigrations.Newest), runs.SelectMany(static run => run).Order());
        Assert.Empty(await PostgresMigrations.RunAsync(database.Owner, time));
        Assert.Equal("1 0001_initial.sql 1900000000000", await PostgresHost.AskAsync(database.Service, "SELECT concat_ws(' ', version, name, applied_at_unix_ms) FROM schema_migrations WHERE version = 1"));
        await using var store = await PostgresHost.OpenAsync(database);
        Assert.Matches("^[0-9a-f]{32}$", store.StoreId);
        Assert.Equal($"PostgreSQL at 127.0.0.1:{host.Server.Port}/{database.Name}", store.Place);
    }

    [Fact]
    public async Task A_database_without_the_tables_or_with_an_older_or_newer_schema_is_not_opened()
    {
        var database = await host.EmptyDatabaseAsync();
        await RefusedAsync(database, "run 'vgctl store migrate'");
        await PostgresMigrations.RunAsync(database.Owner, TimeProvider.System);
        await PostgresHost.AskAsync(database.Owner, "UPDATE schema_migrations SET version = version + 1000");
        await RefusedAsync(database, "start the newer program");
        var newer = await Assert.ThrowsAsync<StoreUnusableException>(() => PostgresMigrations.RunAsync(database.Owner, TimeProvider.System));
        Assert.Contains("start the newer program", newer.Message, StringComparison.Ordinal);
        await PostgresHost.AskAsync(database.Owner, "DELETE FROM schema_migrations");
        await RefusedAsync(database, "run 'vgctl store migrate'");
    }

    [Fact]
    public async Task The_service_role_reads_and_writes_rows_and_changes_neither_the_schema_nor_its_version()
    {
        var database = await host.DatabaseAsync();
        foreach (var ddl in new[] { "CREATE TABLE u (n int)", "ALTER TABLE terminal ADD m int", "DROP TABLE feed", "TRUNCATE feed", "DROP TRIGGER receipt_final ON receipt" })
        {
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, (await Assert.ThrowsAsync<PostgresException>(() => PostgresHost.AskAsync(database.Service, ddl))).SqlState);
        }

        var empty = await host.EmptyDatabaseAsync();
        await Assert.ThrowsAsync<StoreUnusableException>(() => PostgresMigrations.RunAsync(empty.Service, TimeProvider.System));
    }

    [Fact]
    public async Task A_service_role_of_any_name_is_granted_what_it_needs_and_no_more()
    {
        var database = await host.DatabaseAsync();
        const string Role = "odd \"name\"; DROP TABLE feed; --";
        var quoted = "\"" + Role.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";
        var password = new NpgsqlConnectionStringBuilder(database.Owner).Password;
        await host.Server.AskAsync(database.Name, $"CREATE ROLE {quoted} LOGIN PASSWORD '{password}'; GRANT CONNECT ON DATABASE {database.Name} TO {quoted}");
        var odd = database with { Service = host.Server.ConnectionString(database.Name, Role) };
        await RefusedAsync(odd, "run 'vgctl store migrate'");
        await PostgresMigrations.RunAsync(database.Owner, TimeProvider.System, Role);
        await using (var store = await PostgresHost.OpenAsync(odd))
        {
            Assert.Equal(2, (await PostgresHost.BasicsAsync(store)).Head);
        }

        Assert.Equal(
            PostgresErrorCodes.InsufficientPrivilege,
            (await Assert.ThrowsAsync<PostgresException>(() => PostgresHost.AskAsync(odd.Service, "DELETE FROM schema_migrations"))).SqlState);
        await Assert.ThrowsAsync<StoreUnusableException>(() => PostgresMigrations.RunAsync(database.Owner, TimeProvider.System, "nobody_of_this_name"));
    }

    [Fact]
    public async Task What_is_wrong_with_a_connection_string_is_said_without_the_password()
    {
        var database = await host.DatabaseAsync();
        var wrong = new NpgsqlConnectionStringBuilder(database.Service) { Password = "S3cret-of-nobody" };
        var refused = await Assert.ThrowsAsync<StoreUnusableException>(() => PostgresHost.OpenAsync(database with { Service = wrong.ConnectionString }));
        Assert.Contains("refuses the user name or the password", refused.Message, StringComparison.Ordinal);
        wrong.Database = "no_such_database";
        wrong.Password = new NpgsqlConnectionStringBuilder(database.Service).Password;
        var missing = await Assert.ThrowsAsync<StoreUnusableException>(() => PostgresHost.OpenAsync(database with { Service = wrong.ConnectionString }));
        wrong.Port = FreePort.Next();
        var unreachable = await Assert.ThrowsAsync<StoreUnavailableException>(() => PostgresHost.OpenAsync(database with { Service = wrong.ConnectionString }));
        Assert.Contains("cannot be reached", unreachable.Message, StringComparison.Ordinal);
        var malformed = await Assert.ThrowsAsync<ArgumentException>(() => PostgresHost.OpenAsync(database with { Service = "Host=x;Passwort=S3cret-of-nobody" }));
        foreach (var failure in new Exception[] { refused, missing, unreachable, malformed })
        {
            Assert.DoesNotContain("S3cret", failure.ToString(), StringComparison.Ordinal);
            Assert.DoesNotContain(new NpgsqlConnectionStringBuilder(database.Service).Password!, failure.ToString(), StringComparison.Ordinal);
        }
    }

    private static async Task RefusedAsync(PostgresDatabase database, string advice)
    {
        var refused = await Assert.ThrowsAsync<StoreUnusableException>(() => PostgresHost.OpenAsync(database));
        Assert.Contains(advice, refused.Message, StringComparison.Ordinal);
    }
}
