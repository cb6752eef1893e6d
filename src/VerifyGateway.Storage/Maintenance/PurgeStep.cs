using VerifyGateway.Storage.Sql;

namespace VerifyGateway.Storage.Maintenance;

/// <summary>How one rule of retention finds and removes rows. A batch is one transaction under the head's lock, floors included.</summary>
internal abstract class PurgeStep(RetentionKind kind, long cutoffUnixMs, long nowUnixMs)
{
    /// <summary>The merchant m has been deregistered, nothing on it has changed since before $1, and no hold stands on it at $2.</summary>
    protected const string MerchantIsOver = """
        m.state = 4 AND m.changed_at_unix_ms < $1
            AND NOT EXISTS (SELECT 1 FROM hold o WHERE o.acquirer_id = m.acquirer_id AND o.merchant_no = m.merchant_no AND (o.until = 0 OR o.until > $2))
            AND NOT EXISTS (SELECT 1 FROM hold o WHERE o.acquirer_id = m.acquirer_id AND o.identity_id = m.identity_id AND (o.until = 0 OR o.until > $2))
            AND NOT EXISTS (SELECT 1 FROM hold o WHERE o.acquirer_id = m.acquirer_id AND o.card_fingerprint = m.card_fingerprint AND (o.until = 0 OR o.until > $2))
        """;

    protected long CutoffUnixMs => cutoffUnixMs;

    protected long NowUnixMs => nowUnixMs;

    /// <summary>How the rule is applied at an instant.</summary>
    public static PurgeStep Of(RetentionRule rule, DateTimeOffset now)
    {
        var (cutoff, nowUnixMs) = (rule.CutoffUnixMs(now), now.ToUnixTimeMilliseconds());
        return rule.Kind switch
        {
            RetentionKind.Feed => new FeedPurge(cutoff, nowUnixMs),
            RetentionKind.Audit => new AuditPurge(cutoff, nowUnixMs),
            RetentionKind.History => new HistoryPurge(cutoff, nowUnixMs),
            _ => new RowPurge(rule.Kind, cutoff, nowUnixMs),
        };
    }

    /// <summary>How many rows would go.</summary>
    public abstract Task<long> CountAsync(ISqlSession session);

    /// <summary>Removes a batch, and leaves a line in the audit trail when it was not empty.</summary>
    public async Task<PurgeBatch> RunAsync(ISqlSession session, PurgePoint from, int limit)
    {
        var (batch, detail) = await RemoveAsync(session, from, limit);
        if (batch.Rows > 0)
        {
            await AuditWriting.AppendAsync(session, $"purge {kind}", $"{batch.Rows} rows{detail}", nowUnixMs);
        }

        return batch;
    }

    protected abstract Task<(PurgeBatch Batch, string Detail)> RemoveAsync(ISqlSession session, PurgePoint from, int limit);
}

/// <summary>Removes the oldest entries of the feed; those that are left have no gap.</summary>
internal sealed class FeedPurge(long cutoffUnixMs, long nowUnixMs) : PurgeStep(RetentionKind.Feed, cutoffUnixMs, nowUnixMs)
{
    /// <summary>Up to the one before the first that is too young.</summary>
    private const string First = "SELECT coalesce(min(revision), (SELECT head + 1 FROM feed_head)) FROM feed WHERE committed_at_unix_ms >= $1";

    public override async Task<long> CountAsync(ISqlSession session) =>
        await session.OneAsync($"SELECT count(*) FROM feed WHERE revision < ({First})", static row => row.Number(0), 0, CutoffUnixMs);

    protected override async Task<(PurgeBatch Batch, string Detail)> RemoveAsync(ISqlSession session, PurgePoint from, int limit)
    {
        var floor = 0L;
        var rows = 0;
        await foreach (var row in session.ReadAsync("SELECT revision, committed_at_unix_ms FROM feed ORDER BY revision LIMIT $1", (long)limit))
        {
            if (row.Number(1) >= CutoffUnixMs)
            {
                break;
            }

            (floor, rows) = (row.Number(0), rows + 1);
        }

        if (rows == 0)
        {
            return (new PurgeBatch(0, from, IsLast: true), "");
        }

        await session.RunAsync("DELETE FROM feed WHERE revision <= $1", floor);
        await session.RunAsync("UPDATE feed_head SET floor = $1", floor);
        return (new PurgeBatch(rows, from, rows < limit), $", entries up to revision {floor} are gone");
    }
}

