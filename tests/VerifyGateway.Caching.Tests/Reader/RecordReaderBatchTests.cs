using VerifyGateway.Caching.Tests.Support;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Caching.Tests.Reader;

/// <summary>Several checks at once: one read of Redis and one of the store, answers in order.</summary>
public sealed class RecordReaderBatchTests : IAsyncLifetime
{
    private ReaderRig _rig = null!;

    public async ValueTask InitializeAsync() => _rig = await ReaderRig.StartAsync(options => options.WindowChanges = 10_000);

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task FindMany_FromAllThreePlaces_OneReadEachAndAnswersInOrder()
    {
        var keys = Enumerable.Range(0, 1_000).Select(Make.Key).ToArray();
        Assert.All(keys, key => _rig.Store.Write(key));
        await _rig.FollowAsync();
        await _rig.FindManyAsync([.. keys.Where((_, i) => i % 3 == 0)]);
        foreach (var key in keys.Where((_, i) => i % 3 == 1))
        {
            _rig.Remote.Put(key, Make.Pair(key, 2_010, 2_010));
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
            Assert.Equal(keys[i].Terminal, answers[i].Pair.Terminal.Record!.Value.Key);
            Assert.Equal(keys[i].Merchant, answers[i].Pair.Merchant.Record!.Value.Key);
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
        await _rig.FollowAsync();
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
        await _rig.FollowAsync();
        await _rig.FindManyAsync(one, two);
        _rig.Store.FeedIsDown = true;
        _rig.Store.Write(two, TerminalState.Suspended);
        var answers = await _rig.Reader.FindManyAsync([(one, 14), (two, 16)], CancellationToken.None);
        Assert.Equal((RecordSource.Memory, true), (answers[0].Source, answers[0].IsFresh));
        Assert.Equal((RecordSource.Store, true), (answers[1].Source, answers[1].IsFresh));
        Assert.Equal(TerminalState.Suspended, answers[1].Pair.Terminal.Record!.Value.State);
        Assert.Equal([two], _rig.Store.Reads[^1]);
    }

    [Fact]
    public async Task FindMany_OneReplicaAnswerIsOld_ItAloneIsReadAgain()
    {
        var (one, two) = (Make.Key(1), Make.Key(2));
        _rig.Store.Write(one);
        _rig.Store.Write(two);
        await _rig.FollowAsync();
        var asked = 0;
        _rig.Store.Answer = key => key == two && asked++ == 0 ? Make.Pair(key, 12, 12) : Make.Pair(key, 14, 14);
        var answers = await _rig.FindManyAsync(one, two);
        Assert.All(answers, static answer => Assert.True(answer.IsFresh));
        Assert.Equal([two], _rig.Store.Reads[^1]);
        Assert.Equal(2, _rig.Store.ReadCount);
    }

    [Fact]
    public async Task FindMany_StoreDownAndTheLeaseEnded_OldOnesAreNotFreshAndUnknownOnesNotFound()
    {
        var (old, unknown) = (Make.Key(1), Make.Key(3));
        _rig.Store.Write(old);
        await _rig.FollowAsync();
        await _rig.FindAsync(old);
        _rig.Store.IsDown = true;
        _rig.Time.AdvanceMs(2_000);
        var answers = await _rig.FindManyAsync(old, unknown);
        Assert.Equal((RecordSource.Memory, false, true), (answers[0].Source, answers[0].IsFresh, answers[0].IsFound));
        Assert.Equal(RecordAnswer.None, answers[1]);
    }

    [Fact]
    public async Task FindMany_WithoutTheLease_OneHeadIsReadForAll()
    {
        _rig.Store.FeedIsDown = true;
        _rig.Time.AdvanceMs(2_000);
        var heads = _rig.Store.HeadReads;
        var answers = await _rig.FindManyAsync([.. Enumerable.Range(0, 100).Select(Make.Key)]);
        Assert.All(answers, static answer => Assert.True(answer.IsFresh));
        Assert.Equal((1, 1), (_rig.Store.HeadReads - heads, _rig.Store.ReadCount));
    }

    [Fact]
    public async Task FindMany_Nothing_IsNothing() => Assert.Empty(await _rig.FindManyAsync());
}
