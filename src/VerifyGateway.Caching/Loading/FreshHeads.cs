using VerifyGateway.Caching.Coherence;
using VerifyGateway.Caching.Store;

namespace VerifyGateway.Caching.Loading;

/// <summary>
/// The head of the feed by a read that began after it was asked for (C5). Those who ask while one read is under way share the next one, so
/// that however many ask, one read runs and one waits. Safe from any thread.
/// </summary>
internal sealed class FreshHeads(IChangeFeed feed, Lease clock, TimeSpan limit, TimeProvider time)
{
    private readonly Lock _gate = new();
    private Task _running = Task.CompletedTask;
    private Task<HeadProof>? _next;

    /// <summary>Reads the head.</summary>
    /// <exception cref="StoreUnavailableException">The store did not answer within the limit.</exception>
    public Task<HeadProof> AfterNowAsync(CancellationToken cancel)
    {
        Task<HeadProof> shared;
        lock (_gate)
        {
            shared = _next ??= RunAfterAsync(_running);
        }

        return shared.WaitAsync(cancel);
    }

    private async Task<HeadProof> RunAfterAsync(Task before)
    {
        if (before.IsCompleted)
        {
            // Never on the caller's stack: the lock is held there.
            await Task.Yield();
        }
        else
        {
            await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }

        lock (_gate)
        {
            // From here on it is under way: who asks now asks for the next one.
            _running = _next!;
            _next = null;
        }

        var began = clock.Now();
        using var limited = new CancellationTokenSource(limit, time);
        try
        {
            return new HeadProof(await feed.ReadHeadAsync(limited.Token).AsTask().WaitAsync(limited.Token), began.UnixMs);
        }
        catch (OperationCanceledException)
        {
            throw new StoreUnavailableException($"The system of record did not give the feed's head within {limit.TotalMilliseconds:F0} ms.");
        }
    }
}

/// <summary>The feed's head, and when the read that found it began.</summary>
/// <param name="Head">The head.</param>
/// <param name="BeganUnixMs">When the read began, Unix milliseconds.</param>
internal readonly record struct HeadProof(long Head, long BeganUnixMs);
