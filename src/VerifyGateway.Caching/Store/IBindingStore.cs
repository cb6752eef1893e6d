using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Caching.Store;

/// <summary>Names the terminal of a binding: by serial number when <see cref="Sn"/> is set, else by its numbers on the wire.</summary>
/// <param name="Acquirer">The acquirer whose terminal it is.</param>
/// <param name="Sn">Serial number (TUSN); null to look up by the two numbers.</param>
/// <param name="TerminalNo">Terminal number (DE41); looked at only without a serial number.</param>
/// <param name="MerchantNo">Merchant number (DE42); looked at only without a serial number.</param>
public readonly record struct BindingLookup(AcquirerId Acquirer, TerminalSn? Sn, TerminalNo TerminalNo, MerchantNo MerchantNo);

/// <summary>One binding: the two records that a check looks at, and the masks that people compare.</summary>
/// <param name="Terminal">The terminal.</param>
/// <param name="Merchant">The merchant that the terminal is bound to; null when it is not registered.</param>
/// <param name="HolderMask">The holder's document number with its middle hidden; empty when unknown.</param>
/// <param name="SettlementCardMask">The settlement card's number with its middle hidden; empty when unknown.</param>
/// <param name="Revision">Revision of the newest change to terminal or merchant.</param>
public sealed record BindingView(TerminalRecord Terminal, MerchantRecord? Merchant, string HolderMask, string SettlementCardMask, long Revision)
{
    /// <summary>Revision of the newest change to the terminal alone.</summary>
    public long TerminalRevision { get; init; }

    /// <summary>Revision of the newest change to the merchant alone; 0 when it is not registered.</summary>
    public long MerchantRevision { get; init; }
}

/// <summary>One merchant: its record, and the masks that people compare.</summary>
/// <param name="Record">The record.</param>
/// <param name="HolderMask">The holder's document number with its middle hidden; empty when unknown.</param>
/// <param name="SettlementCardMask">The settlement card's number with its middle hidden; empty when unknown.</param>
/// <param name="Revision">Revision of the newest change to the record.</param>
public sealed record MerchantView(MerchantRecord Record, string HolderMask, string SettlementCardMask, long Revision);

/// <summary>Merchants read in one snapshot.</summary>
/// <param name="Merchants">Merchants in the order of numbers.</param>
/// <param name="Head">Head of the change feed in the snapshot.</param>
public sealed record MerchantPage(IReadOnlyList<MerchantView> Merchants, long Head);

/// <summary>Bindings read in one snapshot.</summary>
/// <param name="Bindings">One a look-up, in its order; null where there is none.</param>
/// <param name="Head">Head of the change feed in the snapshot.</param>
public sealed record BindingSnapshot(IReadOnlyList<BindingView?> Bindings, long Head);

/// <summary>The system of record, as back ends and support read it: always the store itself, never a copy. Safe from many threads.</summary>
public interface IBindingStore
{
    /// <summary>Finds bindings (1 to 1,000) in one snapshot. By numbers, a terminal in service is found before one that is gone.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot answer now.</exception>
    ValueTask<BindingSnapshot> FindAsync(IReadOnlyList<BindingLookup> lookups, CancellationToken cancel);

    /// <summary>Finds bindings (1 to 1,000) as they were at a point in the past, in one snapshot; by numbers, the one that was in service then.</summary>
    /// <exception cref="OutOfRetentionException">The point lies before what is kept, or in the future.</exception>
    /// <exception cref="StoreUnavailableException">The store cannot answer now.</exception>
    ValueTask<BindingSnapshot> FindAsOfAsync(IReadOnlyList<BindingLookup> lookups, AsOf asOf, CancellationToken cancel);

    /// <summary>
    /// Lists bindings, a page at a time. A token goes on after the last binding of its page: whatever is written in between, no
    /// binding is listed twice, and none is left out that fits all the while.
    /// </summary>
    /// <param name="filter">Which bindings.</param>
    /// <param name="pageSize">The most bindings of a page, 1 to 1,000.</param>
    /// <param name="pageToken">Empty for the first page, else the token of the page before.</param>
    /// <param name="cancel">Ends the call.</param>
    /// <exception cref="PageTokenException">The token is not one of this list, or has expired.</exception>
    /// <exception cref="StoreUnavailableException">The store cannot answer now.</exception>
    ValueTask<BindingPage> ListAsync(BindingFilter filter, int pageSize, string pageToken, CancellationToken cancel);

    /// <summary>Lists merchants of an acquirer in the order of numbers, those without terminals included.</summary>
    /// <param name="acquirer">The acquirer.</param>
    /// <param name="after">The merchant that the list goes on after; null for the beginning.</param>
    /// <param name="limit">The most merchants, 1 to 1,000; fewer are given only at the end of the list.</param>
    /// <param name="cancel">Ends the call.</param>
    /// <exception cref="StoreUnavailableException">The store cannot answer now.</exception>
    ValueTask<MerchantPage> ListMerchantsAsync(AcquirerId acquirer, MerchantNo? after, int limit, CancellationToken cancel);

    /// <summary>Finds one merchant, with or without terminals; the page has none when there is no such merchant.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot answer now.</exception>
    ValueTask<MerchantPage> FindMerchantAsync(MerchantKey key, CancellationToken cancel);
}