/// <summary>Removes the oldest lines of the audit trail; the hash of the last of them stays, so that the chain goes on from it.</summary>
internal sealed class AuditPurge(long cutoffUnixMs, long nowUnixMs) : PurgeStep(RetentionKind.Audit, cutoffUnixMs, nowUnixMs)
{
    private const string First = "SELECT coalesce(min(seq), (SELECT audit_seq + 1 FROM feed_head)) FROM audit WHERE at_unix_ms >= $1";

    public override async Task<long> CountAsync(ISqlSession session) =>
        await session.OneAsync($"SELECT count(*) FROM audit WHERE seq < ({First})", static row => row.Number(0), 0, CutoffUnixMs);

    protected override async Task<(PurgeBatch Batch, string Detail)> RemoveAsync(ISqlSession session, PurgePoint from, int limit)
    {
        (long Seq, byte[] Hash)? last = null;
        var rows = 0;
        await foreach (var row in session.ReadAsync("SELECT seq, at_unix_ms, hash FROM audit ORDER BY seq LIMIT $1", (long)limit))
        {
            if (row.Number(1) >= CutoffUnixMs)
            {
                break;
            }

            (last, rows) = ((row.Number(0), row.Bytes(2)!), rows + 1);
        }

        if (last is not { } floor)
        {
            return (new PurgeBatch(0, from, IsLast: true), "");
        }

        await session.RunAsync("DELETE FROM audit WHERE seq <= $1", floor.Seq);
        await session.RunAsync("UPDATE feed_head SET audit_floor_seq = $1, audit_floor_hash = $2", floor.Seq, floor.Hash);
        return (new PurgeBatch(rows, from, rows < limit), $", lines up to {floor.Seq} are gone");
    }
}

/// <summary>
/// Removes past versions of records of merchants whose business is over, in the order in which they ended. The floor moves to the
/// last of them: what stood before it is no longer told, also where older versions of others are still kept.
/// </summary>
internal sealed class HistoryPurge(long cutoffUnixMs, long nowUnixMs) : PurgeStep(RetentionKind.History, cutoffUnixMs, nowUnixMs)
{
    private const string Expired = $"""
        FROM record_history h JOIN merchant m ON m.acquirer_id = h.acquirer_id AND m.merchant_no = CASE WHEN h.entity = 2 THEN h.key ELSE h.merchant_no END
        WHERE h.until_unix_ms < $1 AND {MerchantIsOver}
        """;

    public override async Task<long> CountAsync(ISqlSession session) =>
        await session.OneAsync($"SELECT count(*) {Expired}", static row => row.Number(0), 0, CutoffUnixMs, NowUnixMs);

    protected override async Task<(PurgeBatch Batch, string Detail)> RemoveAsync(ISqlSession session, PurgePoint from, int limit)
    {
        var (found, unixMs) = await session.OneAsync(
            $"SELECT count(*), coalesce(max(u), 0) FROM (SELECT h.until_unix_ms AS u {Expired} AND h.until_unix_ms >= $3 ORDER BY h.until_unix_ms LIMIT $4) s",
            static row => (row.Number(0), row.Number(1)), default, CutoffUnixMs, NowUnixMs, from.Number, (long)limit);
        if (found == 0)
        {
            return (new PurgeBatch(0, from, IsLast: true), "");
        }

        // All that ended in the last millisecond goes too, even if that is some more: the floor is that millisecond.
        const string Batch = $"{Expired} AND h.until_unix_ms >= $3 AND h.until_unix_ms <= $4";
        var revision = await session.OneAsync($"SELECT max(h.until_revision) {Batch}", static row => row.Number(0), 0, CutoffUnixMs, NowUnixMs, from.Number, unixMs);
        var rows = await session.RunAsync(
            $"DELETE FROM record_history WHERE (entity, acquirer_id, key, until_revision) IN (SELECT h.entity, h.acquirer_id, h.key, h.until_revision {Batch})",
            CutoffUnixMs, NowUnixMs, from.Number, unixMs);
        await session.RunAsync(
            """
            UPDATE feed_head SET history_floor = CASE WHEN history_floor < $1 THEN $1 ELSE history_floor END,
                history_floor_unix_ms = CASE WHEN history_floor_unix_ms < $2 THEN $2 ELSE history_floor_unix_ms END
            """,
            revision, unixMs);
        return (new PurgeBatch(rows, new PurgePoint(unixMs), found < limit), $", versions that ended by revision {revision} are gone");
    }
}

