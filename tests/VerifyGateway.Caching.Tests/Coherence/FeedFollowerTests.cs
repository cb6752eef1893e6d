using System.Collections.Concurrent;
using VerifyGateway.Caching.Store;
using VerifyGateway.Caching.Tests.Support;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Caching.Tests.Coherence;

/// <summary>Following the feed; steps of PROTOCOL.md.</summary>
public sealed class FeedFollowerTests
{
    private static readonly PairKey Key = Make.Key(1);

    [Fact]
    public async Task S1_S2_AtTheStart_TheWindowIsFilledFromTheFeedAndTheLeaseGranted()
    {
        await using var rig = await ReaderRig.StartAsync(prepare: store =>
        {
            for (var i = 0; i < 100; i++)
            {
                store.Write(Make.Key(i));
            }
        });
        Assert.Equal(210, rig.Follower.Applied);
        Assert.True(rig.Follower.Lease.IsValid);
        // A copy of Redis that is older than a change in the window is found out.
        rig.Remote.Put(Key, Make.Pair(Key, 9, 10));
        Assert.Equal(RecordSource.Store, (await rig.FindAsync(Key)).Source);
        Assert.Equal(2, await Refusals(rig, "newer_known"));
    }

    [Fact]
    public async Task S1_FeedLongerThanTheWindow_BeginsAtTheWindow()
    {
        await using var rig = await ReaderRig.StartAsync(prepare: store =>
        {
            for (var i = 0; i < 600; i++)
            {
                store.Write(Make.Key(i));
            }
        });
        rig.Caches.PublishCounts();
        Assert.Equal(1_000, await rig.Page.ValueAsync("verifygateway_feed_window_changes"));
        rig.Remote.Put(Key, Make.Pair(Key, 13, 209));
        await rig.FindAsync(Key);
        Assert.Equal(2, await Refusals(rig, "below_window"));
    }

    [Fact]
    public async Task F1_F3_TheLeaseIsGrantedForTheTimeBeforeTheRead()
    {
        await using var rig = await ReaderRig.StartAsync();
        rig.Time.AdvanceMs(1_000);
        rig.Store.FeedGate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var (reads, began) = (rig.Store.FeedReads, rig.Time.NowUnixMs);
        rig.Store.Signal();
        await Wait.UntilAsync(() => rig.Store.FeedReads > reads, "the feed to be read");
        rig.Time.AdvanceMs(900);
        rig.Store.FeedGate.SetResult();
        rig.Store.FeedGate = null;
        await Wait.UntilAsync(() => rig.Follower.Lease.AsOfUnixMs == began, "the lease to be granted");
    }

    [Fact]
    public async Task F3_TheFeedIsNotReadToItsEnd_NoLeaseIsGranted()
    {
        await using var rig = await ReaderRig.StartAsync();
        rig.Store.FeedIsDown = true;
        rig.Store.Signal();
        rig.Time.AdvanceMs(1_999);
        Assert.True(rig.Follower.Lease.IsValid);
        rig.Time.AdvanceMs(1);
        Assert.False(rig.Follower.Lease.IsValid);
        await Wait.UntilAsync(async () => await rig.Page.ValueAsync("verifygateway_feed_failures_total") > 0, "the failure to be counted");
        rig.Store.FeedIsDown = false;
        await Wait.UntilAsync(() =>
        {
            rig.Time.AdvanceMs(200);
            return rig.Follower.Lease.IsValid;
        }, "the feed to be followed again");
        Assert.Equal(1, await rig.Page.ValueAsync("verifygateway_lease_expiries_total"));
    }

    [Fact]
    public async Task F5_WhatIsApplied_IsOfferedToRedisAndToldToTheOthers()
    {
        await using var rig = await ReaderRig.StartAsync();
        rig.Store.Write(Key);
        await rig.FollowAsync();
        Assert.Equal([11L, 12L], rig.Remote.Offers.OfType<FeedEntry>().Select(static entry => entry.Revision));
        Assert.Equal([12L], rig.Remote.Told);
    }

