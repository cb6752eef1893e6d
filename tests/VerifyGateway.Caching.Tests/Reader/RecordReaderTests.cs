using Microsoft.Extensions.Logging.Abstractions;
using VerifyGateway.Caching.Store;
using VerifyGateway.Caching.Tests.Support;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Caching.Tests.Reader;

/// <summary>One check: memory, then Redis, then the store; C1 to C6 of PROTOCOL.md.</summary>
public sealed class RecordReaderTests : IAsyncLifetime
{
    private static readonly PairKey Key = Make.Key(1);
    private ReaderRig _rig = null!;

    public async ValueTask InitializeAsync()
    {
        _rig = await ReaderRig.StartAsync();
        _rig.Store.Write(Key);
        await _rig.FollowAsync();
    }

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task FindNear_IsUsedLaterThanItMayBe_IsLookedForAnew()
    {
        await _rig.FindAsync(Key);
        var asOf = _rig.Follower.Lease.AsOfUnixMs;
        var (near, many) = (await _rig.Reader.FindNearAsync(Key, 0), await _rig.Reader.FindNearAsync([(Key, 0L), (Key, 0L)]));
        Assert.Equal(asOf, (await _rig.Reader.FindAsync(Key, near, 0, CancellationToken.None)).AsOfUnixMs);
        for (var passed = 0; passed < 2_000; passed += 200)
        {
            Assert.All([near, .. many], found => Assert.True(found.WasFresh && _rig.Reader.IsFresh(found, new(_rig.Time.GetTimestamp(), _rig.Time.NowUnixMs))));
            _rig.Time.AdvanceMs(200);
            await _rig.FollowAsync();
        }

        // The lease is another by now, and what was found is as old as it is.
        await Wait.UntilAsync(() => _rig.Follower.Lease.IsValid, "the lease to be granted");
        Assert.All([near, .. many], found => Assert.False(_rig.Reader.IsFresh(found, new(_rig.Time.GetTimestamp(), _rig.Time.NowUnixMs))));
        Assert.InRange((await _rig.Reader.FindAsync(Key, near, 0, CancellationToken.None)).AsOfUnixMs, asOf + 1_000, long.MaxValue);
    }

    [Theory]
    [InlineData(1_999, 1_999, true)]
    [InlineData(2_000, 0, false)]
    [InlineData(0, 2_000, false)]
    [InlineData(1_999, -500_000, true)]
    [InlineData(2_000, -500_000, false)]
    public async Task FindNear_GrowsOldByBothClocks(int monotonicMs, int wallMs, bool isFresh)
    {
        await _rig.FindAsync(Key);
        var near = await _rig.Reader.FindNearAsync(Key, 0);
        var now = new Caching.Coherence.LeaseInstant(_rig.Time.GetTimestamp() + (monotonicMs * _rig.Time.TimestampFrequency / 1_000), _rig.Time.NowUnixMs + wallMs);
        Assert.Equal(isFresh, _rig.Reader.IsFresh(near, now));
    }

    [Fact]
    public async Task C4_NothingHeld_ComesFromTheStoreAndIsOffered()
    {
        var now = _rig.Time.NowUnixMs;
        var before = _rig.Remote.Offers.Count;
        var answer = await _rig.FindAsync(Key);
        var pair = new RecordPair(Make.TerminalCopy(Key.Terminal, 11, 12), Make.MerchantCopy(Key.Merchant, 12, 12));
        Assert.Equal(new RecordAnswer(pair, RecordSource.Store, IsFresh: true, IsFound: true, Revision: 12, AsOfUnixMs: now, FreshUntilUnixMs: now + 2_000), answer);
        Assert.Equal([pair.Terminal, pair.Merchant], _rig.Remote.Offers.Skip(before));
        Assert.Equal(1, _rig.Store.ReadCount);
        Assert.Equal([[Key]], _rig.Remote.Reads);
    }

