using System.Diagnostics;
using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Identifiers;
using VerifyGateway.V1;
using Start = VerifyGateway.V1.WatchBindingsRequest.StartOneofCase;

namespace VerifyGateway.Server.Watching;

/// <summary>
/// Makes the messages of one watcher, in their order: the snapshot when it is wanted, then an event for each write, and checkpoints.
/// Ends only with an exception. One use.
/// </summary>
/// <remarks>
/// :: S1 pages of the snapshot are read, at whatever heads there are; a server that lags behind may answer any of them; S2 the feed is followed
/// from the lowest of these heads, so that nothing between the pages is missed; S3 from the highest of them on the copy is exact.
/// </remarks>
internal sealed class WatchReader(WatchQuery query, IBindingStore store, IChangeFeed feed, FeedTail tail, WatchBuffer to, TimeProvider time)
{
    private const int PageEntries = 1_000;

    private readonly WatchWriter _writer = new(time, query.TellsApart);
    private readonly List<FeedEntry> _entries = [];
    private WatchScope _scope = null!;
    private WatchEvent _event = new();

    /// <summary>True when the watcher has a part of a write and is to be told where the write ends; no checkpoint is due before.</summary>
    private bool _isWithinEvent;

    /// <summary>The newest revision that has been read.</summary>
    private long _position;

    /// <summary>The end of the newest write that has been read whole.</summary>
    private long _whole;

    private long _lastCheckpoint;

    /// <summary>The lowest and the highest head that a part of the snapshot was read at.</summary>
    private (long Lowest, long Highest) _heads = (long.MaxValue, 0);

    /// <summary>Reads until something ends it.</summary>
    /// <exception cref="OutOfRetentionException">What is to be read next is gone, or not there yet.</exception>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    /// <exception cref="SlowReaderException">The watcher does not read.</exception>
    /// <exception cref="OperationCanceledException">The watch has ended.</exception>
    public async Task RunAsync(CancellationToken cancel)
    {
        _scope = new WatchScope(query, store, _writer);
        _lastCheckpoint = time.GetTimestamp();
        _whole = _position = query.Start switch
        {
            Start.Snapshot => await SendSnapshotAsync(cancel),
            Start.Earliest => await FindEarliestAsync(cancel),
            _ => query.AfterRevision,
        };
        if (query.Start != Start.Snapshot)
        {
            // Asked for before anything else is: a revision that is gone, or not there yet, ends the watch.
            await feed.ReadFeedAsync(_position, 1, cancel);
            await _scope.BindAsOfAsync(_position, cancel);
            _isWithinEvent = await IsWithinWriteAsync(cancel);
        }

        var hasCaughtUp = false;
        while (true)
        {
            await CatchUpAsync(cancel);
            if (!hasCaughtUp)
            {
                await SendCheckpointAsync(cancel);
                hasCaughtUp = true;
            }

            await FollowAsync(cancel);
        }
    }

    private async Task<long> SendSnapshotAsync(CancellationToken cancel)
    {
        if (query.Sn is null)
        {
            await SendMerchantsAsync(cancel);
            await SendTerminalsAsync(cancel);
        }
        else
        {
            await SendOneBindingAsync(cancel);
        }

        await to.AddAsync(new WatchBindingsResponse { SnapshotEnd = new WatchSnapshotEnd { Revision = _heads.Lowest, ExactFromRevision = _heads.Highest } }, cancel);
        return _heads.Lowest;
    }

    private async Task SendMerchantsAsync(CancellationToken cancel)
    {
        if (query.Merchant is { } one)
        {
            var found = await store.FindMerchantAsync(new(query.Acquirer, one), cancel);
            await SendAsync(new WatchSnapshotPage { Merchants = { found.Merchants.Select(_writer.Write) } }, found.Head, cancel);
            return;
        }

        MerchantNo? last = null;
        MerchantPage page;
        do
        {
            page = await store.ListMerchantsAsync(query.Acquirer, last, tail.Parts.SnapshotItems, cancel);
            await SendAsync(new WatchSnapshotPage { Merchants = { page.Merchants.Select(_writer.Write) } }, page.Head, cancel);
            last = page.Merchants.Count > 0 ? page.Merchants[^1].Record.Key.No : last;
        }
        while (page.Merchants.Count == tail.Parts.SnapshotItems);
    }

    private async Task SendTerminalsAsync(CancellationToken cancel)
    {
        var filter = new BindingFilter(query.Acquirer) { Merchant = query.Merchant };
        var token = "";
        while (true)
        {
            var page = await store.ListAsync(filter, tail.Parts.SnapshotItems, token, cancel);
            await SendAsync(new WatchSnapshotPage { Terminals = { page.Bindings.Select(view => _writer.Write(view.Terminal, view.TerminalRevision)) } }, page.Head, cancel);
            token = page.NextPageToken;
            if (token.Length == 0)
            {
                return;
            }
        }
    }

