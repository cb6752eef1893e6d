using Microsoft.Extensions.Logging;
using VerifyGateway.Caching.Redis;
using VerifyGateway.Caching.Store;

namespace VerifyGateway.Caching.Coherence;

/// <summary>
/// Follows the change feed: applies it to the copies in memory, grants the lease, tells Redis and the other gateways (PROTOCOL.md, S and
/// F). One loop; everything else may be called from any thread.
/// </summary>
public sealed partial class FeedFollower : IAppliedRevision, IAsyncDisposable
{
    /// <summary>Entries of one read of the feed.</summary>
    private const int PageEntries = 5_000;

    private readonly IChangeFeed _feed;
    private readonly CopyKeeper _keeper;
    private readonly Lease _lease;
    private readonly IRemoteTier _remote;
    private readonly IRevisionSignal _signal;
    private readonly CoherenceMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly TimeSpan _poll;
    private readonly int _window;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();
    private readonly TaskScheduler _scheduler;
    private TaskCompletionSource _hint = new();
    private TaskCompletionSource _moved = new();
    private long _heard;
    private bool _isFollowing;
    private bool _wasGranted;
    private bool _isSetBack;
    private Task _loop = Task.CompletedTask;
    private Reading? _ahead;
    // The entry of the applied revision; null when it has not been read.
    private FeedEntry? _newest;

    internal FeedFollower(
        IChangeFeed feed, CopyKeeper keeper, Lease lease, IRemoteTier remote, IRevisionSignal signal, CacheOptions options, CoherenceMetrics metrics, TimeProvider time,
        ILogger<FeedFollower> log, TaskScheduler? scheduler = null)
    {
        _scheduler = scheduler ?? TaskScheduler.Default;
        (_feed, _keeper, _lease, _remote, _signal, _metrics, _time, _log) = (feed, keeper, lease, remote, signal, metrics, time, log);
        _poll = TimeSpan.FromMilliseconds(options.PollMs);
        _window = options.WindowChanges;
    }

    /// <summary>
    /// Raised for every entry after it was applied, and all that were read with it, while following; with null when everything was
    /// forgotten (F7), so that anything may have changed. On the follower's loop: handlers are quick and throw nothing.
    /// </summary>
    public event Action<FeedEntry?>? Changed;

    /// <summary>The revision up to which the feed has been applied to this process's copies.</summary>
    public long Applied => _keeper.Applied;

    /// <summary>True when the store was set back under this process (F8): copies are not used any more, and only a restart changes that.</summary>
    public bool IsSetBack => Volatile.Read(ref _isSetBack);

    /// <summary>The lease as it is now.</summary>
    public LeaseView Lease => _lease.Look();

    /// <summary>Reads the feed up to its head (S1, S2) and goes on following it in the background. Called once.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    public async Task StartAsync(CancellationToken cancel)
    {
        await BeginAsync(cancel);
        // :: S2
        while (!await StepAsync(cancel))
        {
        }

        _isFollowing = true;
        _signal.Heard += Hear;
        _loop = LoopAsync();
    }

    /// <summary>Waits until this process has applied a revision.</summary>
    /// <returns>False when the time was over before.</returns>
    public async ValueTask<bool> WaitForAsync(long revision, TimeSpan atMost, CancellationToken cancel)
    {
        var deadline = _time.GetTimestamp() + (long)(atMost.TotalSeconds * _time.TimestampFrequency);
        while (Applied < revision)
        {
            Task moved;
            lock (_gate)
            {
                moved = _moved.Task;
            }

            var left = TimeSpan.FromSeconds((deadline - _time.GetTimestamp()) / (double)_time.TimestampFrequency);
            if (Applied < revision && left <= TimeSpan.Zero)
            {
                return false;
            }

            if (Applied < revision)
            {
                await Task.WhenAny(moved, Task.Delay(left, _time, cancel));
                cancel.ThrowIfCancellationRequested();
            }
        }

        return true;
    }

    /// <summary>Stops following; the lease runs out by itself.</summary>
    public async ValueTask DisposeAsync()
    {
        _signal.Heard -= Hear;
        _stopping.Cancel();
        await _loop;
        _stopping.Dispose();
    }