    [Fact]
    public async Task F5_AChangeOfAWriteOfSeveral_IsToldOfWhenAllOfItIsApplied()
    {
        await using var rig = await ReaderRig.StartAsync();
        var told = new ConcurrentQueue<(long Revision, long Applied)>();
        rig.Follower.Changed += entry => told.Enqueue((entry!.Revision, rig.Follower.Applied));
        rig.Store.Write(Key);
        await rig.FollowAsync();
        await Wait.UntilAsync(() => told.Count == 2, "both changes to be told of");
        Assert.Equal([(11, 12), (12, 12)], told);
    }

    [Fact]
    public async Task F5_WhatAMessageHasToldOf_IsNotToldAgain()
    {
        await using var rig = await ReaderRig.StartAsync();
        rig.Store.Write(Key);
        rig.Remote.Say(12);
        await Wait.UntilAsync(() => rig.Follower.Applied == 12, "the message to be followed");
        Assert.Empty(rig.Remote.Told);
    }

    [Fact]
    public async Task F6_AMessage_MakesTheFollowerLookAtOnce()
    {
        await using var rig = await ReaderRig.StartAsync();
        rig.Store.Write(Key);
        // Time stands still: without the message nothing would happen.
        rig.Remote.Say(12);
        await Wait.UntilAsync(() => rig.Follower.Applied == 12, "the message to be followed");
    }

    [Fact]
    public async Task F6_WithoutAnySignal_ThePollFindsIt()
    {
        await using var rig = await ReaderRig.StartAsync();
        rig.Store.Write(Key);
        await Wait.UntilAsync(() =>
        {
            rig.Time.AdvanceMs(200);
            return rig.Follower.Applied == 12;
        }, "the poll");
    }

    [Fact]
    public async Task F6_AForgedMessage_ChangesNothingAndDoesNotKeepTheLoopBusy()
    {
        await using var rig = await ReaderRig.StartAsync();
        await rig.FindAsync(Key);
        var reads = rig.Store.FeedReads;
        rig.Remote.Say(long.MaxValue);
        rig.Remote.Say(-5);
        rig.Remote.Say(9_000_000);
        await Wait.UntilAsync(() => rig.Store.FeedReads > reads, "a look at the feed");
        await rig.FollowAsync();
        Assert.Equal(10, rig.Follower.Applied);
        Assert.InRange(rig.Store.FeedReads - reads, 1, 8);
        Assert.Equal((RecordSource.Memory, true), ((await rig.FindAsync(Key)).Source, (await rig.FindAsync(Key)).IsFresh));
    }

    [Fact]
    public async Task F7_EntriesAreGone_EverythingIsForgottenAndReadAnew()
    {
        await using var rig = await ReaderRig.StartAsync();
        rig.Store.Write(Key);
        await rig.FollowAsync();
        await rig.FindAsync(Key);
        var told = new ConcurrentQueue<FeedEntry?>();
        rig.Follower.Changed += told.Enqueue;
        rig.Store.FeedIsDown = true;
        rig.Store.Write(Key, TerminalState.Suspended);
        rig.Store.Floor = 14;
        rig.Store.FeedIsDown = false;
        await rig.FollowAsync();
        Assert.Null(Assert.Single(told));
        var answer = await rig.FindAsync(Key);
        Assert.Equal((RecordSource.Store, true, TerminalState.Suspended), (answer.Source, answer.IsFresh, answer.Pair.Terminal.Record!.Value.State));
        Assert.False(rig.Follower.IsSetBack);
    }

