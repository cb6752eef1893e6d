using VerifyGateway.Caching.Redis;
using VerifyGateway.Caching.Store;
using VerifyGateway.Caching.Tests.Support;

namespace VerifyGateway.Caching.Tests.Coherence;

/// <summary>What the metrics of feed, lease and admission say of scripted events, to the number.</summary>
public sealed class CoherenceMetricsTests
{
    private const string Lag = "verifygateway_feed_lag_seconds";
    private static readonly PairKey Key = Make.Key(1);

    [Fact]
    public async Task Feed_AChangeAppliedAfter300Ms_IsThatLagAndMovesRevisionAndInstant()
    {
        await using var rig = await StartAsync();
        await AssertFeedAsync(rig, revision: 10, entries: 0, followedAtMs: rig.Time.NowUnixMs);
        Assert.Equal(0, await rig.Page.ValueAsync(Lag + "_count"));

        rig.Store.Write(Key);
        rig.Time.AdvanceMs(300);
        await rig.FollowAsync();
        await Wait.UntilAsync(async () => await rig.Page.ValueAsync("verifygateway_feed_head_revision") == 12, "the read to be noted");

        await AssertFeedAsync(rig, revision: 12, entries: 2, followedAtMs: rig.Time.NowUnixMs);
        Assert.Equal(1, await rig.Page.ValueAsync(Lag + "_count"));
        Assert.Equal(0.3, await rig.Page.ValueAsync(Lag + "_sum"), 9);
        Assert.Equal(0, await rig.Page.ValueAsync(Lag + "_bucket{le=\"0.2\"}"));
        Assert.Equal(1, await rig.Page.ValueAsync(Lag + "_bucket{le=\"0.5\"}"));
    }

    [Fact]
    public async Task Feed_AppliedInPartOnly_TheAppliedRevisionMovesAndTheHeadDoesNot()
    {
        await using var rig = await StartAsync();
        for (var i = 0; i < 3_000; i++)
        {
            rig.Store.Write(Make.Key(i));
        }

        // The first stretch of 5,000 entries is let through, the second is held.
        var (first, second) = (NewGate(), NewGate());
        var reads = rig.Store.FeedReads;
        rig.Store.FeedGate = first;
        rig.Store.Signal();
        await Wait.UntilAsync(() => rig.Store.FeedReads == reads + 1, "the feed to be read");
        rig.Store.FeedGate = second;
        first.SetResult();
        await Wait.UntilAsync(async () => await rig.Page.ValueAsync("verifygateway_feed_applied_revision") == 5_010, "the first stretch to be applied");
        Assert.Equal(10, await rig.Page.ValueAsync("verifygateway_feed_head_revision"));

        rig.Store.FeedGate = null;
        second.SetResult();
        await Wait.UntilAsync(async () => await rig.Page.ValueAsync("verifygateway_feed_head_revision") == 6_010, "the rest to be applied");
        Assert.Equal(6_010, await rig.Page.ValueAsync("verifygateway_feed_applied_revision"));
    }

    [Fact]
    public async Task Lease_NotRenewed_RunsDownToZeroAndItsExpiryIsCountedOnce()
    {
        await using var rig = await StartAsync();
        await AssertLeaseAsync(rig, remaining: 2, expiries: 0);
        rig.Time.AdvanceMs(300);
        await AssertLeaseAsync(rig, remaining: 1.7, expiries: 0);
        rig.Time.AdvanceMs(1_699);
        await AssertLeaseAsync(rig, remaining: 0.001, expiries: 0);
        rig.Time.AdvanceMs(1);
        await AssertLeaseAsync(rig, remaining: 0, expiries: 0);
        rig.Time.AdvanceMs(5_000);
        await AssertLeaseAsync(rig, remaining: 0, expiries: 0);

        await rig.FollowAsync();
        await Wait.UntilAsync(() => rig.Follower.Lease.IsValid, "the lease to be granted again");
        await AssertLeaseAsync(rig, remaining: 2, expiries: 1);
        rig.Time.AdvanceMs(500);
        var began = rig.Time.NowUnixMs;
        await rig.FollowAsync();
        await Wait.UntilAsync(() => rig.Follower.Lease.AsOfUnixMs == began, "the lease to be renewed");
        await AssertLeaseAsync(rig, remaining: 2, expiries: 1);
    }

