using Npgsql;
using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Domain.Records;
using VerifyGateway.Storage.Rows;
using VerifyGateway.Storage.Sql;
using VerifyGateway.Storage.Writing;
using static VerifyGateway.Storage.Postgres.PostgresCommands;

namespace VerifyGateway.Storage.Postgres;

/// <summary>
/// The loading of what a group of writes wants: one statement for each kind of row, all in one round trip. What hangs on rows that
/// are still to be found (the identity of a merchant, holds) is found by joining. One use.
/// </summary>
internal sealed class PostgresLoad
{
    // Identities that are wanted ($1, $2), those of wanted merchants ($3, $4) and those of the merchants of whole cards ($5, $6).
    private const string WantedIdentities = """
        (SELECT k.a, k.b FROM unnest($1::text[], $2::text[]) k (a, b)
         UNION SELECT m.* FROM unnest($3::text[], $4::text[]) k (a, b)
         CROSS JOIN LATERAL (SELECT acquirer_id, identity_id FROM merchant WHERE acquirer_id = k.a AND merchant_no = k.b OFFSET 0) m
         UNION SELECT m.* FROM unnest($5::text[], $6::bytea[]) k (a, b)
         CROSS JOIN LATERAL (SELECT acquirer_id, identity_id FROM merchant WHERE acquirer_id = k.a AND card_fingerprint = k.b OFFSET 0) m) k
        """;

    // Merchants that are wanted ($1, $2), those of whole identities ($3, $4) and those of whole cards ($5, $6).
    private const string WantedMerchants = """
        (SELECT k.a, k.b FROM unnest($1::text[], $2::text[]) k (a, b)
         UNION SELECT m.* FROM unnest($3::text[], $4::text[]) k (a, b)
         CROSS JOIN LATERAL (SELECT acquirer_id, merchant_no FROM merchant WHERE acquirer_id = k.a AND identity_id = k.b OFFSET 0) m
         UNION SELECT m.* FROM unnest($5::text[], $6::bytea[]) k (a, b)
         CROSS JOIN LATERAL (SELECT acquirer_id, merchant_no FROM merchant WHERE acquirer_id = k.a AND card_fingerprint = k.b OFFSET 0) m) k
        """;

    // Cards of wanted merchants ($1, $2) and of those of whole identities ($3, $4), and cards that are wanted ($5, $6).
    private const string WantedCards = """
        (SELECT m.* FROM unnest($1::text[], $2::text[]) k (a, b)
         CROSS JOIN LATERAL (SELECT acquirer_id, card_fingerprint FROM merchant WHERE acquirer_id = k.a AND merchant_no = k.b OFFSET 0) m
         UNION SELECT m.* FROM unnest($3::text[], $4::text[]) k (a, b)
         CROSS JOIN LATERAL (SELECT acquirer_id, card_fingerprint FROM merchant WHERE acquirer_id = k.a AND identity_id = k.b OFFSET 0) m
         UNION SELECT k.a, k.b FROM unnest($5::text[], $6::bytea[]) k (a, b)) k (a, b)
        """;

    private const string CardKeys = "unnest($1::text[], $2::bytea[]) k (a, b)";

    private const string Keys = "unnest($1::text[], $2::text[]) k (a, b)";

    private readonly NpgsqlBatch _batch;
    private readonly WorkingSet _into;
    private readonly List<Action<ISqlRow>> _readers = [];
    private readonly List<Action> _settlers = [];

