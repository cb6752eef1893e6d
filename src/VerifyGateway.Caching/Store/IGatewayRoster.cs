namespace VerifyGateway.Caching.Store;

/// <summary>How far a gateway has come.</summary>
/// <param name="Id">Names the process among all that share the store, 1 to 64 characters; another one after each start.</param>
/// <param name="Name">What people call it, at most 128 characters.</param>
/// <param name="AppliedRevision">No check that it answers is decided from records older than this revision, 0 or more.</param>
/// <param name="ReportedAtUnixMs">When it said so, by its own clock, Unix milliseconds.</param>
public sealed record GatewayReport(string Id, string Name, long AppliedRevision, long ReportedAtUnixMs);

/// <summary>
/// Which gateways share the store, and how far each has come. Kept in the store, outside the feed and the audit trail, and nothing that
/// is decided on money rests on it: a roster may be late, and what it says may be lost with a crash. Safe from many threads.
/// </summary>
public interface IGatewayRoster
{
    /// <summary>
    /// Puts a gateway's report in the place of its last one, and removes those that are a day older than this one. May block the thread
    /// for the time of a local disk write, and for at most 50 ms more while others write.
    /// </summary>
    /// <exception cref="ArgumentException">The report is out of its ranges.</exception>
    /// <exception cref="StoreUnavailableException">It was not kept: the store cannot be written now, or not soon enough. The next one may be.</exception>
    ValueTask ReportAsync(GatewayReport report, CancellationToken cancel);

    /// <summary>The reports that are no older than that by the reader's clock, in the order of ids; clocks of gateways are to agree to a fraction of that.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot answer now.</exception>
    ValueTask<IReadOnlyList<GatewayReport>> ReadAsync(TimeSpan seenWithin, CancellationToken cancel);

    /// <summary>Forgets a gateway, when it stops. Nothing happens when it is not known.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot be written now.</exception>
    ValueTask RemoveAsync(string gatewayId, CancellationToken cancel);
}

/// <summary>How far this process has come in following the change feed. Safe from many threads.</summary>
public interface IAppliedRevision
{
    /// <summary>No check is decided from records older than this revision; never goes back. 0 before the first.</summary>
    long Applied { get; }

    /// <summary>Returns when a revision has been applied, or when the time is over.</summary>
    /// <returns>True when it has.</returns>
    ValueTask<bool> WaitForAsync(long revision, TimeSpan atMost, CancellationToken cancel);
}
