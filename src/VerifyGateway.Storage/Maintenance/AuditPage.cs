using VerifyGateway.Storage.Sql;
using VerifyGateway.Storage.Writing;

namespace VerifyGateway.Storage.Maintenance;

/// <summary>A stretch of the audit trail, read in one snapshot.</summary>
/// <param name="Lines">The lines, in their order.</param>
/// <param name="State">Where everything begins and ends in that snapshot.</param>
public sealed record AuditPage(IReadOnlyList<StoredAuditLine> Lines, StoreState State);

/// <summary>A line as it is stored, with what the feed says to it.</summary>
/// <param name="Line">The line.</param>
/// <param name="FeedHash">The hash of the entries that the feed holds for its revisions; null when not all of them are kept any more.</param>
public sealed record StoredAuditLine(AuditLine Line, byte[]? FeedHash);

/// <summary>Reads the audit trail.</summary>
internal static class AuditReading
{
    /// <summary>Lines after one of them.</summary>
    public static async Task<AuditPage> ReadAsync(ISqlSession session, long afterSeq, int limit)
    {
        var state = await StoreState.ReadAsync(session);
        var lines = await session.ListAsync(
            $"SELECT {StoredColumns.Audit} FROM audit WHERE seq > $1 ORDER BY seq LIMIT $2", StoredColumns.AuditOf, afterSeq, (long)limit);
        var stored = new List<StoredAuditLine>(lines.Count);
        foreach (var line in lines)
        {
            var isKept = line.FirstRevision > state.FeedFloor || line.FirstRevision > line.LastRevision;
            stored.Add(new StoredAuditLine(line, isKept ? await HashFeedAsync(session, line.FirstRevision, line.LastRevision) : null));
        }

        return new AuditPage(stored, state);
    }

    private static async Task<byte[]> HashFeedAsync(ISqlSession session, long first, long last)
    {
        using var hash = new AuditHash();
        if (first <= last)
        {
            await foreach (var row in session.ReadAsync("SELECT revision, entity, acquirer_id, key, packed FROM feed WHERE revision BETWEEN $1 AND $2 ORDER BY revision", first, last))
            {
                hash.AddEntry(row.Number(0), row.Number(1), row.Text(2), row.Text(3), row.Bytes(4));
            }
        }

        return hash.Finish();
    }
}

/// <summary>Adds lines of the jobs' own to the audit trail.</summary>
internal static class AuditWriting
{
    /// <summary>Who the jobs are in the audit trail.</summary>
    public const string Actor = "vgctl";

    /// <summary>Adds a line that changes no record, under the head's lock.</summary>
    public static async Task AppendAsync(ISqlSession session, string action, string changes, long nowUnixMs)
    {
        var state = await StoreState.ReadAsync(session);
        using var nothing = new AuditHash();
        var at = Math.Max(nowUnixMs, state.HeadAtUnixMs);
        var line = new AuditLine(
            state.AuditSeq + 1, at, Actor, action, "", Rows.RequestId.NewUnique().ToString(), changes, nothing.Finish(), state.Head + 1, state.Head, []);
        line = line with { Hash = line.HashAfter(state.AuditHash) };
        await session.RunAsync(
            $"INSERT INTO audit ({StoredColumns.Audit}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            line.Seq, line.AtUnixMs, line.Actor, line.Action, line.Acquirer, line.Request, line.Changes, line.ChangesHash, line.FirstRevision, line.LastRevision, line.Hash);
        await session.RunAsync("UPDATE feed_head SET head_at_unix_ms = $1, audit_seq = $2, audit_hash = $3", at, line.Seq, line.Hash);
    }
}
