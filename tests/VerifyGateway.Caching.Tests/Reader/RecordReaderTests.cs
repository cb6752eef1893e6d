using VerifyGateway.Caching.Tests.Support;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Caching.Tests.Reader;

/// <summary>One check: memory, then Redis, then the store; what is old is never called fresh.</summary>
public sealed class RecordReaderTests : IDisposable
{
    private static readonly Store.PairKey Key = Make.Key(1);
    private readonly ReaderRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public async Task Find_NothingHeld_ComesFromTheStoreAndIsOffered()
    {
        _rig.Store.Write(Key);
        var answer = await _rig.FindAsync(Key);
        Assert.Equal(new RecordAnswer(Make.Pair(Key, 11, 11, _rig.Time.NowUnixMs), RecordSource.Store, IsFresh: true, IsFound: true), answer);
        Assert.Equal([(Key, answer.Pair)], _rig.Remote.Offers);
        Assert.Equal(1, _rig.Store.ReadCount);
        Assert.Equal([[Key]], _rig.Remote.Reads);
    }

    [Fact]
    public async Task Find_HeldInRedis_ComesFromRedisThenFromMemory()
    {
        _rig.Remote.Put(Key, Make.Pair(Key, 5, 9, _rig.Time.NowUnixMs));
        Assert.Equal((RecordSource.Redis, true), await SourceAsync());
        Assert.Equal((RecordSource.Memory, true), await SourceAsync());
        Assert.Equal(0, _rig.Store.ReadCount);
        Assert.Single(_rig.Remote.Reads);
    }

    [Theory]
    [InlineData(2_000, RecordSource.Memory)]
    [InlineData(2_001, RecordSource.Store)]
    public async Task Find_CopyInMemoryGrowsOld_IsReadAgainPastTheBound(long ageMs, RecordSource source)
    {
        _rig.Store.Write(Key);
        await _rig.FindAsync(Key);
        _rig.Time.AdvanceMs(ageMs);
        Assert.Equal((source, true), await SourceAsync());
    }

    [Fact]
    public async Task Find_OnlyOneRecordIsHeld_IsNotAnsweredFromIt()
    {
        _rig.Store.Write(Key);
        await _rig.FindAsync(new Store.PairKey(Key.Terminal, Make.MerchantKey(2)));
        Assert.Equal((RecordSource.Store, true), await SourceAsync());
    }

    [Fact]
    public async Task Find_OneRecordIsOld_IsReadAgain()
    {
        _rig.Store.Write(Key);
        await _rig.FindAsync(Key);
        _rig.Time.AdvanceMs(1_500);
        await _rig.FindAsync(new Store.PairKey(Key.Terminal, Make.MerchantKey(2)));
        var reads = _rig.Store.ReadCount;
        _rig.Time.AdvanceMs(1_000);
        Assert.Equal((RecordSource.Store, true), await SourceAsync());
        Assert.Equal(reads + 1, _rig.Store.ReadCount);
    }

    [Fact]
    public async Task Find_StoreDownAndCopiesOld_HandsThemOutAsNotFresh()
    {
        _rig.Store.Write(Key);
        await _rig.FindAsync(Key);
        _rig.Store.IsDown = true;
        _rig.Time.AdvanceMs(2_001);
        var answer = await _rig.FindAsync(Key);
        Assert.Equal((RecordSource.Memory, false, true), (answer.Source, answer.IsFresh, answer.IsFound));
        Assert.Equal(11, answer.Pair.Terminal.Revision);
    }

    [Fact]
    public async Task Find_StoreDownAndOldCopiesInRedis_HandsThemOutAsNotFreshAndFromRedis()
    {
        _rig.Store.IsDown = true;
        _rig.Remote.Put(Key, Make.Pair(Key, 5, 9, _rig.Time.NowUnixMs - 2_001));
        var answer = await _rig.FindAsync(Key);
        Assert.Equal((RecordSource.Redis, false, true), (answer.Source, answer.IsFresh, answer.IsFound));
    }

    [Fact]
    public async Task Find_NothingAnywhere_IsNotFound()
    {
        _rig.Store.IsDown = true;
        Assert.Equal(RecordAnswer.None, await _rig.FindAsync(Key));
        Assert.False(RecordAnswer.None.IsFound);
    }

    [Fact]
    public async Task Find_Absence_EndsAndTheNewRecordIsFound()
    {
        var absent = await _rig.FindAsync(Key);
        Assert.True(absent is { IsFound: true, IsFresh: true });
        Assert.Null(absent.Pair.Terminal.Record);

        _rig.Store.Write(Key);
        _rig.Time.AdvanceMs(1_000);
        Assert.Null((await _rig.FindAsync(Key)).Pair.Terminal.Record);
        _rig.Time.AdvanceMs(1);
        var found = await _rig.FindAsync(Key);
        Assert.Equal((RecordSource.Store, true), (found.Source, found.IsFresh));
        Assert.NotNull(found.Pair.Terminal.Record);
    }

