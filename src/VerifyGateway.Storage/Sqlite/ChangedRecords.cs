using System.Collections.Immutable;
using System.Globalization;
using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Domain.Records;
using VerifyGateway.Storage.Rows;

namespace VerifyGateway.Storage.Sqlite;

/// <summary>The records that one transaction may have changed, and how they reach the feed.</summary>
internal sealed class ChangedRecords(WriterConnection to)
{
    private readonly HashSet<(AcquirerId Acquirer, string Id)> _identities = [];
    private readonly HashSet<MerchantKey> _merchants = [];
    private readonly HashSet<TerminalKey> _terminals = [];
    private long _nowUnixMs;
    private long _before = -1;
    private long _head;

    public void OfIdentity(AcquirerId acquirer, string id) => _identities.Add((acquirer, id));

    public void Merchant(MerchantKey key) => _merchants.Add(key);

    public void Terminal(TerminalKey key) => _terminals.Add(key);

    public void OfHold(HoldRow hold)
    {
        if (hold.On.Target == HoldTarget.Identity)
        {
            OfIdentity(hold.Acquirer, hold.On.Key);
        }
        else if (hold.On.Target == HoldTarget.Merchant)
        {
            Merchant(new MerchantKey(hold.Acquirer, MerchantNoOf(hold.On.Key)));
        }
        else
        {
            Terminal(new TerminalKey(hold.Acquirer, SnOf(hold.On.Key)));
        }
    }

    /// <summary>The revision that the next entry gets; numbers are safe to give before the end, for the write lock is held from the beginning.</summary>
    public long Next()
    {
        if (_before < 0)
        {
            _before = _head = to.Head.Number();
        }

        return _head + 1;
    }

    /// <summary>Says that an entry with the revision of <see cref="Next"/> has been added to the feed.</summary>
    public void Added() => _head++;

    /// <summary>
    /// Packs every record that may have changed, and gives those whose packed form did change the next revisions. Runs last and
    /// under the database's write lock, so that a revision is visible only with all lower ones, and a rollback takes it back.
    /// </summary>
    public WriteResult WriteToFeed(long nowUnixMs)
    {
        _nowUnixMs = nowUnixMs;
        _ = Next();
        foreach (var (acquirer, id) in _identities)
        {
            AddMerchantsOf(acquirer, id);
        }

        // In the order of keys: one batch gives one feed, in whatever order its rows came.
        foreach (var key in _merchants.OrderBy(key => key.Acquirer.ToString(), StringComparer.Ordinal).ThenBy(key => key.No.ToString(), StringComparer.Ordinal))
        {
            RefreshMerchant(key);
        }

        foreach (var key in _terminals.OrderBy(key => key.Acquirer.ToString(), StringComparer.Ordinal).ThenBy(key => key.Sn.ToString(), StringComparer.Ordinal))
        {
            RefreshTerminal(key);
        }

        if (_head > _before && to.MoveHead.Execute(_before, _head) != 1)
        {
            throw new StoreUnavailableException("The head of the change feed moved under the write lock.");
        }

        return new WriteResult((int)(_head - _before), _head);
    }

    private void AddMerchantsOf(AcquirerId acquirer, string identity)
    {
        using var row = to.MerchantsOf.Query(acquirer.ToString(), identity);
        while (row.Read())
        {
            Merchant(new MerchantKey(acquirer, MerchantNoOf(row.GetString(0))));
        }
    }

