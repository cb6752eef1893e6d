using System.Collections.Concurrent;

namespace VerifyGateway.Caching.Loading;

/// <summary>
/// Several who want the same thing at the same time share one piece of work. The work runs under a time limit of its own, not
/// under the patience of whoever came first; each caller leaves on its own cancellation. Safe from any thread.
/// </summary>
/// <param name="work">The work; honours the token, which is cancelled when the limit is over.</param>
/// <param name="limit">The time limit of the work.</param>
/// <param name="time">The clock of the limit.</param>
internal sealed class SingleFlight<TKey, TResult>(Func<TKey, CancellationToken, Task<TResult>> work, TimeSpan limit, TimeProvider time)
    where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, Lazy<Task<TResult>>> _underWay = new();

    /// <summary>Joins the work for the key, or begins it.</summary>
    /// <param name="key">What is wanted.</param>
    /// <param name="cancel">Ends the caller's waiting, not the work.</param>
    /// <returns>The result, and whether this caller began the work.</returns>
    public async Task<(TResult Result, bool Led)> RunAsync(TKey key, CancellationToken cancel)
    {
        var mine = new Lazy<Task<TResult>>(() => WorkAsync(key));
        var shared = _underWay.GetOrAdd(key, mine);
        var result = await shared.Value.WaitAsync(cancel);
        return (result, ReferenceEquals(mine, shared));
    }

    private async Task<TResult> WorkAsync(TKey key)
    {
        using var limited = new CancellationTokenSource(limit, time);
        try
        {
            return await work(key, limited.Token);
        }
        finally
        {
            _underWay.TryRemove(key, out _);
        }
    }
}