    [Fact]
    public async Task Find_AtLeastRevision_ForcesTheStoreUntilItIsKnown()
    {
        _rig.Store.Write(Key);
        await _rig.FindAsync(Key);
        Assert.Equal((RecordSource.Memory, true), await SourceAsync(11));
        _rig.Store.Write(Key, TerminalState.Suspended);
        var answer = await _rig.FindAsync(Key, 12);
        Assert.Equal((RecordSource.Store, true), (answer.Source, answer.IsFresh));
        Assert.Equal(TerminalState.Suspended, answer.Pair.Terminal.Record!.State);
        Assert.Equal((RecordSource.Memory, true), await SourceAsync(12));
    }

    [Fact]
    public async Task Find_AtLeastARevisionThatIsNotThere_IsNotFreshAndCostsOneRead()
    {
        _rig.Store.Write(Key);
        Assert.Equal((RecordSource.Store, false), await SourceAsync(1_000));
        Assert.Equal(1, _rig.Store.ReadCount);
    }

    [Fact]
    public async Task Find_LoadTookLongerThanTheBound_IsNotFreshAndCostsOneRead()
    {
        _rig.Store.Write(Key);
        _rig.Store.Hold();
        var finding = _rig.FindAsync(Key);
        await Wait.UntilAsync(() => _rig.Store.Running == 1, "the load to begin");
        _rig.Time.AdvanceMs(1_999);
        _rig.Time.StepWallClock(TimeSpan.FromMilliseconds(2));
        _rig.Store.LetGo();
        Assert.Equal((RecordSource.Store, false), ((await finding).Source, (await finding).IsFresh));
        Assert.Equal(1, _rig.Store.ReadCount);
    }

    [Fact]
    public async Task Find_OlderCopyComesLateFromRedis_DoesNotReplaceTheNewer()
    {
        _rig.Store.Write(Key);
        var late = Make.Pair(Key, 10, 10, _rig.Time.NowUnixMs);
        _rig.Remote.Put(Key, late);
        _rig.Remote.Gate = new TaskCompletionSource();
        var slow = _rig.FindAsync(Key);
        var gate = _rig.Remote.Gate;
        _rig.Remote.Gate = null;
        await _rig.FindAsync(Key, 11);
        gate.SetResult();
        Assert.Equal(11, (await slow).Pair.Terminal.Revision);
        Assert.Equal(11, (await _rig.FindAsync(Key)).Pair.Terminal.Revision);
    }

    [Fact]
    public async Task Find_OlderCopyComesLateFromTheStore_DoesNotReplaceTheNewer()
    {
        _rig.Store.Write(Key);
        _rig.Store.Hold();
        var slow = _rig.FindAsync(Key);
        await Wait.UntilAsync(() => _rig.Store.Running == 1, "the slow load to begin");
        _rig.Time.AdvanceMs(1);
        _rig.Store.Write(Key, TerminalState.Lost);
        _rig.Remote.Put(Key, Make.Pair(Key, 12, 12, _rig.Time.NowUnixMs, TerminalState.Lost));
        Assert.Equal((RecordSource.Redis, true), await SourceAsync());
        _rig.Store.LetGo();

        Assert.Equal(TerminalState.Lost, (await slow).Pair.Terminal.Record!.State);
        Assert.Equal(TerminalState.Lost, (await _rig.FindAsync(Key)).Pair.Terminal.Record!.State);
    }

    [Fact]
    public async Task FreshUntil_APair_IsTheFirstInstantOfStaleness()
    {
        _rig.Store.Write(Key);
        var answer = await _rig.FindAsync(Key);
        Assert.Equal(_rig.Time.NowUnixMs + 2_001, _rig.Reader.FreshUntil(answer.Pair));
        Assert.Equal(_rig.Time.NowUnixMs + 1_001, _rig.Reader.FreshUntil(answer.Pair with { Merchant = Make.Absent(1, _rig.Time.NowUnixMs).Merchant }));
    }

    [Fact]
    public async Task Find_HeldInMemory_CompletesAtOnceAndAllocatesNothing()
    {
        _rig.Store.Write(Key);
        await _rig.FindAsync(Key);
        for (var i = 0; i < 20_000; i++)
        {
            Assert.True(IsFreshAtOnce(_rig.Reader.FindAsync(Key, 11, CancellationToken.None)));
        }

        var fresh = 0;
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10_000; i++)
        {
            fresh += IsFreshAtOnce(_rig.Reader.FindAsync(Key, 11, CancellationToken.None)) ? 1 : 0;
        }

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(10_000, fresh);
        Assert.Equal(0, allocated);

        static bool IsFreshAtOnce(in ValueTask<RecordAnswer> finding) => finding is { IsCompletedSuccessfully: true, Result.IsFresh: true };
    }

    private async Task<(RecordSource Source, bool IsFresh)> SourceAsync(long atLeastRevision = 0)
    {
        var answer = await _rig.FindAsync(Key, atLeastRevision);
        Assert.True(answer.IsFound);
        return (answer.Source, answer.IsFresh);
    }
}
