using System.Collections.Concurrent;
using System.Globalization;
using Npgsql;
using VerifyGateway.TestKit;

namespace VerifyGateway.Storage.Tests.Contract;

/// <summary>Why the feed's revisions are no sequence of PostgreSQL, and what its signals do between stores.</summary>
public sealed class PostgresFeedControlTests(ContractServer server) : IAsyncDisposable
{
    private readonly PostgresFixture _on = new(server);

    public ValueTask DisposeAsync() => _on.DisposeAsync();

    [Fact]
    public async Task Control_numbers_of_a_sequence_have_holes_and_a_reader_that_pages_by_them_misses_rows_that_become_visible_late()
    {
        const int Writers = 4;
        const int Turns = 40;
        var database = await server.CreateDatabaseAsync();
        await using var source = NpgsqlDataSource.Create(database.Owner);
        await AskAsync(source, "CREATE TABLE naive (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, key text NOT NULL)");
        var committed = new ConcurrentBag<string>();

        // One writer is slow: it has its number, and commits when a reader has gone past it.
        await using var slow = await source.OpenConnectionAsync();
        await using var late = await slow.BeginTransactionAsync();
        await using var insert = new NpgsqlCommand("INSERT INTO naive (key) VALUES ('late') RETURNING id", slow, late);
        var lateId = (long)(await insert.ExecuteScalarAsync())!;

        var writers = Enumerable.Range(1, Writers).Select(writer => Task.Run(() => WriteTurnsAsync(source, writer, Turns, committed))).ToArray();
        var (seen, last) = (new List<string>(), 0L);
        await Wait.UntilAsync(async () =>
        {
            last = await ReadAfterAsync(source, last, seen);
            return last > lateId && Array.TrueForAll(writers, static writer => writer.IsCompleted);
        }, "the reader to go past the slow writer");
        await late.CommitAsync();
        committed.Add("late");
        await ReadAfterAsync(source, last, seen);
        await Task.WhenAll(writers);

        var rows = (long)(await AskAsync(source, "SELECT count(*) FROM naive"))!;
        Assert.Equal(committed.Count, rows);
        Assert.True((long)(await AskAsync(source, "SELECT max(id) FROM naive"))! > rows, "the sequence has no holes");
        Assert.Contains("late", committed.Except(seen));
    }

    [Fact]
    public async Task Waiting_ends_with_a_write_of_another_store()
    {
        var follower = await _on.OpenAsync();
        var writer = await _on.OpenSecondAsync();
        await Make.BasicsAsync(writer);
        // Until the follower listens, nothing wakes it up: it polls, and sees all the same.
        var woken = false;
        for (var n = 2; n <= 200 && !woken; n++)
        {
            var waiting = follower.WaitForFeedAsync(n, TimeSpan.FromMilliseconds(500)).AsTask();
            Assert.Equal(n + 1, (await writer.PutAsync("test", [Make.Merchant(n, "ID-1")])).Head);
            woken = await waiting;
            Assert.Equal(n + 1, await follower.ReadHeadAsync());
        }

        Assert.True(woken);
    }

    private static async Task WriteTurnsAsync(NpgsqlDataSource source, int writer, int turns, ConcurrentBag<string> committed)
    {
        for (var turn = 0; turn < turns; turn++)
        {
            var key = string.Create(CultureInfo.InvariantCulture, $"{writer}-{turn}");
            await using var connection = await source.OpenConnectionAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            await using var insert = new NpgsqlCommand("INSERT INTO naive (key) VALUES ($1)", connection, transaction) { Parameters = { new() { Value = key } } };
            await insert.ExecuteNonQueryAsync();
            if (turn % 3 == 1)
            {
                await transaction.RollbackAsync();
            }
            else
            {
                await transaction.CommitAsync();
                committed.Add(key);
            }
        }
    }

    private static async Task<long> ReadAfterAsync(NpgsqlDataSource source, long after, List<string> seen)
    {
        await using var find = source.CreateCommand("SELECT id, key FROM naive WHERE id > $1 ORDER BY id LIMIT 7");
        find.Parameters.Add(new() { Value = after });
        await using var row = await find.ExecuteReaderAsync();
        while (await row.ReadAsync())
        {
            after = row.GetInt64(0);
            seen.Add(row.GetString(1));
        }

        return after;
    }

    private static async Task<object?> AskAsync(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }
}
