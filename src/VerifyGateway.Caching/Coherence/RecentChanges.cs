using VerifyGateway.Caching.Memory;

namespace VerifyGateway.Caching.Coherence;

/// <summary>
/// The newest change of every key that changed in the window (floor, head] of the feed; so many changes long at most. One thread moves
/// the window; each stripe of keys is read and written under the caller's lock of that stripe.
/// </summary>
/// <param name="capacity">The most changes in the window, 1 or more.</param>
internal sealed class RecentChanges(int capacity)
{
    /// <summary>How many stripes there are: a power of two.</summary>
    public const int Stripes = 64;

    private readonly Dictionary<RecordHash, long>[] _newest = [.. Enumerable.Range(0, Stripes).Select(static _ => new Dictionary<RecordHash, long>())];

    /// <summary>The keys of the changes in the window, in the order of revisions.</summary>
    private readonly Queue<RecordHash> _window = new();

    private long _floor;

    /// <summary>What changed at or before this revision is not known here any more. May be read from any thread.</summary>
    public long Floor => Volatile.Read(ref _floor);

    /// <summary>Number of changes in the window; only for the thread that moves it.</summary>
    public int Count => _window.Count;

    /// <summary>True when the window is longer than it may be.</summary>
    public bool IsOverfull => _window.Count > capacity;

    /// <summary>The stripe of a key.</summary>
    public static int StripeOf(in RecordHash hash) => (int)(hash.High >> 58);

    /// <summary>The newest change of a key; 0 when it has not changed in the window. Under the stripe's lock.</summary>
    public long Newest_NeedsLock(in RecordHash hash) => _newest[StripeOf(hash)].GetValueOrDefault(hash);

    /// <summary>Notes a change. Under the stripe's lock; <see cref="Extend"/> follows.</summary>
    public void Note_NeedsLock(in RecordHash hash, long revision) => _newest[StripeOf(hash)][hash] = revision;

    /// <summary>The window has grown by the change of a key.</summary>
    public void Extend(in RecordHash hash) => _window.Enqueue(hash);

    /// <summary>Moves the floor up by one change and returns its key, which is still in the index: <see cref="Forget_NeedsLock"/> follows.</summary>
    public RecordHash Shorten()
    {
        var oldest = _window.Dequeue();
        Volatile.Write(ref _floor, _floor + 1);
        return oldest;
    }

    /// <summary>Takes the change of a revision out of the index, unless the key has changed again. Under the stripe's lock.</summary>
    public void Forget_NeedsLock(in RecordHash hash, long revision)
    {
        var stripe = _newest[StripeOf(hash)];
        if (stripe.TryGetValue(hash, out var newest) && newest == revision)
        {
            stripe.Remove(hash);
        }
    }

    /// <summary>Forgets everything and begins at a revision. Under the locks of all stripes.</summary>
    public void Reset_NeedsLock(long floor)
    {
        _window.Clear();
        foreach (var stripe in _newest)
        {
            stripe.Clear();
        }

        Volatile.Write(ref _floor, floor);
    }
}
