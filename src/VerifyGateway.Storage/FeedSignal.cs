namespace VerifyGateway.Storage;

/// <summary>Wakes those who wait for the change feed. Safe from many threads.</summary>
internal sealed class FeedSignal
{
    private readonly Lock _lock = new();
    private TaskCompletionSource _next = New();
    private long _head;

    /// <summary>Says that the head is at least here, and wakes all who wait.</summary>
    public void Tell(long head)
    {
        TaskCompletionSource woken;
        lock (_lock)
        {
            _head = Math.Max(_head, head);
            woken = _next;
            _next = New();
        }

        woken.TrySetResult();
    }

    /// <summary>Returns when the head may be past a revision, or when the time is over.</summary>
    /// <returns>True when it may.</returns>
    public async ValueTask<bool> WaitAsync(long afterRevision, TimeSpan atMost, TimeProvider time, CancellationToken cancel)
    {
        Task told;
        lock (_lock)
        {
            if (_head > afterRevision)
            {
                return true;
            }

            told = _next.Task;
        }

        try
        {
            await told.WaitAsync(atMost, time, cancel);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
