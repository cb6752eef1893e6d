using System.Collections.Concurrent;
using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Records;
using VerifyGateway.Storage.Rows;
using VerifyGateway.Storage.Writing;
using VerifyGateway.TestKit;

namespace VerifyGateway.Storage.Tests.Contract;

/// <summary>The change feed: its order, its readers, and what is in an entry.</summary>
public abstract class FeedContract(StoreFixture on) : StoreContract(on)
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Revisions_have_no_holes_and_become_visible_in_order_under_writers_of_two_stores_that_abort_and_are_refused()
    {
        const int Writers = 4;
        const int Turns = 40;
        var first = await On.OpenAsync();
        var second = await On.OpenSecondAsync();
        await Make.BasicsAsync(first);
        var committed = new ConcurrentBag<CommandResult>();
        var writers = Enumerable.Range(1, Writers).Select(writer => Task.Run(() => WriteTurnsAsync(writer % 2 == 0 ? first : second, writer, Turns, committed))).ToArray();

        // Followers of both stores see every step: nothing may ever appear below what they have already seen.
        var followers = new[] { first, second }.Select(store => Task.Run(async () =>
        {
            var followed = new List<FeedEntry>();
            while (!Array.TrueForAll(writers, writer => writer.IsCompleted) || followed.Count < await store.ReadHeadAsync())
            {
                var page = await store.ReadFeedAsync(followed.Count, 7);
                followed.AddRange(page.Entries);
                Assert.True(page.Head >= followed.Count);
            }

            return followed;
        })).ToArray();

        await Task.WhenAll(writers);
        var whole = await second.ReadFeedAsync(0, 10_000);
        Assert.Equal(Writers * Turns / 2, committed.Count);
        Assert.Equal(2 + (committed.Count * 2), whole.Head);
        Assert.Equal(Enumerable.Range(1, (int)whole.Head).Select(n => (long)n), whole.Entries.Select(entry => entry.Revision));
        foreach (var followed in await Task.WhenAll(followers))
        {
            Assert.Equal(whole.Entries.Select(entry => (entry.Revision, entry.Key)), followed.Select(entry => (entry.Revision, entry.Key)));
        }

        // Every write was told its own stretch.
        Assert.Equal(
            Enumerable.Range(3, (int)whole.Head - 2).Select(n => (long)n),
            committed.SelectMany(done => Enumerable.Range(0, done.ChangedRecords).Select(n => done.Revision - n)).Order());
    }

    [Fact]
    public async Task An_entry_carries_key_time_and_the_whole_record()
    {
        var store = await On.OpenAsync(new SetTime(1_900_000_000_000));
        await Make.BasicsAsync(store);
        var page = await store.ReadFeedAsync(1, 10);

        var entry = Assert.Single(page.Entries);
        Assert.Equal((2, 1_900_000_000_000, FeedEntity.Terminal, Make.Acquirer(), Make.Sn(1).ToString(), 2),
            (entry.Revision, entry.CommittedAtUnixMs, entry.Entity, entry.Acquirer, entry.Key, page.Head));
        var record = (await Make.ReadAsync(store, 1, 1)).Terminal.Record!;
        Assert.Equal(record, Feed.Newest(page.Entries).Terminals[entry.Key]);
        Assert.Equal(RecordCodec.Pack(record!.Value), entry.Packed.ToArray());
    }

    [Fact]
    public async Task Times_of_entries_never_go_back_also_when_the_clock_does_and_another_store_is_ahead()
    {
        var (early, late) = (new SetTime(1_000_000), new SetTime(2_000_000));
        var first = await On.OpenAsync(early);
        var second = await On.OpenSecondAsync(late);
        await Make.BasicsAsync(first);
        await second.PutAsync("test", [Make.Merchant(1, "ID-1", MerchantState.WindDown)]);
        await first.PutAsync("test", [Make.Merchant(1, "ID-1", MerchantState.Active)]);
        Assert.Equal([1_000_000, 1_000_000, 2_000_000, 2_000_000], (await first.ReadFeedAsync(0, 10)).Entries.Select(entry => entry.CommittedAtUnixMs));
    }

    [Fact]
    public async Task Pages_of_any_size_give_the_same_feed_with_its_head()
    {
        var store = await On.OpenAsync();
        for (var n = 1; n <= 12; n++)
        {
            await store.PutAsync("test", [Make.Identity("ID-1"), Make.Merchant(n, "ID-1")]);
        }

        for (var size = 1; size <= 14; size++)
        {
            var read = new List<FeedEntry>();
            while (read.Count < 12)
            {
                var page = await store.ReadFeedAsync(read.Count, size);
                Assert.Equal((Math.Min(size, 12 - read.Count), 12), (page.Entries.Count, page.Head));
                read.AddRange(page.Entries);
            }

            Assert.Equal(Enumerable.Range(1, 12).Select(n => (n, No(n).ToString())), read.Select(entry => ((int)entry.Revision, entry.Key)));
            Assert.Empty((await store.ReadFeedAsync(12, size)).Entries);
        }

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await store.ReadFeedAsync(-1, 1));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await store.ReadFeedAsync(0, 0));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await store.ReadFeedAsync(0, StoreLimits.MaxFeedEntries + 1));
    }

    [Fact]
    public async Task A_write_that_changes_no_record_takes_no_revision()
    {
        var store = await On.OpenAsync();
        await Make.BasicsAsync(store);
        Assert.Equal(new WriteResult(0, 2), await Make.BasicsAsync(store));
        Assert.Equal(new WriteResult(0, 2), await store.WriteAsync(_ => { }));
        // Whose real name it is stands in no record: the row changes, the record does not.
        var write = await store.WriteAsync(batch => batch.UpsertIdentity(Make.Identity("ID-1") with { Subject = SubjectKind.Person }));
        Assert.Equal(new WriteResult(0, 2), write);
        // There and back within one transaction.
        write = await store.WriteAsync(batch =>
        {
            batch.UpsertMerchant(Make.Merchant(1, "ID-1", MerchantState.WindDown));
            batch.UpsertMerchant(Make.Merchant(1, "ID-1"));
        });
        Assert.Equal(new WriteResult(0, 2), write);
        Assert.Equal(2, (await store.ReadFeedAsync(0, 10)).Entries.Count);
    }

    [Fact]
    public async Task A_change_of_an_identity_or_of_a_hold_on_it_changes_the_records_of_its_merchants_and_no_other()
    {
        var store = await On.OpenAsync();
        await store.PutAsync("test",
        [
            Make.Identity("ID-1"), Make.Identity("ID-2"), Make.Identity("ID-1", acquirer: Make.Acquirer2),
            Make.Merchant(1, "ID-1"), Make.Merchant(2, "ID-1"), Make.Merchant(3, "ID-2"), Make.Merchant(4, "ID-1", acquirer: Make.Acquirer2), Make.Terminal(1, 1),
        ]);

        var revoked = await store.PutAsync("test", [Make.Identity("ID-1", IdentityState.Revoked)]);
        var held = await store.PutAsync("test", [Make.Hold("H-1", HoldSubject.Identity(Make.Id("ID-1")))]);
        var page = await store.ReadFeedAsync(5, 100);

        Assert.Equal((2, 2), (revoked.ChangedRecords, held.ChangedRecords));
        Assert.Equal([No(1).ToString(), No(2).ToString(), No(1).ToString(), No(2).ToString()], page.Entries.Select(entry => entry.Key));
        Assert.All(page.Entries, entry => Assert.Equal(Make.Acquirer(), entry.Acquirer));
        var merchant = (await Make.ReadAsync(store, 1, 2)).Merchant;
        Assert.Equal((IdentityState.Revoked, 1, 9), (merchant.Record!.Value.Identity, merchant.Record!.Value.Holds.Length, merchant.Revision));
    }

    [Fact]
    public async Task A_merchant_that_changes_hands_takes_the_state_and_holds_of_its_new_identity_and_follows_it_alone()
    {
        var store = await On.OpenAsync();
        await Make.BasicsAsync(store);
        await store.PutAsync("test", [Make.Identity("ID-2", IdentityState.Pending), Make.Hold("H-1", HoldSubject.Identity(Make.Id("ID-2")), HoldKind.Judicial)]);
        await store.PutAsync("test", [Make.Merchant(1, "ID-2")]);

        var record = (await Make.ReadAsync(store, 1, 1)).Merchant.Record!;
        Assert.Equal((IdentityState.Pending, HoldKind.Judicial), (record!.Value.Identity, Assert.Single(record!.Value.Holds).Kind));
        Assert.Equal(0, (await store.PutAsync("test", [Make.Identity("ID-1", IdentityState.Revoked)])).ChangedRecords);
        Assert.Equal(1, (await store.PutAsync("test", [Make.Identity("ID-2", IdentityState.Lapsed)])).ChangedRecords);
    }

    [Fact]
    public async Task Of_too_many_holds_the_longest_ended_leave_the_record_and_a_standing_one_never_does()
    {
        var store = await On.OpenAsync(new SetTime(1_000_000));
        await Make.BasicsAsync(store);
        var on = HoldSubject.Merchant(No(1));
        await store.PutAsync("test", [.. Enumerable.Range(0, RecordCodec.MaxHolds).Select(n => Make.Hold($"H-{n}", on, from: 1, until: n < 2 ? 500 + n : 2_000_000))]);

        await store.PutAsync("test", [Make.Hold("NEW-1", on, HoldKind.Judicial)]);
        await store.PutAsync("test", [Make.Hold("NEW-2", on, HoldKind.Judicial)]);
        var holds = (await Make.ReadAsync(store, 1, 1)).Merchant.Record!.Value.Holds;
        Assert.Equal((RecordCodec.MaxHolds, 2, 0), (holds.Length, holds.Count(hold => hold.Kind == HoldKind.Judicial), holds.Count(hold => hold.UntilUnixMs is 500 or 501)));

        Assert.Equal("STORE_HOLD_COUNT", await RuleAsync(store, Make.Hold("NEW-3", on, HoldKind.Judicial)));
        Assert.Equal(0, await On.NumberAsync("SELECT count(*) FROM hold WHERE hold_id = 'NEW-3'"));
    }

    [Fact]
    public async Task A_feed_with_a_hole_is_not_read_over()
    {
        var store = await On.OpenAsync();
        await Make.BasicsAsync(store);
        await store.PutAsync("test", [Make.Merchant(2, "ID-1")]);
        await On.ExecuteAsync("DELETE FROM feed WHERE revision = 2");
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await store.ReadFeedAsync(0, 10));
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await store.ReadFeedAsync(1, 10));
        Assert.Single((await store.ReadFeedAsync(2, 10)).Entries);
        await On.ExecuteAsync("DELETE FROM feed WHERE revision = 3");
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await store.ReadFeedAsync(2, 10));
    }

    [Fact]
    public async Task Asking_from_beyond_the_head_is_an_error_that_says_where_the_head_is()
    {
        var store = await On.OpenAsync();
        await Make.BasicsAsync(store);
        Assert.Empty((await store.ReadFeedAsync(2, 10)).Entries);
        var refused = await Assert.ThrowsAsync<OutOfRetentionException>(async () => await store.ReadFeedAsync(3, 10));
        Assert.True(refused.IsFuture);
        Assert.Contains("ends at revision 2", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reading_below_the_floor_is_an_error_that_says_what_is_still_kept()
    {
        var store = await On.OpenAsync();
        await Make.BasicsAsync(store);
        await store.PutAsync("test", [Make.Merchant(2, "ID-1"), Make.Merchant(3, "ID-1")]);
        await On.ExecuteAsync("UPDATE feed_head SET floor = 2");
        await On.ExecuteAsync("DELETE FROM feed WHERE revision <= 2");

        Assert.Equal([3L, 4L], (await store.ReadFeedAsync(2, 10)).Entries.Select(entry => entry.Revision));
        foreach (var after in new[] { 0L, 1L })
        {
            var gone = await Assert.ThrowsAsync<OutOfRetentionException>(async () => await store.ReadFeedAsync(after, 10));
            Assert.False(gone.IsFuture);
            Assert.Contains("up to revision 2", gone.Message, StringComparison.Ordinal);
        }

        // The store itself goes on.
        Assert.Equal(5, (await store.PutAsync("test", [Make.Merchant(4, "ID-1")])).Head);
    }

    [Fact]
    public async Task Waiting_ends_with_a_write_of_the_same_store_and_with_the_time_when_there_is_none()
    {
        var store = await On.OpenAsync();
        await Make.BasicsAsync(store);
        Assert.True(await store.WaitForFeedAsync(1, Long));
        // A signal may come without need, as when a store begins to listen.
        await Wait.UntilAsync(async () => !await store.WaitForFeedAsync(2, TimeSpan.FromMilliseconds(1)), "the wait to end with the time");

        var waiting = store.WaitForFeedAsync(2, Long).AsTask();
        await store.PutAsync("test", [Make.Merchant(2, "ID-1")]);
        Assert.True(await waiting);

        using var cancel = new CancellationTokenSource();
        var cancelled = store.WaitForFeedAsync(3, Long, cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
    }

    [Fact]
    public async Task A_follower_that_only_polls_sees_what_another_store_writes()
    {
        var follower = await On.OpenAsync();
        var writer = await On.OpenSecondAsync();
        for (var n = 1; n <= 5; n++)
        {
            await writer.PutAsync("test", [Make.Identity("ID-1"), Make.Merchant(n, "ID-1")]);
            Assert.Equal(No(n).ToString(), Assert.Single((await follower.ReadFeedAsync(n - 1, 10)).Entries).Key);
            Assert.Equal(n, await follower.ReadHeadAsync());
        }
    }

    /// <summary>Turns of four kinds, two of which write.</summary>
    private static async Task WriteTurnsAsync(ISystemOfRecord store, int writer, int turns, ConcurrentBag<CommandResult> committed)
    {
        for (var turn = 0; turn < turns; turn++)
        {
            var (n, kind) = ((writer * 1000) + turn, turn % 4);
            object[] rows = [Make.Merchant(n, kind == 2 ? "ID-9" : "ID-1"), Make.Terminal(n, n)];
            try
            {
                committed.Add(await store.WriteAsync(new StoreCommand(CommandOrigin.Own("tester", "test"), Wanted.For(rows), unit =>
                {
                    unit.Put(rows[0]);
                    unit.Put(rows[1]);
                    if (kind == 1)
                    {
                        throw new TimeoutException();
                    }
                })));
            }
            catch (TimeoutException) when (kind == 1)
            {
                // The writer's own: its work is rolled back.
            }
            catch (WriteRefusedException) when (kind == 2)
            {
                // There is no such identity.
            }
        }
    }
}
