using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Records;
using VerifyGateway.Storage.Rows;

namespace VerifyGateway.Storage.Tests.Contract;

/// <summary>Random writes of all kinds of rows, against a model in memory.</summary>
public abstract class ModelContract(StoreFixture on) : StoreContract(on)
{
    [Fact]
    public async Task After_random_writes_valid_and_not_the_store_holds_what_the_model_holds_and_the_feed_says_what_reads_say()
    {
        var random = Seeded();
        var time = new SetTime(1_000_000);
        var store = await On.OpenAsync(time);
        var rows = new RandomRows(random);
        var model = new RowModel();
        var (kept, refused) = (0, 0);
        for (var turn = 0; turn < 400; turn++)
        {
            time.UnixMs += random.Next(0, 3);
            var write = rows.Next();
            var expected = model.Put(write);
            string? actual = null;
            try
            {
                await store.PutAsync("test", write);
            }
            catch (WriteRefusedException refusal)
            {
                actual = refusal.Rule;
            }

            Assert.True(expected == actual, $"turn {turn}: the model says {expected ?? "kept"}, the store {actual ?? "kept"} of {string.Join(" and ", write)}");
            (kept, refused) = expected is null ? (kept + 1, refused) : (kept, refused + 1);
            if (turn % 100 == 99)
            {
                await AssertSameAsync(store, model);
                store = await On.RestartedAsync(store, time);
            }
        }

        Assert.True(kept > 60 && refused > 60, $"{kept} kept, {refused} refused");
        await AssertSameAsync(store, model);
        await AssertFeedSaysWhatIsReadAsync(store);
    }

    private static async Task AssertSameAsync(ISystemOfRecord store, RowModel model)
    {
        Assert.Equal(model.Exported, await AllAsync(store));
        foreach (var document in model.Documents)
        {
            Assert.Equal(document, (await store.FindDocumentAsync(document.Key))!.Row);
        }
    }

    private static async Task AssertFeedSaysWhatIsReadAsync(ISystemOfRecord store)
    {
        var feed = await store.ReadFeedAsync(0, StoreLimits.MaxFeedEntries);
        Assert.Equal(feed.Head, feed.Entries.Count);
        var newest = feed.Entries.GroupBy(entry => (entry.Entity, entry.Acquirer, entry.Key)).ToDictionary(group => group.Key, group => group.Last());
        var rows = await AllAsync(store);
        var terminals = rows.OfType<TerminalRow>().ToList();
        var merchants = rows.OfType<MerchantRow>().ToList();
        Assert.Equal(terminals.Count + merchants.Count, newest.Count);
        Assert.NotEmpty(terminals);
        foreach (var row in terminals)
        {
            var (terminal, merchant) = (await store.ReadPairsAsync([new PairKey(row.Key, new MerchantKey(row.Key.Acquirer, row.MerchantNo))], CancellationToken.None))[0];
            AssertEntry(newest[(FeedEntity.Terminal, row.Key.Acquirer, row.Key.Sn.ToString())], terminal.Revision, RecordCodec.Pack(terminal.Record!.Value));
            AssertEntry(newest[(FeedEntity.Merchant, row.Key.Acquirer, row.MerchantNo.ToString())], merchant.Revision, RecordCodec.Pack(merchant.Record!.Value));
        }

        static void AssertEntry(FeedEntry entry, long revision, byte[] packed)
        {
            Assert.Equal(revision, entry.Revision);
            Assert.Equal(packed, entry.Packed.ToArray());
        }
    }
}
