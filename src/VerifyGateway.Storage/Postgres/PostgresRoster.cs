using Npgsql;
using VerifyGateway.Caching.Store;
using VerifyGateway.Storage.Sql;
using static VerifyGateway.Storage.Postgres.PostgresCommands;

namespace VerifyGateway.Storage.Postgres;

/// <summary>
/// The roster, on a connection of its own whose commits do not wait for the disk: a report neither stands in the writer's queue nor
/// touches the head's lock. Safe from many threads; those of one gateway take turns on the connection.
/// </summary>
internal sealed class PostgresRoster(PostgresPool writes, PostgresPool reads) : IAsyncDisposable
{
    private const string Put = """
        WITH gone AS (DELETE FROM gateway WHERE reported_at_unix_ms < $5 AND gateway_id <> $1)
        INSERT INTO gateway (gateway_id, name, applied_revision, reported_at_unix_ms) VALUES ($1, $2, $3, $4)
        ON CONFLICT (gateway_id) DO UPDATE SET name = excluded.name, applied_revision = excluded.applied_revision, reported_at_unix_ms = excluded.reported_at_unix_ms
        """;

    /// <summary>Puts a report in the place of the last one; removes those that are older than an instant, Unix milliseconds.</summary>
    /// <exception cref="StoreUnavailableException">It was not kept.</exception>
    public async ValueTask ReportAsync(GatewayReport report, long goneBeforeUnixMs, CancellationToken cancel) => await RunAsync(
        Put, cancel, Text(report.Id), Text(report.Name), Number(report.AppliedRevision), Number(report.ReportedAtUnixMs), Number(goneBeforeUnixMs));

    /// <summary>The reports since an instant, Unix milliseconds.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot answer now.</exception>
    public ValueTask<IReadOnlyList<GatewayReport>> ReadAsync(long sinceUnixMs, CancellationToken cancel) => reads.ReadAsync(
        async connection =>
        {
            await using var command = connection.Command(RosterRules.Read, Number(sinceUnixMs));
            await using var reader = await command.ExecuteReaderAsync();
            var (row, reports) = (new PostgresRow(reader), new List<GatewayReport>());
            while (await reader.ReadAsync())
            {
                reports.Add(RosterRules.Of(row));
            }

            return (IReadOnlyList<GatewayReport>)reports;
        }, cancel);

    /// <summary>Forgets a gateway.</summary>
    /// <exception cref="StoreUnavailableException">It was not forgotten.</exception>
    public async ValueTask RemoveAsync(string gatewayId, CancellationToken cancel) => await RunAsync("DELETE FROM gateway WHERE gateway_id = $1", cancel, Text(gatewayId));

    /// <summary>Closes the connection.</summary>
    public ValueTask DisposeAsync() => writes.DisposeAsync();

    /// <summary>What is tried again on a fresh connection may have been done before; done twice it is the same.</summary>
    private ValueTask<int> RunAsync(string sql, CancellationToken cancel, params NpgsqlParameter[] parameters) => writes.ReadAsync(
        async connection =>
        {
            // Cloned: a parameter belongs to one command.
            await using var command = connection.Command(sql, [.. parameters.Select(static parameter => parameter.Clone())]);
            return await command.ExecuteNonQueryAsync();
        }, cancel);
}
