using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Domain.Records;
using VerifyGateway.Storage.Rows;
using VerifyGateway.Storage.Writing;
using VerifyGateway.TestKit;

namespace VerifyGateway.Storage.Tests.Contract;

/// <summary>Reads of what stands now, each in one snapshot with the head that it saw.</summary>
public abstract class ReadContract(StoreFixture on) : StoreContract(on)
{
    [Fact]
    public async Task Written_records_are_read_back_whole_with_revision_head_and_time()
    {
        var store = await On.OpenAsync(new SetTime(1_900_000_000_000));
        var until = 4_000_000_000_000;
        var write = await store.PutAsync("test",
        [
            Make.Identity("ID-1", IdentityState.ReverifyDue), Make.Merchant(1, "ID-1", MerchantState.WindDown), Make.Terminal(1, 1, TerminalState.Suspended),
            Make.Hold("H-1", HoldSubject.Identity(Make.Id("ID-1")), HoldKind.Judicial, 5_000, until),
            Make.Hold("H-2", HoldSubject.Merchant(No(1)), HoldKind.Holder), Make.Hold("H-3", HoldSubject.Terminal(Make.Sn(1)), HoldKind.Regulator),
        ]);

        Assert.Equal(new WriteResult(2, 2), write);
        var (terminal, merchant) = await Make.ReadAsync(store, 1, 1);
        Assert.Equal(
            new MerchantRecord(Make.MerchantKey(1), MerchantState.WindDown, IdentityState.ReverifyDue, 4_000_000_000_000, new DateOnly(2099, 12, 31),
                [new Hold(HoldKind.Judicial, HoldTarget.Identity, 5_000, until), new Hold(HoldKind.Holder, HoldTarget.Merchant, 1_000, 0)]),
            merchant.Record);
        Assert.Equal(
            new TerminalRecord(Make.TerminalKey(1), Make.TerminalNo(1), No(1), TerminalState.Suspended, 1, [new Hold(HoldKind.Regulator, HoldTarget.Terminal, 1_000, 0)]),
            terminal.Record);
        Assert.Equal((1, 2), (merchant.Revision, merchant.Head));
        Assert.Equal((2, 2), (terminal.Revision, terminal.Head));
    }

    [Fact]
    public async Task What_kind_of_business_a_merchant_is_and_what_a_hold_lets_pass_reach_the_record()
    {
        var store = await On.OpenAsync();
        await Make.BasicsAsync(store);
        Assert.True(RegionCode.TryParse("310101", out var region, out _));
        Assert.True(CategoryCode.TryParse("5812", out var category, out _));
        var row = Make.Merchant(1, "ID-1") with { Kind = MerchantKind.Micro, Region = region, Category = category, AccountClass = AccountClass.Class2 };
        var risk = Make.Hold("H-1", HoldSubject.Merchant(No(1))) with { RefundsPass = true };
        await store.PutAsync("test", [row, risk, Make.Hold("H-2", HoldSubject.Terminal(Make.Sn(1)), HoldKind.System)]);

        var (terminal, merchant) = await Make.ReadAsync(store, 1, 1);
        Assert.Equal((MerchantKind.Micro, "310101", "5812", AccountClass.Class2), (merchant.Record!.Value.Kind, merchant.Record!.Value.Region.ToString(), merchant.Record!.Value.Category.ToString(), merchant.Record!.Value.AccountClass));
        Assert.Equal([new Hold(HoldKind.Risk, HoldTarget.Merchant, 1_000, 0, RefundsPass: true)], merchant.Record!.Value.Holds);
        Assert.Equal([new Hold(HoldKind.System, HoldTarget.Terminal, 1_000, 0)], terminal.Record!.Value.Holds);

        // Written again it changes nothing; without the word it is another hold.
        Assert.Equal(0, (await store.PutAsync("test", [risk])).ChangedRecords);
        Assert.Equal(1, (await store.PutAsync("test", [risk with { RefundsPass = false }])).ChangedRecords);
        Assert.False((await Make.ReadAsync(store, 1, 1)).Merchant.Record!.Value.Holds.Single().RefundsPass);
    }

