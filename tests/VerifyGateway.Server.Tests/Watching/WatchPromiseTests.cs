using VerifyGateway.Server.Watching;
using VerifyGateway.TestKit;

namespace VerifyGateway.Server.Tests.Watching;

/// <summary>What snapshots and checkpoints promise where the simulation has found it broken.</summary>
public sealed class WatchPromiseTests
{
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
