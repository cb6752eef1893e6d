using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using VerifyGateway.Caching.Memory;

namespace VerifyGateway.Caching.Coherence;

/// <summary>
/// The newest change of every key that changed in the window (floor, head] of the feed; so many changes long at most. One thread moves
/// the window; each stripe of keys is read and written under the caller's lock of that stripe.
/// <para>
/// The keys of the window stand in the order of revisions. A stripe is an open-addressed table, at most half full, of revisions with some
/// bits of their keys, so that what has not changed is known from one cache line, which can be fetched ahead (<see cref="Prefetch"/>).
/// </para>
/// </summary>
internal sealed class RecentChanges
{
    /// <summary>How many stripes there are: a power of two.</summary>
    public const int Stripes = 64;

    private const int FirstKeys = 1_024;
    private const int FirstSlots = 16;
    private const long RevisionBits = FleetTable.MaxRevision;

    private readonly int _capacity;
    private readonly Stripe[] _stripes = [.. Enumerable.Range(0, Stripes).Select(static _ => new Stripe())];

    /// <summary>
    /// The key that revision r changed, at r modulo the length: a power of two, more than the window is long. Readers come here only for what
    /// they found in their stripe: that was written before, and a longer one has it, too.
    /// </summary>
    private RecordHash[] _keys = new RecordHash[FirstKeys];

    private long _floor;
    private int _count;

    /// <param name="capacity">The most changes in the window, 1 or more.</param>
    public RecentChanges(int capacity) => _capacity = capacity;

    /// <summary>What changed at or before this revision is not known here any more. May be read from any thread.</summary>
    public long Floor => Volatile.Read(ref _floor);

    /// <summary>Number of changes in the window; only for the thread that moves it.</summary>
    public int Count => _count;

    /// <summary>True when the window is longer than it may be.</summary>
    public bool IsOverfull => _count > _capacity;

    /// <summary>The stripe of a key.</summary>
    public static int StripeOf(in RecordHash hash) => (int)(hash.High >> 58);

    /// <summary>Has the processor fetch what <see cref="Newest_NeedsLock"/> will read of a key that has not changed; a hint, and no lock is needed.</summary>
    public unsafe void Prefetch(in RecordHash hash)
    {
        if (Sse.IsSupported)
        {
            var slots = Volatile.Read(ref _stripes[StripeOf(hash)].Slots);
            // The collector may move it meanwhile: then another line is fetched.
            Sse.Prefetch0(Unsafe.AsPointer(ref slots[Home(hash, slots)]));
        }
    }

    /// <summary>The newest change of a key; 0 when it has not changed in the window. Under the stripe's lock.</summary>
    public long Newest_NeedsLock(in RecordHash hash)
    {
        var slots = _stripes[StripeOf(hash)].Slots;
        return slots[Find(hash, slots)] & RevisionBits;
    }

    /// <summary>
    /// The window is as long as to this revision, the one after its last, which changed a key. <see cref="Note_NeedsLock"/> follows where the
    /// key is one of a record. The last revision may be handed over again, with the same key.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The revision is over <see cref="FleetTable.MaxRevision"/>.</exception>
    /// <exception cref="InvalidOperationException">The revision was handed over before, with another key.</exception>
    public void Extend(in RecordHash hash, long revision)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(revision, RevisionBits);
        if (revision - _floor <= _count && KeyOf(revision) != hash)
        {
            throw new InvalidOperationException($"The change of revision {revision} is of another key than it was before.");
        }

        if (revision - _floor > _keys.Length)
        {
            var longer = new RecordHash[2 * _keys.Length];
            for (var at = _floor + 1; at < revision; at++)
            {
                longer[at & (longer.Length - 1)] = KeyOf(at);
            }

            Volatile.Write(ref _keys, longer);
        }

