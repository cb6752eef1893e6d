using NBomber;
using NBomber.Data.CSharp;

namespace NBomberStandIn.Tests;

/// <summary>Feeds and pools hand out by their rules.</summary>
public sealed class FeedTests
{
    private static readonly int[] Items = [10, 20, 30];

    [Fact]
    public void Constant_GivesEachCopyItsItem()
    {
        var feed = DataFeed.Constant(Items);
        Assert.Equal([10, 20, 30, 10], Enumerable.Range(0, 4).Select(copy => feed.GetNextItem(Copy(copy))));
        Assert.Equal(20, feed.GetNextItem(Copy(1)));
    }

    [Fact]
    public void Circular_GoesRoundAcrossThreads()
    {
        var feed = DataFeed.Circular(Items);
        Assert.Equal([10, 20, 30, 10, 20], Enumerable.Range(0, 5).Select(_ => feed.GetNextItem(Copy(0))));
        var seen = new int[31];
        Parallel.For(0, 30_001, _ => Interlocked.Increment(ref seen[feed.GetNextItem(Copy(0))]));
        Assert.All(Items, item => Assert.InRange(seen[item], 10_000, 10_001));
    }

    [Fact]
    public void Random_GivesEachItemAboutAsOften()
    {
        var feed = DataFeed.Random(Items);
        var counts = Enumerable.Range(0, 30_000).GroupBy(_ => feed.GetNextItem(Copy(0))).ToDictionary(group => group.Key, group => group.Count());

        // Ten standard deviations: wrong once in 10^22.
        Assert.All(Items, item => Assert.InRange(counts[item], 10_000 - 820, 10_000 + 820));
        Assert.Same(feed.Items, feed.Items);
    }

    [Fact]
    public void Feed_WithoutItems_IsRefused() => Assert.Throws<ArgumentException>(() => DataFeed.Circular(Array.Empty<int>()));

    [Fact]
    public void ClientPool_SharesItsClientsAndDisposesOfThemOnce()
    {
        var pool = new ClientPool<StringWriter>();
        pool.AddClient(new StringWriter());
        pool.AddClient(new StringWriter());
        Assert.Same(pool.Clients[1], pool.GetClient(Copy(1)));
        Assert.Same(pool.Clients[1], pool.GetClient(Copy(3)));
        var disposed = 0;
        pool.DisposeClients(_ => disposed++);
        pool.DisposeClients(_ => disposed++);
        pool.Dispose();
        Assert.Equal(2, disposed);
        Assert.Null(Record.Exception(() => pool.Clients[0].Write("still open")));
    }

    [Fact]
    public void ClientPool_DisposesOfWhatCanBeDisposedOf()
    {
        var client = new StringWriter();
        var pool = new ClientPool<object>();
        pool.AddClient("a text");
        pool.AddClient(client);
        pool.Dispose();
        Assert.Throws<ObjectDisposedException>(() => client.Write("closed"));
    }

    [Fact]
    public async Task Copies_OfAnOpenLoad_HaveNumbersBelowTheBound()
    {
        // So that a pool of as many clients as the bound gives each iteration under way a client of its own.
        var run = new VirtualRun();
        var busy = new HashSet<int>();
        var stats = await run.RunAsync(with => with.WithMaxWorkUnderWay(5), run.Scenario("pool", async context =>
        {
            Assert.InRange(context.ScenarioInfo.InstanceNumber, 0, 4);
            Assert.True(busy.Add(context.ScenarioInfo.InstanceNumber));
            await run.Clock.Delay(Times.Seconds(0.3));
            busy.Remove(context.ScenarioInfo.InstanceNumber);
        }, Simulation.Inject(50, Times.Second, Times.Seconds(3))));
        Assert.Equal(0, stats.AllFailCount);
        Assert.InRange(stats.AllOkCount, 40, 60);
    }

    private static ScenarioInfo Copy(int number) => new()
    {
        InstanceId = $"x_{number}",
        InstanceNumber = number,
        ScenarioName = "x",
        ScenarioDuration = TimeSpan.Zero,
        ScenarioOperation = ScenarioOperation.Bombing,
    };
}
