using System.Collections.Immutable;
using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Domain.Records;
using VerifyGateway.Storage.Rows;

namespace VerifyGateway.Storage.Writing;

/// <summary>
/// The rows that a group of writes looks at. An engine loads it under the head's lock, so that what stands here is what stands in
/// the database until the group is committed; writes change it; an engine writes what has changed. One thread at a time.
/// </summary>
internal sealed class WorkingSet
{
    private readonly HashSet<IdentityKey> _whole = [];
    private readonly HashSet<CardKey> _wholeCards = [];
    private readonly Dictionary<CardKey, HashSet<MerchantKey>> _merchantsOfCard = [];
    private readonly Dictionary<IdentityKey, HashSet<MerchantKey>> _merchantsOf = [];
    private readonly Dictionary<HoldTargetKey, List<HoldKey>> _holdsOn = [];

    public Table<AcquirerId, AcquirerRow> Acquirers { get; } = new();
    public Table<IdentityKey, StoredIdentity> Identities { get; } = new();
    public Table<CardKey, CardRow> Cards { get; } = new();
    public Table<MerchantKey, StoredMerchant> Merchants { get; } = new();
    public Table<TerminalKey, StoredTerminal> Terminals { get; } = new();
    public Table<HoldKey, StoredHold> Holds { get; } = new();
    public Table<DocumentKey, StoredDocument> Documents { get; } = new();
    public Table<RequestKey, StoredRequest> Requests { get; } = new();

    /// <summary>The live terminal of each device.</summary>
    public Table<TerminalSn, LiveTerminal> LiveSns { get; } = new();

    /// <summary>The live terminal of each pair of numbers.</summary>
    public Table<NumbersKey, LiveTerminal> LiveNumbers { get; } = new();

    /// <summary>A point to go back to.</summary>
    public WorkingMark Mark => new(
        Acquirers.Mark, Identities.Mark, Cards.Mark, Merchants.Mark, Terminals.Mark, Holds.Mark, Documents.Mark, Requests.Mark, LiveSns.Mark, LiveNumbers.Mark);

    /// <summary>Takes a merchant over as it stands in the database.</summary>
    public void Load(StoredMerchant merchant)
    {
        Merchants.Load(merchant.Row.Key, merchant);
        BelongsTo(merchant.Row);
    }

    /// <summary>Takes a hold over as it stands in the database.</summary>
    public void Load(StoredHold hold)
    {
        var key = new HoldKey(hold.Row.Acquirer, hold.Row.Id);
        Holds.Load(key, hold);
        StandsOn(hold.Row);
    }

    /// <summary>Takes the live terminal of a device over, as it was found in the database.</summary>
    public void Load(TerminalSn sn, LiveTerminal? found) => LiveSns.Load(sn, StillLive(found, null));

    /// <summary>Takes the live terminal of a pair of numbers over, as it was found in the database.</summary>
    public void Load(NumbersKey numbers, LiveTerminal? found) => LiveNumbers.Load(numbers, StillLive(found, numbers));

    /// <summary>Says that all merchants of an identity have been loaded.</summary>
    public void HasAllMerchants(IdentityKey identity) => _whole.Add(identity);

    /// <summary>Those of <paramref name="wanted"/> whose merchants have not all been loaded.</summary>
    public IEnumerable<IdentityKey> WithoutAllMerchants(IEnumerable<IdentityKey> wanted) => wanted.Where(key => !_whole.Contains(key));

    /// <summary>Says that all merchants that are settled to a card have been loaded.</summary>
    public void HasAllMerchants(CardKey card) => _wholeCards.Add(card);

    /// <summary>Those of <paramref name="wanted"/> whose merchants have not all been loaded.</summary>
    public IEnumerable<CardKey> WithoutAllMerchants(IEnumerable<CardKey> wanted) => wanted.Where(key => !_wholeCards.Contains(key));

    /// <summary>Notes which identity a merchant belongs to now, and which card it is settled to.</summary>
    public void BelongsTo(MerchantRow merchant)
    {
        Add(_merchantsOf, new IdentityKey(merchant.Key.Acquirer, merchant.Identity)).Add(merchant.Key);
        if (!merchant.Card.IsEmpty)
        {
            Add(_merchantsOfCard, new CardKey(merchant.Key.Acquirer, merchant.Card)).Add(merchant.Key);
        }
    }