        _keys[revision & (_keys.Length - 1)] = hash;
        _count = (int)(revision - _floor);
    }

    /// <summary>Notes the change of a key, by which the window has been extended. Under the stripe's lock.</summary>
    /// <exception cref="InvalidOperationException">The window has not been extended by this change: readers would take the key for unchanged.</exception>
    public void Note_NeedsLock(in RecordHash hash, long revision)
    {
        if (KeyOf(revision) != hash)
        {
            throw new InvalidOperationException($"The window does not have the change of revision {revision} yet.");
        }

        var stripe = _stripes[StripeOf(hash)];
        var at = Find(hash, stripe.Slots);
        if (stripe.Slots[at] == 0 && 2 * ++stripe.Count > stripe.Slots.Length)
        {
            Enlarge_NeedsLock(stripe);
            at = Find(hash, stripe.Slots);
        }

        stripe.Slots[at] = TagOf(hash) | revision;
    }

    /// <summary>Moves the floor up by one change and returns its key, which is still in the index: <see cref="Forget_NeedsLock"/> follows.</summary>
    public RecordHash Shorten()
    {
        var floor = _floor + 1;
        Volatile.Write(ref _floor, floor);
        _count--;
        return KeyOf(floor);
    }

    /// <summary>Takes the change of a revision out of the index, unless the key has changed again. Under the stripe's lock.</summary>
    public void Forget_NeedsLock(in RecordHash hash, long revision)
    {
        var stripe = _stripes[StripeOf(hash)];
        var at = Find(hash, stripe.Slots);
        if (stripe.Slots[at] == (TagOf(hash) | revision))
        {
            RemoveAt_NeedsLock(stripe.Slots, at);
            stripe.Count--;
        }
    }

    /// <summary>Forgets everything and begins at a revision. Under the locks of all stripes.</summary>
    public void Reset_NeedsLock(long floor)
    {
        foreach (var stripe in _stripes)
        {
            Array.Clear(stripe.Slots);
            stripe.Count = 0;
        }

        _count = 0;
        Volatile.Write(ref _floor, floor);
    }

    private RecordHash KeyOf(long revision)
    {
        var keys = Volatile.Read(ref _keys);
        return keys[revision & (keys.Length - 1)];
    }

    /// <summary>Where a key is, or the empty place where it would be. There is one: at least half of the places are empty.</summary>
    private int Find(in RecordHash hash, long[] slots)
    {
        var tag = TagOf(hash);
        var at = Home(hash, slots);
        while (slots[at] is not 0 and var slot && ((slot & ~RevisionBits) != tag || KeyOf(slot & RevisionBits) != hash))
        {
            at = (at + 1) & (slots.Length - 1);
        }

        return at;
    }

    /// <summary>Empties a place, and moves back those after it that were displaced, so that each is found from its home without a gap.</summary>
    private void RemoveAt_NeedsLock(long[] slots, int gap)
    {
        var mask = slots.Length - 1;
        for (var at = (gap + 1) & mask; slots[at] is not 0 and var slot; at = (at + 1) & mask)
        {
            // As far from its home as it may be moved.
            if (((at - Home(KeyOf(slot & RevisionBits), slots)) & mask) >= ((at - gap) & mask))
            {
                slots[gap] = slot;
                gap = at;
            }
        }

        slots[gap] = 0;
    }

    private void Enlarge_NeedsLock(Stripe stripe)
    {
        var larger = new long[2 * stripe.Slots.Length];
        foreach (var slot in stripe.Slots)
        {
            if (slot != 0)
            {
                larger[Find(KeyOf(slot & RevisionBits), larger)] = slot;
            }
        }

        Volatile.Write(ref stripe.Slots, larger);
    }

    // Stripe, tag and home are different bits of the hash, up to 2^42 places.
    private static long TagOf(in RecordHash hash) => (long)(hash.High >> 42) << 48;

    private static int Home(in RecordHash hash, long[] slots) => (int)hash.High & (slots.Length - 1);

    private sealed class Stripe
    {
        /// <summary>Revision and tag of each key; 0 is an empty place.</summary>
        public long[] Slots = new long[FirstSlots];
        public int Count;
    }
}
