using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Storage.Sql;

/// <summary>
/// How records of a point in the past are found: what stands now when it stood then, else the version that was closed after it.
/// Parameters: $1 acquirer, $2 and $3 the key or the numbers, and the point last.
/// </summary>
internal static class PastRecords
{
    /// <summary>Of a terminal by serial number ($2): packed, revision.</summary>
    public static string BySn(in AsOf point) => $"""
        SELECT packed, revision FROM terminal WHERE acquirer_id = $1 AND terminal_sn = $2 AND {Now(point, "$3")}
        UNION ALL
        SELECT packed, from_revision FROM record_history WHERE entity = 1 AND acquirer_id = $1 AND key = $2 AND {Then(point, "$3")}
        """;

    /// <summary>Of all terminals that had a merchant's number ($2) and a terminal number ($3): packed, revision.</summary>
    public static string ByNumbers(in AsOf point) => $"""
        SELECT packed, revision FROM terminal WHERE acquirer_id = $1 AND merchant_no = $2 AND terminal_no = $3 AND {Now(point, "$4")}
        UNION ALL
        SELECT packed, from_revision FROM record_history
        WHERE entity = 1 AND acquirer_id = $1 AND merchant_no = $2 AND terminal_no = $3 AND {Then(point, "$4")}
        """;

    /// <summary>Of a merchant by number ($2): packed, revision, the holder's mask, the card's mask.</summary>
    public static string Merchant(in AsOf point) => $"""
        SELECT m.packed, m.revision, i.holder_mask, m.settlement_card_mask FROM {StoredColumns.FromMerchant}
        WHERE m.acquirer_id = $1 AND m.merchant_no = $2 AND {Now(point, "$3", "m.")}
        UNION ALL
        SELECT packed, from_revision, holder_mask, card_mask FROM record_history WHERE entity = 2 AND acquirer_id = $1 AND key = $2 AND {Then(point, "$3")}
        """;

    /// <summary>The parameter that says the point.</summary>
    public static long Number(in AsOf point) => point.Revision ?? point.UnixMs!.Value;

    /// <summary>Throws unless the point is one that is kept.</summary>
    public static void RequireKept(in AsOf point, long head, long floor, long floorUnixMs, long nowUnixMs)
    {
        if (point.Revision is { } revision && (revision < floor || revision > head))
        {
            throw revision > head
                ? OutOfRetentionException.Future($"Revision {revision} does not exist yet; the newest is {head}.", head)
                : OutOfRetentionException.Gone($"What stood before revision {floor} is no longer kept, and revision {revision} was asked for.", floor);
        }

        if (point.UnixMs is { } instant && (instant < floorUnixMs || instant > nowUnixMs))
        {
            throw instant > nowUnixMs
                ? OutOfRetentionException.Future("The instant that was asked for lies in the future.")
                : OutOfRetentionException.Gone($"What stood before {DateTimeOffset.FromUnixTimeMilliseconds(floorUnixMs):O} is no longer kept, and an earlier instant was asked for.");
        }
    }

    /// <summary>Of several terminals that had the same numbers, the one that was in service; of several that were not, the newest.</summary>
    public static (TerminalRecord Record, long Revision)? Best(IReadOnlyList<(TerminalRecord Record, long Revision)> candidates) => candidates.Count == 0 ? null : candidates
        .OrderBy(static found => found.Record.State is TerminalState.Rejected or TerminalState.Replaced or TerminalState.Retired)
        .ThenByDescending(static found => found.Revision)
        .First();

    private static string Now(in AsOf point, string at, string table = "") =>
        point.Revision is not null ? $"{table}revision <= {at}" : $"{table}changed_at_unix_ms <= {at}";

    private static string Then(in AsOf point, string at) => point.Revision is not null
        ? $"from_revision <= {at} AND until_revision > {at}"
        : $"from_unix_ms <= {at} AND until_unix_ms > {at}";
}
