using VerifyGateway.Caching.Store;
using VerifyGateway.Server.Watching;
using VerifyGateway.TestKit;
using VerifyGateway.V1;
using static VerifyGateway.Server.Tests.Rows;
using RecordState = VerifyGateway.Domain.Records.TerminalState;

namespace VerifyGateway.Server.Tests.Watching;

/// <summary>What snapshots and checkpoints promise where the simulation has found it broken.</summary>
public sealed class WatchPromiseTests : IAsyncLifetime
{
    private StoreServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await StoreServer.StartAsync();
        await _server.Store.PutAsync(Identity("ID-1"), Merchant(1, "ID-1"));
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Snapshot_OfWhichAServerThatLagsBehindAnswersAPart_BeginsItsEventsAtTheLowestHead()
    {
        await _server.Store.PutAsync(Terminal(1, 1), Terminal(2, 1));
        var old = await _server.Observed.ListAsync(new BindingFilter(Acquirer(Acquirer1)), 1_000, "", TestContext.Current.CancellationToken);
        var head = (await _server.Store.PutAsync(Terminal(1, 1, RecordState.Suspended), Terminal(3, 1))).Revision;
        _server.Observed.OldPage = old;
        using var watch = new Watched(_server.Client, Watched.FromSnapshot);
        var copy = await watch.ApplyUntilAsync(new BindingCopy(Acquirer1), head);
        _server.Observed.OldPage = null;
        var list = await _server.Client.ListBindingsAsync(new ListBindingsRequest { AcquirerId = Acquirer1, PageSize = 1_000 });
        // From the head of the first page on, which was read of a server that did not lag behind, nothing would have been told.
        Assert.Equal((old.Head + 2, head), (head, copy.ExactFrom));
        Assert.Equal(list.Bindings, copy.Bindings());
    }

    [Fact]
    public async Task Checkpoint_BetweenThePartsOfAWrite_IsNotSent()
    {
        var head = (await _server.Store.PutAsync([.. Enumerable.Range(0, 2_500).Select(n => Terminal(n, 1))])).Revision;
        // Longer than the interval of checkpoints; the copy fails when one comes within a write, or goes back.
        _server.Observed.FeedTakes = TimeSpan.FromMilliseconds(150);
        using var watch = new Watched(_server.Client, Watched.After(1));
        var copy = await watch.ApplyUntilAsync(new BindingCopy(Acquirer1), head);
        Assert.Equal([false, false, true], copy.Events.Select(one => one.EndsWrite));

        // The same for who goes on within the write: a checkpoint of where it goes on would be none of the end of a write.
        using var rest = new Watched(_server.Client, Watched.After(copy.Events[0].Revision));
        var second = new BindingCopy(Acquirer1);
        second.Apply(new WatchBindingsResponse { Event = copy.Events[0] });
        await rest.ApplyUntilAsync(second, head);
        Assert.Equal(copy.Events, second.Events);
    }

    [Fact]
    public async Task Write_WithinWhichAWatcherGoesOn_IsEndedAlsoWhenItsRestDoesNotConcernIt()
    {
        await _server.Store.PutAsync([
            Identity("ID-1", acquirer: Acquirer2), Merchant(1, "ID-1", acquirer: Acquirer2), .. Enumerable.Range(0, 1_000).Select(n => Terminal(n, 1)), Terminal(9_000, 1, acquirer: Acquirer2)]);
        var head = await _server.Store.ReadHeadAsync();
        using var watch = new Watched(_server.Client, Watched.After(1));
        var copy = await watch.ApplyUntilAsync(new BindingCopy(Acquirer1), head);
        Assert.Equal([(1_000, false), (0, true)], copy.Events.Select(one => (one.Terminals.Count, one.EndsWrite)));
        using var rest = new Watched(_server.Client, Watched.After(copy.Events[0].Revision));
        var second = await rest.ApplyUntilAsync(new BindingCopy(Acquirer1), head);
        Assert.Equal(copy.Events.Skip(1), second.Events);
    }

    [Fact]
    public async Task Follower_ThatWaitsForLessThanAMillisecond_WaitsAndDoesNotSpin()
    {
        var time = new ManualTime();
        using var follower = new FeedTail(new ScriptedStore(time), new WatchOptions(), time).Join(10);
        var waiting = follower.WaitAsync(10, TimeSpan.FromTicks(1), TestContext.Current.CancellationToken);
        Assert.False(waiting.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(1));
        await waiting.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }
}
