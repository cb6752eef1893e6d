using Microsoft.Extensions.Logging.Abstractions;
using VerifyGateway.Caching.Coherence;
using VerifyGateway.Caching.Store;

namespace VerifyGateway.Caching.Tests.Support;

/// <summary>The caches of one process over a scripted store and remote tier, on a clock moved by hand.</summary>
internal sealed class ReaderRig : IAsyncDisposable
{
    private ReaderRig(Action<CacheOptions>? change)
    {
        Store = new ScriptedStore(Time);
        change?.Invoke(Options);
        Caches = MakeCaches(Page);
    }

    public ManualTime Time { get; } = new();

    public CacheOptions Options { get; } = new() { MemoryMiB = 16, WindowChanges = 1_000 };

    public ScriptedStore Store { get; }

    public ScriptedRemote Remote { get; } = new();

    public Page Page { get; } = new();

    public Caches Caches { get; }

    public RecordReader Reader => Caches.Reader;

    public FeedFollower Follower => Caches.Follower;

    /// <summary>Caches that follow the store's feed, and have applied it to its end.</summary>
    public static async Task<ReaderRig> StartAsync(Action<CacheOptions>? change = null, Action<ScriptedStore>? prepare = null)
    {
        var rig = new ReaderRig(change);
        prepare?.Invoke(rig.Store);
        await rig.Follower.StartAsync(CancellationToken.None);
        return rig;
    }

    /// <summary>The caches of another process on the same store and remote tier.</summary>
    public Caches MakeCaches(Page page) => new(
        Store, Store, Remote, Remote, Options, page.Metrics, page.Coherence, Time, NullLoggerFactory.Instance, CachesParts.Usual(Options, Time));

    public Task<RecordAnswer> FindAsync(PairKey key, long atLeastRevision = 0, CancellationToken cancel = default) =>
        Reader.FindAsync(key, atLeastRevision, cancel).AsTask();

    public Task<IReadOnlyList<RecordAnswer>> FindManyAsync(params PairKey[] keys) =>
        Reader.FindManyAsync([.. keys.Select(key => (key, 0L))], CancellationToken.None).AsTask();

    /// <summary>Lets the follower apply what the store has committed, and grants the lease anew.</summary>
    public async Task FollowAsync()
    {
        var reads = Store.FeedReads;
        Store.Signal();
        await Wait.UntilAsync(() => Store.FeedReads > reads && Follower.Applied == Store.Head, "the feed to be followed");
    }

    public ValueTask DisposeAsync() => Caches.DisposeAsync();
}
