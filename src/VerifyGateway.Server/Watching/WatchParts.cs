namespace VerifyGateway.Server.Watching;

/// <summary>How watchers work; a simulation puts its own in place of the usual.</summary>
internal sealed record WatchParts
{
    /// <summary>Where the feed is read for all; the pool's threads by default. With another, which has one thread, whoever waits goes on at once on it.</summary>
    public TaskScheduler Scheduler { get; init; } = TaskScheduler.Default;

    /// <summary>The most changes of one message.</summary>
    public int MostChanges { get; init; } = 1_000;

    /// <summary>The most merchants or terminals of a page of a snapshot.</summary>
    public int SnapshotItems { get; init; } = 1_000;

    /// <summary>Something that is waited for. Whoever completes it is not held up by those who wait.</summary>
    public TaskCompletionSource NewSignal() => new(Scheduler == TaskScheduler.Default ? TaskCreationOptions.RunContinuationsAsynchronously : TaskCreationOptions.None);
}