    /// <summary>Adds the statements of what is wanted and not known yet to a batch.</summary>
    public PostgresLoad(NpgsqlBatch batch, Wanted wanted, WorkingSet into)
    {
        _batch = batch;
        _into = into;
        var whole = into.WithoutAllMerchants(wanted.IdentitiesWithMerchants).ToList();
        var wholeCards = into.WithoutAllMerchants(wanted.CardsWithMerchants).ToList();
        var cards = into.Cards.Missing(wanted.Cards.Union(wholeCards)).ToList();
        var merchants = into.Merchants.Missing(wanted.Merchants).ToList();
        var identities = into.Identities.Missing(wanted.Identities.Union(whole)).ToList();
        AddAcquirers([.. into.Acquirers.Missing(wanted.Acquirers)]);
        AddCards(cards);
        AddMerchants(merchants, whole, wholeCards);
        AddIdentities(identities, merchants, wholeCards);
        AddTerminals([.. into.Terminals.Missing(wanted.Terminals)]);
        AddHolds([.. into.Holds.Missing(wanted.Holds)]);
        AddHoldsOfMerchants(identities, merchants, whole, wholeCards);
        AddHoldsOfCards(merchants, whole, cards);
        AddLive([.. into.LiveSns.Missing(wanted.LiveSns)], [.. into.LiveNumbers.Missing(wanted.LiveNumbers)]);
        AddDocuments([.. into.Documents.Missing(wanted.Documents)]);
        AddRequests([.. into.Requests.Missing(wanted.Requests)]);
    }

    /// <summary>Reads what the statements have found.</summary>
    /// <param name="reader">Reads the batch.</param>
    /// <param name="isBefore">True when the reader stands on the result before the first of these.</param>
    public async Task ReadAsync(NpgsqlDataReader reader, bool isBefore)
    {
        var row = new PostgresRow(reader);
        foreach (var take in _readers)
        {
            if (isBefore)
            {
                await reader.NextResultAsync();
            }

            isBefore = true;
            while (await reader.ReadAsync())
            {
                take(row);
            }
        }

        foreach (var settle in _settlers)
        {
            settle();
        }
    }

    private void AddAcquirers(List<AcquirerId> keys)
    {
        if (keys.Count > 0)
        {
            Add(
                Find("unnest($1::text[]) k (a)", StoredColumns.Acquirer, "acquirer", "acquirer_id = k.a"),
                row =>
                {
                    var found = StoredColumns.AcquirerOf(row);
                    _into.Acquirers.Load(found.Id, found);
                },
                TextsOf(keys, static key => key));
            SettleAbsent(_into.Acquirers, keys);
        }
    }

    private void AddCards(List<CardKey> keys)
    {
        if (keys.Count > 0)
        {
            Add(
                Find(CardKeys, StoredColumns.Card, "settlement_card", "acquirer_id = k.a AND fingerprint = k.b"),
                row =>
                {
                    var found = StoredColumns.CardOf(row);
                    _into.Cards.Load(new CardKey(found.Acquirer, found.Fingerprint), found);
                },
                Of(keys));
            SettleAbsent(_into.Cards, keys);
        }
    }

    private void AddMerchants(List<MerchantKey> keys, List<IdentityKey> whole, List<CardKey> wholeCards)
    {
        if (keys.Count > 0)
        {
            Add(
                Find(Keys, StoredColumns.Merchant, StoredColumns.FromMerchant, "m.acquirer_id = k.a AND m.merchant_no = k.b"),
                row => _into.Load(StoredColumns.MerchantOf(row)), Of(keys));
            SettleAbsent(_into.Merchants, keys);
        }

        if (whole.Count > 0)
        {
            Add(
                Find(Keys, StoredColumns.Merchant, StoredColumns.FromMerchant, "m.acquirer_id = k.a AND m.identity_id = k.b"),
                row => _into.Load(StoredColumns.MerchantOf(row)), Of(whole));
            _settlers.Add(() => whole.ForEach(_into.HasAllMerchants));
        }

        if (wholeCards.Count > 0)
        {
            Add(
                Find(CardKeys, StoredColumns.Merchant, StoredColumns.FromMerchant, "m.acquirer_id = k.a AND m.card_fingerprint = k.b"),
                row => _into.Load(StoredColumns.MerchantOf(row)), Of(wholeCards));
            _settlers.Add(() => wholeCards.ForEach(_into.HasAllMerchants));
        }
    }