    /// <summary>Notes what a hold stands on, which never changes.</summary>
    public void StandsOn(HoldRow hold)
    {
        var holds = Add(_holdsOn, new HoldTargetKey(hold.Acquirer, hold.On));
        var key = new HoldKey(hold.Acquirer, hold.Id);
        if (!holds.Contains(key))
        {
            holds.Add(key);
        }
    }

    /// <summary>All merchants of an identity.</summary>
    /// <exception cref="InvalidOperationException">They were not all loaded.</exception>
    public IEnumerable<MerchantKey> MerchantsOf(IdentityKey identity)
    {
        if (!_whole.Contains(identity))
        {
            throw new InvalidOperationException($"A write changes {identity}, whose merchants it has not named as wanted.");
        }

        // A merchant that has moved on is still noted where it was.
        return _merchantsOf.TryGetValue(identity, out var keys)
            ? keys.Where(key => Merchants.Find(key) is { } merchant && merchant.Row.Identity == identity.Id)
            : [];
    }

    /// <summary>All merchants that are settled to a card.</summary>
    /// <exception cref="InvalidOperationException">They were not all loaded.</exception>
    public IEnumerable<MerchantKey> MerchantsOf(CardKey card)
    {
        if (!_wholeCards.Contains(card))
        {
            throw new InvalidOperationException($"A write changes a hold on a card of {card.Acquirer}, whose merchants it has not named as wanted.");
        }

        // A merchant that has changed its card is still noted where it was.
        return _merchantsOfCard.TryGetValue(card, out var keys)
            ? keys.Where(key => Merchants.Find(key) is { } merchant && merchant.Row.Card == card.Fingerprint)
            : [];
    }

    /// <summary>All holds on the card that a merchant is settled to; none when it has no card.</summary>
    public ImmutableArray<HoldRow> HoldsOnCardOf(MerchantRow merchant) =>
        merchant.Card.IsEmpty ? [] : HoldsOn(merchant.Key.Acquirer, HoldSubject.Card(merchant.Card));

    /// <summary>All holds on something, in the order of their beginning.</summary>
    public ImmutableArray<HoldRow> HoldsOn(AcquirerId acquirer, HoldSubject on) =>
        !_holdsOn.TryGetValue(new HoldTargetKey(acquirer, on), out var keys) ? []
        : [.. keys.Select(Holds.Find).OfType<StoredHold>().Select(static hold => hold.Row)
            .OrderBy(static hold => hold.EffectiveAtUnixMs).ThenBy(static hold => hold.Id.ToString(), StringComparer.Ordinal)];

    /// <summary>Takes back all changes after a mark.</summary>
    public void RollBackTo(in WorkingMark mark)
    {
        Acquirers.RollBackTo(mark.Acquirers);
        Identities.RollBackTo(mark.Identities);
        Cards.RollBackTo(mark.Cards);
        Merchants.RollBackTo(mark.Merchants);
        Terminals.RollBackTo(mark.Terminals);
        Holds.RollBackTo(mark.Holds);
        Documents.RollBackTo(mark.Documents);
        Requests.RollBackTo(mark.Requests);
        LiveSns.RollBackTo(mark.LiveSns);
        LiveNumbers.RollBackTo(mark.LiveNumbers);
    }

    /// <summary>
    /// What was found may be from before a change that stands only here so far: then that one says whether the terminal is still
    /// live, and still has the numbers.
    /// </summary>
    private LiveTerminal? StillLive(LiveTerminal? found, NumbersKey? numbers)
    {
        if (found is null || !Terminals.Knows(found.Key))
        {
            return found;
        }

        var now = Terminals[found.Key]?.Row;
        var isSame = now is { IsLive: true } && (numbers is not { } wanted || (now.MerchantNo == wanted.Merchant.No && now.TerminalNo == wanted.Terminal));
        return isSame ? found : null;
    }

    private static TValue Add<TKey, TValue>(Dictionary<TKey, TValue> to, TKey key)
        where TKey : notnull
        where TValue : new()
    {
        if (!to.TryGetValue(key, out var value))
        {
            to[key] = value = new TValue();
        }

        return value;
    }
}

/// <summary>The live terminal of a device, or of a pair of numbers.</summary>
internal sealed record LiveTerminal(TerminalKey Key);

/// <summary>A point that a working set can go back to.</summary>
internal readonly record struct WorkingMark(
    int Acquirers, int Identities, int Cards, int Merchants, int Terminals, int Holds, int Documents, int Requests, int LiveSns, int LiveNumbers);
