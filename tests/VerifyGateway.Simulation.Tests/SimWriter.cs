namespace VerifyGateway.Simulation.Tests;

/// <summary>
/// A process that writes: it commits, wakes those who follow the feed, and answers whoever asked for the write. In between it may be paused, for
/// longer than a lease, or crash: then the write stands, and nobody hears of it.
/// </summary>
internal sealed class SimWriter(int number, Scheduler scheduler, Random random, SimStore store, int freshForMs)
{
    private Node _node = NewNode(number, scheduler, random);

    /// <summary>Writes after which it crashed before it had answered.</summary>
    public long Unanswered { get; private set; }

    /// <summary>Writes, with the clock of this writer; what is written is decided then.</summary>
    /// <param name="commit">Commits the changes of the write.</param>
    /// <param name="answered">Told the revision, by the answer to the write.</param>
    public void Write(Action<TimeProvider> commit, Action<long> answered)
    {
        var node = _node;
        scheduler.Post(node, () => _ = WriteAsync(node, commit, answered));
    }

    /// <summary>Ends, and begins anew.</summary>
    public void Crash()
    {
        _node.IsDead = true;
        _node = NewNode(number, scheduler, random);
    }

    private static Node NewNode(int number, Scheduler scheduler, Random random) =>
        new(scheduler, number) { Time = { Skew = TimeSpan.FromMilliseconds(random.Next(-5_000, 5_000)) } };

    private async Task WriteAsync(Node node, Action<TimeProvider> commit, Action<long> answered)
    {
        commit(node.Time);
        var revision = store.Head;
        if (await GoesOnAsync(node))
        {
            store.Signal(revision);
            if (await GoesOnAsync(node))
            {
                answered(revision);
            }
        }
    }

    /// <summary>False when it has crashed instead.</summary>
    private async Task<bool> GoesOnAsync(Node node)
    {
        switch (random.Next(60))
        {
            case 0:
                Unanswered++;
                if (node == _node)
                {
                    Crash();
                }

                return false;
            case 1 or 2:
                node.IsPaused = true;
                scheduler.After(null, TimeSpan.FromMilliseconds(random.NextDouble() * 3 * freshForMs), () => node.IsPaused = false);
                break;
        }

        await scheduler.Delay(node, random.NextDouble() * 5);
        return true;
    }
}