/// <summary>Removes rows that nothing is counted by.</summary>
internal sealed class RowPurge(RetentionKind kind, long cutoffUnixMs, long nowUnixMs) : PurgeStep(kind, cutoffUnixMs, nowUnixMs)
{
    private readonly IReadOnlyList<Table> _tables = kind switch
    {
        RetentionKind.Requests => [new("request", "acquirer_id, request_id", "x.keep_until_unix_ms > 0 AND x.keep_until_unix_ms <= $2 AND $1 <= $2")],
        RetentionKind.Receipts =>
        [
            new("receipt", "acquirer_id, id", $"""
                x.changed_at_unix_ms < $1 AND EXISTS (SELECT 1 FROM deregistration d JOIN merchant m ON m.acquirer_id = d.acquirer_id AND m.merchant_no = d.subject
                    WHERE d.acquirer_id = x.acquirer_id AND d.id = x.subject AND {MerchantIsOver})
                """),
        ],
        RetentionKind.Deregistrations =>
        [
            new("deregistration", "acquirer_id, id", $"""
                x.changed_at_unix_ms < $1 AND x.state NOT IN (1, 2, 3, 4, 5, 6, 7, 8, 13)
                    AND NOT EXISTS (SELECT 1 FROM receipt r WHERE r.acquirer_id = x.acquirer_id AND r.subject = x.id)
                    AND EXISTS (SELECT 1 FROM merchant m WHERE m.acquirer_id = x.acquirer_id AND m.merchant_no = x.subject AND {MerchantIsOver})
                """),
        ],
        RetentionKind.Cases =>
        [
            new("verification_case", "acquirer_id, id", $"""
                x.changed_at_unix_ms < $1 AND x.state > 6
                    AND EXISTS (SELECT 1 FROM merchant m WHERE m.acquirer_id = x.acquirer_id AND m.identity_id = x.subject)
                    AND NOT EXISTS (SELECT 1 FROM merchant m WHERE m.acquirer_id = x.acquirer_id AND m.identity_id = x.subject AND NOT ({MerchantIsOver}))
                """),
        ],
        RetentionKind.Policies =>
        [
            new("policy", "acquirer_id, id", "x.state = 3 AND x.changed_at_unix_ms < $1 AND $1 <= $2"),
            new("maintenance_window", "acquirer_id, id", "x.until_unix_ms < $1 AND x.changed_at_unix_ms < $1 AND $1 <= $2"),
        ],
        RetentionKind.ImportProgress => [new("import_progress", "source", "$1 <= $2")],
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    public override async Task<long> CountAsync(ISqlSession session)
    {
        var count = 0L;
        foreach (var table in _tables)
        {
            count += await session.OneAsync($"SELECT count(*) FROM {table.Name} x WHERE {table.Where}", static row => row.Number(0), 0, CutoffUnixMs, NowUnixMs);
        }

        return count;
    }

    protected override async Task<(PurgeBatch Batch, string Detail)> RemoveAsync(ISqlSession session, PurgePoint from, int limit)
    {
        var rows = 0;
        foreach (var table in _tables)
        {
            if (rows < limit)
            {
                rows += await session.RunAsync(
                    $"DELETE FROM {table.Name} WHERE ({table.Key}) IN (SELECT {table.Key} FROM {table.Name} x WHERE {table.Where} LIMIT $3)", CutoffUnixMs, NowUnixMs, (long)(limit - rows));
            }
        }

        return (new PurgeBatch(rows, from, rows < limit), "");
    }

    /// <param name="Name">The table, x in the condition.</param>
    /// <param name="Key">Its primary key.</param>
    /// <param name="Where">Which rows go; $1 is the instant before which rows are old, $2 is now.</param>
    private sealed record Table(string Name, string Key, string Where);
}
