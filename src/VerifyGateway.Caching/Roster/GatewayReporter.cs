using VerifyGateway.Caching.Coherence;
using VerifyGateway.Caching.Store;

namespace VerifyGateway.Caching.Roster;

/// <summary>
/// Tells the roster how far this gateway has come: when that has changed, at most once every 100 ms, and every 500 ms as a sign of
/// life. A store that fails is tried again with the next report. One use: begun once, disposed once.
/// </summary>
/// <param name="roster">Where it is told.</param>
/// <param name="applied">How far this gateway has come.</param>
/// <param name="id">Names this process, 1 to 64 characters; another one after each start.</param>
/// <param name="name">What people call it, at most 128 characters.</param>
/// <param name="metrics">Counts reports that failed.</param>
/// <param name="time">The clock.</param>
public sealed class GatewayReporter(IGatewayRoster roster, IAppliedRevision applied, string id, string name, CoherenceMetrics metrics, TimeProvider time) : IAsyncDisposable
{
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Most = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan ForFarewell = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stop = new();
    private Task _loop = Task.CompletedTask;
    private bool _isDisposed;

    /// <summary>Makes the first report, or tries to, and goes on in the background: who waits for gateways knows of this one from here on.</summary>
    public async Task StartAsync()
    {
        var told = await ReportAsync();
        _loop = Task.Run(() => LoopAsync(told));
    }

    /// <summary>Ends the reports and removes this gateway from the roster, if that is possible within a second; otherwise its last report ages.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, true))
        {
            return;
        }

        await _stop.CancelAsync();
        await _loop;
        using var limit = new CancellationTokenSource(ForFarewell, time);
        await TryAsync(cancel => roster.RemoveAsync(id, cancel), limit.Token);
        _stop.Dispose();
    }

    private async Task LoopAsync(long told)
    {
        try
        {
            while (true)
            {
                await Task.Delay(Least, time, _stop.Token);
                await applied.WaitForAsync(told + 1, Most - Least, _stop.Token);
                told = await ReportAsync();
                _stop.Token.ThrowIfCancellationRequested();
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The gateway stops: the farewell is DisposeAsync's.
        }
    }

    private async ValueTask<long> ReportAsync()
    {
        var now = applied.Applied;
        await TryAsync(cancel => roster.ReportAsync(new GatewayReport(id, name, now, time.GetUtcNow().ToUnixTimeMilliseconds()), cancel), _stop.Token);
        return now;
    }

    /// <summary>A report that is lost is made good by the next one.</summary>
    private async ValueTask TryAsync(Func<CancellationToken, ValueTask> call, CancellationToken cancel)
    {
        try
        {
            await call(cancel);
        }
        catch (Exception failed) when (failed is StoreUnavailableException or OperationCanceledException)
        {
            metrics.ReportFailed();
        }
    }
}
