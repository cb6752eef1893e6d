using System.Diagnostics.CodeAnalysis;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Caching.Store;

/// <summary>The two records of one check, by name.</summary>
/// <param name="Terminal">The terminal record.</param>
/// <param name="Merchant">The merchant record.</param>
public readonly record struct PairKey(TerminalKey Terminal, MerchantKey Merchant);

/// <summary>The two records of one check, read in one snapshot.</summary>
/// <param name="Terminal">The terminal record or its absence.</param>
/// <param name="Merchant">The merchant record or its absence.</param>
public readonly record struct RecordPair(RecordCopy<TerminalRecord> Terminal, RecordCopy<MerchantRecord> Merchant)
{
    private readonly RecordCopy<TerminalRecord> _terminal = Terminal;
    private readonly RecordCopy<MerchantRecord> _merchant = Merchant;

    /// <summary>The terminal record or its absence.</summary>
    public RecordCopy<TerminalRecord> Terminal { get => _terminal; init => _terminal = value; }

    /// <summary>The merchant record or its absence.</summary>
    public RecordCopy<MerchantRecord> Merchant { get => _merchant; init => _merchant = value; }

    /// <summary>The terminal record, without a copy of it all.</summary>
    [UnscopedRef]
    public ref readonly TerminalRecord? TerminalInPlace => ref _terminal.RecordInPlace;

    /// <summary>The merchant record, without a copy of it all.</summary>
    [UnscopedRef]
    public ref readonly MerchantRecord? MerchantInPlace => ref _merchant.RecordInPlace;
}

/// <summary>
/// The system of record, as the caches read it. Implementations are safe from many threads, may block a thread for the time of
/// a local disk read but never for a lock that a writer holds, and say that they cannot answer with
/// <see cref="StoreUnavailableException"/> and with nothing else.
/// </summary>
public interface IRecordStore
{
    /// <summary>
    /// Names this store's content: made when the database was made and never changed, so that copies of another database are
    /// never taken for copies of this one. 32 lower-case hexadecimal digits.
    /// </summary>
    string StoreId { get; }

    /// <summary>Reads both records of each check, all in one snapshot; results in the order of the keys (1 to 1,000).</summary>
    /// <exception cref="StoreUnavailableException">The store cannot answer now.</exception>
    ValueTask<IReadOnlyList<RecordPair>> ReadPairsAsync(IReadOnlyList<PairKey> keys, CancellationToken cancel);
}

/// <summary>The system of record cannot answer now; the message is for the log and never leaves the process.</summary>
public sealed class StoreUnavailableException : Exception
{
    /// <summary>Says why, for the log.</summary>
    public StoreUnavailableException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }

    /// <summary>True when one record is damaged and others can be read: a batch is then read one by one.</summary>
    public bool IsOfOneRecord { get; init; }
}
