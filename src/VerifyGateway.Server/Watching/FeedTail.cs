using System.Diagnostics;
using VerifyGateway.Caching.Store;

namespace VerifyGateway.Server.Watching;

/// <summary>
/// The end of the change feed, read once for all who follow it: while there are followers, one loop reads what is new and keeps the
/// most recent entries in a ring. Woken by the store's signal, and every 500 ms without one. Safe from any thread.
/// </summary>
/// <param name="feed">The feed.</param>
/// <param name="options">How much is kept.</param>
/// <param name="time">The clock.</param>
public sealed class FeedTail(IChangeFeed feed, WatchOptions options, TimeProvider time)
{
    private readonly Lock _gate = new();
    private Run? _run;

    /// <summary>The parts that all watchers work with.</summary>
    internal WatchParts Parts { get; init; } = new();

    /// <summary>Follows the feed from a revision that was read a moment ago; dispose the follower to leave.</summary>
    /// <param name="afterRevision">The newest revision that the follower has read, not above the feed's head.</param>
    public Follower Join(long afterRevision)
    {
        lock (_gate)
        {
            _run ??= new Run(this, afterRevision);
            _run.Followers++;
            return new Follower(_run);
        }
    }

    private void Leave(Run run)
    {
        lock (_gate)
        {
            if (--run.Followers == 0)
            {
                Forget_NeedsLock(run);
                run.Dispose();
            }
        }
    }

    private void Forget(Run run)
    {
        lock (_gate)
        {
            Forget_NeedsLock(run);
        }
    }

    private void Forget_NeedsLock(Run run)
    {
        Debug.Assert(_gate.IsHeldByCurrentThread, "The gate is to be held.");
        if (_run == run)
        {
            _run = null;
        }
    }

    /// <summary>One who follows the feed. One thread at a time.</summary>
    public sealed class Follower : IDisposable
    {
        private Run? _run;

        internal Follower(Run run) => _run = run;

        /// <summary>Adds the entries after a revision to a list, in their order, at most so many.</summary>
        /// <returns>False when the oldest of them have left the ring already: the store has them.</returns>
        /// <exception cref="ObjectDisposedException">The follower has left.</exception>
        public bool TryRead(long afterRevision, int limit, List<FeedEntry> into) => Joined.TryRead(afterRevision, limit, into);

        /// <summary>Returns when there is an entry after a revision, or when the time is over.</summary>
        /// <exception cref="StoreUnavailableException">The feed could not be read for 5 seconds.</exception>
        /// <exception cref="OutOfRetentionException">The feed is not the one that was followed: it was set back, or trimmed beyond the ring.</exception>
        /// <exception cref="ObjectDisposedException">The follower has left.</exception>
        public Task WaitAsync(long afterRevision, TimeSpan atMost, CancellationToken cancel) => Joined.WaitAsync(afterRevision, atMost, cancel);

        /// <summary>Leaves; the last to leave ends the reading.</summary>
        public void Dispose()
        {
            if (Interlocked.Exchange(ref _run, null) is { } run)
            {
                run.Tail.Leave(run);
            }
        }

        private Run Joined => _run ?? throw new ObjectDisposedException(nameof(Follower));
    }

    /// <summary>The reading from the first follower's coming to the last one's leaving, or to a fault that ends them all.</summary>
    internal sealed class Run : IDisposable
    {
        private const int PageEntries = 1_000;
        private const long MostBytes = 32 << 20;
        private static readonly TimeSpan PollEvery = TimeSpan.FromMilliseconds(500);
        private static readonly TimeSpan RetryEvery = TimeSpan.FromMilliseconds(100);
        private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

        private readonly Lock _gate = new();
        private readonly CancellationTokenSource _stop = new();
        private readonly CancellationToken _stopping;
        private readonly FeedEntry?[] _ring;
        private TaskCompletionSource _more;
        private long _first;
        private long _last;
        private long _bytes;

