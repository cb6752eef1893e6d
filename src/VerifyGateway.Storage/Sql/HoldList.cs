using System.Globalization;
using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Records;
using VerifyGateway.Storage.Rows;
using VerifyGateway.Storage.Writing;

namespace VerifyGateway.Storage.Sql;

/// <summary>
/// A list of holds as one query with the parameters $1, $2 …. Its first part are the holds of kinds that are told in full, by id; its
/// second part names what carries one of another kind that stands, once each: neither how many there are nor which shows in it.
/// </summary>
internal sealed class HoldList
{
    /// <summary>Columns of the query: the part, the position within it, then those of a hold.</summary>
    public const int Columns = 2 + 21;

    private const string InFull = "0";
    private const string Hidden = "1";

    private readonly List<object> _values = [];
    private readonly HoldFilter _filter;
    private readonly string _hex;

    /// <summary>Makes the query of a stretch.</summary>
    /// <param name="filter">Which holds.</param>
    /// <param name="after">The position of the last item before, as <see cref="Page"/> gives it; empty for the beginning.</param>
    /// <param name="limit">The most items.</param>
    /// <param name="nowUnixMs">The instant at which holds stand or do not, Unix milliseconds.</param>
    /// <param name="hex">How the engine writes the bytes of card_fingerprint as lower-case hexadecimal digits.</param>
    public HoldList(HoldFilter filter, string after, int limit, long nowUnixMs, string hex)
    {
        (_filter, _hex) = (filter, hex);
        // Only what the query names is a parameter of it.
        var hidden = Enum.GetValues<HoldKind>().Except(filter.InFull).ToList();
        var acquirer = Add(filter.Acquirer.ToString());
        var most = Add((long)limit);
        var now = hidden.Count > 0 || filter.Scope != HoldScope.All ? Add(nowUnixMs) : "";
        var target = filter.On is { } on ? $" AND {ConditionOf(HoldViews.SubjectOf(on))}" : "";
        var parts = new List<string>();
        if (filter.InFull.Length > 0 && !after.StartsWith(Hidden, StringComparison.Ordinal))
        {
            var scope = filter.Scope switch
            {
                HoldScope.Standing => $" AND {Stands(now)}",
                HoldScope.NotEnded => $" AND (until = 0 OR (until > {now} AND until > effective_at))",
                _ => "",
            };
            parts.Add($"""
                SELECT * FROM (SELECT 0 AS part, hold_id AS position, {StoredColumns.Hold} FROM hold
                WHERE acquirer_id = {acquirer} AND kind IN ({Numbers(filter.InFull)}){target}{scope} AND hold_id > {Add(after.Length > 0 ? after[1..] : "")}
                ORDER BY hold_id LIMIT {most}) AS told
                """);
        }

        if (hidden.Count > 0)
        {
            parts.Add($"""
                SELECT * FROM (SELECT 1 AS part, {Position} AS position, acquirer_id, '' AS hold_id, 0 AS kind, identity_id, merchant_no, terminal_sn, card_fingerprint,
                    0 AS effective_at, 0 AS until, false AS refunds_pass, 0 AS authority, '' AS document_no, '' AS organ, '' AS reason, '' AS placed_by, 0 AS placed_at,
                    '' AS lifted_by, 0 AS lifted_at, '' AS lift_document_no, 0 AS renewals, 0 AS version FROM hold
                WHERE acquirer_id = {acquirer} AND kind IN ({Numbers(hidden)}){target} AND {Stands(now)}
                    AND {Position} > {Add(after.StartsWith(Hidden, StringComparison.Ordinal) ? after[1..] : "")}
                GROUP BY acquirer_id, identity_id, merchant_no, terminal_sn, card_fingerprint ORDER BY 2 LIMIT {most}) AS hidden
                """);
        }

        Sql = $"SELECT * FROM ({string.Join("\nUNION ALL\n", parts)}) AS holds ORDER BY part, position LIMIT {most}";
    }

    /// <summary>The query.</summary>
    public string Sql { get; }

    /// <summary>Its parameters: texts, whole numbers (64 bits) and bytes.</summary>
    public IReadOnlyList<object> Values => _values;

    /// <summary>A character in front of the key for the kind of thing, so that no two things have one position.</summary>
    private string Position =>
        $"CASE WHEN identity_id IS NOT NULL THEN '1' || identity_id WHEN merchant_no IS NOT NULL THEN '2' || merchant_no WHEN terminal_sn IS NOT NULL THEN '3' || terminal_sn ELSE '4' || {_hex} END";

    /// <summary>Names a filter, so that a token of another list is known as such.</summary>
    public static string Name(HoldFilter filter) => string.Join('\n',
        "holds", filter.Acquirer, filter.Scope, Numbers(filter.InFull.Order()), filter.On is { } on ? $"{on.Target}={on.Key}" : "-");

    /// <summary>An item in the columns of the query, and its position.</summary>
    public static (HoldItem Item, string Position) ItemOf(ISqlRow row)
    {
        var subject = StoredColumns.HoldSubjectOf(row, 5);
        var isTold = row.Number(0) == 0;
        var hold = isTold ? HoldViews.Of(StoredColumns.HoldOf(row, 2)) : null;
        return (new HoldItem(new HoldOn(subject.Target, subject.Key), hold), (isTold ? InFull : Hidden) + row.Text(1));
    }

    /// <summary>The page of what the query has found, which asks for one item more than a page holds.</summary>
    public static HoldPage Page(IReadOnlyList<(HoldItem Item, string Position)> found, int pageSize, long head, Func<string, string> tokenAfter) => new(
        [.. found.Take(pageSize).Select(static row => row.Item)], found.Count > pageSize ? tokenAfter(found[pageSize - 1].Position) : "", head);

    private static string Stands(string now) => $"effective_at <= {now} AND (until = 0 OR until > {now})";

    private static string Numbers(IEnumerable<HoldKind> kinds) => string.Join(", ", kinds.Select(static kind => ((int)kind).ToString(CultureInfo.InvariantCulture)));

    private string ConditionOf(HoldSubject on) => on switch
    {
        { IdentityId: { } identity } => $"identity_id = {Add(identity.ToString())}",
        { MerchantNo: { } merchant } => $"merchant_no = {Add(merchant.ToString())}",
        { TerminalSn: { } terminal } => $"terminal_sn = {Add(terminal.ToString())}",
        _ => $"card_fingerprint = {Add(on.CardFingerprint!.Value.ToBytes()!)}",
    };

    private string Add(object value)
    {
        _values.Add(value);
        return string.Create(CultureInfo.InvariantCulture, $"${_values.Count}");
    }
}