    [Fact]
    public async Task Lease_WallClockSetForward_HasNothingLeft()
    {
        await using var rig = await StartAsync();
        rig.Time.StepWallClock(TimeSpan.FromHours(1));
        await AssertLeaseAsync(rig, remaining: 0, expiries: 0);
    }

    [Fact]
    public async Task Refusals_OfEveryCause_AreCountedUnderItsOwnName()
    {
        // A different number of each, so that no two names can stand for each other. The window begins at 10.
        await using var rig = await StartAsync();
        rig.Store.Write(Make.Key(2));
        await rig.FollowAsync();
        await AssertRefusalsAsync(rig, belowWindow: 0, newerKnown: 0, fromBeyond: 0, forgotten: 0);

        rig.Remote.Held[Key] = new RemotePair(Make.TerminalCopy(Key.Terminal, 5, 9), null);
        await rig.FindAsync(Key);
        await AssertRefusalsAsync(rig, belowWindow: 1, newerKnown: 0, fromBeyond: 0, forgotten: 0);

        rig.Remote.Put(Make.Key(2), Make.Pair(Make.Key(2), 5, 10));
        await rig.FindAsync(Make.Key(2));
        await AssertRefusalsAsync(rig, belowWindow: 1, newerKnown: 2, fromBeyond: 0, forgotten: 0);

        rig.Remote.Put(Make.Key(3), Make.Pair(Make.Key(3), 5, 13));
        rig.Remote.Held[Make.Key(4)] = new RemotePair(null, Make.MerchantCopy(Make.MerchantKey(4), 5, 13));
        await rig.FindAsync(Make.Key(3));
        await rig.FindAsync(Make.Key(4));
        await AssertRefusalsAsync(rig, belowWindow: 1, newerKnown: 2, fromBeyond: 3, forgotten: 0);

        rig.Store.Head = 11;
        rig.Store.Signal();
        await Wait.UntilAsync(() => rig.Follower.IsSetBack, "the set-back to be seen");
        await rig.FindAsync(Make.Key(5));
        await rig.FindAsync(Make.Key(6));
        await AssertRefusalsAsync(rig, belowWindow: 1, newerKnown: 2, fromBeyond: 3, forgotten: 4);
    }

    private static async Task AssertFeedAsync(ReaderRig rig, long revision, int entries, long followedAtMs)
    {
        var page = await rig.Page.ReadAsync();
        Assert.Equal(revision, page["verifygateway_feed_applied_revision"]);
        Assert.Equal(revision, page["verifygateway_feed_head_revision"]);
        Assert.Equal(entries, page["verifygateway_feed_entries_applied_total"]);
        Assert.Equal(entries, page["verifygateway_feed_window_changes"]);
        Assert.Equal(followedAtMs / 1_000.0, page["verifygateway_feed_followed_timestamp_seconds"], 3);
    }

    private static async Task AssertLeaseAsync(ReaderRig rig, double remaining, int expiries)
    {
        rig.Caches.PublishCounts();
        Assert.Equal(remaining, await rig.Page.ValueAsync("verifygateway_lease_remaining_seconds"), 9);
        Assert.Equal(expiries, await rig.Page.ValueAsync("verifygateway_lease_expiries_total"));
    }

    private static async Task AssertRefusalsAsync(ReaderRig rig, int belowWindow, int newerKnown, int fromBeyond, int forgotten)
    {
        var page = await rig.Page.ReadAsync();
        Assert.Equal((belowWindow, newerKnown, fromBeyond, forgotten), (Of("below_window"), Of("newer_known"), Of("from_beyond"), Of("forgotten")));

        int Of(string cause) => (int)page[$"verifygateway_admission_refusals_total{{cause=\"{cause}\"}}"];
    }

    /// <summary>With a poll so seldom that only a signal makes the follower look.</summary>
    private static Task<ReaderRig> StartAsync() => ReaderRig.StartAsync(options => options.PollMs = 3_600_000);

    private static TaskCompletionSource NewGate() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
