using System.Collections.Concurrent;
using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Records;
using VerifyGateway.Storage.Rows;
using VerifyGateway.TestKit;

namespace VerifyGateway.Storage.Tests;

public sealed class FeedTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string Path => _folder.File("vg.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Revisions_have_no_holes_and_become_visible_in_order_under_writers_that_abort()
    {
        const int Writers = 4;
        const int Turns = 60;
        await using var store = Make.Store(Path);
        await Make.BasicsAsync(store);
        var committed = new ConcurrentBag<WriteResult>();
        var writers = Enumerable.Range(1, Writers).Select(writer => Task.Run(async () =>
        {
            for (var turn = 0; turn < Turns; turn++)
            {
                var (n, isAbort) = (turn, turn % 3 == 1);
                try
                {
                    committed.Add(await store.WriteAsync(batch =>
                    {
                        batch.UpsertMerchant(Make.Merchant((writer * 1000) + n, "ID-1"));
                        batch.UpsertTerminal(Make.Terminal((writer * 1000) + n, (writer * 1000) + n));
                        if (isAbort)
                        {
                            throw new TimeoutException();
                        }
                    }));
                }
                catch (TimeoutException) when (isAbort)
                {
                    // The writer's own: its work is rolled back.
                }
            }
        })).ToArray();

        // A follower sees every step: nothing may ever appear below what it has already seen.
        var followed = new List<FeedEntry>();
        while (!Array.TrueForAll(writers, writer => writer.IsCompleted) || followed.Count < await store.ReadHeadAsync())
        {
            var page = await store.ReadFeedAsync(followed.Count, 7);
            followed.AddRange(page.Entries);
            Assert.True(page.Head >= followed.Count);
        }

        await Task.WhenAll(writers);
        var whole = await store.ReadFeedAsync(0, 10_000);
        Assert.Equal(2 + (Writers * Turns * 2 / 3 * 2), whole.Head);
        Assert.Equal(Enumerable.Range(1, (int)whole.Head).Select(n => (long)n), whole.Entries.Select(entry => entry.Revision));
        Assert.Equal(whole.Entries.Select(entry => entry.Key), followed.Select(entry => entry.Key));
        Assert.Equal(whole.Head - 2, committed.Sum(write => write.ChangedRecords));
        Assert.Equal(committed.Count, committed.Select(write => write.Head).Distinct().Count());
    }

    [Fact]
    public void Control_numbers_that_are_reserved_before_the_write_leave_holes_and_appear_out_of_order()
    {
        // SQLite's own AUTOINCREMENT is rolled back with its transaction; what a sequence of other databases does is to take
        // the number before the transaction, as here.
        var path = _folder.File("naive.db");
        using var first = RawFile.Open(path);
        RawFile.Execute(first, "PRAGMA journal_mode = WAL; CREATE TABLE seq (n INTEGER); INSERT INTO seq VALUES (0); CREATE TABLE feed (n INTEGER)");
        using var second = RawFile.Open(path);

        var slow = Reserve(path);
        var quick = Reserve(path);
        RawFile.Execute(second, $"INSERT INTO feed VALUES ({quick})");
        Assert.Equal([quick], Numbers(path));
        RawFile.Execute(first, $"INSERT INTO feed VALUES ({slow})");
        Assert.Equal([slow, quick], Numbers(path));

        var aborted = Reserve(path);
        RawFile.Execute(first, $"BEGIN; INSERT INTO feed VALUES ({aborted}); ROLLBACK");
        RawFile.Execute(first, $"INSERT INTO feed VALUES ({Reserve(path)})");
        Assert.Equal([1, 2, 4], Numbers(path));

        static long Reserve(string path) => RawFile.Number(path, "UPDATE seq SET n = n + 1 RETURNING n");

        static List<long> Numbers(string path)
        {
            using var connection = RawFile.Open(path);
            using var command = connection.CreateCommand();
            command.CommandText = "SELECT n FROM feed ORDER BY n";
            using var row = command.ExecuteReader();
            var numbers = new List<long>();
            while (row.Read())
            {
                numbers.Add(row.GetInt64(0));
            }

            return numbers;
        }
    }

    [Fact]
    public async Task An_entry_carries_key_time_and_the_whole_record()
    {
        await using var store = Make.Store(Path, new SetTime(1_900_000_000_000));
        await Make.BasicsAsync(store);
        var page = await store.ReadFeedAsync(1, 10);

        var entry = Assert.Single(page.Entries);
        Assert.Equal((2, 1_900_000_000_000, FeedEntity.Terminal, Make.Acquirer(), Make.Sn(1).ToString(), 2),
            (entry.Revision, entry.CommittedAtUnixMs, entry.Entity, entry.Acquirer, entry.Key, page.Head));
        Assert.Equal((await Make.ReadAsync(store, 1, 1)).Terminal.Record, Feed.Newest(page.Entries).Terminals[entry.Key]);
    }

    [Fact]
    public async Task A_write_that_changes_no_record_takes_no_revision()
    {
        await using var store = Make.Store(Path);
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
    }

    [Fact]
    public async Task A_change_of_an_identity_or_of_a_hold_on_it_changes_the_records_of_its_merchants_and_no_other()
    {
        await using var store = Make.Store(Path);
        await store.WriteAsync(batch =>
        {
            batch.UpsertIdentity(Make.Identity("ID-1"));
            batch.UpsertIdentity(Make.Identity("ID-2"));
            batch.UpsertIdentity(Make.Identity("ID-1", acquirer: Make.Acquirer2));
            batch.UpsertMerchant(Make.Merchant(1, "ID-1"));
            batch.UpsertMerchant(Make.Merchant(2, "ID-1"));
            batch.UpsertMerchant(Make.Merchant(3, "ID-2"));
            batch.UpsertMerchant(Make.Merchant(4, "ID-1", acquirer: Make.Acquirer2));
            batch.UpsertTerminal(Make.Terminal(1, 1));
        });

        var revoked = await store.WriteAsync(batch => batch.UpsertIdentity(Make.Identity("ID-1", IdentityState.Revoked)));
        var held = await store.WriteAsync(batch => batch.PlaceHold(Make.Hold("H-1", HoldSubject.Identity(Make.Id("ID-1")))));
        var page = await store.ReadFeedAsync(5, 100);

        Assert.Equal((2, 2), (revoked.ChangedRecords, held.ChangedRecords));
        Assert.Equal([Make.MerchantNo(1), Make.MerchantNo(2), Make.MerchantNo(1), Make.MerchantNo(2)], page.Entries.Select(entry => Key(entry.Key)));
        Assert.All(page.Entries, entry => Assert.Equal(Make.Acquirer(), entry.Acquirer));
        var merchant = (await Make.ReadAsync(store, 1, 2)).Merchant;
        Assert.Equal((IdentityState.Revoked, 1, 9), (merchant.Record!.Identity, merchant.Record.Holds.Length, merchant.Revision));

        static Domain.Identifiers.MerchantNo Key(string text) => Domain.Identifiers.MerchantNo.TryParse(text, out var no, out _) ? no : default;
    }

    [Fact]
    public async Task A_merchant_that_changes_hands_takes_the_state_and_holds_of_its_new_identity()
    {
        await using var store = Make.Store(Path);
        await Make.BasicsAsync(store);
        await store.WriteAsync(batch =>
        {
            batch.UpsertIdentity(Make.Identity("ID-2", IdentityState.Pending));
            batch.PlaceHold(Make.Hold("H-1", HoldSubject.Identity(Make.Id("ID-2")), HoldKind.Judicial));
        });
        await store.WriteAsync(batch => batch.UpsertMerchant(Make.Merchant(1, "ID-2")));

        var record = (await Make.ReadAsync(store, 1, 1)).Merchant.Record!;
        Assert.Equal((IdentityState.Pending, HoldKind.Judicial), (record.Identity, Assert.Single(record.Holds).Kind));
    }

    [Fact]
    public async Task Of_too_many_holds_the_longest_ended_leave_the_record_and_a_standing_one_never_does()
    {
        await using var store = Make.Store(Path, new SetTime(1_000_000));
        await Make.BasicsAsync(store);
        var on = HoldSubject.Merchant(Make.MerchantNo(1));
        await store.WriteAsync(batch =>
        {
            for (var n = 0; n < RecordCodec.MaxHolds; n++)
            {
                batch.PlaceHold(Make.Hold($"H-{n}", on, from: 1, until: n < 2 ? 500 + n : 2_000_000));
            }
        });

        await store.WriteAsync(batch => batch.PlaceHold(Make.Hold("NEW-1", on, HoldKind.Judicial)));
        await store.WriteAsync(batch => batch.PlaceHold(Make.Hold("NEW-2", on, HoldKind.Judicial)));
        var holds = (await Make.ReadAsync(store, 1, 1)).Merchant.Record!.Holds;
        Assert.Equal((RecordCodec.MaxHolds, 2, 0), (holds.Length, holds.Count(hold => hold.Kind == HoldKind.Judicial), holds.Count(hold => hold.UntilUnixMs is 500 or 501)));

        var refused = await Assert.ThrowsAsync<WriteRefusedException>(async () => await store.WriteAsync(batch => batch.PlaceHold(Make.Hold("NEW-3", on, HoldKind.Judicial))));
        Assert.Equal("STORE_HOLD_COUNT", refused.Rule);
        Assert.Equal(0, RawFile.Number(Path, "SELECT count(*) FROM hold WHERE hold_id = 'NEW-3'"));
    }

    [Fact]
    public async Task A_feed_with_a_hole_is_not_read_over()
    {
        await using var store = Make.Store(Path);
        await Make.BasicsAsync(store);
        RawFile.Execute(Path, "DELETE FROM feed WHERE revision = 1");
        await Assert.ThrowsAsync<Caching.Store.StoreUnavailableException>(async () => await store.ReadFeedAsync(0, 10));
    }

    [Fact]
    public async Task Asking_from_beyond_the_head_is_an_error_that_says_where_the_head_is()
    {
        await using var store = Make.Store(Path);
        await Make.BasicsAsync(store);
        Assert.Empty((await store.ReadFeedAsync(2, 10)).Entries);
        var refused = await Assert.ThrowsAsync<OutOfRetentionException>(async () => await store.ReadFeedAsync(3, 10));
        Assert.True(refused.IsFuture);
        Assert.Contains("ends at revision 2", refused.Message, StringComparison.Ordinal);
    }
}