    [Fact]
    public async Task C3_HeldInRedis_ComesFromRedisThenFromMemory()
    {
        _rig.Remote.Put(Key, Make.Pair(Key, 12, 12));
        Assert.Equal((RecordSource.Redis, true), await SourceAsync());
        Assert.Equal((RecordSource.Memory, true), await SourceAsync());
        Assert.Equal(0, _rig.Store.ReadCount);
        Assert.Single(_rig.Remote.Reads);
    }

    [Fact]
    public async Task C3_ACopyOfRedisIsRefused_TheStoreIsAskedAndItsCopyOffered()
    {
        _rig.Remote.Put(Key, new RecordPair(Make.TerminalCopy(Key.Terminal, 10, 10), Make.MerchantCopy(Key.Merchant, 12, 12)));
        Assert.Equal((RecordSource.Store, true), await SourceAsync());
        Assert.Contains(Make.TerminalCopy(Key.Terminal, 11, 12), _rig.Remote.Offers.OfType<RecordCopy<TerminalRecord>>());
    }

    [Fact]
    public async Task C3_ACopyWithAnOldHead_IsOfferedAgainWithTheHeadThatWasProven()
    {
        for (var i = 0; i < 300; i++)
        {
            _rig.Store.Write(Make.Key(50));
        }

        await _rig.FollowAsync();
        _rig.Remote.Put(Key, new RecordPair(Make.TerminalCopy(Key.Terminal, 11, 12), Make.MerchantCopy(Key.Merchant, 12, 600)));
        Assert.Equal((RecordSource.Redis, true), await SourceAsync());
        Assert.Equal([Make.TerminalCopy(Key.Terminal, 11, 612)], _rig.Remote.Offers.OfType<RecordCopy<TerminalRecord>>());
        Assert.Empty(_rig.Remote.Offers.OfType<RecordCopy<MerchantRecord>>());
    }

    [Fact]
    public async Task C1_AChangeIsAppliedWhileTheLeaseIsLookedAt_TheCopyKnowsAtLeastTheRevisionThatIsSaid()
    {
        var time = new HookedTime(_rig.Time);
        await using var caches = new Caches(
            _rig.Store, _rig.Store, _rig.Remote, _rig.Remote, _rig.Options, new Page().Metrics, new Page().Coherence, time, NullLoggerFactory.Instance, CachesParts.Usual(_rig.Options, time));
        await caches.Follower.StartAsync(CancellationToken.None);
        await caches.Reader.FindAsync(Key, 0, CancellationToken.None);
        time.OnceLookedAt(() =>
        {
            _rig.Store.Write(Key, TerminalState.Suspended);
            _rig.Store.Signal();
            SpinWait.SpinUntil(() => caches.Follower.Applied == 14, TimeSpan.FromSeconds(10));
        });
        var answer = await caches.Reader.FindAsync(Key, 0, CancellationToken.None);
        Assert.Equal((RecordSource.Memory, 14, 13), (answer.Source, answer.Revision, answer.Pair.Terminal.Revision));
    }

    [Fact]
    public async Task C2_AChangeIsApplied_MemoryAnswersWithIt()
    {
        await _rig.FindAsync(Key);
        _rig.Store.Write(Key, TerminalState.Suspended);
        await _rig.FollowAsync();
        var answer = await _rig.FindAsync(Key);
        Assert.Equal((RecordSource.Memory, true, TerminalState.Suspended, 14), (answer.Source, answer.IsFresh, answer.Pair.Terminal.Record!.Value.State, answer.Revision));
        Assert.Equal(1, _rig.Store.ReadCount);
    }

    [Fact]
    public async Task C2_Control_AChangeThatIsNotAppliedYet_IsNotSeenUnderTheLease()
    {
        await _rig.FindAsync(Key);
        _rig.Store.FeedIsDown = true;
        _rig.Store.Write(Key, TerminalState.Suspended);
        _rig.Time.AdvanceMs(1_999);
        Assert.Equal(TerminalState.Active, (await _rig.FindAsync(Key)).Pair.Terminal.Record!.Value.State);
        _rig.Time.AdvanceMs(1);
        var answer = await _rig.FindAsync(Key);
        Assert.Equal((RecordSource.Store, true, TerminalState.Suspended), (answer.Source, answer.IsFresh, answer.Pair.Terminal.Record!.Value.State));
    }