    private void RefreshMerchant(MerchantKey key)
    {
        var (acquirer, no) = (key.Acquirer.ToString(), key.No.ToString());
        MerchantRecord record;
        string identity;
        byte[] old;
        using (var row = to.ReadMerchant.Query(acquirer, no))
        {
            row.Read();
            DateOnly? validTo = row.IsDBNull(3) ? null : DateOnly.ParseExact(row.GetString(3), "yyyy-MM-dd", CultureInfo.InvariantCulture);
            record = new MerchantRecord(key, (MerchantState)row.GetByte(0), (IdentityState)row.GetByte(1), row.GetInt64(2), validTo, [])
            {
                Kind = row.GetByte(6) is > 0 and var kind ? (MerchantKind)kind : null,
                Region = RegionCode.TryParse(row.GetString(7), out var region, out _) ? region : default,
                Category = CategoryCode.TryParse(row.GetString(8), out var category, out _) ? category : default,
                AccountClass = row.GetByte(9) is > 0 and var account ? (AccountClass)account : null,
            };
            identity = row.GetString(4);
            old = row.GetFieldValue<byte[]>(5);
        }

        var holds = new List<Hold>();
        AddHolds(holds, HoldTarget.Identity, to.HoldsOnIdentity, acquirer, identity);
        AddHolds(holds, HoldTarget.Merchant, to.HoldsOnMerchant, acquirer, no);
        var packed = RecordCodec.Pack(record with { Holds = Fitting(holds) });
        if (!packed.AsSpan().SequenceEqual(old))
        {
            Append(FeedEntity.Merchant, acquirer, no, packed);
            to.StampMerchant.Execute(acquirer, no, packed, _head);
        }
    }

    private void RefreshTerminal(TerminalKey key)
    {
        var (acquirer, sn) = (key.Acquirer.ToString(), key.Sn.ToString());
        TerminalRecord record;
        byte[] old;
        using (var row = to.ReadTerminal.Query(acquirer, sn))
        {
            row.Read();
            record = new TerminalRecord(
                key, TerminalNoOf(row.GetString(0)), MerchantNoOf(row.GetString(1)), (TerminalState)row.GetByte(2), row.GetInt64(3), []);
            old = row.GetFieldValue<byte[]>(4);
        }

        var holds = new List<Hold>();
        AddHolds(holds, HoldTarget.Terminal, to.HoldsOnTerminal, acquirer, sn);
        var packed = RecordCodec.Pack(record with { Holds = Fitting(holds) });
        if (!packed.AsSpan().SequenceEqual(old))
        {
            Append(FeedEntity.Terminal, acquirer, sn, packed);
            to.StampTerminal.Execute(acquirer, sn, packed, _head);
        }
    }

    private void Append(FeedEntity entity, string acquirer, string key, byte[] packed)
    {
        _head++;
        to.AppendFeed.Execute(_head, _nowUnixMs, (byte)entity, acquirer, key, packed);
    }

    private static void AddHolds(List<Hold> holds, HoldTarget target, Statement query, string acquirer, string key)
    {
        using var row = query.Query(acquirer, key);
        while (row.Read())
        {
            holds.Add(new Hold((HoldKind)row.GetByte(0), target, row.GetInt64(1), row.GetInt64(2), row.GetBoolean(3)));
        }
    }

    /// <summary>
    /// A record carries a limited number of holds. A new freeze must not be refused for the sake of old ones, so of too many
    /// those leave the record that ended longest ago; one that has not ended never does.
    /// </summary>
    private ImmutableArray<Hold> Fitting(List<Hold> holds)
    {
        var tooMany = holds.Count - RecordCodec.MaxHolds;
        if (tooMany > 0)
        {
            var leaving = holds.Index().Where(it => it.Item.UntilUnixMs != 0 && it.Item.UntilUnixMs <= _nowUnixMs)
                .OrderBy(it => it.Item.UntilUnixMs).Take(tooMany).Select(it => it.Index).ToHashSet();
            if (leaving.Count < tooMany)
            {
                throw new WriteRefusedException("STORE_HOLD_COUNT", $"A record carries at most {RecordCodec.MaxHolds} holds that have not ended.");
            }

            return [.. holds.Index().Where(it => !leaving.Contains(it.Index)).Select(it => it.Item)];
        }

        return [.. holds];
    }

    private static MerchantNo MerchantNoOf(string text) =>
        MerchantNo.TryParse(text, out var no, out _) ? no : throw Damaged("merchant number");

    private static TerminalNo TerminalNoOf(string text) =>
        TerminalNo.TryParse(text, out var no, out _) ? no : throw Damaged("terminal number");

    private static TerminalSn SnOf(string text) =>
        TerminalSn.TryParse(text, out var sn, out _) ? sn : throw Damaged("serial number");

    private static StoreUnavailableException Damaged(string what) => new($"A stored {what} is damaged.");
}