    [Fact]
    public async Task Absent_records_have_revision_0_and_the_head_and_order_is_that_of_the_keys()
    {
        var store = await On.OpenAsync();
        await Make.BasicsAsync(store);
        var pairs = await store.ReadPairsAsync([Make.Pair(9, 1), Make.Pair(1, 9), Make.Pair(1, 1, Make.Acquirer2), Make.Pair(1, 1), Make.Pair(1, 1)], CancellationToken.None);

        Assert.Equal([false, true, false, true, true], pairs.Select(pair => pair.Terminal.Record is not null));
        Assert.Equal([true, false, false, true, true], pairs.Select(pair => pair.Merchant.Record is not null));
        Assert.Equal((0, 2), (pairs[0].Terminal.Revision, pairs[0].Terminal.Head));
        Assert.All(pairs, pair => Assert.Equal((2, 2), (pair.Terminal.Head, pair.Merchant.Head)));
    }

    [Fact]
    public async Task Bindings_are_found_by_serial_number_and_by_numbers()
    {
        var store = await On.OpenAsync();
        await Make.BasicsAsync(store);
        // Number 1 was first that of a terminal which is gone, written later and so of a higher revision.
        await store.PutAsync("test", [Make.Terminal(2, 1, TerminalState.Retired, number: 1)]);
        await store.PutAsync("test", [Make.Terminal(3, 1, TerminalState.Replaced, number: 3)]);
        await store.PutAsync("test", [Make.Terminal(4, 1, TerminalState.Retired, number: 3)]);

        var found = await store.FindAsync([BySn(2), ByNumbers(1, 1), ByNumbers(3, 1), ByNumbers(9, 1), BySn(1, Make.Acquirer2), ByNumbers(1, 1, Make.Acquirer2)], CancellationToken.None);

        Assert.Equal(5, found.Head);
        Assert.Equal([Make.Sn(2), Make.Sn(1), Make.Sn(4), null, null, null], found.Bindings.Select(binding => binding?.Terminal.Key.Sn));
        var first = found.Bindings[1]!;
        Assert.Equal(("000000********0001", "999999******0001", 2), (first.HolderMask, first.SettlementCardMask, first.Revision));
        Assert.Equal(Make.MerchantKey(1), first.Merchant!.Value.Key);
    }

    [Fact]
    public async Task A_binding_has_the_revision_of_the_newer_of_its_two_records_and_the_masks_of_now()
    {
        var store = await On.OpenAsync();
        await Make.BasicsAsync(store);
        await store.PutAsync("test", [Make.Identity("ID-1") with { HolderMask = Make.Mask("110101********0002") }]);

        var found = await store.FindAsync([BySn(1)], CancellationToken.None);
        Assert.Equal((3, "110101********0002"), (found.Bindings[0]!.Revision, found.Bindings[0]!.HolderMask));
    }

