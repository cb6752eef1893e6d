using System.Globalization;
using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Benchmarks;

/// <summary>A system of record that makes each record when it is asked for: as many terminals as one likes, three merchants for four of them.</summary>
internal sealed class BenchmarkStore : IRecordStore, IChangeFeed
{
    public const string Acquirer = "48025840";

    public string StoreId => "00000000000000000000000000000000";

    /// <summary>Serial number of a terminal.</summary>
    public static string SnOf(int terminal) => string.Create(CultureInfo.InvariantCulture, $"00005702{terminal:D12}");

    /// <summary>Number of a terminal within its merchant.</summary>
    public static string NoOf(int terminal) => string.Create(CultureInfo.InvariantCulture, $"{(terminal % 99_999_999) + 1:D8}");

    /// <summary>Number of a terminal's merchant.</summary>
    public static string MerchantOf(int terminal) => string.Create(CultureInfo.InvariantCulture, $"898440{(long)terminal * 3 / 4:D9}");

    public static PairKey KeyOf(int terminal)
    {
        var acquirer = BenchmarkFleet.Of<AcquirerId>(AcquirerId.TryParse, Acquirer);
        return new PairKey(
            new TerminalKey(acquirer, BenchmarkFleet.Of<TerminalSn>(TerminalSn.TryParse, SnOf(terminal))),
            new MerchantKey(acquirer, BenchmarkFleet.Of<MerchantNo>(MerchantNo.TryParse, MerchantOf(terminal))));
    }

    public ValueTask<IReadOnlyList<RecordPair>> ReadPairsAsync(IReadOnlyList<PairKey> keys, CancellationToken cancel)
    {
        var (_, terminal, merchant) = BenchmarkFleet.Check();
        return new([.. keys.Select(key =>
        {
            var no = BenchmarkFleet.Of<TerminalNo>(TerminalNo.TryParse, NoOf(int.Parse(key.Terminal.Sn.ToString().AsSpan(8), CultureInfo.InvariantCulture)));
            return new RecordPair(
                new RecordCopy<TerminalRecord>(terminal with { Key = key.Terminal, TerminalNo = no, MerchantNo = key.Merchant.No, Location = default }, 1, 1),
                new RecordCopy<MerchantRecord>(merchant with { Key = key.Merchant, LastActiveOn = null, OpenedOn = null }, 1, 1));
        })]);
    }

    public ValueTask<FeedPage> ReadFeedAsync(long afterRevision, int limit, CancellationToken cancel = default) =>
        afterRevision < 1 ? throw OutOfRetentionException.Gone("No feed was kept.", 1) : new(new FeedPage([], 1));

    public ValueTask<long> ReadHeadAsync(CancellationToken cancel = default) => new(1L);

    public async ValueTask<bool> WaitForFeedAsync(long afterRevision, TimeSpan atMost, CancellationToken cancel = default)
    {
        await Task.Delay(atMost, cancel);
        return false;
    }
}