    private async Task SendOneBindingAsync(CancellationToken cancel)
    {
        var found = await store.FindAsync([new BindingLookup(query.Acquirer, query.Sn, default, default)], cancel);
        var page = new WatchSnapshotPage();
        if (found.Bindings[0] is { } view)
        {
            _scope.BindTo(view.Terminal.MerchantNo.ToString());
            page.Terminals.Add(_writer.Write(view.Terminal, view.TerminalRevision));
            if (view.Merchant is { } merchant)
            {
                page.Merchants.Add(_writer.Write(merchant, view.HolderMask, view.SettlementCardMask, view.MerchantRevision));
            }
        }

        await SendAsync(page, found.Head, cancel);
    }

    private async ValueTask SendAsync(WatchSnapshotPage page, long head, CancellationToken cancel)
    {
        _heads = (Math.Min(_heads.Lowest, head), Math.Max(_heads.Highest, head));
        if (page.Merchants.Count + page.Terminals.Count > 0)
        {
            await to.AddAsync(new WatchBindingsResponse { SnapshotPage = page }, cancel);
        }
    }

    /// <summary>The revision that the oldest entry comes after; retention may move it while it is looked for.</summary>
    private async Task<long> FindEarliestAsync(CancellationToken cancel)
    {
        var after = 0L;
        while (true)
        {
            try
            {
                await feed.ReadFeedAsync(after, 1, cancel);
                return after;
            }
            catch (OutOfRetentionException gone) when (!gone.IsFuture && gone.Bound > after)
            {
                after = gone.Bound.Value;
            }
        }
    }

    /// <summary>Whether a write goes on after the position: where a watcher was cut off between parts of one, or retention has cut the feed off. True when that cannot be told.</summary>
    private async Task<bool> IsWithinWriteAsync(CancellationToken cancel)
    {
        try
        {
            return _position > 0 && (await feed.ReadFeedAsync(_position - 1, 1, cancel)).Entries is not [{ EndsWrite: true }];
        }
        catch (OutOfRetentionException gone) when (!gone.IsFuture)
        {
            return true;
        }
    }

    /// <summary>Reads pages of the watcher's own until the newest entry has been read.</summary>
    private async Task CatchUpAsync(CancellationToken cancel)
    {
        FeedPage page;
        do
        {
            page = await feed.ReadFeedAsync(_position, PageEntries, cancel);
            await TakeAsync(page.Entries, cancel);
            if (time.GetElapsedTime(_lastCheckpoint) >= query.CheckpointEvery)
            {
                await SendCheckpointAsync(cancel);
            }
        }
        while (_position < page.Head);

        // The head ends a write, also one whose beginning nobody knows any more.
        (_whole, _isWithinEvent) = (_position, false);
    }

    /// <summary>Reads what all watchers share, until this one has fallen behind it.</summary>
    private async Task FollowAsync(CancellationToken cancel)
    {
        using var follower = tail.Join(_position);
        while (true)
        {
            _entries.Clear();
            if (!follower.TryRead(_position, PageEntries, _entries))
            {
                return;
            }

            await TakeAsync(_entries, cancel);
            var left = query.CheckpointEvery - (_isWithinEvent ? TimeSpan.Zero : time.GetElapsedTime(_lastCheckpoint));
            if (_entries.Count == 0 && left > TimeSpan.Zero)
            {
                await follower.WaitAsync(_position, left, cancel);
            }
            else if (left <= TimeSpan.Zero)
            {
                await SendCheckpointAsync(cancel);
            }
        }
    }

    private async ValueTask TakeAsync(IReadOnlyList<FeedEntry> entries, CancellationToken cancel)
    {
        foreach (var entry in entries)
        {
            Debug.Assert(entry.Revision == _position + 1, "The feed has no holes.");
            await _scope.AddAsync(entry, _event, cancel);
            _position = entry.Revision;
            var isFull = _event.Merchants.Count + _event.Terminals.Count >= tail.Parts.MostChanges;
            if (entry.EndsWrite)
            {
                _whole = entry.Revision;
            }

            if (isFull || (entry.EndsWrite && (_isWithinEvent || _event.Merchants.Count + _event.Terminals.Count > 0)))
            {
                await SendEventAsync(entry, cancel);
            }
        }
    }

    private async ValueTask SendEventAsync(FeedEntry last, CancellationToken cancel)
    {
        (_event.Revision, _event.CommittedAtUnixMs, _event.EndsWrite) = (last.Revision, last.CommittedAtUnixMs, last.EndsWrite);
        _isWithinEvent = !last.EndsWrite;
        var done = _event;
        _event = new WatchEvent();
        await to.AddAsync(new WatchBindingsResponse { Event = done }, cancel);
    }

    private async ValueTask SendCheckpointAsync(CancellationToken cancel)
    {
        if (!_isWithinEvent)
        {
            _lastCheckpoint = time.GetTimestamp();
            await to.AddAsync(new WatchBindingsResponse { Checkpoint = new WatchCheckpoint { Revision = _whole } }, cancel);
        }
    }
}