    [Fact]
    public async Task C2_AnAbsence_EndsWhenTheRecordIsMade()
    {
        var absent = await _rig.FindAsync(Make.Key(2));
        Assert.True(absent is { IsFound: true, IsFresh: true });
        Assert.Null(absent.Pair.Terminal.Record);
        Assert.Equal(RecordSource.Memory, (await _rig.FindAsync(Make.Key(2))).Source);
        _rig.Store.Write(Make.Key(2));
        await _rig.FollowAsync();
        Assert.NotNull((await _rig.FindAsync(Make.Key(2))).Pair.Terminal.Record);
    }

    [Fact]
    public async Task C2_OnlyOneRecordIsHeld_IsNotAnsweredFromIt()
    {
        await _rig.FindAsync(new PairKey(Key.Terminal, Make.MerchantKey(2)));
        Assert.Equal((RecordSource.Store, true), await SourceAsync());
    }

    [Fact]
    public async Task C2_AtLeastARevision_IsAnsweredFromCopiesThatKnowTheFeedUpToThere()
    {
        await _rig.FindAsync(Key);
        Assert.Equal((RecordSource.Memory, true), await SourceAsync(12));
        _rig.Store.FeedIsDown = true;
        _rig.Store.Write(Key, TerminalState.Suspended);
        Assert.Equal((RecordSource.Memory, true), await SourceAsync());
        var answer = await _rig.FindAsync(Key, 14);
        Assert.Equal((RecordSource.Store, true, TerminalState.Suspended), (answer.Source, answer.IsFresh, answer.Pair.Terminal.Record!.Value.State));
        _rig.Store.FeedIsDown = false;
        await _rig.FollowAsync();
        Assert.Equal((RecordSource.Memory, true), await SourceAsync(14));
    }

    [Fact]
    public async Task C4_AtLeastARevisionThatIsNotThere_IsNotFreshAndCostsFewReads()
    {
        Assert.Equal((RecordSource.Store, false), await SourceAsync(1_000));
        Assert.InRange(_rig.Store.ReadCount, 1, 4);
    }

    [Fact]
    public async Task C4_AReplicaThatLagsBehind_IsFoundOutAndAskedAgain()
    {
        _rig.Store.Write(Key, TerminalState.Suspended);
        await _rig.FollowAsync();
        var asked = 0;
        _rig.Store.Answer = key => ++asked < 3 ? Make.Pair(key, 12, 12) : new RecordPair(Make.TerminalCopy(key.Terminal, 13, 14, TerminalState.Suspended), Make.MerchantCopy(key.Merchant, 14, 14));
        var answer = await _rig.FindAsync(Key);
        Assert.Equal((RecordSource.Store, true, TerminalState.Suspended), (answer.Source, answer.IsFresh, answer.Pair.Terminal.Record!.Value.State));
        Assert.Equal(3, asked);
    }

    [Fact]
    public async Task C5_WithoutTheLease_ACopyMustKnowTheHeadOfThePrimary()
    {
        _rig.Store.FeedIsDown = true;
        _rig.Time.AdvanceMs(2_000);
        var began = _rig.Time.NowUnixMs;
        var answer = await _rig.FindAsync(Key);
        Assert.Equal((RecordSource.Store, true, began, began + 2_000), (answer.Source, answer.IsFresh, answer.AsOfUnixMs, answer.FreshUntilUnixMs));
        _rig.Store.Write(Key, TerminalState.Suspended);
        _rig.Store.LoadsSeeHead = 12;
        Assert.False((await _rig.FindAsync(Key)).IsFresh);
        _rig.Store.LoadsSeeHead = null;
        Assert.Equal((RecordSource.Store, true), await SourceAsync());
    }

    [Fact]
    public async Task C5_WithoutTheLease_RedisIsNotAsked()
    {
        _rig.Store.FeedIsDown = true;
        _rig.Time.AdvanceMs(2_000);
        await _rig.FindAsync(Key);
        Assert.Empty(_rig.Remote.Reads);
    }

