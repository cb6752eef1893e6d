using System.Globalization;
using System.Runtime.CompilerServices;
using Npgsql;
using VerifyGateway.Caching.Store;
using VerifyGateway.Storage.Sql;

namespace VerifyGateway.Storage.Postgres;

/// <summary>Reads all rows in one snapshot, a portion at a time through a cursor, however slowly they are taken.</summary>
internal static class PostgresExport
{
    private const int Portion = 2_000;

    private static readonly (string Sql, Func<ISqlRow, object> Read)[] Tables =
    [
        ($"SELECT {StoredColumns.Acquirer} FROM acquirer ORDER BY acquirer_id", StoredColumns.AcquirerOf),
        ($"SELECT {StoredColumns.Identity} FROM identity ORDER BY acquirer_id, identity_id", static row => StoredColumns.IdentityOf(row).Row),
        ($"SELECT {StoredColumns.Card} FROM settlement_card ORDER BY acquirer_id, fingerprint", StoredColumns.CardOf),
        ($"SELECT {StoredColumns.Merchant} FROM {StoredColumns.FromMerchant} ORDER BY m.acquirer_id, m.merchant_no", static row => StoredColumns.MerchantOf(row).Row),
        ($"SELECT {StoredColumns.Terminal} FROM terminal ORDER BY acquirer_id, terminal_sn", static row => StoredColumns.TerminalOf(row).Row),
        ($"SELECT {StoredColumns.Hold} FROM hold ORDER BY acquirer_id, hold_id", static row => StoredColumns.HoldOf(row).Row),
    ];

    /// <summary>Reads them; each statement may take as long as the limit.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot answer now.</exception>
    public static async IAsyncEnumerable<object> ReadAsync(
        PostgresPool pool, TimeSpan limit, PostgresFailure failure, TimeProvider time, [EnumeratorCancellation] CancellationToken cancel)
    {
        await using var session = new Session(pool, limit, failure, time);
        await session.BeginAsync(cancel);
        var at = 0;
        foreach (var (sql, read) in Tables)
        {
            at++;
            await session.DeclareAsync(at, sql, cancel);
            for (var more = true; more;)
            {
                var rows = await session.FetchAsync(at, read, cancel);
                foreach (var row in rows)
                {
                    yield return row;
                }

                more = rows.Count == Portion;
            }
        }
    }

    /// <summary>The connection and its transaction; each step has an end.</summary>
    private sealed class Session(PostgresPool pool, TimeSpan limit, PostgresFailure failure, TimeProvider time) : IAsyncDisposable
    {
        private NpgsqlConnection? _connection;
        private bool _isBusy;

        public async Task BeginAsync(CancellationToken cancel)
        {
            _connection = await BoundAsync(OpenAsync, cancel);
        }

        public Task<bool> DeclareAsync(int table, string sql, CancellationToken cancel) => BoundAsync(
            async _ =>
            {
                await ExecuteAsync(_connection!, "CLOSE ALL", string.Create(CultureInfo.InvariantCulture, $"DECLARE rows_{table} NO SCROLL CURSOR FOR {sql}"));
                return true;
            }, cancel);

        // The driver prepares a statement and keeps its columns, so each table has a cursor of a name of its own.
        public Task<List<object>> FetchAsync(int table, Func<ISqlRow, object> read, CancellationToken cancel) => BoundAsync(
            async _ =>
            {
                await using var command = _connection!.Command(string.Create(CultureInfo.InvariantCulture, $"FETCH {Portion} FROM rows_{table}"));
                await using var reader = await command.ExecuteReaderAsync(CancellationToken.None);
                var row = new PostgresRow(reader);
                var rows = new List<object>(Portion);
                while (await reader.ReadAsync(CancellationToken.None))
                {
                    rows.Add(read(row));
                }

                return rows;
            }, cancel);

        public async ValueTask DisposeAsync()
        {
            // While something still runs, its end closes the connection.
            if (_connection is { } connection && !_isBusy)
            {
                try
                {
                    await BoundAsync(
                        async _ =>
                        {
                            await ExecuteAsync(connection, "ROLLBACK");
                            return true;
                        }, CancellationToken.None);
                }
                catch (StoreUnavailableException)
                {
                    // Nothing is lost: the rows have been read.
                }
                finally
                {
                    Bounded.Forget(connection.DisposeAsync().AsTask());
                }
            }
        }

        private async Task<NpgsqlConnection> OpenAsync(CancellationToken end)
        {
            var ms = ((long)limit.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
            for (var mayTryAgain = true; ; mayTryAgain = false)
            {
                var connection = await pool.OpenAsync(end);
                try
                {
                    // Whoever takes the rows may be slow about it.
                    await ExecuteAsync(
                        connection, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", $"SET LOCAL statement_timeout = {ms}", "SET LOCAL idle_in_transaction_session_timeout = '10min'");
                    return connection;
                }
                catch (Exception failed) when (mayTryAgain && PostgresFailure.IsWorthReadingAgain(failed))
                {
                    await connection.DisposeAsync();
                }
                catch
                {
                    await connection.DisposeAsync();
                    throw;
                }
            }
        }

        private static async Task ExecuteAsync(NpgsqlConnection connection, params string[] statements)
        {
            await using var batch = connection.CreateBatch();
            foreach (var sql in statements)
            {
                batch.Add(sql);
            }

            await batch.ExecuteNonQueryAsync();
        }

        private async Task<T> BoundAsync<T>(Func<CancellationToken, Task<T>> step, CancellationToken cancel)
        {
            using var late = new CancellationTokenSource(limit, time);
            using var end = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancel);
            var work = step(end.Token);
            try
            {
                return await Bounded.WaitAsync(work, end.Token);
            }
            catch (OperationCanceledException) when (end.IsCancellationRequested)
            {
                _isBusy = true;
                if (_connection is { } connection)
                {
                    Bounded.Forget(Bounded.CloseAsync(connection, work));
                }

                cancel.ThrowIfCancellationRequested();
                throw new StoreUnavailableException(failure.Silent(limit));
            }
            catch (Exception failed) when (PostgresFailure.IsOfDatabase(failed))
            {
                throw new StoreUnavailableException(failure.Explain(failed), failed);
            }
        }
    }
}