    [Fact]
    public async Task F8_TheStoreWasSetBack_NoCopyIsUsedAnyMoreAndTheStoreAnswers()
    {
        await using var rig = await ReaderRig.StartAsync();
        rig.Store.Write(Key);
        await rig.FollowAsync();
        await rig.FindAsync(Key);
        rig.Store.Head = 11;
        rig.Store.Signal();
        await Wait.UntilAsync(() => rig.Follower.IsSetBack, "the set-back to be seen");
        Assert.False(rig.Follower.Lease.IsValid);
        rig.Remote.Put(Key, Make.Pair(Key, 12, 12));
        for (var i = 0; i < 3; i++)
        {
            var answer = await rig.FindAsync(Key);
            Assert.Equal((RecordSource.Store, true), (answer.Source, answer.IsFresh));
        }

        Assert.Equal(1, await rig.Page.ValueAsync("verifygateway_store_set_back"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5)]
    public async Task F8_TheStoreWasSetBackAndHasOvertaken_NoCopyIsUsedAnyMore(int writesMore)
    {
        await using var rig = await ReaderRig.StartAsync();
        rig.Store.Write(Key);
        await rig.FollowAsync();
        await rig.FindAsync(Key);
        // What was applied as 11 and 12 is lost; a freeze has one of these revisions now, and the head is not below them any more.
        rig.Store.FeedIsDown = true;
        rig.Store.SetBack(to: 10);
        rig.Time.AdvanceMs(1);
        rig.Store.Write(Key, TerminalState.Suspended);
        for (var i = 0; i < writesMore; i++)
        {
            rig.Store.Write(Make.Key(100 + i));
        }

        rig.Store.FeedIsDown = false;
        rig.Store.Signal();
        await Wait.UntilAsync(() => rig.Follower.IsSetBack, "the set-back to be seen");
        Assert.False(rig.Follower.Lease.IsValid);
        var answer = await rig.FindAsync(Key);
        Assert.Equal((RecordSource.Store, true, TerminalState.Suspended), (answer.Source, answer.IsFresh, answer.Pair.Terminal.Record!.Value.State));
    }

    [Fact]
    public async Task F8_TheAppliedEntryIsNotKeptAnyMore_TheFeedIsFollowedOn()
    {
        await using var rig = await ReaderRig.StartAsync();
        rig.Store.Write(Key);
        await rig.FollowAsync();
        rig.Store.Floor = 12;
        rig.Store.Write(Key, TerminalState.Suspended);
        rig.Store.Signal();
        await Wait.UntilAsync(() => rig.Follower.Applied == 14, "the entries after it");
        Assert.True(rig.Follower.Lease.IsValid);
        Assert.False(rig.Follower.IsSetBack);
    }

    [Fact]
    public async Task Wait_ForARevision_EndsWhenItIsAppliedOrTheTimeIsOver()
    {
        await using var rig = await ReaderRig.StartAsync();
        var waiting = rig.Follower.WaitForAsync(12, TimeSpan.FromSeconds(1), CancellationToken.None).AsTask();
        rig.Store.Write(Key);
        rig.Store.Signal();
        Assert.True(await waiting.WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.True(await rig.Follower.WaitForAsync(12, TimeSpan.Zero, CancellationToken.None));
        var never = rig.Follower.WaitForAsync(99, TimeSpan.FromSeconds(1), CancellationToken.None).AsTask();
        await Wait.UntilAsync(() =>
        {
            rig.Time.AdvanceMs(200);
            return never.IsCompleted;
        }, "the time to be over");
        Assert.False(await never);
    }

    [Fact]
    public async Task Start_StoreDown_SaysSoAndCanBeTriedAgain()
    {
        await using var rig = await ReaderRig.StartAsync();
        rig.Store.IsDown = true;
        await using var another = rig.MakeCaches(new Page());
        await Assert.ThrowsAsync<StoreUnavailableException>(() => another.Follower.StartAsync(CancellationToken.None));
        rig.Store.IsDown = false;
        await another.Follower.StartAsync(CancellationToken.None);
        Assert.True(another.Follower.Lease.IsValid);
    }

    private static Task<double> Refusals(ReaderRig rig, string cause) => rig.Page.ValueAsync($"verifygateway_admission_refusals_total{{cause=\"{cause}\"}}");
}
