using VerifyGateway.Server.Watching;
using VerifyGateway.TestKit;
using VerifyGateway.V1;
using static VerifyGateway.Server.Tests.Rows;
using RecordState = VerifyGateway.Domain.Records.TerminalState;

namespace VerifyGateway.Server.Tests.Watching;

/// <summary>How watchers read the feed: together at its end, alone when they are behind, and never a write by halves.</summary>
public sealed class WatchFeedTests : IAsyncLifetime
{
    private StoreServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await StoreServer.StartAsync(new WatchOptions { RecentChanges = 1_000, SlowReaderAfterMs = 600_000, BufferedMessages = 2, BufferedBytes = 4_096 });
        await _server.Store.PutAsync(Identity("ID-1"), Merchant(1, "ID-1"));
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Watchers_ThatHaveCaughtUp_ShareOneReadingOfTheFeed()
    {
        const int Watchers = 30;
        const int Writes = 40;
        var watches = Enumerable.Range(0, Watchers).Select(_ => new Watched(_server.Client, Watched.After(1))).ToList();
        var copies = await Task.WhenAll(watches.Select(watch => watch.ApplyUntilAsync(new BindingCopy(Acquirer1), 1)));
        var before = _server.Observed.FeedReads;
        for (var n = 1; n <= Writes; n++)
        {
            var written = await _server.Store.PutAsync(Terminal(n, 1));
            await Task.WhenAll(watches.Zip(copies, (watch, copy) => watch.ApplyUntilAsync(copy, written.Revision)));
        }

        // A watcher that read alone would read once a write at the least: 1,200 times here.
        Assert.InRange(_server.Observed.FeedReads - before, Writes, Watchers * Writes / 4);
        Assert.All(copies, copy => Assert.Equal(Writes, copy.Events.Count));
        watches.ForEach(watch => watch.Dispose());
        await Wait.UntilAsync(async () => await _server.MetricAsync("verifygateway_watchers") == 0, "the watchers to have gone");
        // With the last of them the reading has ended.
        await Wait.UntilAsync(async () =>
        {
            var reads = _server.Observed.FeedReads;
            await Task.Delay(700);
            return reads == _server.Observed.FeedReads;
        }, "the reading to end");
    }

