using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Records;
using VerifyGateway.Storage.Rows;

namespace VerifyGateway.Storage.Tests.Contract;

/// <summary>Reads of what stood at a revision or an instant of the past.</summary>
public abstract class PastContract(StoreFixture on) : StoreContract(on)
{
    [Fact]
    public async Task Who_was_bound_to_a_device_on_a_date_is_found_exactly_at_the_boundaries_with_the_masks_of_that_time()
    {
        var time = new SetTime(1_000);
        var store = await On.OpenAsync(time);
        await store.PutAsync("test", [Make.Identity("ID-1"), Make.Identity("ID-2") with { HolderMask = Make.Mask("220202********0002") }, Make.Merchant(1, "ID-1"), Make.Merchant(2, "ID-2"), Make.Terminal(1, 1)]);
        time.UnixMs = 2_000;
        // Sold: the device belongs to another merchant from here on (revision 4).
        await store.PutAsync("test", [Make.Terminal(1, 2)]);
        time.UnixMs = 3_000;
        // The holder's document is replaced: only a mask changes (revision 5).
        await store.PutAsync("test", [Make.Identity("ID-2") with { HolderMask = Make.Mask("330303********0003") }]);
        time.UnixMs = 4_000;

        (AsOf At, string? Mask, long Revision)[] expected =
        [
            (AsOf.AtRevision(0), null, 0), (AsOf.AtRevision(1), null, 0), (AsOf.AtRevision(2), null, 0),
            (AsOf.AtRevision(3), "000000********0001", 3), (AsOf.AtRevision(4), "220202********0002", 4), (AsOf.AtRevision(5), "330303********0003", 5),
            (AsOf.AtInstant(0), null, 0), (AsOf.AtInstant(999), null, 0), (AsOf.AtInstant(1_000), "000000********0001", 3), (AsOf.AtInstant(1_999), "000000********0001", 3),
            (AsOf.AtInstant(2_000), "220202********0002", 4), (AsOf.AtInstant(2_999), "220202********0002", 4), (AsOf.AtInstant(3_000), "330303********0003", 5), (AsOf.AtInstant(4_000), "330303********0003", 5),
        ];
        foreach (var (at, mask, revision) in expected)
        {
            var found = await store.FindAsOfAsync([BySn(1)], at, CancellationToken.None);
            Assert.Equal((at, mask, revision, 5), (at, found.Bindings[0]?.HolderMask, found.Bindings[0]?.Revision ?? 0, found.Head));
        }

        // By numbers: those of then, not of now.
        var numbers = await store.FindAsOfAsync([ByNumbers(1, 1), ByNumbers(1, 2)], AsOf.AtRevision(3), CancellationToken.None);
        Assert.Equal([Make.Sn(1), null], numbers.Bindings.Select(binding => binding?.Terminal.Key.Sn));
        numbers = await store.FindAsOfAsync([ByNumbers(1, 1), ByNumbers(1, 2)], AsOf.AtInstant(2_000), CancellationToken.None);
        Assert.Equal([null, Make.Sn(1)], numbers.Bindings.Select(binding => binding?.Terminal.Key.Sn));
    }

    [Fact]
    public async Task Of_several_changes_within_a_millisecond_the_last_is_what_stood_at_its_end_and_each_revision_is_kept()
    {
        var time = new SetTime(1_000);
        var store = await On.OpenAsync(time);
        await Make.BasicsAsync(store);
        foreach (var state in new[] { MerchantState.WindDown, MerchantState.Proposed, MerchantState.Deregistered })
        {
            await store.PutAsync("test", [Make.Merchant(1, "ID-1", state)]);
        }

        Assert.Equal(MerchantState.Deregistered, await StateAsync(store, AsOf.AtInstant(1_000)));
        Assert.Equal([MerchantState.Active, MerchantState.WindDown, MerchantState.Proposed, MerchantState.Deregistered],
            [await StateAsync(store, AsOf.AtRevision(2)), await StateAsync(store, AsOf.AtRevision(3)), await StateAsync(store, AsOf.AtRevision(4)), await StateAsync(store, AsOf.AtRevision(5))]);
        Assert.Null((await store.FindAsOfAsync([BySn(1)], AsOf.AtInstant(999), CancellationToken.None)).Bindings[0]);
    }

    [Fact]
    public async Task By_numbers_the_terminal_that_was_in_service_is_found_and_of_those_that_were_gone_the_newest()
    {
        var store = await On.OpenAsync();
        await Make.BasicsAsync(store);                                                                             // 2: device 1 in service as number 1
        await store.PutAsync("test", [Make.Terminal(2, 1, TerminalState.Rejected, number: 1)]);                    // 3
        await store.PutAsync("test", [Make.Terminal(1, 1, TerminalState.Retired)]);                                // 4
        await store.PutAsync("test", [Make.Terminal(3, 1, TerminalState.Retired, number: 1)]);                     // 5
        await store.PutAsync("test", [Make.Terminal(2, 1, number: 1)]);                                            // 6
        await store.PutAsync("test", [Make.Terminal(2, 1, number: 7)]);                                            // 7: moved on
        var seen = new List<string?>();
        for (var revision = 1; revision <= 7; revision++)
        {
            seen.Add((await store.FindAsOfAsync([ByNumbers(1, 1)], AsOf.AtRevision(revision), CancellationToken.None)).Bindings[0]?.Terminal.Key.Sn.ToString()[^1..]);
        }

        Assert.Equal([null, "1", "1", "1", "3", "2", "3"], seen);
    }