    private async Task LoopAsync()
    {
        while (!_stopping.IsCancellationRequested && !IsSetBack)
        {
            try
            {
                while (!await StepAsync(_stopping.Token))
                {
                }

                await WaitForSignalAsync();
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (StoreUnavailableException failed)
            {
                await FailedAsync(failed);
            }
            catch (Exception failed) when (failed is not OutOfMemoryException)
            {
                // The lease runs out meanwhile: nobody is allowed from what is not followed.
                Log.Unexpected(_log, failed);
                await FailedAsync(failed);
            }
        }
    }

    private async Task FailedAsync(Exception failed)
    {
        _metrics.FeedFailed();
        Log.CannotFollow(_log, failed.Message);
        await Task.Delay(_poll, _time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    /// <summary>:: S1</summary>
    private async Task BeginAsync(CancellationToken cancel)
    {
        var head = await _feed.ReadHeadAsync(cancel);
        var from = Math.Max(0, head - _window);
        try
        {
            await _feed.ReadFeedAsync(from, 1, cancel);
        }
        catch (OutOfRetentionException gone) when (!gone.IsFuture)
        {
            from = Math.Max(from, gone.Bound ?? head);
        }

        _newest = null;
        _keeper.Reset(from);
    }

    /// <summary>Reads and applies a stretch of the feed; true when its end was reached.</summary>
    private async Task<bool> StepAsync(CancellationToken cancel)
    {
        var reading = _ahead is { } ahead && ahead.After == _keeper.Applied ? ahead : new Reading(_keeper.Applied, _lease.Now(), ReadAsync(_keeper.Applied, _newest, cancel));
        _ahead = null;
        FeedPage? page;
        try
        {
            page = await reading.Page;
        }
        catch (OutOfRetentionException lost)
        {
            _lease.Drop();
            if (lost.IsFuture)
            {
                SetBack(lost.Message);
                return true;
            }

            // :: F7
            Log.FellBehind(_log, _keeper.Applied);
            await BeginAsync(cancel);
            Changed?.Invoke(null);
            return false;
        }

        if (page is null || page.Head < _keeper.Applied)
        {
            SetBack(page is null ? $"its feed has another entry of revision {_keeper.Applied} than was applied here" : $"its feed ends at revision {page.Head}, and {_keeper.Applied} was applied here");
            return true;
        }

        if (page.Entries is [.., var last] && last.Revision < page.Head)
        {
            // The next stretch comes while this one is applied: a start is the reading and applying of many.
            var next = _lease.Now();
            _ahead = new Reading(last.Revision, next, Task.Factory.StartNew(() => ReadAsync(last.Revision, last, cancel), cancel, TaskCreationOptions.DenyChildAttach, _scheduler).Unwrap());
        }

        Apply(page);
        if (_keeper.Applied < page.Head)
        {
            return false;
        }

        // :: F3
        if (_wasGranted && !_lease.Look().IsValid)
        {
            _metrics.LeaseExpired();
        }

        _wasGranted = true;
        _lease.Grant(reading.Began);
        _metrics.Followed(_keeper.Applied, page.Head, _keeper.ChangesKnown, reading.Began.UnixMs);
        return true;
    }

    /// <summary>Reads the feed from its newest applied entry on, or after it; null when another one is in its place.</summary>
    private async Task<FeedPage?> ReadAsync(long after, FeedEntry? newest, CancellationToken cancel)
    {
        if (newest is not null)
        {
            try
            {
                var page = await _feed.ReadFeedAsync(after - 1, PageEntries + 1, cancel);
                return page.Entries is not [var there, ..] || IsSame(there, newest) ? page : null;
            }
            catch (OutOfRetentionException gone) when (!gone.IsFuture && gone.Bound == after)
            {
                // Those after it are kept, and it is not: there is nothing to compare.
            }
        }

        return await _feed.ReadFeedAsync(after, PageEntries, cancel);
    }

    private static bool IsSame(FeedEntry there, FeedEntry applied) =>
        (there.Revision, there.CommittedAtUnixMs, there.Entity, there.Acquirer, there.Key) == (applied.Revision, applied.CommittedAtUnixMs, applied.Entity, applied.Acquirer, applied.Key)
        && there.Packed.Span.SequenceEqual(applied.Packed.Span);

    private void Apply(FeedPage page)
    {
        // The first is the one that was applied last, as a rule.
        var first = page.Entries is [var known, ..] && known.Revision == _keeper.Applied ? 1 : 0;
        for (var at = first; at < page.Entries.Count; at++)
        {
            // :: F2
            var entry = page.Entries[at];
            _keeper.Apply(entry);
            if (_isFollowing)
            {
                // :: F5
                _remote.Offer(entry);
            }

            _newest = entry;
        }

        // What is read at the start is no news to anybody, and its lag is none of this gateway's.
        if (page.Entries.Count > first && _isFollowing)
        {
            // After all of them: whoever looks at a record because it has changed knows all of the write that changed it, whose entries are read together.
            for (var at = first; at < page.Entries.Count; at++)
            {
                Changed?.Invoke(page.Entries[at]);
            }

            TellOthers(page.Entries[^1], page.Entries.Count - first);
        }
    }

    private void TellOthers(FeedEntry newest, int count)
    {
        _metrics.Applied(newest.CommittedAtUnixMs, _time.GetUtcNow().ToUnixTimeMilliseconds(), _keeper.Applied, count);
        if (Volatile.Read(ref _heard) < _keeper.Applied)
        {
            // :: F5. Whoever learned of it otherwise than by a message tells the others.
            _signal.Tell(_keeper.Applied);
        }

        TaskCompletionSource moved;
        lock (_gate)
        {
            moved = _moved;
            _moved = new();
        }

        Complete(moved);
    }

    /// <summary>:: F8</summary>
    private void SetBack(string why)
    {
        _lease.Drop();
        _keeper.Close();
        Volatile.Write(ref _isSetBack, true);
        _metrics.SetBack();
        Log.WasSetBack(_log, why);
    }

    /// <summary>:: F6</summary>
    private async Task WaitForSignalAsync()
    {
        Task hinted;
        lock (_gate)
        {
            if (_heard > _keeper.Applied)
            {
                // Once: a revision that never comes, of a forged message, must not keep the loop busy.
                _heard = _keeper.Applied;
                return;
            }

            hinted = _hint.Task;
        }

        using var awake = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        var signalled = _feed.WaitForFeedAsync(_keeper.Applied, _poll, awake.Token).AsTask();
        await Task.WhenAny(signalled, hinted);
        awake.Cancel();
        await ((Task)signalled).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        if (signalled.IsFaulted)
        {
            await signalled;
        }

        _stopping.Token.ThrowIfCancellationRequested();
    }

    private void Hear(long revision)
    {
        if (revision <= _keeper.Applied)
        {
            return;
        }

        TaskCompletionSource hint;
        lock (_gate)
        {
            _heard = Math.Max(_heard, revision);
            hint = _hint;
            _hint = new();
        }

        Complete(hint);
    }

    /// <summary>Wakes whoever waits, not on the stack of whoever brings the news.</summary>
    private void Complete(TaskCompletionSource news) => _ = Task.Factory.StartNew(
        static it => ((TaskCompletionSource)it!).TrySetResult(), news, CancellationToken.None, TaskCreationOptions.DenyChildAttach, _scheduler);

    /// <summary>A read of the feed that has begun. :: F1: its instant was noted before it.</summary>
    private sealed record Reading(long After, LeaseInstant Began, Task<FeedPage?> Page);

    private static partial class Log
    {
        [LoggerMessage(1201, LogLevel.Warning, "The change feed cannot be followed: {Message} Copies answer no ALLOW once the lease has run out.")]
        public static partial void CannotFollow(ILogger log, string message);

        [LoggerMessage(1202, LogLevel.Warning, "Entries of the change feed after revision {Applied} are no longer kept: all copies are forgotten and read anew.")]
        public static partial void FellBehind(ILogger log, long applied);

        [LoggerMessage(1203, LogLevel.Critical, "The system of record was set back to an older copy: {Why}. Copies are not used any more; empty Redis and restart the gateways.")]
        public static partial void WasSetBack(ILogger log, string why);

        [LoggerMessage(1204, LogLevel.Error, "Following the change feed failed unexpectedly.")]
        public static partial void Unexpected(ILogger log, Exception failed);
    }
}