    [Fact]
    public async Task Watcher_FurtherBehindThanWhatIsKept_ReadsAloneAndGetsEverythingInOrder()
    {
        using var slow = new Watched(_server.Client, Watched.FromEarliest);
        var copy = await slow.ApplyUntilAsync(new BindingCopy(Acquirer1), 1);
        using var quick = new Watched(_server.Client, Watched.FromEarliest);
        var other = await quick.ApplyUntilAsync(new BindingCopy(Acquirer1), 1);
        long head = 0;
        for (var n = 0; n < 100; n++)
        {
            head = (await _server.Store.PutAsync([.. Enumerable.Range(n * 90, 90).Select(terminal => Terminal(terminal, 1))])).Revision;
            await quick.ApplyUntilAsync(other, head);
        }

        // 9,000 changes, of which the ring keeps 1,000; the slow one has read but what fits into the connection.
        var before = _server.Observed.FeedReads;
        await slow.ApplyUntilAsync(copy, head);
        Assert.True(_server.Observed.FeedReads > before, "it has read nothing alone");
        Assert.Equal(Enumerable.Range(2, (int)head - 1), copy.Events.SelectMany(one => one.Terminals).Select(terminal => (int)terminal.Revision));
        Assert.Equal(other.Bindings(), copy.Bindings());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public async Task Pages_ThatEndWithinWrites_AreNotSeenByTheWatcher(int entries)
    {
        _server.Observed.MostEntries = entries;
        for (var n = 0; n < 20; n++)
        {
            await _server.Store.PutAsync([.. Enumerable.Range(n * 5, 5).Select(terminal => Terminal(terminal, 1))]);
        }

        using var watch = new Watched(_server.Client, Watched.After(1));
        var copy = await watch.ApplyUntilAsync(new BindingCopy(Acquirer1), 101);
        // Read in pages of fewer entries, of which most end within a write, an event is a write all the same.
        Assert.Equal(Enumerable.Range(1, 20).Select(n => (1 + (n * 5), 5, true)), copy.Events.Select(one => ((int)one.Revision, one.Terminals.Count, one.EndsWrite)));
        Assert.Contains((await _server.Observed.ReadFeedAsync(1, entries)).Entries, entry => !entry.EndsWrite);
    }

    [Fact]
    public async Task Write_OfVeryMany_ComesInPartsOfWhichTheLastEndsIt_AndOneThatFitsNotAtItsEndIsEndedAllTheSame()
    {
        await _server.Store.PutAsync([Identity("ID-1", acquirer: Acquirer2), Merchant(1, "ID-1", acquirer: Acquirer2), .. Enumerable.Range(0, 2_500).Select(n => Terminal(n, 1)), Terminal(9_000, 1, acquirer: Acquirer2)]);
        using var watch = new Watched(_server.Client, Watched.After(1));
        var copy = await watch.ApplyUntilAsync(new BindingCopy(Acquirer1), 2_503);
        Assert.Equal([(1_000, false), (1_000, false), (500, true)], copy.Events.Select(one => (one.Terminals.Count, one.EndsWrite)));
        // Cut off in the middle, the rest of the write follows.
        using var rest = new Watched(_server.Client, Watched.After(copy.Events[0].Revision));
        var second = await rest.ApplyUntilAsync(new BindingCopy(Acquirer1), 2_503);
        Assert.Equal(copy.Events.Skip(1), second.Events);

        var exactly = await _server.Store.PutAsync([.. Enumerable.Range(3_000, 1_000).Select(n => Terminal(n, 1)), Terminal(9_001, 1, acquirer: Acquirer2)]);
        using var third = new Watched(_server.Client, Watched.After(2_503));
        var ended = await third.ApplyUntilAsync(new BindingCopy(Acquirer1), exactly.Revision);
        Assert.Equal([(1_000, false), (0, true)], ended.Events.Select(one => (one.Terminals.Count, one.EndsWrite)));
    }

    [Fact]
    public async Task Snapshot_OfWhichPagesAreReadWhileOthersWrite_IsExactWhereItsEndSays()
    {
        for (var n = 0; n < 20; n++)
        {
            await _server.Store.PutAsync(Terminal(n * 10, 1));
        }

        _server.Observed.MostBindings = 3;
        var written = 0;
        _server.Observed.AfterPage = async () =>
        {
            // Behind the page that was read, and before it.
            written++;
            await _server.Store.PutAsync(Terminal(0, 1, written % 2 == 0 ? RecordState.Active : RecordState.Suspended), Merchant(1 + written, "ID-1"), Terminal((written * 30) + 5, 1 + written));
        };
        using var watch = new Watched(_server.Client, Watched.FromSnapshot);
        var (copy, withoutFeed) = (new BindingCopy(Acquirer1), new BindingCopy(Acquirer1));
        while (copy.ResumeAfter is null)
        {
            var message = await watch.NextAsync();
            copy.Apply(message);
            withoutFeed.Apply(message);
        }

        _server.Observed.AfterPage = () => Task.CompletedTask;
        _server.Observed.MostBindings = int.MaxValue;
        Assert.True(written > 3 && copy.ExactFrom > copy.ResumeAfter);
        var head = await _server.Store.ReadHeadAsync();
        await watch.ApplyUntilAsync(copy, head);
        var list = await _server.Client.ListBindingsAsync(new ListBindingsRequest { AcquirerId = Acquirer1, PageSize = 1_000 });
        Assert.Equal(head, list.Revision);
        Assert.Equal(list.Bindings, copy.Bindings());
        // The pages alone are not what stood at any head: followed from the last page's only, merchants between them would be missing.
        Assert.ThrowsAny<Exception>(() => Assert.Equal(list.Bindings, withoutFeed.Bindings()));
        using var late = new Watched(_server.Client, Watched.After(copy.ExactFrom));
        await late.ApplyUntilAsync(new BindingCopy(Acquirer1), head);
    }
}
