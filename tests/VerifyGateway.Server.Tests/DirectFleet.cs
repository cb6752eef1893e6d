using System.Collections.Immutable;
using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Domain.Reasons;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Server.Tests;

/// <summary>What a check names: a terminal and a merchant that may be on file, and may belong together.</summary>
/// <param name="Acquirer">The acquirer.</param>
/// <param name="Sn">The terminal.</param>
/// <param name="No">The terminal's number.</param>
/// <param name="Merchant">The merchant.</param>
internal sealed record DirectPair(string Acquirer, string Sn, string No, string Merchant);

/// <summary>
/// A system of record with a fleet in which about everything is that a decision looks at: every state, hold and detail, near its instants
/// and far from them, and terminals and merchants that nobody knows. It does not change but by <see cref="Commit"/>.
/// </summary>
internal sealed class DirectFleet : IRecordStore, IChangeFeed
{
    public const long Now = 1_780_300_800_000;
    private const long DayMs = 86_400_000;
    private const string Digits = "0123456789";
    private const string Letters = Digits + "ABCXYZabcxyz";

    public static readonly string[] Acquirers = ["01020000", "01030000", "480258401", "48025840123"];

    private readonly Random _random;
    private readonly TimeProvider _time;
    private readonly Dictionary<TerminalKey, TerminalRecord> _terminals = [];
    private readonly Dictionary<MerchantKey, MerchantRecord> _merchants = [];
    private readonly List<FeedEntry> _feed = [];

    public DirectFleet(int seed, TimeProvider time, int terminals = 600)
    {
        (_random, _time) = (new Random(seed), time);
        var merchants = Enumerable.Range(0, terminals / 3).Select(n => Merchant(Rows.Acquirer(Acquirers[n % Acquirers.Length]))).ToArray();
        // One against whom nothing stands, whatever chance gives.
        merchants[0] = new MerchantRecord(merchants[0].Key, MerchantState.Active, IdentityState.Verified, 0, null, []);
        foreach (var merchant in merchants)
        {
            _merchants[merchant.Key] = merchant;
        }

        var pairs = new List<DirectPair>();
        for (var n = 0; n < terminals; n++)
        {
            var merchant = merchants[n % merchants.Length];
            var terminal = n > 0 ? Terminal(merchant.Key) : Terminal(merchant.Key) with { State = TerminalState.Active, Holds = [], Location = default, EndedOn = null };
            // The shortest serial numbers meet again: the first stays, and the other is asked for as something it is not.
            _terminals.TryAdd(terminal.Key, terminal);
            pairs.Add(PairOf(terminal));
        }

        // Of another merchant, another number, another acquirer, and not on file at all.
        pairs.AddRange(pairs.Take(80).ToArray().Select((pair, n) => (n % 5) switch
        {
            0 => pair with { Merchant = Text(Letters, 15) },
            1 => pair with { Sn = Sn() },
            2 => pair with { No = "A" + Text(Letters, 7) },
            3 => pair with { Merchant = pairs[n + 1].Merchant },
            _ => pair with { Acquirer = Acquirers[_random.Next(Acquirers.Length)] },
        }));
        Pairs = pairs;
    }

    /// <summary>What checks name.</summary>
    public IReadOnlyList<DirectPair> Pairs { get; }

    /// <summary>A pair that nothing stands against.</summary>
    public DirectPair Good => Pairs[0];

    public string StoreId => "00000000000000000000000000000000";

    public long Head { get; private set; } = 10;

    /// <summary>When set, the store cannot be read.</summary>
    public bool IsDown { get; set; }

    public ValueTask<IReadOnlyList<RecordPair>> ReadPairsAsync(IReadOnlyList<PairKey> keys, CancellationToken cancel) =>
        new([.. keys.Select(key => IsDown ? throw Down() : new RecordPair(
            new RecordCopy<TerminalRecord>(_terminals.TryGetValue(key.Terminal, out var terminal) ? terminal : null, terminal.BindingVersion > 0 ? 1 : 0, Head),
            new RecordCopy<MerchantRecord>(_merchants.TryGetValue(key.Merchant, out var merchant) ? merchant : null, merchant.State > 0 ? 1 : 0, Head)))]);

    public ValueTask<FeedPage> ReadFeedAsync(long afterRevision, int limit, CancellationToken cancel = default) =>
        IsDown ? throw Down() : afterRevision < 10 ? throw OutOfRetentionException.Gone("gone", 10) : new(new FeedPage([.. _feed.Where(entry => entry.Revision > afterRevision)], Head));

    public ValueTask<long> ReadHeadAsync(CancellationToken cancel = default) => IsDown ? throw Down() : new(Head);

    public async ValueTask<bool> WaitForFeedAsync(long afterRevision, TimeSpan atMost, CancellationToken cancel = default)
    {
        await Task.Delay(atMost, _time, cancel).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return false;
    }

