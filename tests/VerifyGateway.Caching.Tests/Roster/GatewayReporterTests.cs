using VerifyGateway.Caching.Roster;
using VerifyGateway.Caching.Store;
using VerifyGateway.Caching.Tests.Support;

namespace VerifyGateway.Caching.Tests.Roster;

/// <summary>When a gateway tells how far it has come.</summary>
public sealed class GatewayReporterTests : IAsyncDisposable
{
    private readonly ManualTime _time = new();
    private readonly ScriptedRoster _roster = new();
    private readonly Page _page = new();
    private readonly Follower _follower;
    private readonly GatewayReporter _reporter;

    public GatewayReporterTests()
    {
        _follower = new Follower(_time);
        _reporter = new GatewayReporter(_roster, _follower, "g-1", "one", _page.Coherence, _time);
    }

    public ValueTask DisposeAsync() => _reporter.DisposeAsync();

    [Fact]
    public async Task Reporter_NothingChanges_ReportsEvery500Ms()
    {
        await StartAsync();
        await AdvanceAsync(499);
        Assert.Single(_roster.Kept);
        await AdvanceAsync(1);
        await KeptAsync(2);
        Assert.Equal(500, _roster.Kept[1].ReportedAtUnixMs - _roster.Kept[0].ReportedAtUnixMs);
        Assert.Equal(new GatewayReport("g-1", "one", 3, _time.NowUnixMs), _roster.Kept[1]);
    }

    [Fact]
    public async Task Reporter_TheRevisionChanges_ReportsAtOnceAndNotMoreThanEvery100Ms()
    {
        await StartAsync();
        _follower.Apply(4);
        _follower.Apply(5);
        await AdvanceAsync(99);
        Assert.Single(_roster.Kept);
        await AdvanceAsync(1);
        await KeptAsync(2);
        Assert.Equal((5, 100), (_roster.Kept[1].AppliedRevision, _roster.Kept[1].ReportedAtUnixMs - _roster.Kept[0].ReportedAtUnixMs));

        // After a rest a change is told without delay.
        await AdvanceAsync(200);
        _follower.Apply(6);
        await KeptAsync(3);
        Assert.Equal((6, 200), (_roster.Kept[2].AppliedRevision, _roster.Kept[2].ReportedAtUnixMs - _roster.Kept[1].ReportedAtUnixMs));
    }

    [Fact]
    public async Task Reporter_TheStoreFails_GoesOnAndIsHeardAgain()
    {
        await StartAsync();
        _roster.IsDown = true;
        _follower.Apply(4);
        for (var turn = 1; turn <= 3; turn++)
        {
            await AdvanceAsync(500);
            await Wait.UntilAsync(async () => await _page.ValueAsync("verifygateway_roster_report_failures_total") >= turn, "a report that fails");
        }

        _roster.IsDown = false;
        await AdvanceAsync(500);
        await KeptAsync(2);
        Assert.Equal(4, _roster.Kept[1].AppliedRevision);
    }

    [Fact]
    public async Task Reporter_Stops_RemovesItselfAndReportsNoMore()
    {
        await StartAsync();
        await _reporter.DisposeAsync();
        Assert.Equal(["g-1"], _roster.Removed);
        _time.AdvanceMs(5_000);
        Assert.Single(_roster.Kept);
    }

    [Fact]
    public async Task Reporter_StopsWhileTheStoreFails_StopsAllTheSame()
    {
        await StartAsync();
        _roster.IsDown = true;
        await _reporter.DisposeAsync();
        Assert.Empty(_roster.Removed);
    }

    private async Task StartAsync()
    {
        await _reporter.StartAsync();
        await KeptAsync(1);
    }

    private Task KeptAsync(int count) => Wait.UntilAsync(() => _roster.Kept.Count == count, $"report {count}");

    /// <summary>Moves the clock in small steps, each from when the reporter rests.</summary>
    private async Task AdvanceAsync(int ms)
    {
        for (var at = 0; at < ms; at++)
        {
            await Wait.UntilAsync(() => _time.TimersWaiting > 0, "the reporter to rest");
            _time.AdvanceMs(1);
        }
    }

    private sealed class Follower(ManualTime time) : IAppliedRevision
    {
        private readonly Lock _gate = new();
        private TaskCompletionSource _moved = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private long _applied = 3;

        public long Applied => Interlocked.Read(ref _applied);

        public void Apply(long revision)
        {
            lock (_gate)
            {
                _applied = revision;
                _moved.SetResult();
                _moved = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }

        public async ValueTask<bool> WaitForAsync(long revision, TimeSpan atMost, CancellationToken cancel)
        {
            Task moved;
            lock (_gate)
            {
                if (_applied >= revision)
                {
                    return true;
                }

                moved = _moved.Task;
            }

            try
            {
                await moved.WaitAsync(atMost, time, cancel);
                return true;
            }
            catch (TimeoutException)
            {
                return false;
            }
        }
    }
}
