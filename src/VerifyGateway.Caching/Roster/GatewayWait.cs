using VerifyGateway.Caching.Loading;
using VerifyGateway.Caching.Store;

namespace VerifyGateway.Caching.Roster;

/// <summary>
/// Waits until every gateway that may still answer from copies has applied a revision. One that was seen a while ago, and did not say farewell,
/// may be dead, or may live and not come to report; by the lease it allows nothing from before the revision once the bound has passed since the
/// waiting began, and for so long it is waited for. However many wait, one read of the roster is under way. Safe from many threads.
/// </summary>
public sealed class GatewayWait
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    /// <summary>Who has been silent for longer is gone for good.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(10);

    private readonly TimeProvider _time;
    private readonly TimeSpan _bound;
    private readonly NextRead<(IReadOnlyList<GatewayReport> Reports, long AtUnixMs)> _reads;

    /// <summary>Waits by a roster.</summary>
    /// <param name="roster">Where gateways say how far they have come.</param>
    /// <param name="time">The clock.</param>
    /// <param name="bound">The lease bound, and the time for a late report: who was seen so recently lives, more than zero.</param>
    public GatewayWait(IGatewayRoster roster, TimeProvider time, TimeSpan bound)
    {
        (_time, _bound) = (time, bound);
        _reads = new(async () => (await roster.ReadAsync(Remembered, CancellationToken.None), time.GetUtcNow().ToUnixTimeMilliseconds()));
    }

    /// <summary>Waits.</summary>
    /// <param name="revision">The revision, 0 or more, which is committed.</param>
    /// <param name="atMost">How long; zero looks once.</param>
    /// <param name="cancel">Ends the waiting with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>Who has applied it and who has not, as they were last seen.</returns>
    public async ValueTask<GatewayWaitResult> ForAsync(long revision, TimeSpan atMost, CancellationToken cancel)
    {
        var began = _time.GetTimestamp();
        GatewayWaitResult? last = null;
        while (true)
        {
            last = await LookAsync(revision, began, cancel) ?? last;
            var left = atMost - _time.GetElapsedTime(began);
            if (last is { IsComplete: true } || left <= TimeSpan.Zero)
            {
                return last ?? new GatewayWaitResult([], [], IsKnown: false);
            }

            await Task.Delay(left < Poll ? left : Poll, _time, cancel);
        }
    }

    /// <summary>Null when the roster cannot be read: what was asked for has been committed, and whoever waits is told what is known.</summary>
    private async ValueTask<GatewayWaitResult?> LookAsync(long revision, long began, CancellationToken cancel)
    {
        try
        {
            var (reports, now) = await _reads.AfterNowAsync(cancel);
            var isPast = _time.GetElapsedTime(began) > _bound;
            var seen = reports
                .Where(report => now - report.ReportedAtUnixMs <= _bound.TotalMilliseconds || (!isPast && report.AppliedRevision < revision))
                .Select(report => new GatewayStanding(report.Id, report.Name, report.AppliedRevision, Math.Max(0, now - report.ReportedAtUnixMs)))
                .ToLookup(gateway => gateway.AppliedRevision >= revision);
            return new GatewayWaitResult([.. seen[true]], [.. seen[false]], IsKnown: true);
        }
        catch (StoreUnavailableException)
        {
            return null;
        }
    }
}

/// <summary>How far a gateway had come when it was last seen.</summary>
/// <param name="Id">Names the process.</param>
/// <param name="Name">What people call it.</param>
/// <param name="AppliedRevision">The revision that it had applied.</param>
/// <param name="SeenAgoMs">How long ago that was, by the reader's clock, milliseconds, 0 or more.</param>
public sealed record GatewayStanding(string Id, string Name, long AppliedRevision, long SeenAgoMs);

/// <summary>Who has applied a revision and who has not.</summary>
/// <param name="Applied">Those that have.</param>
/// <param name="Waiting">Those that have not, when the time was over.</param>
/// <param name="IsKnown">False when the roster could not be read at all, so that both lists are empty and say nothing.</param>
public sealed record GatewayWaitResult(IReadOnlyList<GatewayStanding> Applied, IReadOnlyList<GatewayStanding> Waiting, bool IsKnown)
{
    /// <summary>True when all that may still allow from before have applied it; also when none was seen.</summary>
    public bool IsComplete => IsKnown && Waiting.Count == 0;
}
