using System.Collections;
using Microsoft.Extensions.Logging.Abstractions;
using VerifyGateway.Caching.Coherence;
using VerifyGateway.Caching.Memory;
using VerifyGateway.Caching.Redis;
using VerifyGateway.Caching.Store;
using VerifyGateway.Caching.Tests.Support;

namespace VerifyGateway.Caching.Tests.Coherence;

/// <summary>A feed of several stretches: the next is read while one is applied.</summary>
public sealed class FeedAheadTests : IAsyncDisposable
{
    private const int Stretch = 5_000;
    private const int Entries = 23_000;

    private readonly ManualTime _time = new();
    private readonly LongFeed _feed;
    private readonly FleetMemory _memory = new(RecordHasher.Random(), 1 << 20, static _ => { }, static _ => { });
    private readonly Lease _lease;
    private readonly FeedFollower _follower;

    public FeedAheadTests()
    {
        _feed = new LongFeed(_time);
        _lease = new Lease(2_000, _time);
        _follower = new FeedFollower(
            _feed, new CopyKeeper(_memory, window: 100_000), _lease, new NoRemoteTier(), new NoRevisionSignal(), new CacheOptions { WindowChanges = 100_000 },
            new CoherenceMetrics(Prometheus.Metrics.WithCustomRegistry(Prometheus.Metrics.NewCustomRegistry())), _time, NullLogger<FeedFollower>.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        await _follower.DisposeAsync();
        _feed.Dispose();
        _memory.Dispose();
    }

    [Fact]
    public async Task S2_Stretches_AreAppliedInTheirOrder_AndTheLeaseIsForTheTimeBeforeTheLastRead()
    {
        // What follows the start grants nothing.
        _feed.FailsAfter = Entries - 1;
        await _follower.StartAsync(CancellationToken.None);

        Assert.Equal(Entries, _follower.Applied);
        // Each from the newest entry of the one before on, to see that it still is the one (F8).
        Assert.Equal([0, 0, 4_999, 9_999, 14_999, 19_999], _feed.Reads.Take(6).Select(static it => it.After));
        Assert.Equal(_feed.Reads[5].AtUnixMs, _lease.Look().AsOfUnixMs);
    }

    [Fact]
    public async Task S2_TheNextStretch_IsReadWhileOneIsApplied()
    {
        _feed.Waits = true;
        await _follower.StartAsync(CancellationToken.None);
        Assert.True(_feed.WasReadAhead);
        Assert.Equal(Entries, _follower.Applied);
    }

    [Fact]
    public async Task S2_AStretchThatCannotBeRead_EndsTheStart_AndItCanBeTriedAgain()
    {
        _feed.FailsAfter = 9_999;
        await Assert.ThrowsAsync<StoreUnavailableException>(() => _follower.StartAsync(CancellationToken.None));
        Assert.False(_lease.Look().IsValid);

        _feed.FailsAfter = -1;
        await _follower.StartAsync(CancellationToken.None);
        Assert.Equal(Entries, _follower.Applied);
        Assert.True(_lease.Look().IsValid);
    }

    [Fact]
    public async Task F8_AFeedThatSaysSoAtOnce_IsHeard()
    {
        _feed.IsSetBackAfter = 0;
        await _follower.StartAsync(CancellationToken.None);
        Assert.True(_follower.IsSetBack);
        Assert.False(_lease.Look().IsValid);
    }

    /// <summary>A feed that takes a hundredth of a second to read, and tells when it was read from where.</summary>
    private sealed class LongFeed(ManualTime time) : IChangeFeed, IDisposable
    {
        private readonly ManualResetEventSlim _isNextRead = new();

        public List<(long After, long AtUnixMs)> Reads { get; } = [];

        /// <summary>When set, the last entry of the first stretch waits for the read of the second.</summary>
        public bool Waits { get; set; }

        public bool WasReadAhead { get; private set; }

        public long FailsAfter { get; set; } = -1;

        public long IsSetBackAfter { get; set; } = -1;

        public ValueTask<FeedPage> ReadFeedAsync(long afterRevision, int limit, CancellationToken cancel = default)
        {
            lock (Reads)
            {
                Reads.Add((afterRevision, time.NowUnixMs));
            }

            if (afterRevision == Stretch - 1)
            {
                _isNextRead.Set();
            }

            if (afterRevision == FailsAfter)
            {
                throw new StoreUnavailableException("not now");
            }

            if (afterRevision == IsSetBackAfter && limit > 1)
            {
                throw OutOfRetentionException.Future("it is not there yet");
            }

            time.AdvanceMs(10);
            var count = (int)Math.Min(limit, Entries - afterRevision);
            return new(new FeedPage(new Page(this, afterRevision, count), Entries));
        }

        public ValueTask<long> ReadHeadAsync(CancellationToken cancel = default) => new((long)Entries);

        public async ValueTask<bool> WaitForFeedAsync(long afterRevision, TimeSpan atMost, CancellationToken cancel = default)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancel);
            return false;
        }

        public void Dispose() => _isNextRead.Dispose();

        private FeedEntry At(long revision)
        {
            if (revision == Stretch && Waits)
            {
                WasReadAhead = _isNextRead.Wait(TimeSpan.FromSeconds(20));
            }

            var key = Make.Key((int)revision).Terminal;
            return new FeedEntry(revision, 1, FeedEntity.Terminal, key.Acquirer, key.Sn.ToString(), ReadOnlyMemory<byte>.Empty);
        }

        /// <summary>Entries that are made when they are asked for.</summary>
        private sealed class Page(LongFeed feed, long after, int count) : IReadOnlyList<FeedEntry>
        {
            public int Count => count;

            public FeedEntry this[int index] => index == count - 1 ? Named(after + count) : feed.At(after + 1 + index);

            public IEnumerator<FeedEntry> GetEnumerator() => Enumerable.Range(0, count).Select(at => feed.At(after + 1 + at)).GetEnumerator();

            IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

            // What is only looked at waits for nothing.
            private static FeedEntry Named(long revision)
            {
                var key = Make.Key((int)revision).Terminal;
                return new FeedEntry(revision, 1, FeedEntity.Terminal, key.Acquirer, key.Sn.ToString(), ReadOnlyMemory<byte>.Empty);
            }
        }
    }
}
