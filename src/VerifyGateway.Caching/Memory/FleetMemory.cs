using System.Runtime.CompilerServices;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Caching.Memory;

/// <summary>
/// Copies of records in this process: terminals and merchants, and which of them are known to be absent. Of the budget four sevenths are
/// the terminals', of which a fleet has about four for three merchants (or more, and then merchants have room to spare); what one kind
/// does not use the other does not get. A copy is only ever replaced by one of the same or a higher revision. Safe from any thread; reads
/// take no lock, and allocate the record that they return.
/// </summary>
public sealed class FleetMemory : IDisposable
{
    private readonly FleetTable _terminals;
    private readonly FleetTable _merchants;

    /// <summary>Makes an empty memory.</summary>
    /// <param name="hasher">Hashes the names; callers hash a name once and hand the hash in with it.</param>
    /// <param name="maxBytes">The most bytes that both kinds allocate together, 4 times <see cref="FleetTable.MinBytes"/> or more.</param>
    /// <param name="onTerminalsEvicted">Told how many terminals went for lack of room, on the thread of who wrote.</param>
    /// <param name="onMerchantsEvicted">The same of merchants.</param>
    /// <exception cref="ArgumentOutOfRangeException">The budget is too small.</exception>
    public FleetMemory(RecordHasher hasher, long maxBytes, Action<int> onTerminalsEvicted, Action<int> onMerchantsEvicted)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBytes, 4 * FleetTable.MinBytes);
        Hasher = hasher;
        var forTerminals = maxBytes / 7 * 4;
        _terminals = new FleetTable(forTerminals, onTerminalsEvicted);
        _merchants = new FleetTable(maxBytes - forTerminals, onMerchantsEvicted);
    }

    /// <summary>What the hashes of this memory are made with.</summary>
    public RecordHasher Hasher { get; }

    /// <summary>Number of terminals held, absent ones included; changes from moment to moment.</summary>
    public long TerminalCount => _terminals.Count;

    /// <summary>Number of merchants held, absent ones included; changes from moment to moment.</summary>
    public long MerchantCount => _merchants.Count;

    /// <summary>Bytes allocated for terminals, at most their share of the budget.</summary>
    public long TerminalBytes => _terminals.Bytes;

    /// <summary>Bytes allocated for merchants, at most their share of the budget.</summary>
    public long MerchantBytes => _merchants.Bytes;

    /// <summary>Has the processor fetch both records of a check at once, before they are looked up; a hint, which never fails.</summary>
    /// <param name="terminal">Hash of the terminal's name.</param>
    /// <param name="merchant">Hash of the merchant's name.</param>
    public void Prefetch(in RecordHash terminal, in RecordHash merchant)
    {
        _terminals.Prefetch(terminal);
        _merchants.Prefetch(merchant);
    }

    /// <summary>Finds the copy of a terminal.</summary>
    /// <param name="key">The record's name.</param>
    /// <param name="hash">The name's hash.</param>
    /// <param name="record">The record; null when it is known to be absent, or nothing is known.</param>
    /// <param name="revision">Revision of the record's last change, 0 for an absent one.</param>
    /// <returns>True when something is known.</returns>
    /// <exception cref="ObjectDisposedException">The memory is disposed of.</exception>
    [SkipLocalsInit]
    public bool TryGet(in TerminalKey key, in RecordHash hash, out TerminalRecord? record, out long revision)
    {
        Span<byte> name = stackalloc byte[RecordName.MostBytes];
        return TryGetTerminal(RecordName.Of(key, name), key, hash, out record, out revision);
    }

    /// <summary>Finds the copy of a terminal by the bytes of its name.</summary>
    /// <param name="name">The record's name.</param>
    /// <param name="key">What the record is to say that it is called; the default will do for who knows it.</param>
    /// <param name="hash">The name's hash.</param>
    /// <param name="record">The record; null when it is known to be absent, or nothing is known.</param>
    /// <param name="revision">Revision of the record's last change, 0 for an absent one.</param>
    /// <returns>True when something is known.</returns>
    /// <exception cref="ObjectDisposedException">The memory is disposed of.</exception>
    [SkipLocalsInit]
    public bool TryGetTerminal(scoped in RecordName name, in TerminalKey key, in RecordHash hash, out TerminalRecord? record, out long revision)
    {
        record = null;
        Span<byte> value = stackalloc byte[FleetTable.MaxValueBytes];
        if (!_terminals.TryGet(hash, value, out var length, out revision))
        {
            return false;
        }

        if (length == 0)
        {
            return true;
        }

        if (SlotCodec.TryUnpack(value[..length], name, key, out TerminalRecord held))
        {
            record = held;
            return true;
        }

        return Damaged(_terminals, hash, out revision);
    }

    /// <summary>Finds the copy of a merchant.</summary>
    /// <param name="key">The record's name.</param>
    /// <param name="hash">The name's hash.</param>
    /// <param name="record">The record; null when it is known to be absent, or nothing is known.</param>
    /// <param name="revision">Revision of the record's last change, 0 for an absent one.</param>
    /// <returns>True when something is known.</returns>
    /// <exception cref="ObjectDisposedException">The memory is disposed of.</exception>
    [SkipLocalsInit]
    public bool TryGet(in MerchantKey key, in RecordHash hash, out MerchantRecord? record, out long revision)
    {
        Span<byte> name = stackalloc byte[RecordName.MostBytes];
        return TryGetMerchant(RecordName.Of(key, name), key, hash, out record, out revision);
    }

    /// <summary>Finds the copy of a merchant by the bytes of its name.</summary>
    /// <param name="name">The record's name.</param>
    /// <param name="key">What the record is to say that it is called; the default will do for who knows it.</param>
    /// <param name="hash">The name's hash.</param>
    /// <param name="record">The record; null when it is known to be absent, or nothing is known.</param>
    /// <param name="revision">Revision of the record's last change, 0 for an absent one.</param>
    /// <returns>True when something is known.</returns>
    /// <exception cref="ObjectDisposedException">The memory is disposed of.</exception>
    [SkipLocalsInit]
    public bool TryGetMerchant(scoped in RecordName name, in MerchantKey key, in RecordHash hash, out MerchantRecord? record, out long revision)
    {
        record = null;
        Span<byte> value = stackalloc byte[FleetTable.MaxValueBytes];
        if (!_merchants.TryGet(hash, value, out var length, out revision))
        {
            return false;
        }

        if (length == 0)
        {
            return true;
        }

        if (SlotCodec.TryUnpack(value[..length], name, key, out MerchantRecord held))
        {
            record = held;
            return true;
        }

        return Damaged(_merchants, hash, out revision);
    }

    /// <summary>Takes a terminal in unless a copy of a higher revision is held. May evict others.</summary>
    /// <param name="hash">Hash of the record's name.</param>
    /// <param name="record">The record; null when it is known to be absent.</param>
    /// <param name="revision">Revision of its last change, 0 to <see cref="FleetTable.MaxRevision"/>; 0 for an absent one.</param>
    /// <exception cref="ArgumentException">The record is none that can be packed.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The revision is out of range.</exception>
    /// <exception cref="ObjectDisposedException">The memory is disposed of.</exception>
    [SkipLocalsInit]
    public void Put(in RecordHash hash, TerminalRecord? record, long revision)
    {
        Span<byte> value = stackalloc byte[FleetTable.MaxValueBytes];
        _terminals.Put(hash, revision, value[..(record is { } there ? SlotCodec.Pack(there, value) : 0)]);
    }

    /// <summary>Takes a merchant in unless a copy of a higher revision is held. May evict others.</summary>
    /// <param name="hash">Hash of the record's name.</param>
    /// <param name="record">The record; null when it is known to be absent.</param>
    /// <param name="revision">Revision of its last change, 0 to <see cref="FleetTable.MaxRevision"/>; 0 for an absent one.</param>
    /// <exception cref="ArgumentException">The record is none that can be packed.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The revision is out of range.</exception>
    /// <exception cref="ObjectDisposedException">The memory is disposed of.</exception>
    [SkipLocalsInit]
    public void Put(in RecordHash hash, MerchantRecord? record, long revision)
    {
        Span<byte> value = stackalloc byte[FleetTable.MaxValueBytes];
        _merchants.Put(hash, revision, value[..(record is { } there ? SlotCodec.Pack(there, value) : 0)]);
    }

    /// <summary>Replaces the copy of a terminal where one of the same or a lower revision is held; otherwise does nothing.</summary>
    /// <param name="hash">Hash of the record's name.</param>
    /// <param name="record">The record; null when it is known to be absent.</param>
    /// <param name="revision">Revision of its last change, 0 to <see cref="FleetTable.MaxRevision"/>.</param>
    /// <returns>True when it is held now.</returns>
    /// <exception cref="ArgumentException">The record is none that can be packed.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The revision is out of range.</exception>
    /// <exception cref="ObjectDisposedException">The memory is disposed of.</exception>
    [SkipLocalsInit]
    public bool ReplaceTerminal(in RecordHash hash, TerminalRecord? record, long revision)
    {
        Span<byte> value = stackalloc byte[FleetTable.MaxValueBytes];
        return _terminals.Replace(hash, revision, value[..(record is { } there ? SlotCodec.Pack(there, value) : 0)]);
    }

    /// <summary>Replaces the copy of a merchant where one of the same or a lower revision is held; otherwise does nothing.</summary>
    /// <param name="hash">Hash of the record's name.</param>
    /// <param name="record">The record; null when it is known to be absent.</param>
    /// <param name="revision">Revision of its last change, 0 to <see cref="FleetTable.MaxRevision"/>.</param>
    /// <returns>True when it is held now.</returns>
    /// <exception cref="ArgumentException">The record is none that can be packed.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The revision is out of range.</exception>
    /// <exception cref="ObjectDisposedException">The memory is disposed of.</exception>
    [SkipLocalsInit]
    public bool ReplaceMerchant(in RecordHash hash, MerchantRecord? record, long revision)
    {
        Span<byte> value = stackalloc byte[FleetTable.MaxValueBytes];
        return _merchants.Replace(hash, revision, value[..(record is { } there ? SlotCodec.Pack(there, value) : 0)]);
    }

    /// <summary>True when something is known of a terminal.</summary>
    /// <param name="hash">Hash of the record's name.</param>
    /// <exception cref="ObjectDisposedException">The memory is disposed of.</exception>
    public bool HoldsTerminal(in RecordHash hash) => Holds(_terminals, hash);

    /// <summary>True when something is known of a merchant.</summary>
    /// <param name="hash">Hash of the record's name.</param>
    /// <exception cref="ObjectDisposedException">The memory is disposed of.</exception>
    public bool HoldsMerchant(in RecordHash hash) => Holds(_merchants, hash);

    /// <summary>Takes the copy of a terminal out where one of a lower revision is held.</summary>
    /// <param name="hash">Hash of the record's name.</param>
    /// <param name="olderThan">The revision.</param>
    /// <exception cref="ObjectDisposedException">The memory is disposed of.</exception>
    public void RemoveTerminal(in RecordHash hash, long olderThan) => Remove(_terminals, hash, olderThan);

    /// <summary>Takes the copy of a merchant out where one of a lower revision is held.</summary>
    /// <param name="hash">Hash of the record's name.</param>
    /// <param name="olderThan">The revision.</param>
    /// <exception cref="ObjectDisposedException">The memory is disposed of.</exception>
    public void RemoveMerchant(in RecordHash hash, long olderThan) => Remove(_merchants, hash, olderThan);

    /// <summary>Takes out everything; memory is kept for what comes next.</summary>
    /// <exception cref="ObjectDisposedException">The memory is disposed of.</exception>
    public void Clear()
    {
        _terminals.Clear();
        _merchants.Clear();
    }

    /// <summary>Lets go of all memory, as <see cref="FleetTable.Dispose"/> says.</summary>
    public void Dispose()
    {
        _terminals.Dispose();
        _merchants.Dispose();
    }

    /// <summary>A value that fails its check is as if it were not held: the record is loaded again.</summary>
    private static bool Damaged(FleetTable table, in RecordHash hash, out long revision)
    {
        revision = 0;
        table.Remove(hash);
        return false;
    }

    [SkipLocalsInit]
    private static bool Holds(FleetTable table, in RecordHash hash)
    {
        Span<byte> value = stackalloc byte[FleetTable.MaxValueBytes];
        return table.TryGet(hash, value, out _, out _);
    }

    /// <summary>Whoever calls holds the lock of the key's stripe, so that nobody replaces it between the look and the removal.</summary>
    [SkipLocalsInit]
    private static void Remove(FleetTable table, in RecordHash hash, long olderThan)
    {
        Span<byte> value = stackalloc byte[FleetTable.MaxValueBytes];
        if (table.TryGet(hash, value, out _, out var revision) && revision < olderThan)
        {
            table.Remove(hash);
        }
    }
}
