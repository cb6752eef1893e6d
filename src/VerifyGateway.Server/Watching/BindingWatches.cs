using System.Diagnostics;
using System.Globalization;
using Grpc.Core;
using VerifyGateway.Caching.Store;
using VerifyGateway.Server.Faults;
using VerifyGateway.Server.Metrics;
using VerifyGateway.V1;

namespace VerifyGateway.Server.Watching;

/// <summary>
/// All watchers of bindings: admits them, sends each its messages, and ends each with a status that says where to go on. Safe from any
/// thread.
/// </summary>
public sealed class BindingWatches(
    IBindingStore store, IChangeFeed feed, FeedTail tail, WatchOptions options, WatchMetrics metrics, TimeProvider time)
{
    private int _watchers;

    /// <summary>Sends messages until the caller goes, or something ends the watch.</summary>
    /// <param name="query">What is watched, and from where on.</param>
    /// <param name="to">The wire.</param>
    /// <param name="cancel">Cancelled when the caller has gone.</param>
    /// <param name="stopping">Cancelled when the gateway stops.</param>
    /// <exception cref="GatewayException">Too many watch already, or the watch has ended; says where to go on.</exception>
    /// <exception cref="OperationCanceledException">The caller has gone.</exception>
    internal async Task RunAsync(WatchQuery query, IWatchWire to, CancellationToken cancel, CancellationToken stopping)
    {
        if (Interlocked.Increment(ref _watchers) > _options.MaxWatchers)
        {
            Interlocked.Decrement(ref _watchers);
            _metrics.CountEnd(WatchEnd.TooMany);
            throw GatewayException.WatchEnded(
                StatusCode.ResourceExhausted, "TOO_MANY_WATCHERS", $"{_options.MaxWatchers} callers watch already; try another gateway, or later.", null, TimeSpan.FromSeconds(5));
        }

        _metrics.CountBegin();
        try
        {
            using var watch = new Watch(query, this, to);
            await watch.RunAsync(cancel, stopping);
        }
        finally
        {
            _metrics.CountGone();
            Interlocked.Decrement(ref _watchers);
        }
    }

    /// <summary>One watcher: a reader of the store on one side, the wire on the other, and a bounded buffer between them.</summary>
    private sealed class Watch(WatchQuery query, BindingWatches all, IWatchWire wire) : IDisposable
    {
        private readonly CancellationTokenSource _ending = new();
        private readonly WatchBuffer _buffer = new(all._options.BufferedMessages, all._options.BufferedBytes, TimeSpan.FromMilliseconds(all._options.SlowReaderAfterMs), all._time, all._tail.Parts);

        /// <summary>The revision that another watch goes on after; null while a snapshot is not whole.</summary>
        private long? _resumeAfter = query.Start == WatchBindingsRequest.StartOneofCase.AfterRevision ? query.AfterRevision : null;

        public async Task RunAsync(CancellationToken gone, CancellationToken stopping)
        {
            using var onGone = gone.UnsafeRegister(static ending => ((CancellationTokenSource)ending!).Cancel(), _ending);
            using var onStop = stopping.UnsafeRegister(static ending => ((CancellationTokenSource)ending!).Cancel(), _ending);
            var reading = ReadAsync();
            Exception? ofWire = null;
            try
            {
                await SendAsync();
            }
            catch (Exception fault)
            {
                // When the watch has ended meanwhile, that is why; the wire's own fault otherwise.
                ofWire = _ending.IsCancellationRequested ? null : fault;
            }

            _ending.Cancel();
            var ofReader = await reading;
            throw End(gone.IsCancellationRequested ? new OperationCanceledException(gone) : ofWire ?? (stopping.IsCancellationRequested ? null : ofReader));
        }

        public void Dispose() => _ending.Dispose();

        /// <summary>Reads until something ends it; cuts the sending off, which may hang on a wire that nobody reads.</summary>
        private async Task<Exception> ReadAsync()
        {
            Exception end;
            try
            {
                await new WatchReader(query, all._store, all._feed, all._tail, _buffer, all._time).RunAsync(_ending.Token);
                throw new UnreachableException();
            }
            catch (Exception fault)
            {
                end = fault;
            }

            _ending.Cancel();
            return end;
        }

        private async Task SendAsync()
        {
            while (true)
            {
                var (message, bytes) = await _buffer.TakeAsync(_ending.Token);
                // Once it is handed over it comes before the end of the stream, whether or not the hand-over is waited for to the end:
                // so the place to go on is after it.
                var writing = wire.WriteAsync(message);
                _resumeAfter = message.MessageCase switch
                {
                    WatchBindingsResponse.MessageOneofCase.Event => message.Event.Revision,
                    WatchBindingsResponse.MessageOneofCase.Checkpoint => message.Checkpoint.Revision,
                    WatchBindingsResponse.MessageOneofCase.SnapshotEnd => message.SnapshotEnd.Revision,
                    _ => _resumeAfter,
                };
                await HandedOverAsync(writing);
                _buffer.Left(bytes);
                if (message.MessageCase == WatchBindingsResponse.MessageOneofCase.Event)
                {
                    all._metrics.CountEvent();
                }
            }
        }

        /// <summary>
        /// Waits for a write; when the watch ends meanwhile the wire lets go of it. Cancelling it would reset the stream, and the caller would never
        /// learn why. Left behind, it would end at some time after the call, when the server has given the stream to another call already: that one
        /// would get no answer, or the connection break with every call on it.
        /// </summary>
        private async Task HandedOverAsync(Task writing)
        {
            try
            {
                await writing.WaitAsync(_ending.Token);
            }
            catch (OperationCanceledException) when (_ending.IsCancellationRequested)
            {
                wire.LetGo();
                await writing.ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
                throw;
            }
        }

        /// <summary>What the caller is told; null for a stop of the gateway.</summary>
        private Exception End(Exception? fault)
        {
            switch (fault)
            {
                case null:
                    all._metrics.CountEnd(WatchEnd.Stopping);
                    return GatewayException.WatchEnded(
                        StatusCode.Unavailable, "GATEWAY_STOPPING", $"The gateway is stopping; {GoOn}.", _resumeAfter, TimeSpan.FromSeconds(1));
                case SlowReaderException:
                    all._metrics.CountEnd(WatchEnd.SlowReader);
                    return GatewayException.WatchEnded(
                        StatusCode.ResourceExhausted, "SLOW_READER", $"The caller has read nothing for {all._options.SlowReaderAfterMs} ms while messages waited; {GoOn}.", _resumeAfter, TimeSpan.Zero);
                case OutOfRetentionException { IsFuture: true } future:
                    all._metrics.CountEnd(WatchEnd.OutOfRange);
                    return GatewayException.OutOfRange("FEED_FUTURE", "The change feed does not go as far as that revision: it is another store's, or this one was set back. Start from a snapshot.", "head", future.Bound);
                case OutOfRetentionException trimmed:
                    all._metrics.CountEnd(WatchEnd.OutOfRange);
                    return GatewayException.OutOfRange("FEED_TRIMMED", "Changes after that revision are no longer kept; start from a snapshot.", "floor", trimmed.Bound);
                case StoreUnavailableException:
                    all._metrics.CountEnd(WatchEnd.StoreUnavailable);
                    return GatewayException.WatchEnded(
                        StatusCode.Unavailable, "STORE_UNAVAILABLE", $"The system of record does not answer; {GoOn}.", _resumeAfter, TimeSpan.FromSeconds(1), fault);
                case OperationCanceledException or IOException:
                    all._metrics.CountEnd(WatchEnd.Caller);
                    return fault;
                default:
                    all._metrics.CountEnd(WatchEnd.Fault);
                    return fault;
            }
        }

        private string GoOn => _resumeAfter is { } revision
            ? string.Create(CultureInfo.InvariantCulture, $"watch again after revision {revision}")
            : "watch again, from the beginning";
    }

    private readonly IBindingStore _store = store;
    private readonly IChangeFeed _feed = feed;
    private readonly FeedTail _tail = tail;
    private readonly WatchOptions _options = options;
    private readonly WatchMetrics _metrics = metrics;
    private readonly TimeProvider _time = time;
}
