using System.Diagnostics;
using System.Globalization;
using Npgsql;
using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Records;
using VerifyGateway.Storage.Postgres;
using VerifyGateway.Storage.Rows;
using VerifyGateway.Storage.Writing;
using VerifyGateway.TestKit;

namespace VerifyGateway.Storage.Tests.Postgres;

/// <summary>
/// Whatever happens to the server: every call ends in time and says what is wrong, no acknowledged write is lost or done twice, and
/// the store goes on by itself once the server does.
/// </summary>
public sealed class PostgresFailureTests(PostgresHost host) : IClassFixture<PostgresHost>
{
    // Statement timeout of checks and the second after it, and room for a machine that is busy.
    private static readonly TimeSpan CheckLimit = TimeSpan.FromSeconds(1.5 + 2);

    [Fact]
    public async Task Connections_that_were_ended_cost_nobody_an_error()
    {
        var database = await host.DatabaseAsync();
        await using var store = await OpenAsync(database);
        await PostgresHost.BasicsAsync(store);
        for (var turn = 0; turn < 3; turn++)
        {
            await Task.WhenAll([.. Enumerable.Range(0, 8).Select(_ => ReadAsync(store)), store.ReadHeadAsync().AsTask()]);
            await (turn < 2 ? host.Server.TerminateOthersAsync(database.Name) : host.Server.RestartAsync());
            await Task.WhenAll([.. Enumerable.Range(0, 8).Select(_ => ReadAsync(store)), store.ReadHeadAsync().AsTask()]);
            await store.PutAsync("test", [Make.Terminal(10 + turn, 1)]);
        }

        // The listener is back as well.
        await using var other = await OpenAsync(database);
        var head = await store.ReadHeadAsync();
        await Wait.UntilAsync(
            async () =>
            {
                var waiting = store.WaitForFeedAsync(head, TimeSpan.FromSeconds(1)).AsTask();
                await other.PutAsync("test", [Make.Terminal(10, 1, head % 2 == 0 ? TerminalState.Suspended : TerminalState.Active)]);
                head++;
                return await waiting;
            }, "the store to hear of another's write");
    }

    [Fact]
    public async Task No_acknowledged_write_is_lost_or_done_twice_when_the_server_is_killed_again_and_again()
    {
        var database = await host.DatabaseAsync();
        await using var store = await OpenAsync(database);
        await PostgresHost.BasicsAsync(store);
        using var stop = new CancellationTokenSource();
        var writers = Enumerable.Range(0, 4).Select(writer => Task.Run(() => WriteUntilAsync(store, writer, stop.Token))).ToList();
        for (var turn = 0; turn < 3; turn++)
        {
            await Task.Delay(150);
            await host.Server.KillAsync();
            await host.Server.StartAgainAsync();
        }

        await Task.Delay(150);
        await stop.CancelAsync();
        var written = (await Task.WhenAll(writers)).Sum();
        var feed = await store.ReadFeedAsync(0, 100_000);
        Assert.True(written > 4, $"Only {written} writes were acknowledged.");
        Assert.Equal(written, feed.Entries.Count - 2);
        Assert.Equal(feed.Head, feed.Entries.Count);
    }