    [Fact]
    public async Task A_thousand_are_read_in_one_call_and_counts_out_of_range_are_refused()
    {
        var store = await On.OpenAsync();
        await Make.BasicsAsync(store);
        await store.PutAsync("test", [.. Enumerable.Range(2, 998).Select(n => Make.Merchant(n, "ID-1")), .. Enumerable.Range(2, 998).Select(n => Make.Terminal(n, n))]);
        PairKey[] pairs = [.. Enumerable.Range(1, 1000).Select(n => Make.Pair(n, n))];
        BindingLookup[] lookups = [.. Enumerable.Range(1, 1000).Select(n => n % 2 == 0 ? BySn(n) : ByNumbers(n, n))];

        var read = await store.ReadPairsAsync(pairs, CancellationToken.None);
        Assert.Equal(pairs[..^1].Select(key => (key.Terminal, key.Merchant)), read.SkipLast(1).Select(pair => (pair.Terminal.Record!.Value.Key, pair.Merchant.Record!.Value.Key)));
        Assert.Null(read[^1].Terminal.Record);
        foreach (var found in new[] { await store.FindAsync(lookups, CancellationToken.None), await store.FindAsOfAsync(lookups, AsOf.AtRevision(read[0].Terminal.Head), CancellationToken.None) })
        {
            Assert.Equal([.. Enumerable.Range(1, 999).Select(n => (TerminalSn?)Make.Sn(n)), null], found.Bindings.Select(binding => binding?.Terminal.Key.Sn));
        }

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await store.ReadPairsAsync([], CancellationToken.None));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await store.ReadPairsAsync([.. pairs, pairs[0]], CancellationToken.None));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await store.FindAsync([], CancellationToken.None));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await store.FindAsync([.. lookups, lookups[0]], CancellationToken.None));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await store.FindAsOfAsync([.. lookups, lookups[0]], AsOf.AtRevision(1), CancellationToken.None));
    }

    [Fact]
    public async Task A_reader_does_not_wait_for_a_writer_in_the_middle_of_its_write_and_sees_nothing_of_it()
    {
        var store = await On.OpenAsync();
        await WriteBothAsync(store, MerchantState.Active);
        await store.WriteAsync(Command("R-1", Wanted.For(Both(MerchantState.WindDown)), unit =>
        {
            Put(unit, Both(MerchantState.WindDown));
            var seen = Make.ReadAsync(store, 1, 1).GetAwaiter().GetResult();
            Assert.Equal((MerchantState.Active, 1, 4), (seen.Merchant.Record!.Value.State, seen.Merchant.Revision, seen.Merchant.Head));
            Assert.Equal(4, store.ReadFeedAsync(0, 100).AsTask().GetAwaiter().GetResult().Head);
        }));
        Assert.Equal(MerchantState.WindDown, (await Make.ReadAsync(store, 1, 1)).Merchant.Record!.Value.State);
    }

    [Fact]
    public async Task Under_many_writes_no_call_ever_mixes_states_and_two_calls_do()
    {
        var store = await On.OpenAsync();
        var writing = await On.OpenSecondAsync();
        await WriteBothAsync(store, MerchantState.Active);
        using var stop = new CancellationTokenSource();
        var writer = Task.Run(async () =>
        {
            for (var n = 0; !stop.IsCancellationRequested; n++)
            {
                await WriteBothAsync(writing, n % 2 == 0 ? MerchantState.WindDown : MerchantState.Active);
            }
        });

        try
        {
            var (sawChange, mixedByTwoCalls, last) = (0, 0, MerchantState.Active);
            await Wait.UntilAsync(async () =>
            {
                for (var n = 0; n < 20; n++)
                {
                    var state = await ReadBothAsync(store);
                    sawChange += state != last ? 1 : 0;
                    last = state;
                    // The control: what a call a key would have seen.
                    var first = (await store.ReadPairsAsync([Make.Pair(1, 1)], CancellationToken.None))[0];
                    var second = (await store.ReadPairsAsync([Make.Pair(2, 2)], CancellationToken.None))[0];
                    mixedByTwoCalls += first.Merchant.Record!.Value.State != second.Merchant.Record!.Value.State ? 1 : 0;
                }

                return sawChange >= 20 && mixedByTwoCalls >= 1;
            }, "reads to fall between writes");
        }
        finally
        {
            await stop.CancelAsync();
            await writer;
        }
    }

    [Fact]
    public async Task All_rows_are_read_in_one_snapshot_while_a_writer_writes()
    {
        var store = await On.OpenAsync();
        await store.PutAsync("test", [Make.Identity("ID-1"), .. Enumerable.Range(1, 300).Select(n => Make.Merchant(n, "ID-1")), .. Enumerable.Range(1, 300).Select(n => Make.Terminal(n, n))]);
        var (merchants, terminals, wrote) = (new List<MerchantRow>(), new List<TerminalRow>(), false);
        await foreach (var row in store.ReadAllAsync())
        {
            if (row is IdentityRow && !wrote)
            {
                // In the middle of the reading: what comes later is read as it was.
                wrote = true;
                await store.PutAsync("test", [.. Enumerable.Range(1, 300).Select(n => Make.Merchant(n, "ID-1", MerchantState.WindDown)), Make.Merchant(999, "ID-1"), .. Enumerable.Range(1, 300).Select(n => Make.Terminal(n, n, TerminalState.Lost))]);
            }

            merchants.AddRange(row is MerchantRow merchant ? [merchant] : []);
            terminals.AddRange(row is TerminalRow terminal ? [terminal] : []);
        }

        Assert.True(wrote);
        Assert.Equal(Enumerable.Range(1, 300).Select(n => Make.Merchant(n, "ID-1")), merchants);
        Assert.Equal(Enumerable.Range(1, 300).Select(n => Make.Terminal(n, n)), terminals);
        Assert.Equal(301, (await AllAsync(store)).OfType<MerchantRow>().Count());
    }

    [Theory]
    [InlineData("UPDATE merchant SET packed = {00}")]
    [InlineData("UPDATE merchant SET packed = {}")]
    [InlineData("UPDATE merchant SET packed = (SELECT packed FROM merchant WHERE merchant_no LIKE '%2')")]
    [InlineData("UPDATE merchant SET packed = substr(packed, 1, length(packed) - 1)")]
    [InlineData("UPDATE merchant SET revision = 0")]
    [InlineData("UPDATE merchant SET revision = 99")]
    [InlineData("DELETE FROM feed_head")]
    [InlineData("ALTER TABLE merchant RENAME TO lost")]
    public async Task What_is_damaged_is_unavailable_and_never_a_guess(string damage)
    {
        var store = await On.OpenAsync();
        await WriteBothAsync(store, MerchantState.Active);
        await On.ExecuteAsync(damage.Replace("{00}", On.Blob("00"), StringComparison.Ordinal).Replace("{}", On.Blob(""), StringComparison.Ordinal));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => Make.ReadAsync(store, 1, 1));
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await store.FindAsync([BySn(1)], CancellationToken.None));
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await store.FindAsOfAsync([BySn(1)], AsOf.AtInstant(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()), CancellationToken.None));
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await store.ListAsync(new BindingFilter(Make.Acquirer()), 10, "", CancellationToken.None));
    }

    private static object[] Both(MerchantState state)
    {
        var terminal = state == MerchantState.Active ? TerminalState.Active : TerminalState.Suspended;
        return [Make.Identity("ID-1"), Make.Merchant(1, "ID-1", state), Make.Merchant(2, "ID-1", state), Make.Terminal(1, 1, terminal), Make.Terminal(2, 2, terminal)];
    }

    private static Task<WriteResult> WriteBothAsync(ISystemOfRecord store, MerchantState state) => store.PutAsync("test", Both(state));

    /// <summary>Reads two bindings in every way in which they can be read in one call; they must be of one state.</summary>
    private static async Task<MerchantState> ReadBothAsync(ISystemOfRecord store)
    {
        var pairs = await store.ReadPairsAsync([Make.Pair(1, 1), Make.Pair(2, 2)], CancellationToken.None);
        AssertOne(pairs.Select(pair => (pair.Merchant.Record!.Value.State, pair.Terminal.Record!.Value.State)), pairs.Select(pair => pair.Terminal.Revision), pairs[0].Merchant.Head);
        var found = await store.FindAsync([BySn(1), ByNumbers(2, 2)], CancellationToken.None);
        AssertOne(found.Bindings.Select(StatesOf), found.Bindings.Select(binding => binding!.Revision), found.Head);
        var page = await store.ListAsync(new BindingFilter(Make.Acquirer()), 10, "", CancellationToken.None);
        AssertOne(page.Bindings.Select(StatesOf), page.Bindings.Select(binding => binding.Revision), page.Head);
        var feed = await store.ReadFeedAsync(page.Head - 4, 100);
        Assert.Equal(feed.Head, feed.Entries[^1].Revision);
        Assert.Equal(0, feed.Head % 4);
        return pairs[0].Merchant.Record!.Value.State;

        static (MerchantState, TerminalState) StatesOf(BindingView? binding) => (binding!.Merchant!.Value.State, binding.Terminal.State);

        // Each write makes four revisions, the terminals' last.
        static void AssertOne(IEnumerable<(MerchantState Merchant, TerminalState Terminal)> states, IEnumerable<long> revisions, long head)
        {
            var (merchant, terminal) = Assert.Single(states.Distinct());
            Assert.Equal(merchant == MerchantState.Active, terminal == TerminalState.Active);
            Assert.Equal([head - 1, head], revisions);
        }
    }
}
