using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Domain.Records;
using VerifyGateway.V1;
using IdentityState = VerifyGateway.Domain.Records.IdentityState;
using MerchantState = VerifyGateway.Domain.Records.MerchantState;
using TerminalState = VerifyGateway.Domain.Records.TerminalState;

namespace VerifyGateway.Host.Rehearsing;

/// <summary>
/// Terminals that nobody has, every second of them retired. Each read goes to the system of record first, for the path's sake, and what that
/// says is not looked at. The feed has one entry.
/// </summary>
internal sealed class MadeUpFleet(IRecordStore store) : IRecordStore, IChangeFeed
{
    private const string Number = "R0000000";
    private const string LongBegin = "000057022801REHEARSAL-";

    /// <inheritdoc />
    public string StoreId => store.StoreId;

    /// <summary>A check of one of the terminals (0 to 9,999). Their names are of two lengths, which are hashed in two ways.</summary>
    public static CheckStatusRequest Check(int terminal) => new()
    {
        AcquirerId = "01020000", TerminalSn = $"{(terminal % 2 == 0 ? "000057022801RHSL" : LongBegin)}{terminal:D4}", TerminalNo = Number, MerchantNo = "000000000000000",
        TransactionKind = TransactionKind.Sale,
    };

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<RecordPair>> ReadPairsAsync(IReadOnlyList<PairKey> keys, CancellationToken cancel)
    {
        await store.ReadPairsAsync(keys, cancel);
        return [.. keys.Select(static key => new RecordPair(new RecordCopy<TerminalRecord>(Unpacked(Terminal(key)), 1, 1), new RecordCopy<MerchantRecord>(Unpacked(Merchant(key)), 1, 1)))];
    }

    /// <inheritdoc />
    public ValueTask<FeedPage> ReadFeedAsync(long afterRevision, int limit, CancellationToken cancel = default)
    {
        _ = AcquirerId.TryParse("01020000", out var acquirer, out _);
        _ = TerminalSn.TryParse(Check(0).TerminalSn, out var sn, out _);
        _ = MerchantNo.TryParse(Check(0).MerchantNo, out var merchant, out _);
        var terminal = Terminal(new PairKey(new TerminalKey(acquirer, sn), new MerchantKey(acquirer, merchant)));
        return new(new FeedPage(afterRevision > 0 ? [] : [new FeedEntry(1, 1, FeedEntity.Terminal, acquirer, sn.ToString(), RecordCodec.Pack(terminal))], Head: 1));
    }

    /// <inheritdoc />
    public ValueTask<long> ReadHeadAsync(CancellationToken cancel = default) => new(1L);

    /// <inheritdoc />
    public async ValueTask<bool> WaitForFeedAsync(long afterRevision, TimeSpan atMost, CancellationToken cancel = default)
    {
        await Task.Delay(atMost, TimeProvider.System, cancel);
        return false;
    }

    private static TerminalRecord Terminal(in PairKey key)
    {
        _ = TerminalNo.TryParse(Number, out var number, out _);
        var isRetired = key.Terminal.Sn.ToString().StartsWith(LongBegin, StringComparison.Ordinal);
        return new TerminalRecord(key.Terminal, number, key.Merchant.No, isRetired ? TerminalState.Retired : TerminalState.Active, 1, []);
    }

    private static MerchantRecord Merchant(in PairKey key)
    {
        _ = RegionCode.TryParse("310000", out var region, out _);
        _ = CategoryCode.TryParse("5411", out var category, out _);
        return new MerchantRecord(key.Merchant, MerchantState.Active, IdentityState.Verified, 0, new DateOnly(9000, 1, 1), []) { Region = region, Category = category };
    }

    /// <summary>A record as it comes from a store.</summary>
    private static TerminalRecord? Unpacked(in TerminalRecord record) => RecordCodec.TryUnpack(RecordCodec.Pack(record), out TerminalRecord unpacked) ? unpacked : null;

    private static MerchantRecord? Unpacked(in MerchantRecord record) => RecordCodec.TryUnpack(RecordCodec.Pack(record), out MerchantRecord unpacked) ? unpacked : null;
}
