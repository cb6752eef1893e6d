using VerifyGateway.Caching.Store;
using VerifyGateway.Caching.Tests.Support;

namespace VerifyGateway.Caching.Tests.Reader;

/// <summary>Loads from the store: shared, limited in number and time, and nobody's patience but the caller's own.</summary>
public sealed class RecordReaderLoadTests : IAsyncLifetime
{
    private static readonly PairKey Key = Make.Key(1);
    private ReaderRig _rig = null!;

    public async ValueTask InitializeAsync() => _rig = await ReaderRig.StartAsync(options => (options.MaxConcurrentLoads, options.LoadLimitMs) = (3, 1_000));

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task Find_TenThousandMissesOfOneKey_AreOneRead()
    {
        _rig.Store.Write(Key);
        await _rig.FollowAsync();
        _rig.Store.Hold();
        var findings = Enumerable.Range(0, 10_000).Select(_ => Task.Run(() => _rig.FindAsync(Key))).ToArray();
        await Wait.UntilAsync(async () => await _rig.Page.ValueAsync("verifygateway_singleflight_total{role=\"follower\"}") == 9_999, "all to share a load");
        _rig.Store.LetGo();
        var answers = await Task.WhenAll(findings);
        Assert.All(answers, answer => Assert.Equal((true, 11), (answer.IsFresh, answer.Pair.Terminal.Revision)));
        Assert.Equal(1, _rig.Store.ReadCount);
        Assert.Equal(1, await _rig.Page.ValueAsync("verifygateway_singleflight_total{role=\"leader\"}"));
    }

    [Fact]
    public async Task Control_BatchesOfOneKey_AreNotShared()
    {
        _rig.Store.Write(Key);
        await _rig.FollowAsync();
        _rig.Store.Hold();
        var findings = Enumerable.Range(0, 3).Select(_ => _rig.FindManyAsync(Key)).ToArray();
        await Wait.UntilAsync(() => _rig.Store.ReadCount == 3, "three reads");
        _rig.Store.LetGo();
        await Task.WhenAll(findings);
    }

    [Fact]
    public async Task Find_ManyShareALoadThatBeganBeforeTheRevisionTheyAskFor_ShareTheNextOneToo()
    {
        _rig.Store.Write(Key);
        await _rig.FollowAsync();
        _rig.Store.Hold();
        var first = _rig.FindAsync(Key);
        await Wait.UntilAsync(() => _rig.Store.Running == 1, "the first load to begin");
        _rig.Store.Write(Key);
        var later = Enumerable.Range(0, 500).Select(_ => _rig.FindAsync(Key, 14)).ToArray();
        // Redis is not asked for a revision that has not been applied: all have joined the load that is under way.
        Assert.Single(_rig.Remote.Reads);
        _rig.Store.LetGo();
        await first;
        Assert.All(await Task.WhenAll(later), answer => Assert.Equal((true, 13), (answer.IsFresh, answer.Pair.Terminal.Revision)));
        // A few may ask between the end of the second load and its copies being in memory. Never one each.
        Assert.InRange(_rig.Store.ReadCount, 2, 10);
    }

