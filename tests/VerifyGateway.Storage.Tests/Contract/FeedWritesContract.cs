using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Records;
using VerifyGateway.Storage.Writing;

namespace VerifyGateway.Storage.Tests.Contract;

/// <summary>Where writes end in the feed, and what its entries carry beside the record.</summary>
public abstract class FeedWritesContract(StoreFixture on) : StoreContract(on)
{
    /// <summary>The step of the schema that brought what is tested here, as its statements.</summary>
    protected abstract string Migration { get; }

    [Fact]
    public async Task The_last_entry_of_each_write_ends_it_and_no_other_does_also_when_writes_are_committed_together()
    {
        var random = Seeded();
        var store = await On.OpenAsync();
        await store.PutAsync("test", [Make.Identity("ID-1"), Make.Merchant(1, "ID-1")]);
        var done = await Task.WhenAll(Enumerable.Range(1, 60).Select(async n =>
        {
            object[] rows = [.. Enumerable.Range(0, random.Next(1, 4)).Select(row => Make.Terminal((n * 10) + row, 1)), .. n % 5 == 0 ? [Make.Merchant(n, "ID-9")] : Array.Empty<object>()];
            try
            {
                return await store.WriteAsync(Own(rows));
            }
            catch (WriteRefusedException) when (n % 5 == 0)
            {
                return null;
            }
        }));

        var ends = (await store.ReadFeedAsync(1, 1000)).Entries.Where(entry => entry.EndsWrite).Select(entry => entry.Revision);
        Assert.Equal(done.OfType<CommandResult>().Select(write => write.Revision).Order(), ends);
        Assert.Equal(48, ends.Count());
    }

    [Fact]
    public async Task A_reader_whose_page_ends_in_the_middle_of_a_write_can_tell()
    {
        var store = await On.OpenAsync();
        await Make.BasicsAsync(store);
        await store.PutAsync("test", [Make.Merchant(2, "ID-1"), Make.Merchant(3, "ID-1"), Make.Terminal(2, 2)]);
        await store.PutAsync("test", [Make.Terminal(3, 3)]);
        bool[] ends = [false, true, false, false, true, true];
        for (var size = 1; size <= 6; size++)
        {
            for (var after = 0; after + size <= 6; after++)
            {
                var page = await store.ReadFeedAsync(after, size);
                Assert.Equal(ends[after..(after + size)], page.Entries.Select(entry => entry.EndsWrite));
            }
        }

        // Nobody who reads up to the head is in the middle of a write: what is committed is committed whole.
        Assert.True((await store.ReadFeedAsync(0, 1000)).Entries[^1].EndsWrite);
    }

    [Fact]
    public async Task Each_step_of_rows_of_a_long_write_is_a_write()
    {
        var store = await On.OpenAsync();
        await store.WriteLongAsync(async write =>
        {
            var origin = CommandOrigin.Own("tester", "import");
            await write.PutAsync([Make.Identity("ID-1"), Make.Merchant(1, "ID-1"), .. Enumerable.Range(1, 300).Select(n => Make.Terminal(n, 1))], origin, Refuse, default);
            await write.PutAsync([Make.Terminal(301, 1), Make.Terminal(302, 1)], origin, Refuse, default);
            await write.PutAsync([Make.Terminal(302, 1)], origin, Refuse, default);
            return 0;
        });
        var entries = (await store.ReadFeedAsync(0, 1000)).Entries;
        Assert.Equal([301L, 303L], entries.Where(entry => entry.EndsWrite).Select(entry => entry.Revision));
        Assert.Equal(303, entries.Count);

        static void Refuse(int at, WriteRefusedException refused) => throw refused;
    }

    [Fact]
    public async Task An_entry_of_a_merchant_carries_the_masks_of_its_time_and_one_of_a_terminal_the_merchant_that_it_has_left()
    {
        var store = await On.OpenAsync();
        await ChangeMuchAsync(store);
        Assert.Equal(
        [
            ("8984403", "000000********0001", "999999******0001", ""), ("8984403", "000000********0001", "999999******0001", ""), ("0000570", "", "", ""),
            ("8984403", "000000********0002", "999999******0001", ""), ("8984403", "000000********0002", "999999******0001", ""),
            ("8984403", "000000********0002", "888888******0008", ""),
            ("0000570", "", "", "898440300000001"), ("0000570", "", "", ""), ("0000570", "", "", "898440300000002"),
        ], (await store.ReadFeedAsync(0, 100)).Entries.Select(entry => (entry.Key[..7], entry.HolderMask, entry.SettlementCardMask, entry.LeftMerchantNo)));
    }

