using VerifyGateway.Storage.Sql;

namespace VerifyGateway.Storage.Maintenance;

/// <summary>Where the feed, the history and the audit trail of a store begin and end.</summary>
/// <param name="Head">Revision of the newest change.</param>
/// <param name="HeadAtUnixMs">When that was committed, Unix milliseconds; 0 when there is none.</param>
/// <param name="FeedFloor">Entries of the feed up to this revision are gone.</param>
/// <param name="HistoryFloor">Versions of records that ended at this revision, or before, may be gone.</param>
/// <param name="HistoryFloorUnixMs">Versions of records that ended at this instant, or before, may be gone.</param>
/// <param name="AuditSeq">The newest line of the audit trail.</param>
/// <param name="AuditHash">Its hash.</param>
/// <param name="AuditFloorSeq">Lines of the audit trail up to this one are gone.</param>
/// <param name="AuditFloorHash">The hash of that one.</param>
public sealed record StoreState(
    long Head, long HeadAtUnixMs, long FeedFloor, long HistoryFloor, long HistoryFloorUnixMs,
    long AuditSeq, byte[] AuditHash, long AuditFloorSeq, byte[] AuditFloorHash)
{
    internal const string Sql = """
        SELECT head, head_at_unix_ms, floor, history_floor, history_floor_unix_ms, audit_seq, audit_hash, audit_floor_seq, audit_floor_hash FROM feed_head
        """;

    internal static StoreState Of(ISqlRow row) => new(
        row.Number(0), row.Number(1), row.Number(2), row.Number(3), row.Number(4), row.Number(5), row.Bytes(6) ?? [], row.Number(7), row.Bytes(8) ?? []);

    internal static async Task<StoreState> ReadAsync(ISqlSession session) =>
        await session.OneAsync<StoreState?>(Sql, Of, null) ?? throw new StoreUnusableException("The store has lost the row that says where its feed ends; restore a backup.");
}
