using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using VerifyGateway.Caching.Store;
using VerifyGateway.Server.Watching;
using VerifyGateway.TestKit;
using static VerifyGateway.Server.Tests.Rows;

namespace VerifyGateway.Server.Tests.Watching;

/// <summary>How watches end, and that whoever goes on where the end says misses nothing and is told nothing twice.</summary>
public sealed class WatchEndTests : IAsyncLifetime
{
    private WireWrites _writes = null!;
    private StoreServer _server = null!;

    public async ValueTask InitializeAsync() => await BeginAsync(new WatchOptions { BufferedMessages = 4, BufferedBytes = 16_384, SlowReaderAfterMs = 500 });

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task SlowReader_IsCutOffWithAPlaceToGoOn_AndMissesAndRepeatsNothing()
    {
        using var watch = new Watched(_server.Client, Watched.After(1));
        var copy = await watch.ApplyUntilAsync(new BindingCopy(Acquirer1), 1);
        var head = await WriteMuchAsync();
        await Wait.UntilAsync(async () => await _server.MetricAsync("verifygateway_watch_ends_total{reason=\"slow_reader\"}") == 1, "the watcher to be cut off");
        // What it ended with is counted a moment before it is gone.
        await Wait.UntilAsync(async () => await _server.MetricAsync("verifygateway_watchers") == 0, "the watcher to be gone");

        var end = await watch.ApplyToTheEndAsync(copy);
        Assert.Equal((StatusCode.ResourceExhausted, "SLOW_READER"), (end.StatusCode, StoreServer.InfoOf(end).Type));
        Assert.Equal(copy.ResumeAfter, long.Parse(StoreServer.InfoOf(end).Metadata["resume_after_revision"], System.Globalization.CultureInfo.InvariantCulture));
        Assert.InRange(copy.ResumeAfter!.Value, 1, head - 1);
        await ExpectTheRestAsync(copy, head);
    }

    [Fact]
    public async Task SlowReader_WithinALongerLimit_IsNotCutOffAndCostsNoMoreThanTheBuffer()
    {
        await DisposeAsync();
        await BeginAsync(new WatchOptions { BufferedMessages = 4, BufferedBytes = 16_384, SlowReaderAfterMs = 600_000 });
        using var watch = new Watched(_server.Client, Watched.After(1));
        var copy = await watch.ApplyUntilAsync(new BindingCopy(Acquirer1), 1);
        var head = await WriteMuchAsync();
        await Wait.UntilAsync(async () => await StandsStillAsync(), "the sending to stand still");
        // Most has not been sent, and only four messages wait for it.
        Assert.True(await _server.MetricAsync("verifygateway_watch_events_total") < 100);
        await watch.ApplyUntilAsync(copy, head);
        Assert.Equal(Enumerable.Range(2, (int)head - 1), copy.Events.SelectMany(one => one.Terminals).Select(terminal => (int)terminal.Revision));
    }

    [Fact]
    public async Task SlowReader_OfASnapshot_IsToldToBeginAnew()
    {
        await WriteMuchAsync();
        using var watch = new Watched(_server.Client, Watched.FromSnapshot);
        await Wait.UntilAsync(async () => await _server.MetricAsync("verifygateway_watch_ends_total{reason=\"slow_reader\"}") == 1, "the watcher to be cut off");
        var end = await watch.EndAsync();
        Assert.Equal((StatusCode.ResourceExhausted, false), (end.StatusCode, StoreServer.InfoOf(end).Metadata.ContainsKey("resume_after_revision")));
    }

    [Fact]
    public async Task GatewayStops_IsUnavailableWithAPlaceToGoOn()
    {
        using var watch = new Watched(_server.Client, Watched.FromSnapshot);
        var copy = await watch.ApplyUntilAsync(new BindingCopy(Acquirer1), 1);
        var written = await _server.Store.PutAsync(Terminal(1, 1));
        await watch.ApplyUntilAsync(copy, written.Revision);
        var stopping = _server.StopAsync();
        var end = await watch.ApplyToTheEndAsync(copy);
        Assert.Equal((StatusCode.Unavailable, "GATEWAY_STOPPING", "2"), (end.StatusCode, StoreServer.InfoOf(end).Type, StoreServer.InfoOf(end).Metadata["resume_after_revision"]));
        await stopping;
    }

    [Fact]
    public async Task StoreDoesNotAnswer_IsUnavailableWithAPlaceToGoOnAndWithoutItsText()
    {
        using var watch = new Watched(_server.Client, Watched.After(1));
        var copy = await watch.ApplyUntilAsync(new BindingCopy(Acquirer1), 1);
        _server.Observed.Failure = new StoreUnavailableException("a text that must not leave the process");
        var end = await watch.ApplyToTheEndAsync(copy);
        Assert.Equal((StatusCode.Unavailable, "STORE_UNAVAILABLE", "1"), (end.StatusCode, StoreServer.InfoOf(end).Type, StoreServer.InfoOf(end).Metadata["resume_after_revision"]));
        Assert.DoesNotContain("must not leave", end.ToString(), StringComparison.Ordinal);
        _server.Observed.Failure = null;
        var written = await _server.Store.PutAsync(Terminal(1, 1));
        await ExpectTheRestAsync(copy, written.Revision);
    }

