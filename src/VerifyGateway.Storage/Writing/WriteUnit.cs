using System.Collections.Immutable;
using System.Diagnostics;
using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Domain.Records;
using VerifyGateway.Storage.Rows;

namespace VerifyGateway.Storage.Writing;

/// <summary>
/// What one write sees and does: the rows that it has named as wanted, as they stand after the writes before it. A row that is put
/// as it is already is left alone, with its version. Valid only inside the call that hands it out, on its thread.
/// </summary>
public sealed class WriteUnit
{
    // A line of the audit trail has room for 4,096 characters; "and … rows" comes after these.
    private const int MostNamed = 4_000;

    private readonly WorkingSet _rows;
    private int _namedLength;

    internal WriteUnit(WorkingSet rows, long nowUnixMs) => (_rows, NowUnixMs) = (rows, nowUnixMs);

    /// <summary>When the write is committed, as the feed and the audit trail will say, Unix milliseconds.</summary>
    public long NowUnixMs { get; }

    /// <summary>What the caller is answered, and is answered again when the write is sent again; at most 65,536 bytes.</summary>
    public ReadOnlyMemory<byte> Result { get; set; }

    internal HashSet<IdentityKey> ChangedIdentities { get; } = [];

    internal HashSet<CardKey> ChangedCards { get; } = [];

    internal HashSet<MerchantKey> ChangedMerchants { get; } = [];

    internal HashSet<TerminalKey> ChangedTerminals { get; } = [];

    /// <summary>Which rows were written, for the audit trail.</summary>
    internal List<string> Changes { get; } = [];

    /// <summary>How many rows were written.</summary>
    internal int ChangeCount { get; private set; }

    /// <summary>How many of <see cref="Changes"/> are named; the rest is counted.</summary>
    internal int NamedChanges { get; init; } = 64;

    /// <summary>The identity; null when there is none.</summary>
    public StoredIdentity? Find(IdentityKey key) => _rows.Identities[key];

    /// <summary>The merchant; null when there is none.</summary>
    public StoredMerchant? Find(MerchantKey key) => _rows.Merchants[key];

    /// <summary>The terminal; null when there is none.</summary>
    public StoredTerminal? Find(TerminalKey key) => _rows.Terminals[key];

    /// <summary>The card; null when there is none.</summary>
    public CardRow? Find(CardKey key) => _rows.Cards[key];

    /// <summary>The hold; null when there is none.</summary>
    public StoredHold? Find(HoldKey key) => _rows.Holds[key];

    /// <summary>The matter; null when there is none.</summary>
    public StoredDocument? Find(DocumentKey key) => _rows.Documents[key];

    /// <summary>All merchants of an identity of which they were wanted.</summary>
    public IEnumerable<MerchantKey> MerchantsOf(IdentityKey identity) => _rows.MerchantsOf(identity);

    /// <summary>All merchants that are settled to a card of which they were wanted.</summary>
    public IEnumerable<MerchantKey> MerchantsOf(CardKey card) => _rows.MerchantsOf(card);

    /// <summary>All holds on something that was wanted, ended and future ones included, in the order of their beginning.</summary>
    public ImmutableArray<HoldRow> HoldsOn(AcquirerId acquirer, HoldSubject on) => _rows.HoldsOn(acquirer, on);

    /// <summary>Writes a row of any kind.</summary>
    /// <param name="row">The row.</param>
    /// <param name="expectedVersion">The version that the row must have, 0 when there must be none; null for any. Acquirers and cards have no versions.</param>
    /// <exception cref="WriteRefusedException">It breaks a rule, or the version is another; nothing is changed.</exception>
    public void Put(object row, long? expectedVersion = null)
    {
        switch (row)
        {
            case TerminalRow terminal:
                Put(terminal, expectedVersion);
                break;
            case MerchantRow merchant:
                Put(merchant, expectedVersion);
                break;
            case IdentityRow identity:
                Put(identity, expectedVersion);
                break;
            case CardRow card:
                Put(card);
                break;
            case HoldRow hold:
                Put(hold, expectedVersion);
                break;
            case DocumentRow document:
                Put(document, expectedVersion);
                break;
            case AcquirerRow acquirer:
                Put(acquirer);
                break;
            default:
                throw new UnreachableException();
        }
    }

    private void Put(AcquirerRow row)
    {
        if (_rows.Acquirers[row.Id] != row)
        {
            _rows.Acquirers.Set(row.Id, row);
            Note("acquirer", row.Id.ToString(), 0);
        }
    }

