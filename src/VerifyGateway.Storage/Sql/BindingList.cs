using System.Globalization;
using System.Text;
using VerifyGateway.Caching.Store;
using VerifyGateway.Storage.Rows;

namespace VerifyGateway.Storage.Sql;

/// <summary>A list of bindings as a query with the parameters $1, $2 …, the same for every engine.</summary>
internal sealed class BindingList
{
    private readonly StringBuilder _where = new("t.acquirer_id = $1");
    private readonly List<object> _values;

    /// <summary>Makes the query of a filter.</summary>
    public BindingList(BindingFilter filter, string afterSn, int limit)
    {
        _values = [filter.Acquirer.ToString()];
        Add("t.terminal_sn >", afterSn);
        if (filter.Merchant is { } merchant)
        {
            Add("t.merchant_no =", merchant.ToString());
        }

        if (filter.State is { } state)
        {
            Add("t.state =", (long)state);
        }

        if (filter.Identity is { } identity)
        {
            // What is no id is nobody's; not every database takes every text.
            Add("m.identity_id =", EntityId.TryParse(identity, out _, out _) ? identity : "");
        }

        if (filter.DocumentHash is { } document)
        {
            Add("i.document_hash =", BytesOf(document));
        }

        if (filter.PhoneHash is { } phone)
        {
            Add("i.phone_hash =", BytesOf(phone));
        }

        if (filter.Card is { } card)
        {
            Add("m.card_fingerprint =", BytesOf(card));
        }

        _values.Add((long)limit);
        Sql = string.Create(CultureInfo.InvariantCulture, $"""
            SELECT {RecordRows.Binding}, t.terminal_sn FROM {RecordRows.FromBinding}
            WHERE {_where}
            ORDER BY t.terminal_sn LIMIT ${_values.Count}
            """);
    }

    /// <summary>The query, which gives the columns of a binding and the serial number.</summary>
    public string Sql { get; }

    /// <summary>Its parameters: texts, whole numbers (64 bits) and bytes.</summary>
    public IReadOnlyList<object> Values => _values;

    /// <summary>Names a filter, so that a token of another list is known as such.</summary>
    public static string Name(BindingFilter filter) => string.Join('\n',
        filter.Acquirer, filter.Merchant?.ToString() ?? "-", filter.State?.ToString() ?? "-", filter.Identity is { } identity ? "=" + identity : "-", filter.DocumentHash ?? "-", filter.PhoneHash ?? "-", filter.Card ?? "-");

    /// <summary>The page of what the query has found, which asks for one binding more than a page holds.</summary>
    public static BindingPage Page(IReadOnlyList<BindingView> found, int pageSize, long head, Func<string, string> tokenAfter) => found.Count <= pageSize
        ? new BindingPage(found, "", head)
        : new BindingPage([.. found.Take(pageSize)], tokenAfter(found[pageSize - 1].Terminal.Key.Sn.ToString()), head);

    private static byte[] BytesOf(string hash) =>
        KeyedHash.TryParse(hash, out var value, out var broken) ? value.ToBytes()! : throw new ArgumentException(broken.Sentence);

    private void Add(string condition, object value)
    {
        _values.Add(value);
        _where.Append(CultureInfo.InvariantCulture, $" AND {condition} ${_values.Count}");
    }
}