    [Fact]
    public async Task StoreDoesNotAnswer_ForAMoment_IsNotNoticed()
    {
        using var watch = new Watched(_server.Client, Watched.After(1));
        var copy = await watch.ApplyUntilAsync(new BindingCopy(Acquirer1), 1);
        _server.Observed.Failure = new StoreUnavailableException("for a moment");
        var reads = _server.Observed.FeedReads;
        var written = await _server.Store.PutAsync(Terminal(1, 1));
        await Wait.UntilAsync(() => _server.Observed.FeedReads > reads + 2, "reads that fail");
        _server.Observed.Failure = null;
        await watch.ApplyUntilAsync(copy, written.Revision);
        Assert.Single(copy.Events);
    }

    [Fact]
    public async Task TooMany_AreTurnedAway_AndAdmittedWhenOthersHaveGone()
    {
        await DisposeAsync();
        await BeginAsync(new WatchOptions { MaxWatchers = 2 });
        var first = new Watched(_server.Client, Watched.After(1));
        using var second = new Watched(_server.Client, Watched.After(1));
        await first.NextAsync();
        await second.NextAsync();
        using var third = new Watched(_server.Client, Watched.After(1));
        var refused = await third.EndAsync();
        Assert.Equal((StatusCode.ResourceExhausted, "TOO_MANY_WATCHERS"), (refused.StatusCode, StoreServer.InfoOf(refused).Type));
        first.Dispose();
        await Wait.UntilAsync(async () => await _server.MetricAsync("verifygateway_watch_ends_total{reason=\"caller\"}") == 1, "the first to have gone");
        using var fourth = new Watched(_server.Client, Watched.After(1));
        await fourth.NextAsync();
        await second.NextAsync();
    }

    [Theory]
    [InlineData(500, "SLOW_READER")]
    [InlineData(600_000, "GATEWAY_STOPPING")]
    public async Task Write_ThatTheWireDoesNotTake_IsOverBeforeTheCallIs(int slowReaderAfterMs, string why)
    {
        await DisposeAsync();
        await BeginAsync(new WatchOptions { BufferedMessages = 4, BufferedBytes = 16_384, SlowReaderAfterMs = slowReaderAfterMs });
        using var watch = new Watched(_server.Client, Watched.After(1));
        var copy = await watch.ApplyUntilAsync(new BindingCopy(Acquirer1), 1);
        await WriteMuchAsync();
        await Wait.UntilAsync(async () => await StandsStillAsync(), "the sending to stand still");
        var stopping = slowReaderAfterMs == 500 ? Task.CompletedTask : _server.StopAsync();
        await Wait.UntilAsync(() => _writes.AtEnd is not null, "the call to end");
        // The server gives the stream to the next call: a write that goes on then is one into that call.
        Assert.Equal((true, true), (_writes.LastHadToWait, _writes.AtEnd));
        var end = await watch.ApplyToTheEndAsync(copy);
        Assert.Equal(why, StoreServer.InfoOf(end).Type);
        Assert.Equal(_writes.LastRevision, copy.ResumeAfter);
        await stopping;
    }

    private async Task BeginAsync(WatchOptions options)
    {
        _writes = new WireWrites();
        _server = await StoreServer.StartAsync(options, further: services => services.AddSingleton(_writes).AddGrpc(grpc => grpc.Interceptors.Add<WireWrites>()));
        await _server.Store.PutAsync(Identity("ID-1"), Merchant(1, "ID-1"));
    }

    /// <summary>200 writes of 50 terminals, more than 1 MB on the wire: more than any window and buffer of the connection holds. Returns the head.</summary>
    private async Task<long> WriteMuchAsync()
    {
        // Few at a time: the last of 200 at once would wait longer for the store than a write may on a busy machine.
        await Parallel.ForEachAsync(Enumerable.Range(0, 200), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (n, _) =>
            await _server.Store.PutAsync([.. Enumerable.Range(n * 50, 50).Select(terminal => Terminal(terminal, 1))]));
        return await _server.Store.ReadHeadAsync();
    }

    private async Task<bool> StandsStillAsync()
    {
        var before = await _server.MetricAsync("verifygateway_watch_events_total");
        await Task.Delay(300);
        return before > 0 && before == await _server.MetricAsync("verifygateway_watch_events_total");
    }

    private async Task ExpectTheRestAsync(BindingCopy copy, long head)
    {
        while (copy.Checkpoint < head)
        {
            var from = copy.ResumeAfter!.Value;
            using var rest = new Watched(_server.Client, Watched.After(from));
            try
            {
                await rest.ApplyUntilAsync(copy, head);
            }
            catch (RpcException end) when (end.StatusCode == StatusCode.ResourceExhausted && copy.ResumeAfter > from)
            {
                // A test that a busy machine holds up for half a second is a slow reader too; it goes on like any other.
            }
        }

        Assert.Equal(Enumerable.Range(2, (int)head - 1), copy.Events.SelectMany(one => one.Terminals).Select(terminal => (int)terminal.Revision));
    }
}
