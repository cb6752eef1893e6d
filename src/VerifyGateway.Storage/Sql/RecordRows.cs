using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Storage.Sql;

/// <summary>
/// What checks, back ends and followers of the feed read, from rows in a snapshot with a known head. What does not unpack, or names
/// another key than its row, is never guessed: it is an exception.
/// </summary>
internal static class RecordRows
{
    /// <summary>The columns of a binding: a terminal t, its merchant m and that one's identity i.</summary>
    public const string Binding = "t.packed, t.revision, m.packed, m.revision, i.holder_mask, m.settlement_card_mask";

    /// <summary>The tables that <see cref="Binding"/> is read from.</summary>
    public const string FromBinding = """
        terminal t
        LEFT JOIN merchant m ON m.acquirer_id = t.acquirer_id AND m.merchant_no = t.merchant_no
        LEFT JOIN identity i ON i.acquirer_id = m.acquirer_id AND i.identity_id = m.identity_id
        """;

    /// <summary>The columns of an entry of the feed.</summary>
    public const string Feed = "revision, committed_at_unix_ms, entity, acquirer_id, key, packed, ends_write, holder_mask, card_mask, left_merchant_no";

    /// <summary>How many columns <see cref="Feed"/> has.</summary>
    public const int FeedColumns = 10;

    /// <summary>The columns of a merchant m and its identity i, of <see cref="StoredColumns.FromMerchant"/>.</summary>
    public const string Merchant = "m.packed, m.revision, i.holder_mask, m.settlement_card_mask, m.acquirer_id, m.merchant_no";

    /// <summary>A pair in the columns: terminal's packed form and revision, merchant's packed form and revision.</summary>
    public static RecordPair PairOf(ISqlRow row, in PairKey key, long head)
    {
        var terminal = TerminalOf(row, 0, head);
        var merchant = MerchantOf(row, 2, head);
        if ((terminal is { } found && found.Key != key.Terminal) || (merchant is { } its && its.Key != key.Merchant))
        {
            throw NamesAnother();
        }

        return new RecordPair(
            new RecordCopy<TerminalRecord>(terminal, terminal is null ? 0 : row.Number(1), head),
            new RecordCopy<MerchantRecord>(merchant, merchant is null ? 0 : row.Number(3), head));
    }

    /// <summary>A binding in the columns of <see cref="Binding"/>.</summary>
    public static BindingView BindingOf(ISqlRow row, long head)
    {
        var terminal = TerminalOf(row, 0, head)!.Value;
        var merchant = MerchantOf(row, 2, head);
        RequireSame(terminal, merchant);
        var revision = merchant is null ? row.Number(1) : Math.Max(row.Number(1), row.Number(3));
        return new BindingView(terminal, merchant, row.IsNull(4) ? "" : row.Text(4), row.IsNull(5) ? "" : row.Text(5), revision) 
        {
            TerminalRevision = row.Number(1),
            MerchantRevision = merchant is null ? 0 : row.Number(3),
        };
    }

    /// <summary>A merchant in the columns of <see cref="Merchant"/>.</summary>
    public static MerchantView MerchantViewOf(ISqlRow row, long head)
    {
        var record = MerchantOf(row, 0, head)!.Value;
        return record.Key.Acquirer.ToString() == row.Text(4) && record.Key.No.ToString() == row.Text(5)
            ? new MerchantView(record, row.Text(2), row.Text(3), row.Number(1))
            : throw NamesAnother();
    }

    /// <summary>The binding in the columns of <see cref="Binding"/>, which must be the one that was asked for.</summary>
    public static BindingView BindingOf(ISqlRow row, in BindingLookup lookup, long head)
    {
        var binding = BindingOf(row, head);
        RequireNamed(lookup, binding.Terminal);
        return binding;
    }

    /// <summary>Throws unless the terminal is one that the look-up asks for.</summary>
    public static void RequireNamed(in BindingLookup lookup, in TerminalRecord terminal)
    {
        var isNamed = terminal.Key.Acquirer == lookup.Acquirer
            && (lookup.Sn is { } wanted ? terminal.Key.Sn == wanted : terminal.MerchantNo == lookup.MerchantNo && terminal.TerminalNo == lookup.TerminalNo);
        if (!isNamed)
        {
            throw NamesAnother();
        }
    }

    /// <summary>Throws unless the merchant is that of the terminal.</summary>
    public static void RequireSame(in TerminalRecord terminal, in MerchantRecord? merchant)
    {
        if (merchant is { } found && found.Key != new MerchantKey(terminal.Key.Acquirer, terminal.MerchantNo))
        {
            throw NamesAnother();
        }
    }

    /// <summary>An entry of the feed, in the columns of <see cref="Feed"/>.</summary>
    public static FeedEntry FeedOf(ISqlRow row, long expected)
    {
        var revision = row.Number(0);
        return revision == expected && AcquirerId.TryParse(row.Text(3), out var acquirer, out _)
            ? new FeedEntry(revision, row.Number(1), (FeedEntity)row.Number(2), acquirer, row.Text(4), row.Bytes(5))
            {
                EndsWrite = row.Flag(6),
                HolderMask = row.Text(7),
                SettlementCardMask = row.Text(8),
                LeftMerchantNo = row.Text(9),
            }
            : throw new StoreUnavailableException($"The change feed is damaged at revision {expected}.");
    }

    /// <summary>Throws unless entries after a revision can be read where the feed has this floor and head.</summary>
    public static void RequireReadable(long afterRevision, long floor, long head)
    {
        if (afterRevision < floor)
        {
            throw OutOfRetentionException.Gone($"Entries of the change feed up to revision {floor} are no longer kept, and those after {afterRevision} were asked for; read the records anew and go on from the head.", floor);
        }

        if (afterRevision > head)
        {
            throw OutOfRetentionException.Future($"The change feed ends at revision {head}, and entries after {afterRevision} were asked for: the caller has followed another store, or this one was set back to an older copy.", head);
        }
    }

    /// <summary>Throws unless the feed has given all that is due.</summary>
    public static FeedPage Page(List<FeedEntry> entries, long afterRevision, int limit, long head)
    {
        var expected = Math.Clamp(head - afterRevision, 0, limit);
        return entries.Count == expected
            ? new FeedPage(entries, head)
            : throw new StoreUnavailableException($"The change feed holds {entries.Count} entries after {afterRevision} where {expected} are due.");
    }

    /// <summary>The terminal record in two columns; null when the row has none.</summary>
    public static TerminalRecord? TerminalOf(ISqlRow row, int at, long head)
    {
        if (row.IsNull(at))
        {
            return null;
        }

        return IsRevision(row.Number(at + 1), head) && RecordCodec.TryUnpack(row.Bytes(at), out TerminalRecord record)
            ? record
            : throw new StoreUnavailableException("A stored terminal record is damaged.") { IsOfOneRecord = true };
    }

    /// <summary>The merchant record in two columns; null when the row has none.</summary>
    public static MerchantRecord? MerchantOf(ISqlRow row, int at, long head)
    {
        if (row.IsNull(at))
        {
            return null;
        }

        return IsRevision(row.Number(at + 1), head) && RecordCodec.TryUnpack(row.Bytes(at), out MerchantRecord record)
            ? record
            : throw new StoreUnavailableException("A stored merchant record is damaged.") { IsOfOneRecord = true };
    }

    private static bool IsRevision(long revision, long head) => revision >= 1 && revision <= head;

    private static StoreUnavailableException NamesAnother() => new("A stored record names another key than its row.") { IsOfOneRecord = true };
}