        public Run(FeedTail tail, long afterRevision)
        {
            Tail = tail;
            _stopping = _stop.Token;
            _ring = new FeedEntry?[tail.Options.RecentChanges];
            _more = tail.Parts.NewSignal();
            (_first, _last) = (afterRevision + 1, afterRevision);
            _ = Task.Factory.StartNew(LoopAsync, CancellationToken.None, TaskCreationOptions.DenyChildAttach, tail.Parts.Scheduler);
        }

        public FeedTail Tail { get; }

        /// <summary>How many follow; guarded by the tail's gate.</summary>
        public int Followers { get; set; }

        /// <summary>Ends the reading.</summary>
        public void Dispose()
        {
            _stop.Cancel();
            _stop.Dispose();
        }

        public bool TryRead(long afterRevision, int limit, List<FeedEntry> into)
        {
            lock (_gate)
            {
                if (afterRevision + 1 < _first)
                {
                    return false;
                }

                for (var revision = afterRevision + 1; revision <= _last && into.Count < limit; revision++)
                {
                    into.Add(_ring[revision % _ring.Length]!);
                }

                return true;
            }
        }

        public async Task WaitAsync(long afterRevision, TimeSpan atMost, CancellationToken cancel)
        {
            // Waits are cut down to whole milliseconds: for less than one they would be over at once, and whoever asks again would spin.
            atMost = TimeSpan.FromMilliseconds(Math.Ceiling(atMost.TotalMilliseconds));
            Task more;
            lock (_gate)
            {
                more = _last > afterRevision ? Task.CompletedTask : _more.Task;
            }

            try
            {
                await more.WaitAsync(atMost, Tail.Time, cancel);
            }
            catch (TimeoutException)
            {
                // Nothing has come.
            }
        }

        private async Task LoopAsync()
        {
            try
            {
                var failingSince = 0L;
                while (true)
                {
                    _stopping.ThrowIfCancellationRequested();
                    try
                    {
                        await ReadOnceAsync();
                        failingSince = 0;
                    }
                    catch (StoreUnavailableException) when (failingSince == 0 || Tail.Time.GetElapsedTime(failingSince) < Patience)
                    {
                        failingSince = failingSince == 0 ? Tail.Time.GetTimestamp() : failingSince;
                        await Task.Delay(RetryEvery, Tail.Time, _stopping);
                    }
                }
            }
            catch (Exception fault)
            {
                // Who comes later begins anew; who is here is told.
                Tail.Forget(this);
                lock (_gate)
                {
                    _more.TrySetException(fault);
                    // Not every run has somebody who waits when it ends.
                    _ = _more.Task.Exception;
                }
            }
        }

        private async Task ReadOnceAsync()
        {
            var page = await Tail.Feed.ReadFeedAsync(_last, PageEntries, _stopping);
            if (page.Entries.Count > 0)
            {
                Append(page.Entries);
            }
            else if (await Tail.Feed.WaitForFeedAsync(_last, PollEvery, _stopping))
            {
                // A signal may tell of what cannot be read yet: it must not make the loop spin.
                page = await Tail.Feed.ReadFeedAsync(_last, PageEntries, _stopping);
                Append(page.Entries);
                if (page.Entries.Count == 0)
                {
                    await Task.Delay(RetryEvery, Tail.Time, _stopping);
                }
            }
        }

        private void Append(IReadOnlyList<FeedEntry> entries)
        {
            TaskCompletionSource told;
            lock (_gate)
            {
                foreach (var entry in entries)
                {
                    Debug.Assert(entry.Revision == _last + 1, "The feed has no holes.");
                    while (_last - _first + 1 >= _ring.Length || (_bytes > MostBytes && _first <= _last))
                    {
                        _bytes -= SizeOf(_ring[_first % _ring.Length]!);
                        _ring[_first++ % _ring.Length] = null;
                    }

                    _ring[entry.Revision % _ring.Length] = entry;
                    _last = entry.Revision;
                    _bytes += SizeOf(entry);
                }

                told = _more;
                _more = Tail.Parts.NewSignal();
            }

            told.TrySetResult();
        }

        private static int SizeOf(FeedEntry entry) => entry.Packed.Length + 200;
    }

    private IChangeFeed Feed => feed;

    private WatchOptions Options => options;

    private TimeProvider Time => time;
}
