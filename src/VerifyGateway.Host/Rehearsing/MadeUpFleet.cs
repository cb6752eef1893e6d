using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Host.Rehearsing;

/// <summary>
/// Good terminals that nobody has. Each read goes to the system of record first, for the path's sake, and what it says is not looked at. The
/// feed is empty.
/// </summary>
internal sealed class MadeUpFleet(IRecordStore store) : IRecordStore, IChangeFeed
{
    /// <inheritdoc />
    public string StoreId => store.StoreId;

    /// <summary>A check of one of the terminals.</summary>
    public static V1.CheckStatusRequest Check(int terminal) => new()
    {
        AcquirerId = "01020000", TerminalSn = $"000057022801REHEARSAL{terminal:D4}", TerminalNo = Number, MerchantNo = "000000000000000", TransactionKind = V1.TransactionKind.Sale,
    };

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<RecordPair>> ReadPairsAsync(IReadOnlyList<PairKey> keys, CancellationToken cancel)
    {
        await store.ReadPairsAsync(keys, cancel);
        _ = TerminalNo.TryParse(Number, out var number, out _);
        return
        [
            .. keys.Select(key => new RecordPair(
                new RecordCopy<TerminalRecord>(new TerminalRecord(key.Terminal, number, key.Merchant.No, TerminalState.Active, 1, []), 0, 0),
                new RecordCopy<MerchantRecord>(new MerchantRecord(key.Merchant, MerchantState.Active, IdentityState.Verified, 0, null, []), 0, 0))),
        ];
    }

    /// <inheritdoc />
    public ValueTask<FeedPage> ReadFeedAsync(long afterRevision, int limit, CancellationToken cancel = default) => new(new FeedPage([], Head: 0));

    /// <inheritdoc />
    public ValueTask<long> ReadHeadAsync(CancellationToken cancel = default) => new(0L);

    /// <inheritdoc />
    public async ValueTask<bool> WaitForFeedAsync(long afterRevision, TimeSpan atMost, CancellationToken cancel = default)
    {
        await Task.Delay(atMost, TimeProvider.System, cancel);
        return false;
    }

    private const string Number = "R0000000";
}
