using System.Collections.Immutable;
using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Server.Tests;

/// <summary>A system of record that says what a test tells it to say, and fails when it is told to fail.</summary>
internal sealed class ScriptedStore(TimeProvider time) : IRecordStore, IBindingStore, IChangeFeed
{
    public const string Acquirer = "01020000";
    public const string Sn = "000057022801TEST0001";
    public const string TerminalNumber = "T0000001";
    public const string MerchantNumber = "898440300000001";

    private readonly List<FeedEntry> _feed = [];

    public string StoreId => "00000000000000000000000000000000";

    public TerminalState Terminal { get; set; } = TerminalState.Active;

    public Func<Exception>? Failure { get; set; }

    public long Head { get; set; } = 10;

    public ImmutableArray<Hold> Holds { get; set; } = [];

    /// <summary>What else is to be said of the merchant.</summary>
    public Func<MerchantRecord, MerchantRecord> Merchant { get; set; } = static record => record;

    /// <summary>When set, reads of other terminals than the one known wait for it.</summary>
    public TaskCompletionSource? Gate { get; set; }

    public int Reads { get; private set; }

    public async ValueTask<IReadOnlyList<RecordPair>> ReadPairsAsync(IReadOnlyList<PairKey> keys, CancellationToken cancel)
    {
        Reads++;
        if (Gate is not null && keys.Any(key => key.Terminal.Sn.ToString() != Sn))
        {
            await Gate.Task.WaitAsync(cancel);
        }

        return Failure is not null ? throw Failure() : [.. keys.Select(Pair)];
    }

    public ValueTask<BindingSnapshot> FindAsync(IReadOnlyList<BindingLookup> lookups, CancellationToken cancel) =>
        Failure is not null ? throw Failure() : new(new BindingSnapshot(new BindingView?[lookups.Count], Head));

    public ValueTask<BindingSnapshot> FindAsOfAsync(IReadOnlyList<BindingLookup> lookups, AsOf asOf, CancellationToken cancel) => FindAsync(lookups, cancel);

    public ValueTask<BindingPage> ListAsync(BindingFilter filter, int pageSize, string pageToken, CancellationToken cancel) =>
        Failure is not null ? throw Failure() : new(new BindingPage([], "", Head));

    public ValueTask<MerchantPage> ListMerchantsAsync(AcquirerId acquirer, MerchantNo? after, int limit, CancellationToken cancel) =>
        Failure is not null ? throw Failure() : new(new MerchantPage([], Head));

    public ValueTask<MerchantPage> FindMerchantAsync(MerchantKey key, CancellationToken cancel) => ListMerchantsAsync(key.Acquirer, null, 1, cancel);

    /// <summary>The feed says how far it goes and what the test has changed by <see cref="Commit"/>.</summary>
    public ValueTask<FeedPage> ReadFeedAsync(long afterRevision, int limit, CancellationToken cancel = default) =>
        Failure is not null ? throw Failure() : afterRevision < 10 ? throw OutOfRetentionException.Gone("gone", 10) : new(new FeedPage([.. _feed.Where(entry => entry.Revision > afterRevision)], Head));

    public ValueTask<long> ReadHeadAsync(CancellationToken cancel = default) => Failure is not null ? throw Failure() : new(Head);

    public async ValueTask<bool> WaitForFeedAsync(long afterRevision, TimeSpan atMost, CancellationToken cancel = default)
    {
        try
        {
            await Task.Delay(atMost, time, cancel);
        }
        catch (OperationCanceledException)
        {
            // As after a signal.
        }

        return false;
    }

    /// <summary>Commits a change of the known terminal.</summary>
    public void Commit(TerminalState state)
    {
        Terminal = state;
        _ = AcquirerId.TryParse(Acquirer, out var acquirer, out _);
        _ = TerminalSn.TryParse(Sn, out var sn, out _);
        _ = MerchantNo.TryParse(MerchantNumber, out var merchant, out _);
        _ = TerminalNo.TryParse(TerminalNumber, out var number, out _);
        var record = new TerminalRecord(new TerminalKey(acquirer, sn), number, merchant, state, 3, []);
        _feed.Add(new FeedEntry(++Head, 1, FeedEntity.Terminal, acquirer, Sn, RecordCodec.Pack(record)));
    }

    private RecordPair Pair(PairKey key)
    {
        _ = TerminalNo.TryParse(TerminalNumber, out var number, out _);
        TerminalRecord? terminal = key.Terminal.Sn.ToString() == Sn ? new TerminalRecord(key.Terminal, number, key.Merchant.No, Terminal, 3, []) : null;
        var merchant = Merchant(new MerchantRecord(key.Merchant, MerchantState.Active, IdentityState.Verified, 0, null, Holds));
        return new RecordPair(
            new RecordCopy<TerminalRecord>(terminal, terminal is null ? 0 : _feed.Count > 0 ? Head : 1, Head), new RecordCopy<MerchantRecord>(merchant, 1, Head));
    }
}