    private void Put(IdentityRow row, long? expected)
    {
        RowRules.Require(row);
        var key = new IdentityKey(row.Acquirer, row.Id);
        var old = _rows.Identities[key];
        RequireVersion(old?.Version, expected);
        if (old?.Row == row)
        {
            return;
        }

        // Asked first: their records follow, and must be known.
        _ = _rows.MerchantsOf(key);
        var version = (old?.Version ?? 0) + 1;
        _rows.Identities.Set(key, new StoredIdentity(row, version));
        ChangedIdentities.Add(key);
        Note("identity", row.Id.ToString(), version);
    }

    private void Put(CardRow row)
    {
        RowRules.Require(row);
        var key = new CardKey(row.Acquirer, row.Fingerprint);
        if (_rows.Cards[key] == row)
        {
            return;
        }

        RequireReference(_rows.Identities[new IdentityKey(row.Acquirer, row.Identity)]);
        _rows.Cards.Set(key, row);
        // The fingerprint is not for the trail; the mask is for people.
        Note("card", row.Mask.ToString(), 0);
    }

    private void Put(MerchantRow row, long? expected)
    {
        RowRules.Require(row);
        var old = _rows.Merchants[row.Key];
        RequireVersion(old?.Version, expected);
        if (old?.Row == row)
        {
            return;
        }

        RequireReference(_rows.Identities[new IdentityKey(row.Key.Acquirer, row.Identity)]);
        if (!row.Card.IsEmpty)
        {
            RequireReference(_rows.Cards[new CardKey(row.Key.Acquirer, row.Card)]);
        }

        var version = (old?.Version ?? 0) + 1;
        _rows.Merchants.Set(row.Key, new StoredMerchant(row, version, old?.Stamp));
        _rows.BelongsTo(row);
        ChangedMerchants.Add(row.Key);
        Note("merchant", row.Key.No.ToString(), version);
    }

    private void Put(TerminalRow row, long? expected)
    {
        RowRules.Require(row);
        var old = _rows.Terminals[row.Key];
        RequireVersion(old?.Version, expected);
        if (old?.Row == row)
        {
            return;
        }

        var numbers = NumbersOf(row);
        RequireReference(_rows.Merchants[numbers.Merchant]);
        if (row.IsLive)
        {
            RequireFree(_rows.LiveSns[row.Key.Sn], row.Key, RefusalOf.LiveSn);
            RequireFree(_rows.LiveNumbers[numbers], row.Key, RefusalOf.LiveNumbers);
        }

        if (old is { Row.IsLive: true })
        {
            Free(old.Row);
        }

        if (row.IsLive)
        {
            var live = new LiveTerminal(row.Key);
            _rows.LiveSns.Set(row.Key.Sn, live);
            _rows.LiveNumbers.Set(numbers, live);
        }

        var version = (old?.Version ?? 0) + 1;
        _rows.Terminals.Set(row.Key, new StoredTerminal(row, version, old?.Stamp));
        ChangedTerminals.Add(row.Key);
        Note("terminal", row.Key.Sn.ToString(), version);
    }

    private void Put(HoldRow row, long? expected)
    {
        RowRules.Require(row);
        var key = new HoldKey(row.Acquirer, row.Id);
        var old = _rows.Holds[key];
        RequireVersion(old?.Version, expected);
        if (old?.Row == row)
        {
            return;
        }

        if (old is not null && (old.Row.Kind != row.Kind || old.Row.On != row.On))
        {
            throw new WriteRefusedException("STORE_HOLD_CHANGED", "A hold of this id exists with another kind or on something else; kind and target of a hold never change.");
        }

        RequireTarget(row);
        RequireRoom(row, old);
        var version = (old?.Version ?? 0) + 1;
        _rows.Holds.Set(key, new StoredHold(row, version));
        _rows.StandsOn(row);
        Note("hold", row.Id.ToString(), version);
    }

    private void Put(DocumentRow row, long? expected)
    {
        RowRules.Require(row);
        var old = _rows.Documents[row.Key];
        RequireVersion(old?.Version, expected);
        if (old?.Row == row)
        {
            return;
        }

        if (old is not null && row.Key.Kind == DocumentKind.Receipt)
        {
            throw RefusalOf.FinalReceipt();
        }

        var version = (old?.Version ?? 0) + 1;
        _rows.Documents.Set(row.Key, new StoredDocument(row, version, NowUnixMs));
        Note(row.Key.Kind.ToString(), row.Key.Id.ToString(), version);
    }