    [Fact]
    public async Task A_silent_server_keeps_neither_callers_nor_threads()
    {
        var database = await host.DatabaseAsync();
        await using var store = await OpenAsync(database);
        await PostgresHost.BasicsAsync(store);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => ReadAsync(store)));
        await host.Server.FreezeAsync();
        try
        {
            var write = Record.ExceptionAsync(() => store.PutAsync("test", [Make.Terminal(2, 1)])).AsTask();
            var threads = ThreadPool.ThreadCount;
            for (var turn = 0; turn < 3; turn++)
            {
                var watch = Stopwatch.StartNew();
                var reads = Enumerable.Range(0, 50).Select(_ => Record.ExceptionAsync(() => ReadAsync(store)).AsTask()).ToList();
                Assert.All(await Task.WhenAll(reads), static failure => Assert.IsType<StoreUnavailableException>(failure));
                Assert.True(watch.Elapsed < CheckLimit, $"The reads took {watch.Elapsed}.");
            }

            Assert.True(ThreadPool.ThreadCount <= threads + 4, $"The threads rose from {threads} to {ThreadPool.ThreadCount}.");
            Assert.IsType<StoreUnavailableException>(await write.WaitAsync(TimeSpan.FromSeconds(20)));
        }
        finally
        {
            await host.Server.ThawAsync();
        }

        await EventuallyAsync(() => ReadAsync(store));
        await EventuallyAsync(() => store.PutAsync("test", [Make.Terminal(3, 1)]));
    }

    [Fact]
    public async Task A_server_out_of_connections_is_told_of_and_used_again_when_it_has_some()
    {
        var database = await host.DatabaseAsync();
        await using var store = await OpenAsync(database);
        await PostgresHost.BasicsAsync(store);
        var role = new NpgsqlConnectionStringBuilder(database.Service).Username;
        await host.Server.AskAsync("postgres", $"ALTER ROLE {role} CONNECTION LIMIT 0");
        await host.Server.TerminateOthersAsync(database.Name);
        await FailsAsync(() => ReadAsync(store), "no connection free");
        await FailsAsync(() => store.PutAsync("test", [Make.Terminal(2, 1)]), "no connection free");
        await host.Server.AskAsync("postgres", $"ALTER ROLE {role} CONNECTION LIMIT -1");
        await ReadAsync(store);
        await store.PutAsync("test", [Make.Terminal(2, 1)]);
    }

    [Fact]
    public async Task Locks_of_others_hold_a_call_up_for_a_limited_time()
    {
        var database = await host.DatabaseAsync();
        await using var store = await OpenAsync(database);
        await PostgresHost.BasicsAsync(store);
        await using var other = new NpgsqlConnection(database.Owner + ";Pooling=false");
        await other.OpenAsync();
        await ExecuteAsync(other, "BEGIN; SELECT FROM feed_head FOR UPDATE");
        await ReadAsync(store);
        await FailsAsync(() => store.PutAsync("test", [Make.Terminal(2, 1)]), "Another writer of the database holds its lock");
        await ExecuteAsync(other, "LOCK TABLE terminal");
        await FailsAsync(() => ReadAsync(store), "took longer than a statement may");
        Assert.Equal(2, await store.ReadHeadAsync());
        await ExecuteAsync(other, "ROLLBACK");
        await ReadAsync(store);
        await store.PutAsync("test", [Make.Terminal(2, 1)]);
    }

    [Fact]
    public async Task The_keeper_of_copies_reads_the_feed_while_everybody_else_waits_for_a_connection()
    {
        var database = await host.DatabaseAsync();
        await using var store = await PostgresStore.OpenAsync(
            new PostgresStoreOptions { ConnectionString = database.Service, WorkPoolSize = 2, LockTimeout = TimeSpan.FromSeconds(5) }, TimeProvider.System, CancellationToken.None);
        await PostgresHost.BasicsAsync(store);
        await using var other = new NpgsqlConnection(database.Owner + ";Pooling=false");
        await other.OpenAsync();
        await ExecuteAsync(other, "BEGIN; LOCK TABLE terminal");
        var lists = Enumerable.Range(0, 4).Select(_ => Record.ExceptionAsync(() => store.FindAsync([new BindingLookup(Make.Acquirer(), Make.Sn(1), default, default)], default).AsTask()).AsTask()).ToList();
        await Wait.UntilAsync(async () => (long)(await host.Server.AskAsync("postgres", $"SELECT count(*) FROM pg_stat_activity WHERE datname = '{database.Name}' AND wait_event_type = 'Lock'"))! == 2, "both connections to wait");

        var asOthers = store.ReadFeedAsync(0, 10).AsTask();
        Assert.Equal((2, 2L), ((await store.FeedForCopies.ReadFeedAsync(0, 10)).Entries.Count, await store.FeedForCopies.ReadHeadAsync()));
        Assert.False(asOthers.IsCompleted, "The feed was read without a connection.");

        await ExecuteAsync(other, "ROLLBACK");
        Assert.Equal(2, (await asOthers).Entries.Count);
        await Task.WhenAll(lists);
    }

    [Fact]
    public async Task A_standby_is_read_from_and_takes_writes_once_it_is_promoted()
    {
        var database = await host.DatabaseAsync();
        await using (var store = await OpenAsync(database))
        {
            await PostgresHost.BasicsAsync(store);
        }

        await using var standby = await host.Server.StartStandbyAsync();
        var there = database with { Service = standby.ConnectionString(database.Name, new NpgsqlConnectionStringBuilder(database.Service).Username!) };
        await Wait.UntilAsync(async () => await PostgresHost.AskAsync(there.Service, "SELECT head FROM feed_head") is 2L, "the standby to have the rows");
        await using var copy = await OpenAsync(there);
        await ReadAsync(copy);
        // Who follows the feed must not take the standby's end of it for the feed's: records are read, the feed is not.
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await copy.ReadHeadAsync());
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await copy.ReadFeedAsync(0, 10));
        await FailsAsync(() => copy.PutAsync("test", [Make.Terminal(2, 1)]), "it is a standby");
        await standby.PromoteAsync();
        await EventuallyAsync(() => copy.PutAsync("test", [Make.Terminal(2, 1)]));
        Assert.Equal(3, await copy.ReadHeadAsync());
    }

    [Fact]
    public async Task A_full_disk_refuses_writes_and_serves_reads_until_there_is_room()
    {
        await using var server = await PostgresServer.StartAsync(new PostgresServerOptions { Fsync = false, DiskMegabytes = 128 });
        var database = await server.CreateDatabaseAsync("crowded");
        await PostgresMigrations.RunAsync(database.Owner, TimeProvider.System);
        await using var store = await OpenAsync(database);
        await PostgresHost.BasicsAsync(store);
        await server.FillDiskAsync();
        // The pages that the tables have take some rows yet.
        var (failure, from) = ((StoreUnavailableException?)null, 0);
        for (; failure is null && from < 200_000; from += 2_000)
        {
            failure = await Record.ExceptionAsync(() => BulkAsync(store, from)) as StoreUnavailableException;
        }

        Assert.Contains("disk is full", failure?.Message, StringComparison.Ordinal);
        await ReadAsync(store);
        var head = await store.ReadHeadAsync();
        Assert.Equal(0, (head - 2) % 2_000);
        await server.FreeDiskAsync();
        await EventuallyAsync(() => BulkAsync(store, from));
        Assert.Equal(head + 2_000, await store.ReadHeadAsync());
    }

    private static Task<PostgresStore> OpenAsync(PostgresDatabase database) => PostgresStore.OpenAsync(
        new PostgresStoreOptions { ConnectionString = database.Service, WriteLimit = TimeSpan.FromSeconds(1), LockTimeout = TimeSpan.FromMilliseconds(700) }, TimeProvider.System, CancellationToken.None);

    private static Task<int> BulkAsync(PostgresStore store, int from) => store.WriteLongAsync(async write =>
    {
        object[] rows = [.. Enumerable.Range(from, 2_000).Select(static n => new TerminalRow(
            new TerminalKey(Make.Acquirer(), Make.Sn(string.Create(CultureInfo.InvariantCulture, $"000057022801BULK{n:D8}"))), Make.TerminalNo(100 + n), Make.MerchantNo(1), TerminalState.Active))];
        await write.PutAsync(rows, CommandOrigin.Own("test", "bulk"), static (_, refused) => throw refused, CancellationToken.None);
        return 0;
    });

    private static async Task<RecordPair> ReadAsync(PostgresStore store)
    {
        var pair = (await store.ReadPairsAsync([Make.Pair(1, 1)], CancellationToken.None))[0];
        Assert.NotNull(pair.Terminal.Record);
        return pair;
    }

    /// <summary>Writes one terminal after the other, each until it is acknowledged, and says how many there were.</summary>
    private static async Task<int> WriteUntilAsync(PostgresStore store, int writer, CancellationToken stop)
    {
        var count = 0;
        while (!stop.IsCancellationRequested)
        {
            object[] rows = [Make.Terminal(1_000 + (writer * 2_000) + count, 1)];
            var origin = CommandOrigin.Own("test", "put");
            var command = new StoreCommand(origin, Wanted.For(rows), unit => unit.Put(rows[0], expectedVersion: 0));
            await EventuallyAsync(() => store.WriteAsync(command, CancellationToken.None));
            count++;
        }

        return count;
    }

    private static async Task FailsAsync(Func<Task> call, string reason)
    {
        var watch = Stopwatch.StartNew();
        var failure = await Assert.ThrowsAsync<StoreUnavailableException>(call);
        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(12), $"The call took {watch.Elapsed}.");
    }

    private static Task EventuallyAsync(Func<Task> call) => Wait.UntilAsync(
        async () => await Record.ExceptionAsync(call) switch
        {
            null => true,
            StoreUnavailableException => false,
            var other => throw new InvalidOperationException("The call failed in another way.", other),
        }, "the store to answer again", TimeSpan.FromSeconds(60));

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
