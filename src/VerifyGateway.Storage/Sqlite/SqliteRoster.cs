using Microsoft.Data.Sqlite;
using VerifyGateway.Caching.Store;

namespace VerifyGateway.Storage.Sqlite;

/// <summary>
/// Writes the roster on a connection of its own, so that a report neither stands in the writer's queue nor costs it a flush: it takes
/// the write lock for one short statement that is not synced (the next synced commit carries it along), waits for the lock for 50 ms
/// at most, and gives up when somebody writes for longer. Safe from many threads.
/// </summary>
internal sealed class SqliteRoster(string path) : IDisposable
{
    private const int Busy = 5;

    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(50);

    private readonly Lock _gate = new();
    private Statements? _statements;
    private bool _closed;

    /// <summary>Puts a report in the place of the last one; removes those that are older than an instant, Unix milliseconds.</summary>
    /// <exception cref="StoreUnavailableException">It was not kept.</exception>
    public void Report(GatewayReport report, long goneBeforeUnixMs) => Run(to =>
    {
        to.Put.With(report.Id).With(report.Name).With(report.AppliedRevision).With(report.ReportedAtUnixMs).Run();
        // Looked for first: a statement that removes nothing would take the lock all the same.
        if (to.FindGone.With(goneBeforeUnixMs).One(static row => row.Number(0), 0) > 0)
        {
            to.RemoveGone.With(goneBeforeUnixMs).Run();
        }
    });

    /// <summary>Forgets a gateway.</summary>
    /// <exception cref="StoreUnavailableException">It was not forgotten.</exception>
    public void Remove(string gatewayId) => Run(to => to.Remove.With(gatewayId).Run());

    public void Dispose()
    {
        lock (_gate)
        {
            _closed = true;
            Drop_NeedsLock();
        }
    }

    private void Run(Action<Statements> write)
    {
        lock (_gate)
        {
            if (_closed)
            {
                throw new StoreUnavailableException("The store is closed.");
            }

            try
            {
                write(_statements ??= new Statements(SqliteFile.OpenUnsynced(path, Wait)));
            }
            catch (SqliteException failed)
            {
                // The connection may be in any state: the next report opens a new one.
                Drop_NeedsLock();
                throw new StoreUnavailableException(
                    failed.SqliteErrorCode == Busy ? $"'{path}' is being written for longer than a report waits." : $"Writing the roster in '{path}' failed: {failed.Message}", failed);
            }
        }
    }

    private void Drop_NeedsLock()
    {
        _statements?.Dispose();
        _statements = null;
    }

    private sealed class Statements(SqliteConnection connection) : IDisposable
    {
        public Statement Put { get; } = new(connection, """
            INSERT INTO gateway (gateway_id, name, applied_revision, reported_at_unix_ms) VALUES ($1, $2, $3, $4)
            ON CONFLICT (gateway_id) DO UPDATE SET name = excluded.name, applied_revision = excluded.applied_revision, reported_at_unix_ms = excluded.reported_at_unix_ms
            """);

        public Statement FindGone { get; } = new(connection, "SELECT count(*) FROM gateway WHERE reported_at_unix_ms < $1");

        public Statement RemoveGone { get; } = new(connection, "DELETE FROM gateway WHERE reported_at_unix_ms < $1");

        public Statement Remove { get; } = new(connection, "DELETE FROM gateway WHERE gateway_id = $1");

        public void Dispose()
        {
            Put.Dispose();
            FindGone.Dispose();
            RemoveGone.Dispose();
            Remove.Dispose();
            connection.Dispose();
        }
    }
}
