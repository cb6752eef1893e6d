using System.Diagnostics;
using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Domain.Records;
using VerifyGateway.Storage.Rows;

namespace VerifyGateway.Storage.Writing;

/// <summary>
/// The rows that a write looks at, named before it runs, so that a whole group of writes is loaded in one round trip. What the
/// rules of the store need beside them is added by <see cref="For"/>. One thread at a time.
/// </summary>
public sealed class Wanted
{
    /// <summary>Acquirers.</summary>
    public HashSet<AcquirerId> Acquirers { get; } = [];

    /// <summary>Identities, with the holds on them.</summary>
    public HashSet<IdentityKey> Identities { get; } = [];

    /// <summary>Identities of which all merchants are wanted too, as <see cref="Merchants"/> are.</summary>
    public HashSet<IdentityKey> IdentitiesWithMerchants { get; } = [];

    /// <summary>Settlement cards, with the holds on them.</summary>
    public HashSet<CardKey> Cards { get; } = [];

    /// <summary>Settlement cards of which all merchants that are settled to them are wanted too, as <see cref="Merchants"/> are.</summary>
    public HashSet<CardKey> CardsWithMerchants { get; } = [];

    /// <summary>Merchants, with the holds on them, and the identity and the settlement card's holds of each.</summary>
    public HashSet<MerchantKey> Merchants { get; } = [];

    /// <summary>Terminals, with the holds on them.</summary>
    public HashSet<TerminalKey> Terminals { get; } = [];

    /// <summary>Devices, of which the live terminal of any acquirer is wanted.</summary>
    public HashSet<TerminalSn> LiveSns { get; } = [];

    /// <summary>Numbers, of which the live terminal is wanted.</summary>
    public HashSet<NumbersKey> LiveNumbers { get; } = [];

    /// <summary>Holds, by id.</summary>
    public HashSet<HoldKey> Holds { get; } = [];

    /// <summary>Matters.</summary>
    public HashSet<DocumentKey> Documents { get; } = [];

    /// <summary>Earlier writes of the same name.</summary>
    public HashSet<RequestKey> Requests { get; } = [];

    /// <summary>Everything that is needed to put these rows.</summary>
    public static Wanted For(params IEnumerable<object> rows)
    {
        var wanted = new Wanted();
        foreach (var row in rows)
        {
            wanted.Add(row);
        }

        return wanted;
    }

    /// <summary>Adds everything that is needed to put a row of any kind.</summary>
    public Wanted Add(object row)
    {
        switch (row)
        {
            case TerminalRow terminal:
                Terminals.Add(terminal.Key);
                Merchants.Add(new MerchantKey(terminal.Key.Acquirer, terminal.MerchantNo));
                LiveSns.Add(terminal.Key.Sn);
                LiveNumbers.Add(new NumbersKey(new MerchantKey(terminal.Key.Acquirer, terminal.MerchantNo), terminal.TerminalNo));
                break;
            case MerchantRow merchant:
                Merchants.Add(merchant.Key);
                Identities.Add(new IdentityKey(merchant.Key.Acquirer, merchant.Identity));
                if (!merchant.Card.IsEmpty)
                {
                    Cards.Add(new CardKey(merchant.Key.Acquirer, merchant.Card));
                }

                break;
            case IdentityRow identity:
                IdentitiesWithMerchants.Add(new IdentityKey(identity.Acquirer, identity.Id));
                break;
            case CardRow card:
                Cards.Add(new CardKey(card.Acquirer, card.Fingerprint));
                Identities.Add(new IdentityKey(card.Acquirer, card.Identity));
                break;
            case HoldRow hold:
                Holds.Add(new HoldKey(hold.Acquirer, hold.Id));
                AddTarget(hold.Acquirer, hold.On);
                break;
            case AcquirerRow acquirer:
                Acquirers.Add(acquirer.Id);
                break;
            case DocumentRow document:
                Documents.Add(document.Key);
                break;
            default:
                throw new UnreachableException();
        }

        return this;
    }

    /// <summary>Adds all that another wants.</summary>
    internal void Add(Wanted other)
    {
        Acquirers.UnionWith(other.Acquirers);
        Identities.UnionWith(other.Identities);
        IdentitiesWithMerchants.UnionWith(other.IdentitiesWithMerchants);
        Cards.UnionWith(other.Cards);
        CardsWithMerchants.UnionWith(other.CardsWithMerchants);
        Merchants.UnionWith(other.Merchants);
        Terminals.UnionWith(other.Terminals);
        LiveSns.UnionWith(other.LiveSns);
        LiveNumbers.UnionWith(other.LiveNumbers);
        Holds.UnionWith(other.Holds);
        Documents.UnionWith(other.Documents);
        Requests.UnionWith(other.Requests);
    }

    /// <summary>Adds everything that is needed to put a hold on something.</summary>
    internal void AddTarget(AcquirerId acquirer, HoldSubject on)
    {
        if (on.IdentityId is { } identity)
        {
            IdentitiesWithMerchants.Add(new IdentityKey(acquirer, identity));
        }
        else if (on.MerchantNo is { } merchant)
        {
            Merchants.Add(new MerchantKey(acquirer, merchant));
        }
        else if (on.TerminalSn is { } terminal)
        {
            Terminals.Add(new TerminalKey(acquirer, terminal));
        }
        else if (on.CardFingerprint is { } card)
        {
            CardsWithMerchants.Add(new CardKey(acquirer, card));
        }
    }
}
