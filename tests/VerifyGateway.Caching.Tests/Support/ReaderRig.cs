using VerifyGateway.Caching.Store;

namespace VerifyGateway.Caching.Tests.Support;

/// <summary>A reader over a scripted store and remote tier, on a clock moved by hand.</summary>
internal sealed class ReaderRig : IDisposable
{
    public ReaderRig(Action<CacheOptions>? change = null)
    {
        Store = new ScriptedStore(Time);
        change?.Invoke(Options);
        Reader = new RecordReader(Store, Remote, Options, Page.Metrics, Time);
    }

    public ManualTime Time { get; } = new();

    public CacheOptions Options { get; } = new();

    public ScriptedStore Store { get; }

    public ScriptedRemote Remote { get; } = new();

    public Page Page { get; } = new();

    public RecordReader Reader { get; }

    public Task<RecordAnswer> FindAsync(PairKey key, long atLeastRevision = 0, CancellationToken cancel = default) =>
        Reader.FindAsync(key, atLeastRevision, cancel).AsTask();

    public Task<IReadOnlyList<RecordAnswer>> FindManyAsync(params PairKey[] keys) =>
        Reader.FindManyAsync([.. keys.Select(key => (key, 0L))], CancellationToken.None).AsTask();

    public void Dispose() => Reader.Dispose();
}