    [Fact]
    public async Task C6_StoreDownAndTheLeaseEnded_HandsOldCopiesOutAsNotFresh()
    {
        await _rig.FindAsync(Key);
        _rig.Store.IsDown = true;
        _rig.Time.AdvanceMs(2_000);
        var answer = await _rig.FindAsync(Key);
        Assert.Equal((RecordSource.Memory, false, true, 11), (answer.Source, answer.IsFresh, answer.IsFound, answer.Pair.Terminal.Revision));
    }

    [Fact]
    public async Task C2_StoreDownUnderTheLease_MemoryAnswers()
    {
        await _rig.FindAsync(Key);
        _rig.Store.IsDown = true;
        _rig.Time.AdvanceMs(1_999);
        Assert.Equal((RecordSource.Memory, true), await SourceAsync());
    }

    [Fact]
    public async Task C6_NothingAnywhere_IsNotFound()
    {
        _rig.Store.IsDown = true;
        Assert.Equal(RecordAnswer.None, await _rig.FindAsync(Make.Key(9)));
    }

    [Fact]
    public async Task C3_AnOlderCopyComesLateFromRedis_IsRefused()
    {
        _rig.Remote.Put(Key, Make.Pair(Key, 12, 12));
        _rig.Remote.Gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var slow = _rig.FindAsync(Key);
        var gate = _rig.Remote.Gate;
        _rig.Remote.Gate = null;
        _rig.Store.Write(Key, TerminalState.Lost);
        await _rig.FollowAsync();
        gate.SetResult();
        Assert.Equal(TerminalState.Lost, (await slow).Pair.Terminal.Record!.Value.State);
        Assert.Equal(TerminalState.Lost, (await _rig.FindAsync(Key)).Pair.Terminal.Record!.Value.State);
    }

    [Fact]
    public async Task C4_AnOlderCopyComesLateFromTheStore_IsRefusedAndReadAgain()
    {
        _rig.Store.Hold();
        var slow = _rig.FindAsync(Key);
        await Wait.UntilAsync(() => _rig.Store.Running == 1, "the slow load to begin");
        _rig.Store.Write(Key, TerminalState.Lost);
        await _rig.FollowAsync();
        _rig.Store.LetGo();
        Assert.Equal(TerminalState.Lost, (await slow).Pair.Terminal.Record!.Value.State);
        Assert.Equal(2, _rig.Store.ReadCount);
    }

    [Fact]
    public async Task Find_HeldInMemory_CompletesAtOnceAndAllocatesNothing()
    {
        await _rig.FindAsync(Key);
        for (var i = 0; i < 20_000; i++)
        {
            Assert.True(IsFreshAtOnce(_rig.Reader.FindAsync(Key, 12, CancellationToken.None)));
        }

        var fresh = 0;
        Assert.Equal(0, Allocated.Least(() => fresh += IsFreshAtOnce(_rig.Reader.FindAsync(Key, 12, CancellationToken.None)) ? 1 : 0));
        Assert.Equal(20, fresh);

        static bool IsFreshAtOnce(in ValueTask<RecordAnswer> finding) => finding is { IsCompletedSuccessfully: true, Result.IsFresh: true };
    }

    /// <summary>A clock that does something when it is looked at the next time, before it answers; then it is the other clock.</summary>
    private sealed class HookedTime(ManualTime time) : TimeProvider
    {
        private Action? _once;

        public override long TimestampFrequency => time.TimestampFrequency;

        public void OnceLookedAt(Action act) => Volatile.Write(ref _once, act);

        public override long GetTimestamp()
        {
            Interlocked.Exchange(ref _once, null)?.Invoke();
            return time.GetTimestamp();
        }

        public override DateTimeOffset GetUtcNow() => time.GetUtcNow();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => time.CreateTimer(callback, state, dueTime, period);
    }

    private async Task<(RecordSource Source, bool IsFresh)> SourceAsync(long atLeastRevision = 0)
    {
        var answer = await _rig.FindAsync(Key, atLeastRevision);
        Assert.True(answer.IsFound);
        return (answer.Source, answer.IsFresh);
    }
}