    /// <summary>The records that carry a hold follow it.</summary>
    private void RequireTarget(HoldRow hold)
    {
        if (hold.On.IdentityId is { } identity)
        {
            var key = new IdentityKey(hold.Acquirer, identity);
            RequireReference(_rows.Identities[key]);
            _ = _rows.MerchantsOf(key);
            ChangedIdentities.Add(key);
        }
        else if (hold.On.MerchantNo is { } merchant)
        {
            var key = new MerchantKey(hold.Acquirer, merchant);
            RequireReference(_rows.Merchants[key]);
            ChangedMerchants.Add(key);
        }
        else if (hold.On.CardFingerprint is { } card)
        {
            var key = new CardKey(hold.Acquirer, card);
            RequireReference(_rows.Cards[key]);
            _ = _rows.MerchantsOf(key);
            ChangedCards.Add(key);
        }
        else
        {
            var key = new TerminalKey(hold.Acquirer, hold.On.TerminalSn!.Value);
            RequireReference(_rows.Terminals[key]);
            ChangedTerminals.Add(key);
        }
    }

    /// <summary>No record that carries the hold may have too many that have not ended.</summary>
    private void RequireRoom(HoldRow hold, StoredHold? old)
    {
        if (HasEnded(hold) || (old is not null && !HasEnded(old.Row)))
        {
            return;
        }

        // What the hold will stand beside, in the fullest of the records that will carry it.
        var most = hold.On switch
        {
            { IdentityId: { } identity } => Fullest(hold, _rows.MerchantsOf(new IdentityKey(hold.Acquirer, identity))),
            { MerchantNo: { } merchant } => Fullest(hold, [new MerchantKey(hold.Acquirer, merchant)]),
            { CardFingerprint: { } card } => Fullest(hold, _rows.MerchantsOf(new CardKey(hold.Acquirer, card))),
            _ => CountStanding(hold.Acquirer, hold.On),
        };
        if (most >= RecordCodec.MaxHolds)
        {
            throw new WriteRefusedException("STORE_HOLD_COUNT", $"A record carries at most {RecordCodec.MaxHolds} holds that have not ended.");
        }
    }

    private int Fullest(HoldRow hold, IEnumerable<MerchantKey> merchants) =>
        merchants.Select(CountStanding).DefaultIfEmpty(CountStanding(hold.Acquirer, hold.On)).Max();

    /// <summary>How many holds that have not ended a merchant's record carries.</summary>
    private int CountStanding(MerchantKey merchant)
    {
        var row = _rows.Merchants[merchant]!.Row;
        return CountStanding(merchant.Acquirer, HoldSubject.Identity(row.Identity)) + CountStanding(merchant.Acquirer, HoldSubject.Merchant(merchant.No))
            + _rows.HoldsOnCardOf(row).Count(hold => !HasEnded(hold));
    }

    private int CountStanding(AcquirerId acquirer, HoldSubject on) => _rows.HoldsOn(acquirer, on).Count(hold => !HasEnded(hold));

    private bool HasEnded(HoldRow hold) => hold.UntilUnixMs != 0 && hold.UntilUnixMs <= NowUnixMs;

    private void Free(TerminalRow row)
    {
        Free(_rows.LiveSns, row.Key.Sn, row.Key);
        Free(_rows.LiveNumbers, NumbersOf(row), row.Key);
    }

    private static void Free<TKey>(Table<TKey, LiveTerminal> live, TKey key, TerminalKey terminal)
        where TKey : notnull
    {
        if (live.Find(key)?.Key == terminal)
        {
            live.Set(key, null);
        }
    }

    private static NumbersKey NumbersOf(TerminalRow row) => new(new MerchantKey(row.Key.Acquirer, row.MerchantNo), row.TerminalNo);

    private void Note(string what, string name, long version)
    {
        ChangeCount++;
        if (Changes.Count < NamedChanges && Changes.Count == ChangeCount - 1)
        {
            var change = version == 0 ? $"{what} {name}" : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{what} {name} v{version}");
            _namedLength += change.Length + 2;
            if (_namedLength <= MostNamed)
            {
                Changes.Add(change);
            }
        }
    }

    private static void RequireReference(object? row)
    {
        if (row is null)
        {
            throw RefusalOf.MissingReference();
        }
    }

    private static void RequireFree(LiveTerminal? taken, TerminalKey by, Func<Exception?, WriteRefusedException> refusal)
    {
        if (taken is not null && taken.Key != by)
        {
            throw refusal(null);
        }
    }

    private static void RequireVersion(long? current, long? expected)
    {
        if (expected is { } wanted && wanted != (current ?? 0))
        {
            throw new WriteRefusedException("STORE_VERSION", current is null
                ? $"The row is expected to have version {wanted}, and there is no such row."
                : $"The row has version {current}, not {wanted}: somebody has changed it; read it again.") { CurrentVersion = current ?? 0 };
        }
    }
}