    [Fact]
    public async Task A_store_from_before_is_brought_up_to_date_with_what_stood_then()
    {
        var store = await On.OpenAsync();
        await ChangeMuchAsync(store);
        var before = (await store.ReadFeedAsync(0, 100)).Entries;
        await store.DisposeAsync();
        foreach (var column in new[] { "ends_write", "holder_mask", "card_mask", "left_merchant_no" })
        {
            await On.ExecuteAsync($"ALTER TABLE feed DROP COLUMN {column}");
        }

        await On.ExecuteAsync(Migration);
        var after = (await (await On.OpenAsync()).ReadFeedAsync(0, 100)).Entries;
        Assert.Equal(
            before.Select(entry => (entry.Revision, entry.Key, entry.HolderMask, entry.SettlementCardMask, entry.LeftMerchantNo)),
            after.Select(entry => (entry.Revision, entry.Key, entry.HolderMask, entry.SettlementCardMask, entry.LeftMerchantNo)));
        Assert.All(after, entry => Assert.True(entry.EndsWrite));
        Assert.Contains(before, entry => !entry.EndsWrite);
    }

    [Fact]
    public async Task Errors_of_the_feed_name_the_limit_as_a_number()
    {
        var store = await On.OpenAsync();
        await Make.BasicsAsync(store);
        await On.ExecuteAsync("UPDATE feed_head SET floor = 1");
        await On.ExecuteAsync("DELETE FROM feed WHERE revision <= 1");
        Assert.Equal(1, (await Assert.ThrowsAsync<OutOfRetentionException>(async () => await store.ReadFeedAsync(0, 10))).Bound);
        Assert.Equal(2, (await Assert.ThrowsAsync<OutOfRetentionException>(async () => await store.ReadFeedAsync(3, 10))).Bound);
    }

    [Fact]
    public async Task A_point_in_the_past_that_is_none_is_refused()
    {
        var store = await On.OpenAsync();
        await Make.BasicsAsync(store);
        BindingLookup[] one = [new(Make.Acquirer(), Make.Sn(1), default, default)];
        await Assert.ThrowsAsync<ArgumentException>(async () => await store.FindAsOfAsync(one, default, CancellationToken.None));
        Assert.NotNull((await store.FindAsOfAsync(one, AsOf.AtRevision(2), CancellationToken.None)).Bindings[0]);
    }

    [Fact]
    public async Task Merchants_are_listed_in_order_with_their_masks_also_those_without_terminals_and_never_another_acquirers()
    {
        var store = await On.OpenAsync();
        await store.PutAsync("test",
        [
            Make.Identity("ID-1"), Make.Identity("ID-1", acquirer: Make.Acquirer2), Make.Merchant(99, "ID-1", acquirer: Make.Acquirer2),
            .. Enumerable.Range(1, 7).Select(n => Make.Merchant(n, "ID-1", n == 3 ? MerchantState.Deregistered : MerchantState.Active)), Make.Terminal(1, 1),
        ]);
        for (var size = 1; size <= 8; size++)
        {
            var listed = new List<MerchantView>();
            MerchantPage page;
            do
            {
                page = await store.ListMerchantsAsync(Make.Acquirer(), listed.Count == 0 ? null : listed[^1].Record.Key.No, size, CancellationToken.None);
                listed.AddRange(page.Merchants);
                Assert.Equal(9, page.Head);
            }
            while (page.Merchants.Count == size);
            Assert.Equal(Enumerable.Range(1, 7).Select(No), listed.Select(merchant => merchant.Record.Key.No));
            Assert.All(listed, merchant => Assert.Equal(("000000********0001", "999999******0001"), (merchant.HolderMask, merchant.SettlementCardMask)));
            Assert.Equal(MerchantState.Deregistered, listed[2].Record.State);
        }

        var one = await store.FindMerchantAsync(Make.MerchantKey(2), CancellationToken.None);
        Assert.Equal((2, 9), (Assert.Single(one.Merchants).Revision, one.Head));
        Assert.Equal(No(2), one.Merchants[0].Record.Key.No);
        Assert.Empty((await store.FindMerchantAsync(Make.MerchantKey(99), CancellationToken.None)).Merchants);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await store.ListMerchantsAsync(Make.Acquirer(), null, 1001, CancellationToken.None));
    }

    private static async Task ChangeMuchAsync(ISystemOfRecord store)
    {
        await store.PutAsync("test", [Make.Identity("ID-1"), Make.Merchant(1, "ID-1"), Make.Merchant(2, "ID-1"), Make.Terminal(1, 1)]);
        await store.PutAsync("test", [Make.Identity("ID-1") with { HolderMask = Make.Mask("000000********0002") }]);
        await store.PutAsync("test", [Make.Merchant(2, "ID-1") with { SettlementCardMask = Make.Mask("888888******0008") }]);
        await store.PutAsync("test", [Make.Terminal(1, 2)]);
        await store.PutAsync("test", [Make.Terminal(1, 2, TerminalState.Suspended)]);
        await store.PutAsync("test", [Make.Terminal(1, 1, TerminalState.Suspended)]);
    }
}
