using Npgsql;
using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Records;
using VerifyGateway.Storage.Sql;
using static VerifyGateway.Storage.Postgres.PostgresCommands;

namespace VerifyGateway.Storage.Postgres;

/// <summary>Bindings as they were, in one snapshot: one round trip for all terminals, one for their merchants.</summary>
internal static class PostgresPast
{
    private const string Kept = "SELECT head, history_floor, history_floor_unix_ms FROM feed_head WHERE id = 1";

    /// <summary>Reads them.</summary>
    /// <exception cref="OutOfRetentionException">The point lies before what is kept, or in the future.</exception>
    public static async Task<BindingSnapshot> FindAsync(NpgsqlConnection connection, IReadOnlyList<BindingLookup> lookups, AsOf point, long nowUnixMs)
    {
        // Committed or taken back with the connection: it changes nothing.
        await using var batch = connection.CreateBatch();
        batch.Add("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
        batch.Add(Kept);
        foreach (var lookup in lookups)
        {
            AddTerminal(batch, lookup, point);
        }

        try
        {
            var (terminals, head) = await ReadTerminalsAsync(batch, lookups, point, nowUnixMs);
            var merchants = await ReadMerchantsAsync(connection, terminals, point, head);
            return new BindingSnapshot([.. terminals.Select(found => ViewOf(found, merchants))], head);
        }
        finally
        {
            await EndAsync(connection);
        }
    }

    private static async Task<(List<Found?> Terminals, long Head)> ReadTerminalsAsync(NpgsqlBatch batch, IReadOnlyList<BindingLookup> lookups, AsOf point, long nowUnixMs)
    {
        await using var reader = await batch.ExecuteReaderAsync();
        var row = new PostgresRow(reader);
        if (!await reader.ReadAsync())
        {
            throw PostgresReads.NoHead();
        }

        var head = row.Number(0);
        PastRecords.RequireKept(point, head, row.Number(1), row.Number(2), nowUnixMs);
        var terminals = new List<Found?>(lookups.Count);
        foreach (var lookup in lookups)
        {
            await reader.NextResultAsync();
            var candidates = new List<(TerminalRecord Record, long Revision)>();
            while (await reader.ReadAsync())
            {
                candidates.Add((RecordRows.TerminalOf(row, 0, head)!.Value, row.Number(1)));
            }

            if (PastRecords.Best(candidates) is not var (terminal, revision))
            {
                terminals.Add(null);
                continue;
            }

            RecordRows.RequireNamed(lookup, terminal);
            terminals.Add(new Found(terminal, revision));
        }

        return (terminals, head);
    }

    private static async Task<Dictionary<MerchantKey, Merchant>> ReadMerchantsAsync(NpgsqlConnection connection, List<Found?> terminals, AsOf point, long head)
    {
        var keys = terminals.OfType<Found>().Select(static found => found.Merchant).Distinct().ToList();
        var merchants = new Dictionary<MerchantKey, Merchant>();
        if (keys.Count == 0)
        {
            return merchants;
        }

        await using var batch = connection.CreateBatch();
        foreach (var key in keys)
        {
            batch.Add(PastRecords.Merchant(point), Text(key.Acquirer.ToString()), Text(key.No.ToString()), Number(PastRecords.Number(point)));
        }

        await using var reader = await batch.ExecuteReaderAsync();
        var row = new PostgresRow(reader);
        foreach (var key in keys)
        {
            if (await reader.ReadAsync())
            {
                merchants[key] = new Merchant(RecordRows.MerchantOf(row, 0, head)!.Value, row.Number(1), row.Text(2), row.Text(3));
            }

            await reader.NextResultAsync();
        }

        return merchants;
    }

    private static BindingView? ViewOf(Found? found, Dictionary<MerchantKey, Merchant> merchants)
    {
        if (found is null)
        {
            return null;
        }

        if (!merchants.TryGetValue(found.Merchant, out var merchant))
        {
            return new BindingView(found.Record, null, "", "", found.Revision) { TerminalRevision = found.Revision };
        }

        RecordRows.RequireSame(found.Record, merchant.Record);
        return new BindingView(found.Record, merchant.Record, merchant.HolderMask, merchant.CardMask, Math.Max(found.Revision, merchant.Revision))
        {
            TerminalRevision = found.Revision,
            MerchantRevision = merchant.Revision,
        };
    }

    private static void AddTerminal(NpgsqlBatch batch, in BindingLookup lookup, in AsOf point)
    {
        var acquirer = Text(lookup.Acquirer.ToString());
        var at = Number(PastRecords.Number(point));
        if (lookup.Sn is { } sn)
        {
            batch.Add(PastRecords.BySn(point), acquirer, Text(sn.ToString()), at);
        }
        else
        {
            batch.Add(PastRecords.ByNumbers(point), acquirer, Text(lookup.MerchantNo.ToString()), Text(lookup.TerminalNo.ToString()), at);
        }
    }

    private static async Task EndAsync(NpgsqlConnection connection)
    {
        // A connection that broke has ended its transaction already.
        if (connection.FullState.HasFlag(System.Data.ConnectionState.Open))
        {
            await using var command = connection.Command("ROLLBACK");
            await command.ExecuteNonQueryAsync();
        }
    }

    private sealed record Found(TerminalRecord Record, long Revision)
    {
        public MerchantKey Merchant => new(Record.Key.Acquirer, Record.MerchantNo);
    }

    private sealed record Merchant(MerchantRecord Record, long Revision, string HolderMask, string CardMask);
}
