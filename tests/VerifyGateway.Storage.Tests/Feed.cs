using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Storage.Tests;

/// <summary>Reads the change feed as a follower would.</summary>
internal static class Feed
{
    /// <summary>The newest record of each key.</summary>
    public static (Dictionary<string, TerminalRecord?> Terminals, Dictionary<string, MerchantRecord?> Merchants) Newest(IEnumerable<FeedEntry> entries)
    {
        var terminals = new Dictionary<string, TerminalRecord?>();
        var merchants = new Dictionary<string, MerchantRecord?>();
        foreach (var entry in entries)
        {
            if (entry.Entity == FeedEntity.Terminal)
            {
                Assert.True(RecordCodec.TryUnpack(entry.Packed.Span, out TerminalRecord record));
                Assert.Equal((entry.Acquirer, entry.Key), (record.Key.Acquirer, record.Key.Sn.ToString()));
                terminals[entry.Key] = record;
            }
            else
            {
                Assert.True(RecordCodec.TryUnpack(entry.Packed.Span, out MerchantRecord record));
                Assert.Equal((entry.Acquirer, entry.Key), (record.Key.Acquirer, record.Key.No.ToString()));
                merchants[entry.Key] = record;
            }
        }

        return (terminals, merchants);
    }
}
