namespace VerifyGateway.Caching.Loading;

/// <summary>
/// A read that began after it was asked for. Those who ask while one is under way share the next one, so that however many ask, one
/// runs and one waits. Safe from any thread.
/// </summary>
/// <param name="read">The read; bounded in time by itself.</param>
internal sealed class NextRead<T>(Func<Task<T>> read)
{
    private readonly Lock _gate = new();
    private Task _running = Task.CompletedTask;
    private Task<T>? _next;

    /// <summary>Reads; fails as the read fails.</summary>
    /// <param name="cancel">Ends the waiting, not the read.</param>
    public Task<T> AfterNowAsync(CancellationToken cancel)
    {
        Task<T> shared;
        lock (_gate)
        {
            shared = _next ??= RunAfterAsync(_running);
        }

        return shared.WaitAsync(cancel);
    }

    private async Task<T> RunAfterAsync(Task before)
    {
        // Never on the caller's stack, where the lock is held and this is not the next one yet: also not when the one before ends just now.
        await Task.Yield();
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);

        lock (_gate)
        {
            // From here on it is under way: who asks now asks for the next one.
            _running = _next!;
            _next = null;
        }

        return await read();
    }
}
