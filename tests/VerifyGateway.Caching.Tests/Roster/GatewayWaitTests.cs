using VerifyGateway.Caching.Roster;
using VerifyGateway.Caching.Store;

namespace VerifyGateway.Caching.Tests.Roster;

/// <summary>Waiting for gateways to apply a revision.</summary>
public sealed class GatewayWaitTests
{
    private readonly ManualTime _time = new();
    private readonly ScriptedRoster _roster = new();

    [Fact]
    public async Task Wait_AllHaveApplied_EndsAtOnceAndNamesThem()
    {
        _roster.Read = _ => [Report("a", 7, ago: 30), Report("b", 9, ago: -5)];
        var result = await WaitFor(7, TimeSpan.FromSeconds(30)).ForAsync();
        Assert.True(result.IsComplete);
        Assert.Equal([new GatewayStanding("a", "name a", 7, 30), new GatewayStanding("b", "name b", 9, 0)], result.Applied);
        Assert.Equal((1, TimeSpan.FromMinutes(10)), (_roster.Readings, _roster.SeenWithin));
    }

    [Fact]
    public async Task Wait_NobodyIsSeen_EndsAtOnce()
    {
        var result = await WaitFor(7, TimeSpan.FromSeconds(30)).ForAsync();
        Assert.Equal((true, true, 0), (result.IsComplete, result.IsKnown, result.Applied.Count));
    }

    [Fact]
    public async Task Wait_OneCatchesUp_EndsWithItAndNotBefore()
    {
        _roster.Read = reading => [Report("a", 7), Report("b", reading < 4 ? 6 : 7)];
        var began = _time.NowUnixMs;
        var result = await WaitFor(7, TimeSpan.FromSeconds(30)).ForAsync();
        Assert.True(result.IsComplete);
        Assert.Equal((4, 60L), (_roster.Readings, _time.NowUnixMs - began));
    }

    [Fact]
    public async Task Wait_OneDoesNot_EndsWithTheTimeAndNamesIt()
    {
        _roster.Read = _ => [Report("a", 7), Report("b", 6, ago: 400)];
        var began = _time.NowUnixMs;
        var result = await WaitFor(7, TimeSpan.FromMilliseconds(130)).ForAsync();
        Assert.False(result.IsComplete);
        Assert.Equal(["a"], result.Applied.Select(static gateway => gateway.Id));
        Assert.Equal(("b", 6L), (result.Waiting.Single().Id, result.Waiting.Single().AppliedRevision));
        Assert.Equal(130, _time.NowUnixMs - began);
    }

    [Fact]
    public async Task Wait_OneIsNotSeenAnyMore_IsNotWaitedFor()
    {
        _roster.Read = reading => reading < 3 ? [Report("a", 7), Report("b", 6)] : [Report("a", 7)];
        Assert.Equal(["a"], (await WaitFor(7, TimeSpan.FromSeconds(30)).ForAsync()).Applied.Select(static gateway => gateway.Id));
        Assert.Equal(3, _roster.Readings);
    }

    [Fact]
    public async Task Wait_OneIsSilentAndSaidNoFarewell_IsWaitedForAsLongAsItMayAllow()
    {
        // Dead, or alive and kept from reporting by a write lock: nobody can tell.
        _roster.Read = _ => [Report("a", 7), new("b", "name b", 6, 0)];
        var began = _time.NowUnixMs;
        var result = await WaitFor(7, TimeSpan.FromSeconds(30)).ForAsync();
        Assert.True(result.IsComplete);
        Assert.Equal(["a"], result.Applied.Select(static gateway => gateway.Id));
        Assert.InRange(_time.NowUnixMs - began, 5_001, 5_040);

        var early = await WaitFor(7, TimeSpan.FromSeconds(1)).ForAsync();
        Assert.False(early.IsComplete);
        Assert.Equal("b", Assert.Single(early.Waiting).Id);
    }

    [Fact]
    public async Task Wait_OneIsSilentAndHadApplied_IsNotWaitedFor()
    {
        _roster.Read = _ => [Report("a", 7), new("b", "name b", 8, 0)];
        Assert.Equal(["a"], (await WaitFor(7, TimeSpan.Zero).ForAsync()).Applied.Select(static gateway => gateway.Id));
    }

    [Fact]
    public async Task Wait_RosterFailsAndComesBack_GoesOn()
    {
        _roster.Read = reading => reading < 3 ? throw new StoreUnavailableException("Told to fail.") : [Report("a", 7)];
        Assert.True((await WaitFor(7, TimeSpan.FromSeconds(30)).ForAsync()).IsComplete);
    }

    [Fact]
    public async Task Wait_RosterNeverAnswers_SaysThatNothingIsKnown()
    {
        _roster.IsDown = true;
        var result = await WaitFor(7, TimeSpan.FromMilliseconds(100)).ForAsync();
        Assert.Equal((false, false), (result.IsKnown, result.IsComplete));
    }

    [Fact]
    public async Task Wait_ManyAtOnce_ShareTheReadsOfTheRoster()
    {
        // Each wait by itself reads 6 times before the other gateway has caught up: 100 of them would read 600 times.
        _roster.Read = reading => [Report("b", reading < 6 ? 6 : 7)];
        var wait = new GatewayWait(_roster, _time, TimeSpan.FromSeconds(5));
        var waits = Enumerable.Range(0, 100).Select(_ => wait.ForAsync(7, TimeSpan.FromSeconds(30), default).AsTask()).ToArray();
        while (!Array.TrueForAll(waits, static it => it.IsCompleted))
        {
            // All of them: the clock must not run on while some of them have not been given a thread.
            await Wait.UntilAsync(() => _time.TimersWaiting == waits.Count(static it => !it.IsCompleted), "the waits to rest");
            _time.AdvanceMs(10);
        }

        Assert.All(await Task.WhenAll(waits), static result => Assert.True(result.IsComplete));
        Assert.InRange(_roster.Readings, 6, 60);
    }

    [Fact]
    public async Task Wait_CallerLeaves_Ends()
    {
        _roster.Read = _ => [Report("b", 6)];
        using var leave = new CancellationTokenSource();
        var waiting = new GatewayWait(_roster, _time, TimeSpan.FromSeconds(5)).ForAsync(7, TimeSpan.FromSeconds(30), leave.Token).AsTask();
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    private GatewayReport Report(string id, long applied, long ago = 0) => new(id, "name " + id, applied, _time.NowUnixMs - ago);

    private Waiting WaitFor(long revision, TimeSpan atMost) => new(_time, new GatewayWait(_roster, _time, TimeSpan.FromSeconds(5)).ForAsync(revision, atMost, default).AsTask());

    /// <summary>Moves the clock whenever the wait rests.</summary>
    private sealed class Waiting(ManualTime time, Task<GatewayWaitResult> task)
    {
        public async Task<GatewayWaitResult> ForAsync()
        {
            while (!task.IsCompleted)
            {
                await Wait.UntilAsync(() => time.TimersWaiting > 0 || task.IsCompleted, "the wait to rest");
                if (!task.IsCompleted)
                {
                    time.AdvanceMs(10);
                }
            }

            return await task;
        }
    }
}
