using VerifyGateway.Caching.Loading;
using VerifyGateway.Caching.Store;

namespace VerifyGateway.Caching.Roster;

/// <summary>
/// Waits until every gateway that may still answer from copies has applied a revision. A gateway that has not been seen for longer
/// than the lease bound answers no ALLOW, so it need not be waited for. However many wait, one read of the roster is under way. Safe from
/// many threads.
/// </summary>
public sealed class GatewayWait
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    private readonly TimeProvider _time;
    private readonly NextRead<(IReadOnlyList<GatewayReport> Reports, long AtUnixMs)> _reads;

    /// <summary>Waits by a roster.</summary>
    /// <param name="roster">Where gateways say how far they have come.</param>
    /// <param name="time">The clock.</param>
    /// <param name="seenWithin">The lease bound: how recently a gateway must have been seen to count, more than zero.</param>
    public GatewayWait(IGatewayRoster roster, TimeProvider time, TimeSpan seenWithin)
    {
        _time = time;
        _reads = new(async () => (await roster.ReadAsync(seenWithin, CancellationToken.None), time.GetUtcNow().ToUnixTimeMilliseconds()));
    }

    /// <summary>Waits.</summary>
    /// <param name="revision">The revision, 0 or more.</param>
    /// <param name="atMost">How long; zero looks once.</param>
    /// <param name="cancel">Ends the waiting with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>Who has applied it and who has not, as they were last seen.</returns>
    public async ValueTask<GatewayWaitResult> ForAsync(long revision, TimeSpan atMost, CancellationToken cancel)
    {
        var began = _time.GetTimestamp();
        GatewayWaitResult? last = null;
        while (true)
        {
            last = await LookAsync(revision, cancel) ?? last;
            var left = atMost - _time.GetElapsedTime(began);
            if (last is { IsComplete: true } || left <= TimeSpan.Zero)
            {
                return last ?? new GatewayWaitResult([], [], IsKnown: false);
            }

            await Task.Delay(left < Poll ? left : Poll, _time, cancel);
        }
    }

    /// <summary>Null when the roster cannot be read: what was asked for has been committed, and whoever waits is told what is known.</summary>
    private async ValueTask<GatewayWaitResult?> LookAsync(long revision, CancellationToken cancel)
    {
        try
        {
            var (reports, now) = await _reads.AfterNowAsync(cancel);
            var seen = reports
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
    /// <summary>True when all that were seen have applied it; also when none was seen.</summary>
    public bool IsComplete => IsKnown && Waiting.Count == 0;
}
