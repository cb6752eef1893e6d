using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Domain.Reasons;

namespace VerifyGateway.Domain.Deciding;

/// <summary>How a check compares with an earlier one of the same identity.</summary>
public enum RequestMatch : byte
{
    /// <summary>Sent again: it gets the earlier answer.</summary>
    Same = 1,
    /// <summary>Another transaction under numbers that are used up: it gets <see cref="RequestIdentity.Duplicate"/>.</summary>
    Different = 2,
}

/// <summary>
/// What names a transaction in the field, and so a check of it: acquirer (DE32), merchant number (DE42), terminal number (DE41), batch
/// (DE60.2), trace number (DE11) and day. A reversal carries the trace number of what it undoes and is a request of its own.
/// </summary>
public readonly record struct RequestIdentity
{
    /// <summary>The largest batch and trace number: both have six digits.</summary>
    public const int MaxNumber = 999_999;

    private RequestIdentity(in StatusQuery query, int batch, int trace, DateOnly day) =>
        (Acquirer, MerchantNo, TerminalNo, Batch, Trace, Day, IsReversal) = (query.Acquirer, query.MerchantNo, query.TerminalNo, batch, trace, day, query.Kind == TransactionKind.Reversal);

    /// <summary>Acquiring institution (DE32).</summary>
    public AcquirerId Acquirer { get; }

    /// <summary>Merchant number (DE42).</summary>
    public MerchantNo MerchantNo { get; }

    /// <summary>Terminal number (DE41).</summary>
    public TerminalNo TerminalNo { get; }

    /// <summary>Batch (DE60.2), 0 to 999,999.</summary>
    public int Batch { get; }

    /// <summary>Trace number (DE11, STAN), 0 to 999,999.</summary>
    public int Trace { get; }

    /// <summary>Day of the transaction, in China's zone.</summary>
    public DateOnly Day { get; }

    /// <summary>True of a reversal (ISO 8583 message type 0400).</summary>
    public bool IsReversal { get; }

    /// <summary>The verdict on a check that comes under the identity of a different one.</summary>
    public static Verdict Duplicate { get; } = new(Decision.Decline, ReasonSet.Of(Reason.DuplicateRequest), ReasonSet.None, UntilUnixMs: 0);

    /// <summary>The identity of a check. Pure, safe from any thread, free of allocation.</summary>
    /// <param name="query">The check.</param>
    /// <param name="batch">Batch, 0 to 999,999.</param>
    /// <param name="trace">Trace number, 0 to 999,999.</param>
    /// <param name="day">Day of the transaction, in China's zone.</param>
    /// <exception cref="ArgumentOutOfRangeException">Batch or trace number has not at most six digits.</exception>
    public static RequestIdentity Of(in StatusQuery query, int batch, int trace, DateOnly day)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(batch);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(batch, MaxNumber);
        ArgumentOutOfRangeException.ThrowIfNegative(trace);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(trace, MaxNumber);
        return new RequestIdentity(query, batch, trace, day);
    }

    /// <summary>
    /// Compares two checks of the same identity by what the transaction is: device, kind, amount, currency, day and means of payment. What
    /// changes from one try to the next (position, totals, proof) does not make it another transaction. Pure, safe from any thread,
    /// free of allocation.
    /// </summary>
    public static RequestMatch Compare(in StatusQuery earlier, in StatusQuery later)
    {
        ref readonly var one = ref earlier.PayerInPlace;
        ref readonly var other = ref later.PayerInPlace;
        var isSame = earlier.Sn == later.Sn && earlier.Kind == later.Kind && earlier.AmountMinor == later.AmountMinor && earlier.TransactionsOf == later.TransactionsOf
            && (earlier.Currency == later.Currency || (earlier.IsInYuan && later.IsInYuan))
            && one.CardClass == other.CardClass && one.CardValidToMonth == other.CardValidToMonth && one.Code == other.Code && one.Account == other.Account;
        return isSame ? RequestMatch.Same : RequestMatch.Different;
    }
}