    [Fact]
    public async Task Find_OneCallerLeaves_TheOthersGetTheirAnswer()
    {
        _rig.Store.Write(Key);
        await _rig.FollowAsync();
        _rig.Store.Hold();
        using var leaving = new CancellationTokenSource();
        var leader = _rig.FindAsync(Key, 0, leaving.Token);
        await Wait.UntilAsync(() => _rig.Store.Running == 1, "the load to begin");
        var follower = _rig.FindAsync(Key);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leader);
        Assert.Equal(1, _rig.Store.Running);
        _rig.Store.LetGo();
        Assert.True((await follower).IsFresh);
        Assert.Equal(1, _rig.Store.ReadCount);
        Assert.Equal(0, await _rig.Page.DatabaseErrorsAsync("timeout"));
    }

    [Fact]
    public async Task Find_AllCallersLeaveBeforeThereIsAPlace_NothingIsLoadedForThem()
    {
        PairKey[] first = [Make.Key(1), Make.Key(2), Make.Key(3)];
        _rig.Store.Hold();
        var holding = first.Select(key => _rig.FindAsync(key)).ToArray();
        await Wait.UntilAsync(() => _rig.Store.Running == 3, "all places to be taken");
        using var leaving = new CancellationTokenSource();
        var impatient = Enumerable.Range(100, 50).Select(i => _rig.FindAsync(Make.Key(i), 0, leaving.Token)).ToArray();
        var patient = _rig.FindAsync(Make.Key(100));
        await Wait.UntilAsync(async () => await _rig.Page.ValueAsync("verifygateway_singleflight_total{role=\"leader\"}") == 53, "all to wait for a place");
        await leaving.CancelAsync();
        foreach (var gone in impatient)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        }

        _rig.Store.LetGo();
        await Task.WhenAll([.. holding, patient]);
        // Whoever comes back is answered, and those that were left were never read.
        Assert.True((await _rig.FindAsync(Make.Key(120))).IsFresh);
        Assert.Equal([1, 2, 3, 100, 120], _rig.Store.Reads.Select(static read => int.Parse(read.Single().Terminal.Sn.ToString()[^6..], System.Globalization.CultureInfo.InvariantCulture)).Order());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task C7_LoadPastItsLimit_IsNotFoundNotKeptAndTheNextCallWorks(bool deaf)
    {
        _rig.Store.Write(Key);
        await _rig.FollowAsync();
        _rig.Store.IsDeaf = deaf;
        _rig.Store.Hold();
        var findings = Enumerable.Range(0, 5).Select(_ => _rig.FindAsync(Key)).ToArray();
        await Wait.UntilAsync(() => _rig.Store.Running == 1, "the load to begin");
        _rig.Time.AdvanceMs(_rig.Options.LoadLimitMs);
        Assert.All(await Task.WhenAll(findings).WaitAsync(TimeSpan.FromSeconds(10)), answer => Assert.Equal(RecordAnswer.None, answer));
        Assert.Equal(1, await _rig.Page.DatabaseErrorsAsync("timeout"));
        Assert.Equal(0, await _rig.Page.UpAsync("db"));

        _rig.Store.LetGo();
        await Wait.UntilAsync(() => _rig.Store.Running == 0, "the late load to end");
        Assert.All(_rig.Remote.Offers, static offer => Assert.IsType<FeedEntry>(offer));
        var next = await _rig.FindAsync(Key);
        Assert.Equal((RecordSource.Store, true), (next.Source, next.IsFresh));
        Assert.Equal(1, await _rig.Page.UpAsync("db"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task FindMany_LoadPastItsLimit_IsNotFoundAndTheNextCallWorks(bool deaf)
    {
        _rig.Store.Write(Key);
        await _rig.FollowAsync();
        _rig.Store.IsDeaf = deaf;
        _rig.Store.Hold();
        var finding = _rig.FindManyAsync(Key);
        await Wait.UntilAsync(() => _rig.Store.Running == 1, "the load to begin");
        _rig.Time.AdvanceMs(_rig.Options.LoadLimitMs);
        Assert.Equal([RecordAnswer.None], await finding.WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.Equal(1, await _rig.Page.DatabaseErrorsAsync("timeout"));
        _rig.Store.LetGo();
        Assert.True((await _rig.FindManyAsync(Key))[0].IsFresh);
    }

    [Fact]
    public async Task FindMany_CallerLeaves_SaysNothingAgainstTheStore()
    {
        _rig.Store.Hold();
        using var leaving = new CancellationTokenSource();
        var finding = _rig.Reader.FindManyAsync([(Key, 0)], leaving.Token).AsTask();
        await Wait.UntilAsync(() => _rig.Store.Running == 1, "the load to begin");
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => finding);
        await Wait.UntilAsync(() => _rig.Store.Running == 0, "the store to have stopped");
        Assert.Equal(0, await _rig.Page.DatabaseErrorsAsync("timeout"));
        Assert.Equal(1, await _rig.Page.UpAsync("db"));
    }

    [Fact]
    public async Task Find_MoreKeysThanPlaces_LoadsOnlySoManyAtOnce()
    {
        _rig.Store.Hold();
        var findings = Enumerable.Range(0, 50).Select(i => _rig.FindAsync(Make.Key(i)))
            .Concat(Enumerable.Range(100, 10).Select(async i => (await _rig.FindManyAsync(Make.Key(i)))[0])).ToArray();
        await Wait.UntilAsync(() => _rig.Remote.Reads.Count == 60 && _rig.Store.Running == 3, "the places to be taken");
        Assert.Equal(3, await _rig.Page.ValueAsync("verifygateway_store_loads"));
        _rig.Store.LetGo();
        Assert.All(await Task.WhenAll(findings), answer => Assert.True(answer.IsFresh));
        Assert.Equal(3, _rig.Store.MostRunning);
        Assert.Equal(3, await _rig.Page.ValueAsync("verifygateway_store_loads_most"));
        Assert.Equal(0, await _rig.Page.ValueAsync("verifygateway_store_loads"));
        Assert.Equal(60, _rig.Store.ReadCount);
    }

    [Fact]
    public async Task Find_DeafStoreHoldsAllPlaces_OthersGiveUpWithinTheLimitAndNoMoreAreStarted()
    {
        _rig.Store.IsDeaf = true;
        _rig.Store.Hold();
        var stuck = Enumerable.Range(0, 3).Select(i => _rig.FindAsync(Make.Key(i))).ToArray();
        await Wait.UntilAsync(() => _rig.Store.Running == 3, "the places to be taken");
        _rig.Time.AdvanceMs(_rig.Options.LoadLimitMs);
        await Task.WhenAll(stuck).WaitAsync(TimeSpan.FromSeconds(10));

        var waiting = _rig.FindAsync(Make.Key(9));
        await Wait.UntilAsync(() => _rig.Time.TimersWaiting == 2, "the limit, beside the poll of the feed, to be set");
        _rig.Time.AdvanceMs(_rig.Options.LoadLimitMs);
        Assert.False((await waiting.WaitAsync(TimeSpan.FromSeconds(10))).IsFound);
        Assert.Equal(3, _rig.Store.MostRunning);
        _rig.Store.LetGo();
        await Wait.UntilAsync(async () => (await _rig.FindAsync(Make.Key(9))).IsFresh, "places to be free again");
    }
}
