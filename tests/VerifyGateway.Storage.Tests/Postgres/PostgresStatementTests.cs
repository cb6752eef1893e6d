using System.Globalization;
using VerifyGateway.Caching.Store;
using VerifyGateway.Storage.Postgres;
using VerifyGateway.TestKit;

namespace VerifyGateway.Storage.Tests.Postgres;

/// <summary>What reaches the server, as it logs it itself: one statement is one round trip, and one snapshot.</summary>
public sealed class PostgresStatementTests : IAsyncLifetime
{
    private const string Mark = "-- mark ";

    private PostgresServer _server = null!;
    private PostgresDatabase _database = null!;
    private int _marks;

    public async ValueTask InitializeAsync()
    {
        _server = await PostgresServer.StartAsync(new PostgresServerOptions { Fsync = false, Settings = ["log_statement=all", "log_line_prefix=%u "] });
        _database = await _server.CreateDatabaseAsync("statements");
        await PostgresMigrations.RunAsync(_database.Owner, TimeProvider.System);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData(1)]
    [InlineData(1_000)]
    public async Task Pairs_and_bindings_are_read_with_one_statement_however_many_they_are(int count)
    {
        await using var store = await PostgresHost.OpenAsync(_database);
        await PostgresHost.BasicsAsync(store);
        PairKey[] pairs = [.. Enumerable.Range(1, count).Select(n => Make.Pair(n, 1))];
        BindingLookup[] lookups =
        [
            .. Enumerable.Range(1, count).Select(n => n % 2 == 1
                ? new BindingLookup(Make.Acquirer(), Make.Sn(n), default, default)
                : new BindingLookup(Make.Acquirer(), null, Make.TerminalNo(n), Make.MerchantNo(1))),
        ];
        // The first time, the driver also asks for the types of the database.
        _ = await store.ReadPairsAsync(pairs, CancellationToken.None);
        _ = await store.FindAsync(lookups, CancellationToken.None);

        Assert.Equal(1, await StatementsAsync(async () => Assert.NotNull((await store.ReadPairsAsync(pairs, CancellationToken.None))[0].Terminal.Record)));
        Assert.Equal(1, await StatementsAsync(async () => Assert.NotNull((await store.FindAsync(lookups, CancellationToken.None)).Bindings[0])));
        Assert.Equal(1, await StatementsAsync(async () => Assert.Equal(2, await store.ReadHeadAsync())));
    }

    /// <summary>How many statements the service's role sends while something runs.</summary>
    private async Task<int> StatementsAsync(Func<Task> run)
    {
        var (begin, end) = (await MarkAsync(), "");
        await run();
        end = await MarkAsync();
        var log = _server.Log;
        var between = log[(log.IndexOf(begin, StringComparison.Ordinal) + begin.Length)..log.IndexOf(end, StringComparison.Ordinal)];
        var user = new Npgsql.NpgsqlConnectionStringBuilder(_database.Service).Username + " LOG:";
        return between.Split('\n').Count(line => line.StartsWith(user, StringComparison.Ordinal) && (line.Contains("execute ", StringComparison.Ordinal) || line.Contains("statement: ", StringComparison.Ordinal)));
    }

    /// <summary>Writes a line into the server's log and waits for it: what comes before it is there then.</summary>
    private async Task<string> MarkAsync()
    {
        var mark = string.Create(CultureInfo.InvariantCulture, $"{Mark}{++_marks};");
        await PostgresHost.AskAsync(_database.Owner, "SELECT 1 " + mark);
        await Wait.UntilAsync(() => _server.Log.Contains(mark, StringComparison.Ordinal), "the server's log");
        return mark;
    }
}