    private void AddIdentities(List<IdentityKey> keys, List<MerchantKey> merchants, List<CardKey> wholeCards)
    {
        if (keys.Count + merchants.Count + wholeCards.Count > 0)
        {
            Add(
                Find(WantedIdentities, StoredColumns.Identity, "identity", "acquirer_id = k.a AND identity_id = k.b"),
                row =>
                {
                    var found = StoredColumns.IdentityOf(row);
                    _into.Identities.Load(new IdentityKey(found.Row.Acquirer, found.Row.Id), found);
                },
                [.. Of(keys), .. Of(merchants), .. Of(wholeCards)]);
            SettleAbsent(_into.Identities, keys);
        }
    }

    private void AddTerminals(List<TerminalKey> keys)
    {
        if (keys.Count > 0)
        {
            Add(
                Find(Keys, StoredColumns.Terminal, "terminal", "acquirer_id = k.a AND terminal_sn = k.b"),
                row =>
                {
                    var found = StoredColumns.TerminalOf(row);
                    _into.Terminals.Load(found.Row.Key, found);
                }, Of(keys));
            Add(Find(Keys, StoredColumns.Hold, "hold", "acquirer_id = k.a AND terminal_sn = k.b"), ReadHold, Of(keys));
            SettleAbsent(_into.Terminals, keys);
        }
    }

    private void AddHolds(List<HoldKey> keys)
    {
        if (keys.Count > 0)
        {
            Add(
                Find(Keys, StoredColumns.Hold, "hold", "acquirer_id = k.a AND hold_id = k.b"), ReadHold,
                TextsOf(keys, static key => key.Acquirer), TextsOf(keys, static key => key.Id));
            SettleAbsent(_into.Holds, keys);
        }
    }

    private void AddHoldsOfMerchants(List<IdentityKey> identities, List<MerchantKey> merchants, List<IdentityKey> whole, List<CardKey> wholeCards)
    {
        if (identities.Count + merchants.Count + wholeCards.Count > 0)
        {
            Add(
                Find(WantedIdentities, StoredColumns.Hold, "hold", "acquirer_id = k.a AND identity_id = k.b"), ReadHold,
                [.. Of(identities), .. Of(merchants), .. Of(wholeCards)]);
        }

        if (merchants.Count + whole.Count + wholeCards.Count > 0)
        {
            Add(
                Find(WantedMerchants, StoredColumns.Hold, "hold", "acquirer_id = k.a AND merchant_no = k.b"), ReadHold,
                [.. Of(merchants), .. Of(whole), .. Of(wholeCards)]);
        }
    }

    private void AddHoldsOfCards(List<MerchantKey> merchants, List<IdentityKey> whole, List<CardKey> cards)
    {
        if (merchants.Count + whole.Count + cards.Count > 0)
        {
            Add(
                Find(WantedCards, StoredColumns.Hold, "hold", "acquirer_id = k.a AND card_fingerprint = k.b"), ReadHold,
                [.. Of(merchants), .. Of(whole), .. Of(cards)]);
        }
    }

    private void AddLive(List<TerminalSn> sns, List<NumbersKey> numbers)
    {
        // The same condition as that of the indexes.
        const string IsLive = "state NOT IN (3, 9, 10)";
        if (sns.Count > 0)
        {
            Add(
                Find("unnest($1::text[]) k (a)", "acquirer_id, terminal_sn", "terminal", $"terminal_sn = k.a AND {IsLive}"),
                row =>
                {
                    var found = StoredColumns.TerminalKeyOf(row);
                    _into.Load(found.Sn, new LiveTerminal(found));
                },
                TextsOf(sns, static sn => sn));
            SettleAbsent(_into.LiveSns, sns);
        }

        if (numbers.Count > 0)
        {
            Add(
                Find(
                    "unnest($1::text[], $2::text[], $3::text[]) WITH ORDINALITY k (a, b, c, at)", "acquirer_id, terminal_sn, k.at", "terminal",
                    $"acquirer_id = k.a AND merchant_no = k.b AND terminal_no = k.c AND {IsLive}"),
                row => _into.Load(numbers[(int)row.Number(2) - 1], new LiveTerminal(StoredColumns.TerminalKeyOf(row))),
                TextsOf(numbers, static key => key.Merchant.Acquirer), TextsOf(numbers, static key => key.Merchant.No), TextsOf(numbers, static key => key.Terminal));
            SettleAbsent(_into.LiveNumbers, numbers);
        }
    }

