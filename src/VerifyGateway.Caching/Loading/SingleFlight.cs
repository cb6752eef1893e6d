using System.Collections.Concurrent;

namespace VerifyGateway.Caching.Loading;

/// <summary>
/// Several who want the same thing at the same time share one piece of work. The work runs under a time limit of its own, not
/// under the patience of whoever came first; each caller leaves on its own cancellation. Those for whom a piece of work began too early
/// share the next one, too. Safe from any thread.
/// </summary>
/// <param name="work">The work; told whether anybody still waits for it, and honours the token, which is cancelled when the limit is over.</param>
/// <param name="limit">The time limit of the work.</param>
/// <param name="time">The clock of the limit.</param>
internal sealed class SingleFlight<TKey, TResult>(Func<TKey, Func<bool>, CancellationToken, Task<TResult>> work, TimeSpan limit, TimeProvider time)
    where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, Flight> _underWay = new();

    /// <summary>Joins the work for the key, or begins it.</summary>
    /// <param name="key">What is wanted.</param>
    /// <param name="after">Work that was joined before and began too early; null when there was none.</param>
    /// <returns>The work, and whether this caller begins it.</returns>
    public (Flight Shared, bool Led) Join(TKey key, Flight? after)
    {
        var mine = new Flight(isWanted => WorkAsync(key, isWanted));
        var shared = after?.Next ?? _underWay.GetOrAdd(key, mine);
        // What is under way now began when the earlier work had ended: it will do for all who shared that.
        shared = after?.Follow(shared) ?? shared;
        return (shared, ReferenceEquals(mine, shared));
    }

    private async Task<TResult> WorkAsync(TKey key, Func<bool> isWanted)
    {
        using var limited = new CancellationTokenSource(limit, time);
        try
        {
            return await work(key, isWanted, limited.Token);
        }
        finally
        {
            _underWay.TryRemove(key, out _);
        }
    }

    /// <summary>One piece of work.</summary>
    internal sealed class Flight
    {
        private readonly Lazy<Task<TResult>> _work;
        private Flight? _next;
        private int _waiting;

        public Flight(Func<Func<bool>, Task<TResult>> work) => _work = new(() => work(() => Volatile.Read(ref _waiting) > 0));

        /// <summary>The work after it, for those for whom it began too early; null while nobody has asked.</summary>
        public Flight? Next => Volatile.Read(ref _next);

        /// <summary>Begins the work, if that has not begun, and waits for it.</summary>
        public async Task<TResult> WaitAsync(CancellationToken cancel)
        {
            Interlocked.Increment(ref _waiting);
            try
            {
                return await _work.Value.WaitAsync(cancel);
            }
            finally
            {
                Interlocked.Decrement(ref _waiting);
            }
        }

        /// <summary>Makes work the next one, unless there is one already; returns the next one.</summary>
        public Flight Follow(Flight next) => Interlocked.CompareExchange(ref _next, next, null) ?? next;
    }
}