    [Fact]
    public async Task What_is_no_longer_kept_and_what_lies_in_the_future_are_errors_that_say_so()
    {
        var time = new SetTime(1_000);
        var store = await On.OpenAsync(time);
        await Make.BasicsAsync(store);
        time.UnixMs = 2_000;
        await store.PutAsync("test", [Make.Merchant(1, "ID-1", MerchantState.WindDown)]);
        time.UnixMs = 3_000;
        await store.PutAsync("test", [Make.Merchant(1, "ID-1", MerchantState.Active)]);
        foreach (var future in new[] { AsOf.AtRevision(5), AsOf.AtInstant(3_001), AsOf.AtRevision(long.MaxValue), AsOf.AtInstant(long.MaxValue) })
        {
            Assert.True((await Assert.ThrowsAsync<OutOfRetentionException>(() => StateAsync(store, future))).IsFuture);
        }

        // As the retention job leaves it: versions that ended at revision 3, in millisecond 2,000, are gone.
        await On.ExecuteAsync("UPDATE feed_head SET history_floor = 3, history_floor_unix_ms = 2000");
        await On.ExecuteAsync("DELETE FROM record_history WHERE until_revision <= 3");
        Assert.Equal([MerchantState.WindDown, MerchantState.WindDown], [await StateAsync(store, AsOf.AtRevision(3)), await StateAsync(store, AsOf.AtInstant(2_000))]);
        foreach (var past in new[] { AsOf.AtRevision(2), AsOf.AtRevision(0), AsOf.AtRevision(-1), AsOf.AtInstant(1_999), AsOf.AtInstant(0), AsOf.AtInstant(-1) })
        {
            Assert.False((await Assert.ThrowsAsync<OutOfRetentionException>(() => StateAsync(store, past))).IsFuture);
        }
    }

    [Fact]
    public async Task After_random_writes_every_revision_and_instant_is_found_as_it_was_recorded_then()
    {
        var random = Seeded();
        var time = new SetTime(1_000_000);
        var store = await On.OpenAsync(time);
        BindingLookup[] lookups = [.. Enumerable.Range(1, 6).Select(n => BySn(n)), .. from terminal in Enumerable.Range(1, 3) from merchant in Enumerable.Range(1, 3) select ByNumbers(terminal, merchant), BySn(1, Make.Acquirer2)];
        await store.PutAsync("test", [.. new[] { "ID-1", "ID-2" }.Select(id => Make.Identity(id)), .. Enumerable.Range(1, 3).Select(n => Make.Merchant(n, "ID-1"))]);
        var recorded = new List<(long Revision, long AtUnixMs, IReadOnlyList<BindingView?> Bindings)>();
        for (var turn = 0; turn < 120; turn++)
        {
            time.UnixMs += random.Next(0, 3);
            try
            {
                await store.PutAsync("test", [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => RandomRow(random, turn))]);
            }
            catch (WriteRefusedException)
            {
                // Another terminal has the numbers.
            }

            var now = await store.FindAsync(lookups, CancellationToken.None);
            recorded.Add((now.Head, time.UnixMs, now.Bindings));
        }

        foreach (var (revision, _, bindings) in recorded.DistinctBy(moment => moment.Revision))
        {
            Assert.Equal(bindings, (await store.FindAsOfAsync(lookups, AsOf.AtRevision(revision), CancellationToken.None)).Bindings);
        }

        foreach (var moment in recorded.GroupBy(moment => moment.AtUnixMs).Select(group => group.Last()))
        {
            Assert.Equal(moment.Bindings, (await store.FindAsOfAsync(lookups, AsOf.AtInstant(moment.AtUnixMs), CancellationToken.None)).Bindings);
        }

        await AssertFeedAgreesAsync(store, lookups[..6]);
    }

    /// <summary>Between the writes too, in the middle of one: what the feed has said up to a revision is what is found as of it.</summary>
    private static async Task AssertFeedAgreesAsync(ISystemOfRecord store, BindingLookup[] lookups)
    {
        var feed = await store.ReadFeedAsync(0, 10_000);
        for (var revision = 0; revision <= feed.Head; revision++)
        {
            var (terminals, merchants) = Feed.Newest(feed.Entries.Take(revision));
            var found = await store.FindAsOfAsync(lookups, AsOf.AtRevision(revision), CancellationToken.None);
            for (var i = 0; i < lookups.Length; i++)
            {
                var terminal = terminals.GetValueOrDefault(lookups[i].Sn!.Value.ToString());
                Assert.Equal(terminal, found.Bindings[i]?.Terminal);
                Assert.Equal(terminal is { } known ? merchants.GetValueOrDefault(known.MerchantNo.ToString()) : null, found.Bindings[i]?.Merchant);
            }
        }
    }

    private static object RandomRow(Random random, int turn) => random.Next(5) switch
    {
        0 => Make.Identity($"ID-{random.Next(1, 3)}", (IdentityState)random.Next(1, 6)) with { HolderMask = Make.Mask($"110101********{random.Next(3):D4}") },
        1 => Make.Merchant(random.Next(1, 4), $"ID-{random.Next(1, 3)}", (MerchantState)random.Next(1, 5)) with { SettlementCardMask = Make.Mask($"622202******{random.Next(2):D4}") },
        2 => Make.Hold($"H-{turn}", HoldSubject.Merchant(No(random.Next(1, 4)))),
        _ => Make.Terminal(random.Next(1, 7), random.Next(1, 4), (TerminalState)random.Next(1, 11), number: random.Next(1, 4)),
    };

    private static async Task<MerchantState> StateAsync(ISystemOfRecord store, AsOf at) =>
        (await store.FindAsOfAsync([BySn(1)], at, CancellationToken.None)).Bindings[0]!.Merchant!.Value.State;
}