    private void AddDocuments(List<DocumentKey> keys)
    {
        foreach (var ofKind in keys.GroupBy(static key => key.Kind))
        {
            List<DocumentKey> some = [.. ofKind];
            Add(
                Find(Keys, StoredColumns.Document, StoredColumns.TableOf(ofKind.Key), "acquirer_id = k.a AND id = k.b"),
                row =>
                {
                    var found = StoredColumns.DocumentOf(row, ofKind.Key);
                    _into.Documents.Load(found.Row.Key, found);
                },
                TextsOf(some, static key => key.Acquirer), TextsOf(some, static key => key.Id));
            SettleAbsent(_into.Documents, some);
        }
    }

    private void AddRequests(List<RequestKey> keys)
    {
        if (keys.Count > 0)
        {
            Add(
                Find(Keys, StoredColumns.Request, "request", "acquirer_id = k.a AND request_id = k.b"),
                row =>
                {
                    var found = StoredColumns.RequestOf(row);
                    _into.Requests.Load(found.Key, found.Row);
                },
                TextsOf(keys, static key => key.Acquirer), TextsOf(keys, static key => key.Id));
            SettleAbsent(_into.Requests, keys);
        }
    }

    /// <summary>
    /// Looks rows up, key by key: OFFSET 0 keeps the server from turning that around, which it would do in a plan that it makes while
    /// the tables are small, and keeps when they have grown.
    /// </summary>
    private static string Find(string keys, string columns, string from, string condition) =>
        $"SELECT r.* FROM {keys} CROSS JOIN LATERAL (SELECT {columns} FROM {from} WHERE {condition} OFFSET 0) r";

    private void ReadHold(ISqlRow row) => _into.Load(StoredColumns.HoldOf(row));

    private void Add(string sql, Action<ISqlRow> read, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        _batch.Add(sql, parameters);
        _readers.Add(read);
    }

    /// <summary>What was not found is not there.</summary>
    private void SettleAbsent<TKey, TRow>(Table<TKey, TRow> table, List<TKey> keys)
        where TKey : notnull
        where TRow : class => _settlers.Add(() => keys.ForEach(key => table.Load(key, null)));

    private static NpgsqlParameter[] Of(List<IdentityKey> keys) => [TextsOf(keys, static key => key.Acquirer), TextsOf(keys, static key => key.Id)];

    private static NpgsqlParameter[] Of(List<MerchantKey> keys) => [TextsOf(keys, static key => key.Acquirer), TextsOf(keys, static key => key.No)];

    private static NpgsqlParameter[] Of(List<CardKey> keys) =>
        [TextsOf(keys, static key => key.Acquirer), Blobs([.. keys.Select(static key => key.Fingerprint.ToBytes())])];

    private static NpgsqlParameter[] Of(List<TerminalKey> keys) => [TextsOf(keys, static key => key.Acquirer), TextsOf(keys, static key => key.Sn)];

    private static NpgsqlParameter TextsOf<TKey, TPart>(List<TKey> keys, Func<TKey, TPart> part)
        where TPart : struct
    {
        var texts = new string?[keys.Count];
        for (var i = 0; i < texts.Length; i++)
        {
            texts[i] = part(keys[i]).ToString();
        }

        return Texts(texts);
    }
}
