using VerifyGateway.Storage.Rows;
using VerifyGateway.Storage.Sql;
using VerifyGateway.Storage.Writing;

namespace VerifyGateway.Storage.Sqlite;

/// <summary>
/// Loads the rows that a group of writes looks at, one look-up after the other: each is a call into a library, and one that finds
/// nothing, as most do in an import, costs about a microsecond. What refers to a row that is not there cannot be there either.
/// </summary>
internal readonly struct SqliteLoader
{
    private readonly LoadStatements _from;
    private readonly WorkingSet _into;

    private SqliteLoader(LoadStatements from, WorkingSet into) => (_from, _into) = (from, into);

    /// <summary>Loads what is wanted and not yet known.</summary>
    public static void Load(LoadStatements from, Wanted wanted, WorkingSet into, CancellationToken cancel)
    {
        var loader = new SqliteLoader(from, into);
        loader.LoadNamed(wanted);
        cancel.ThrowIfCancellationRequested();
        loader.LoadIdentities(wanted);
        cancel.ThrowIfCancellationRequested();
        loader.LoadCards(wanted);
        cancel.ThrowIfCancellationRequested();
        loader.LoadMerchants(wanted);
        cancel.ThrowIfCancellationRequested();
        loader.LoadTerminals(wanted);
    }

    private void LoadNamed(Wanted wanted)
    {
        foreach (var key in _into.Acquirers.Missing(wanted.Acquirers))
        {
            _into.Acquirers.Load(key, _from.FindAcquirer.With(key.ToString()).One<AcquirerRow?>(StoredColumns.AcquirerOf, null));
        }

        foreach (var key in _into.Holds.Missing(wanted.Holds))
        {
            if (_from.FindHold.With(key.Acquirer.ToString()).With(key.Id.ToString()).One<StoredHold?>(static row => StoredColumns.HoldOf(row), null) is { } hold)
            {
                _into.Load(hold);
            }
            else
            {
                _into.Holds.Load(key, null);
            }
        }

        foreach (var key in _into.Documents.Missing(wanted.Documents))
        {
            var find = _from.FindDocument(key.Kind).With(key.Acquirer.ToString()).With(key.Id.ToString());
            _into.Documents.Load(key, find.One<StoredDocument?>(row => StoredColumns.DocumentOf(row, key.Kind), null));
        }

        foreach (var key in _into.Requests.Missing(wanted.Requests))
        {
            var find = _from.FindRequest.With(key.Acquirer.ToString()).With(key.Id.ToString());
            _into.Requests.Load(key, find.One<StoredRequest?>(static row => StoredColumns.RequestOf(row).Row, null));
        }
    }

    private void LoadIdentities(Wanted wanted)
    {
        foreach (var key in wanted.Identities)
        {
            LoadIdentity(key);
        }

        foreach (var key in _into.WithoutAllMerchants(wanted.IdentitiesWithMerchants))
        {
            if (LoadIdentity(key))
            {
                TakeAll(_from.MerchantsOf.With(key.Acquirer.ToString()).With(key.Id.ToString()));
            }

            _into.HasAllMerchants(key);
        }
    }

    private void LoadCards(Wanted wanted)
    {
        foreach (var key in wanted.Cards)
        {
            LoadCard(key);
        }

        foreach (var key in _into.WithoutAllMerchants(wanted.CardsWithMerchants))
        {
            if (LoadCard(key))
            {
                TakeAll(_from.MerchantsOfCard.With(key.Acquirer.ToString()).With(key.Fingerprint.ToBytes()));
            }

            _into.HasAllMerchants(key);
        }
    }

    private void LoadMerchants(Wanted wanted)
    {
        foreach (var key in _into.Merchants.Missing(wanted.Merchants))
        {
            var found = _from.FindMerchant.With(key.Acquirer.ToString()).With(key.No.ToString()).One<StoredMerchant?>(StoredColumns.MerchantOf, null);
            if (found is null)
            {
                _into.Merchants.Load(key, null);
            }
            else
            {
                Take(found);
            }
        }
    }

    private void LoadTerminals(Wanted wanted)
    {
        foreach (var key in InOrder(_into.Terminals.Missing(wanted.Terminals), static key => key.Sn.ToString()))
        {
            var found = _from.FindTerminal.With(key.Acquirer.ToString()).With(key.Sn.ToString()).One<StoredTerminal?>(StoredColumns.TerminalOf, null);
            _into.Terminals.Load(key, found);
            if (found is not null)
            {
                LoadHolds(_from.HoldsOnTerminal, key.Acquirer.ToString(), key.Sn.ToString());
            }
        }

        foreach (var sn in InOrder(_into.LiveSns.Missing(wanted.LiveSns), static sn => sn.ToString()))
        {
            _into.Load(sn, _from.FindLiveSn.With(sn.ToString()).One(LiveOf, null));
        }

        foreach (var numbers in _into.LiveNumbers.Missing(wanted.LiveNumbers))
        {
            var find = _from.FindLiveNumbers.With(numbers.Merchant.Acquirer.ToString()).With(numbers.Merchant.No.ToString()).With(numbers.Terminal.ToString());
            _into.Load(numbers, find.One(LiveOf, null));
        }
    }

    /// <summary>True when there is such an identity.</summary>
    private bool LoadIdentity(IdentityKey key)
    {
        if (!_into.Identities.Knows(key))
        {
            var found = _from.FindIdentity.With(key.Acquirer.ToString()).With(key.Id.ToString()).One<StoredIdentity?>(StoredColumns.IdentityOf, null);
            _into.Identities.Load(key, found);
            if (found is not null)
            {
                LoadHolds(_from.HoldsOnIdentity, key.Acquirer.ToString(), key.Id.ToString());
            }
        }

        return _into.Identities[key] is not null;
    }

    /// <summary>True when there is such a card.</summary>
    private bool LoadCard(CardKey key)
    {
        if (!_into.Cards.Knows(key))
        {
            var found = _from.FindCard.With(key.Acquirer.ToString()).With(key.Fingerprint.ToBytes()).One<CardRow?>(StoredColumns.CardOf, null);
            _into.Cards.Load(key, found);
            if (found is not null)
            {
                LoadHolds(_from.HoldsOnCard.With(key.Acquirer.ToString()).With(key.Fingerprint.ToBytes()));
            }
        }

        return _into.Cards[key] is not null;
    }

    /// <summary>Takes all merchants over that a look-up finds; read whole before, because taking one over looks up others.</summary>
    private void TakeAll(Statement find)
    {
        var merchants = new List<StoredMerchant>();
        while (find.Read())
        {
            merchants.Add(StoredColumns.MerchantOf(find));
        }

        foreach (var merchant in merchants)
        {
            Take(merchant);
        }
    }

    /// <summary>Takes a merchant over, with its holds, its identity and its card; one that is known already stays.</summary>
    private void Take(StoredMerchant merchant)
    {
        var key = merchant.Row.Key;
        if (!_into.Merchants.Knows(key))
        {
            _into.Load(merchant);
            LoadHolds(_from.HoldsOnMerchant, key.Acquirer.ToString(), key.No.ToString());
            LoadIdentity(new IdentityKey(key.Acquirer, merchant.Row.Identity));
            if (!merchant.Row.Card.IsEmpty)
            {
                LoadCard(new CardKey(key.Acquirer, merchant.Row.Card));
            }
        }
    }

    private void LoadHolds(Statement on, string acquirer, string target) => LoadHolds(on.With(acquirer).With(target));

    private void LoadHolds(Statement on)
    {
        while (on.Read())
        {
            _into.Load(StoredColumns.HoldOf(on));
        }
    }

    /// <summary>In the order in which they lie in the file, so that look-ups that follow each other touch the same pages.</summary>
    private static TKey[] InOrder<TKey>(IEnumerable<TKey> keys, Func<TKey, string> name)
    {
        TKey[] all = [.. keys];
        if (all.Length > 1)
        {
            Array.Sort(Array.ConvertAll(all, key => name(key)), all, StringComparer.Ordinal);
        }

        return all;
    }

    private static LiveTerminal? LiveOf(ISqlRow row) => new(StoredColumns.TerminalKeyOf(row));
}