    /// <summary>Commits a change of a terminal's state.</summary>
    public void Commit(DirectPair pair, TerminalState state)
    {
        var record = _terminals[Key(pair)] = _terminals[Key(pair)] with { State = state };
        _feed.Add(new FeedEntry(++Head, 1, FeedEntity.Terminal, record.Key.Acquirer, pair.Sn, RecordCodec.Pack(record)));
    }

    private static StoreUnavailableException Down() => new("Told to fail.");

    private static TerminalKey Key(DirectPair pair) => new(Rows.Acquirer(pair.Acquirer), TerminalSn.TryParse(pair.Sn, out var sn, out _) ? sn : default);

    private static MerchantNo No(string text) => MerchantNo.TryParse(text, out var no, out _) ? no : default;

    private static DirectPair PairOf(in TerminalRecord terminal) =>
        new(terminal.Key.Acquirer.ToString(), terminal.Key.Sn.ToString(), terminal.TerminalNo.ToString(), terminal.MerchantNo.ToString());

    private TerminalRecord Terminal(in MerchantKey merchant)
    {
        _ = TerminalSn.TryParse(Sn(), out var sn, out _);
        _ = TerminalNo.TryParse("T" + Text(Often() ? Digits : Letters, 7), out var no, out _);
        return new TerminalRecord(new TerminalKey(merchant.Acquirer, sn), no, merchant.No, Often() ? TerminalState.Active : Of(Enum.GetValues<TerminalState>()), _random.NextInt64(1, Of(3, long.MaxValue)), Often() ? [] : Holds())
        {
            Location = _random.Next(6) switch
            {
                0 => LocationRule.Around(_random.Next(-90_000_000, 90_000_001), _random.Next(-180_000_000, 180_000_001), _random.Next(Of(2, int.MaxValue))),
                1 => LocationRule.Within(Region()),
                _ => default,
            },
            EndedOn = Day(),
        };
    }

    private MerchantRecord Merchant(AcquirerId acquirer)
    {
        _ = MerchantNo.TryParse(Text(Often() ? Digits : Letters, 15), out var no, out _);
        _ = CategoryCode.TryParse(Text(Digits, 4), out var category, out _);
        var record = new MerchantRecord(new MerchantKey(acquirer, no), Often() ? MerchantState.Active : Of(Enum.GetValues<MerchantState>()),
            Often() ? IdentityState.Verified : Of(Enum.GetValues<IdentityState>()), Instant(), Often() ? null : Day(), Often() ? [] : Holds())
        {
            Kind = Often() ? null : Of(Enum.GetValues<MerchantKind>()),
            Region = Often() ? default : Region(),
            Category = Often() ? default : category,
            AccountClass = Often() ? null : Of(Enum.GetValues<AccountClass>()),
            VerifiedAtUnixMs = Instant(),
        };
        return Often() ? record : record with
        {
            Detail = _random.Next(3) switch { 0 => null, 1 => Of(Enum.GetValues<ReasonDetail>()), _ => (ReasonDetail)_random.Next(1, 256) },
            SettlementCardDiffers = _random.Next(4) == 0, OpenedOn = Day(), LastActiveOn = Day(), EndedOn = Day(),
        };
    }

    private ImmutableArray<Hold> Holds()
    {
        var holds = new Hold[_random.Next(20) == 0 ? _random.Next(RecordCodec.MaxHolds + 1) : _random.Next(4)];
        for (var i = 0; i < holds.Length; i++)
        {
            holds[i] = new Hold(Of(Enum.GetValues<HoldKind>()), Of(Enum.GetValues<HoldTarget>()), Instant(), Instant(), _random.Next(2) == 0);
        }

        return [.. holds];
    }

    private long Instant() => _random.Next(5) switch
    {
        0 => 0,
        1 => Now + _random.Next(-2, 3),
        2 => Now + _random.Next(-1_500, 2_500),
        _ => Now + (_random.Next(-400, 400) * DayMs),
    };

    private DateOnly? Day() => _random.Next(3) == 0 ? null : new DateOnly(2026, 6, 1).AddDays(_random.Next(2) == 0 ? _random.Next(-3, 4) : _random.Next(-800, 200));

    private RegionCode Region() => RegionCode.TryParse(Of("11", "31", "44", "50", "65") + Of("0000", "0300", "0304", "0101"), out var region, out _) ? region : default;

    private string Sn() => Of("000057", "123456", "999999") + Of("01", "02", "10", "13") + Text(Letters + "-", Of(1, 12, 42, _random.Next(1, 43)));

    private bool Often() => _random.Next(5) < 3;

    private T Of<T>(params ReadOnlySpan<T> values) => values[_random.Next(values.Length)];

    private string Text(string alphabet, int length) => string.Concat(_random.GetItems<char>(alphabet, length));
}
