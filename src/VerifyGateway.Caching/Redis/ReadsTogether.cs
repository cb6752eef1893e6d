using VerifyGateway.Caching.Store;

namespace VerifyGateway.Caching.Redis;

/// <summary>
/// Checks that ask Redis at the same time ask in one call: what limit, circuit and clock cost is then paid once. A read goes when a thread
/// of the pool is free for it, and takes along whoever has come by then; nobody waits for an answer that others wait for. Safe from any
/// thread.
/// </summary>
/// <param name="readAsync">Reads several pairs under a limit of its own; results in the order of the keys.</param>
internal sealed class ReadsTogether(Func<IReadOnlyList<PairKey>, ValueTask<IReadOnlyList<RemotePair>>> readAsync)
{
    /// <summary>Two commands each: less than what the limit of one call is for.</summary>
    internal const int Most = 31;

    private readonly Lock _gate = new();
    private Batch? _gathering;

    /// <summary>Reads a pair.</summary>
    /// <param name="key">The pair's name.</param>
    /// <param name="cancel">Ends the caller's waiting, not the read.</param>
    public async ValueTask<RemotePair> ReadAsync(PairKey key, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        Batch batch;
        int at;
        var isNew = false;
        lock (_gate)
        {
            isNew = _gathering is null;
            batch = _gathering ??= new Batch(this);
            at = batch.Keys.Count;
            batch.Keys.Add(key);
            if (batch.Keys.Count == Most)
            {
                _gathering = null;
            }
        }

        if (isNew)
        {
            // Behind the checks that wait for a thread already: they are the ones to take along.
            ThreadPool.UnsafeQueueUserWorkItem(batch, preferLocal: false);
        }

        return (await batch.Read.WaitAsync(cancel))[at];
    }

    private async Task SendAsync(Batch batch)
    {
        lock (_gate)
        {
            if (_gathering == batch)
            {
                _gathering = null;
            }
        }

        try
        {
            batch.Ended.SetResult(await readAsync(batch.Keys));
        }
        catch (Exception failed)
        {
            batch.Ended.SetException(failed);
        }
    }

    /// <summary>Reads that go together.</summary>
    private sealed class Batch(ReadsTogether owner) : IThreadPoolWorkItem
    {
        public List<PairKey> Keys { get; } = [];

        /// <summary>Each caller goes on on a thread of the pool's choice, beside the others.</summary>
        public TaskCompletionSource<IReadOnlyList<RemotePair>> Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<IReadOnlyList<RemotePair>> Read => Ended.Task;

        public void Execute() => _ = owner.SendAsync(this);
    }
}
