using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Domain.Records;
using VerifyGateway.Storage.Rows;
using VerifyGateway.TestKit;

namespace VerifyGateway.Storage.Tests;

public sealed class RoundTripTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string Path => _folder.File("vg.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Written_records_are_read_back_whole_with_revision_head_and_time()
    {
        var time = new SetTime(1_900_000_000_000);
        await using var store = Make.Store(Path, time);
        var until = 4_000_000_000_000;
        var write = await store.WriteAsync(batch =>
        {
            batch.UpsertIdentity(Make.Identity("ID-1", IdentityState.ReverifyDue));
            batch.UpsertMerchant(Make.Merchant(1, "ID-1", MerchantState.WindDown));
            batch.UpsertTerminal(Make.Terminal(1, 1, TerminalState.Suspended));
            batch.PlaceHold(Make.Hold("H-1", HoldSubject.Identity(Make.Id("ID-1")), HoldKind.Judicial, 5_000, until));
            batch.PlaceHold(Make.Hold("H-2", HoldSubject.Merchant(Make.MerchantNo(1)), HoldKind.Holder));
            batch.PlaceHold(Make.Hold("H-3", HoldSubject.Terminal(Make.Sn(1)), HoldKind.Regulator));
        });

        Assert.Equal(new WriteResult(2, 2), write);
        var (terminal, merchant) = await Make.ReadAsync(store, 1, 1);
        Assert.Equal(
            new MerchantRecord(Make.MerchantKey(1), MerchantState.WindDown, IdentityState.ReverifyDue, 4_000_000_000_000, new DateOnly(2099, 12, 31),
                [new Hold(HoldKind.Judicial, HoldTarget.Identity, 5_000, until), new Hold(HoldKind.Holder, HoldTarget.Merchant, 1_000, 0)]),
            merchant.Record);
        Assert.Equal(
            new TerminalRecord(Make.TerminalKey(1), Make.TerminalNo(1), Make.MerchantNo(1), TerminalState.Suspended, 1,
                [new Hold(HoldKind.Regulator, HoldTarget.Terminal, 1_000, 0)]),
            terminal.Record);
        Assert.Equal((1, 2, 1_900_000_000_000), (merchant.Revision, merchant.Head, merchant.ReadAtUnixMs));
        Assert.Equal((2, 2, 1_900_000_000_000), (terminal.Revision, terminal.Head, terminal.ReadAtUnixMs));
    }

    [Fact]
    public async Task What_kind_of_business_a_merchant_is_and_what_a_hold_lets_pass_reach_the_record()
    {
        await using var store = Make.Store(Path);
        await Make.BasicsAsync(store);
        Assert.True(RegionCode.TryParse("310101", out var region, out _));
        Assert.True(CategoryCode.TryParse("5812", out var category, out _));
        var row = Make.Merchant(1, "ID-1") with { Kind = MerchantKind.Micro, Region = region, Category = category, AccountClass = AccountClass.Class2 };
        var risk = Make.Hold("H-1", HoldSubject.Merchant(Make.MerchantNo(1))) with { RefundsPass = true };
        await store.WriteAsync(batch =>
        {
            batch.UpsertMerchant(row);
            batch.PlaceHold(risk);
            batch.PlaceHold(Make.Hold("H-2", HoldSubject.Terminal(Make.Sn(1)), HoldKind.System));
        });

        var (terminal, merchant) = await Make.ReadAsync(store, 1, 1);
        Assert.Equal((MerchantKind.Micro, "310101", "5812", AccountClass.Class2), (merchant.Record!.Kind, merchant.Record.Region.ToString(), merchant.Record.Category.ToString(), merchant.Record.AccountClass));
        Assert.Equal([new Hold(HoldKind.Risk, HoldTarget.Merchant, 1_000, 0, RefundsPass: true)], merchant.Record.Holds);
        Assert.Equal([new Hold(HoldKind.System, HoldTarget.Terminal, 1_000, 0)], terminal.Record!.Holds);

        // Written again it changes nothing; without the word it is another hold.
        Assert.Equal(0, (await store.WriteAsync(batch => batch.PlaceHold(risk))).ChangedRecords);
        Assert.Equal(1, (await store.WriteAsync(batch => batch.PlaceHold(risk with { RefundsPass = false }))).ChangedRecords);
        Assert.False((await Make.ReadAsync(store, 1, 1)).Merchant.Record!.Holds.Single().RefundsPass);
    }

    [Fact]
    public async Task Absent_records_have_revision_0_and_the_head_and_order_is_that_of_the_keys()
    {
        await using var store = Make.Store(Path);
        await Make.BasicsAsync(store);
        var pairs = await store.ReadPairsAsync([Make.Pair(9, 1), Make.Pair(1, 9), Make.Pair(1, 1, Make.Acquirer2), Make.Pair(1, 1)], CancellationToken.None);

        Assert.Equal([false, true, false, true], pairs.Select(pair => pair.Terminal.Record is not null));
        Assert.Equal([true, false, false, true], pairs.Select(pair => pair.Merchant.Record is not null));
        Assert.Equal((0, 2), (pairs[0].Terminal.Revision, pairs[0].Terminal.Head));
        Assert.All(pairs, pair => Assert.Equal((2, 2), (pair.Terminal.Head, pair.Merchant.Head)));
    }

    [Fact]
    public async Task The_store_keeps_its_id_and_content_when_it_is_opened_again_and_leaves_no_log_behind()
    {
        string id;
        await using (var store = Make.Store(Path))
        {
            id = store.StoreId;
            await Make.BasicsAsync(store);
        }

        Assert.Equal([Path], Directory.GetFiles(_folder.Path));
        await using var again = Make.Store(Path);
        Assert.Matches("^[0-9a-f]{32}$", id);
        Assert.Equal(id, again.StoreId);
        Assert.NotNull((await Make.ReadAsync(again, 1, 1)).Terminal.Record);

        await using var other = Make.Store(_folder.File("other.db"));
        Assert.NotEqual(id, other.StoreId);
    }

    [Fact]
    public async Task Versions_count_changes_and_only_changes()
    {
        await using var store = Make.Store(Path);
        await Make.BasicsAsync(store);
        await store.WriteAsync(batch => batch.UpsertTerminal(Make.Terminal(1, 1)));
        await store.WriteAsync(batch => batch.UpsertTerminal(Make.Terminal(1, 1, TerminalState.Lost)));
        await store.WriteAsync(batch => batch.UpsertTerminal(Make.Terminal(1, 1, TerminalState.Active)));

        Assert.Equal(3, (await Make.ReadAsync(store, 1, 1)).Terminal.Record!.BindingVersion);
    }

    [Fact]
    public async Task Bindings_are_found_by_serial_number_and_by_numbers()
    {
        await using var store = Make.Store(Path);
        await Make.BasicsAsync(store);
        // Number 1 was first that of a terminal which is gone, written later and so of a higher revision.
        await store.WriteAsync(batch => batch.UpsertTerminal(Make.Terminal(2, 1, TerminalState.Retired, number: 1)));
        await store.WriteAsync(batch => batch.UpsertTerminal(Make.Terminal(3, 1, TerminalState.Replaced, number: 3)));
        await store.WriteAsync(batch => batch.UpsertTerminal(Make.Terminal(4, 1, TerminalState.Retired, number: 3)));
        var acquirer = Make.Acquirer();

        var found = await store.FindAsync(
            [
                new BindingLookup(acquirer, Make.Sn(2), default, default),
                new BindingLookup(acquirer, null, Make.TerminalNo(1), Make.MerchantNo(1)),
                new BindingLookup(acquirer, null, Make.TerminalNo(3), Make.MerchantNo(1)),
                new BindingLookup(acquirer, null, Make.TerminalNo(9), Make.MerchantNo(1)),
                new BindingLookup(Make.Acquirer(Make.Acquirer2), Make.Sn(1), default, default),
            ], CancellationToken.None);

        Assert.Equal(5, found.Head);
        Assert.Equal([Make.Sn(2), Make.Sn(1), Make.Sn(4), null, null], found.Bindings.Select(binding => binding?.Terminal.Key.Sn));
        var first = found.Bindings[1]!;
        Assert.Equal(("000000********0001", "999999******0001", 2), (first.HolderMask, first.SettlementCardMask, first.Revision));
        Assert.Equal(Make.MerchantKey(1), first.Merchant!.Key);
    }

    [Fact]
    public async Task A_binding_has_the_revision_of_the_newer_of_its_two_records()
    {
        await using var store = Make.Store(Path);
        await Make.BasicsAsync(store);
        await store.WriteAsync(batch => batch.UpsertIdentity(Make.Identity("ID-1", IdentityState.Revoked)));

        var found = await store.FindAsync([new BindingLookup(Make.Acquirer(), Make.Sn(1), default, default)], CancellationToken.None);
        Assert.Equal(3, found.Bindings[0]!.Revision);
    }

    [Fact]
    public async Task Counts_of_keys_out_of_range_are_refused()
    {
        await using var store = Make.Store(Path);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await store.ReadPairsAsync([], CancellationToken.None));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await store.ReadPairsAsync([.. Enumerable.Repeat(Make.Pair(1, 1), 1001)], CancellationToken.None));
        Assert.Equal(1000, (await store.ReadPairsAsync([.. Enumerable.Repeat(Make.Pair(1, 1), 1000)], CancellationToken.None)).Count);
    }

    [Fact]
    public async Task A_closed_store_says_that_it_is_unavailable()
    {
        var store = Make.Store(Path);
        await store.DisposeAsync();
        await store.DisposeAsync();
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await store.ReadPairsAsync([Make.Pair(1, 1)], CancellationToken.None));
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await store.WriteAsync(_ => { }));
    }
}
