using VerifyGateway.Caching.Tests.Support;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Caching.Tests.Reader;

/// <summary>Several checks at once: one read of Redis and one of the store, answers in order.</summary>
public sealed class RecordReaderBatchTests : IDisposable
{
    private readonly ReaderRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public async Task FindMany_FromAllThreePlaces_OneReadEachAndAnswersInOrder()
    {
        var keys = Enumerable.Range(0, 1_000).Select(Make.Key).ToArray();
        Assert.All(keys, key => _rig.Store.Write(key));
        await _rig.FindManyAsync([.. keys.Where((_, i) => i % 3 == 0)]);
        foreach (var key in keys.Where((_, i) => i % 3 == 1))
        {
            _rig.Remote.Put(key, Make.Pair(key, 5, 2_000, _rig.Time.NowUnixMs));
        }

        var (remoteReads, storeReads) = (_rig.Remote.Reads.Count, _rig.Store.ReadCount);
        var answers = await _rig.FindManyAsync(keys);

        Assert.Equal(1, _rig.Remote.Reads.Count - remoteReads);
        Assert.Equal(1, _rig.Store.ReadCount - storeReads);
        Assert.Equal(keys.Where((_, i) => i % 3 != 0), _rig.Remote.Reads[^1]);
        Assert.Equal(keys.Where((_, i) => i % 3 == 2), _rig.Store.Reads[^1]);
        for (var i = 0; i < keys.Length; i++)
        {
            Assert.Equal((RecordSource)((i % 3) + 1), answers[i].Source);
            Assert.Equal(keys[i].Terminal, answers[i].Pair.Terminal.Record!.Key);
            Assert.Equal(keys[i].Merchant, answers[i].Pair.Merchant.Record!.Key);
            Assert.True(answers[i] is { IsFresh: true, IsFound: true });
        }
    }

    [Fact]
    public async Task FindMany_AllInMemory_ReadsNothing()
    {
        await _rig.FindManyAsync(Make.Key(1), Make.Key(2));
        await _rig.FindManyAsync(Make.Key(2), Make.Key(1));
        Assert.Single(_rig.Remote.Reads);
        Assert.Equal(1, _rig.Store.ReadCount);
    }

    [Fact]
    public async Task FindMany_AKeyTwice_IsAnsweredTwice()
    {
        _rig.Store.Write(Make.Key(1));
        var answers = await _rig.FindManyAsync(Make.Key(1), Make.Key(2), Make.Key(1));
        Assert.Equal(answers[0], answers[2]);
        Assert.Equal(11, answers[0].Pair.Terminal.Revision);
        Assert.Null(answers[1].Pair.Terminal.Record);
        Assert.Equal(1, _rig.Store.ReadCount);
    }

    [Fact]
    public async Task FindMany_EachWithItsOwnRevision_OnlyTheOneThatLacksItIsReadAgain()
    {
        var (one, two) = (Make.Key(1), Make.Key(2));
        _rig.Store.Write(one);
        _rig.Store.Write(two);
        await _rig.FindManyAsync(one, two);
        _rig.Store.Write(two, TerminalState.Suspended);
        var answers = await _rig.Reader.FindManyAsync([(one, 12), (two, 13)], CancellationToken.None);
        Assert.Equal((RecordSource.Memory, true), (answers[0].Source, answers[0].IsFresh));
        Assert.Equal((RecordSource.Store, true), (answers[1].Source, answers[1].IsFresh));
        Assert.Equal(TerminalState.Suspended, answers[1].Pair.Terminal.Record!.State);
        Assert.Equal([two], _rig.Store.Reads[^1]);
    }

    [Fact]
    public async Task FindMany_StoreDown_OldOnesAreNotFreshAndUnknownOnesNotFound()
    {
        var (old, fromRedis, unknown) = (Make.Key(1), Make.Key(2), Make.Key(3));
        _rig.Store.Write(old);
        await _rig.FindAsync(old);
        _rig.Time.AdvanceMs(2_001);
        _rig.Store.IsDown = true;
        _rig.Remote.Put(fromRedis, Make.Pair(fromRedis, 5, 9, _rig.Time.NowUnixMs - 2_001));
        var answers = await _rig.FindManyAsync(old, fromRedis, unknown);
        Assert.Equal((RecordSource.Memory, false, true), (answers[0].Source, answers[0].IsFresh, answers[0].IsFound));
        Assert.Equal((RecordSource.Redis, false, true), (answers[1].Source, answers[1].IsFresh, answers[1].IsFound));
        Assert.Equal(RecordAnswer.None, answers[2]);
    }

    [Fact]
    public async Task FindMany_Nothing_IsNothing() => Assert.Empty(await _rig.FindManyAsync());
}
