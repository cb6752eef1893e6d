using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Caching.Store;

/// <summary>Which record an entry of the change feed carries. Numbers are stored.</summary>
public enum FeedEntity : byte
{
    /// <summary>A terminal record; the key is the serial number.</summary>
    Terminal = 1,
    /// <summary>A merchant record; the key is the merchant number.</summary>
    Merchant = 2,
}

/// <summary>One committed change of one record.</summary>
/// <param name="Revision">Position in the feed: 1, 2, 3 … without holes, in the order of commits.</param>
/// <param name="CommittedAtUnixMs">The writer's clock just before the commit, or at the beginning of the transaction in a load of many rows, Unix milliseconds; not in order when that clock was set back.</param>
/// <param name="Entity">Which record changed.</param>
/// <param name="Acquirer">The acquirer whose record it is.</param>
/// <param name="Key">Serial number or merchant number.</param>
/// <param name="Packed">The whole record after the change, in packed form.</param>
public sealed record FeedEntry(
    long Revision, long CommittedAtUnixMs, FeedEntity Entity, AcquirerId Acquirer, string Key, ReadOnlyMemory<byte> Packed)
{
    /// <summary>
    /// True for the last entry of its write, false while others of the same write follow right after it: whoever shows the
    /// entries up to one that ends a write shows no write by halves. Of an import, each step of rows is a write.
    /// </summary>
    public bool EndsWrite { get; init; } = true;

    /// <summary>Of a merchant: the holder's document number with its middle hidden, after the change; empty when unknown, and of a terminal.</summary>
    public string HolderMask { get; init; } = "";

    /// <summary>Of a merchant: the settlement card's number with its middle hidden, after the change; empty when unknown, and of a terminal.</summary>
    public string SettlementCardMask { get; init; } = "";

    /// <summary>Of a terminal that this change has moved to another merchant: the number of the merchant that it has left; otherwise empty.</summary>
    public string LeftMerchantNo { get; init; } = "";

    /// <summary>The terminal record that changed; false when it is of another kind, or named as no terminal is.</summary>
    public bool IsTerminal(out TerminalKey key)
    {
        TerminalSn sn = default;
        var isOne = Entity == FeedEntity.Terminal && TerminalSn.TryParse(Key, out sn, out _);
        key = isOne ? new(Acquirer, sn) : default;
        return isOne;
    }

    /// <summary>The merchant record that changed; false when it is of another kind, or named as no merchant is.</summary>
    public bool IsMerchant(out MerchantKey key)
    {
        MerchantNo no = default;
        var isOne = Entity == FeedEntity.Merchant && MerchantNo.TryParse(Key, out no, out _);
        key = isOne ? new(Acquirer, no) : default;
        return isOne;
    }
}

/// <summary>A stretch of the change feed, read in one snapshot.</summary>
/// <param name="Entries">Entries in the order of revisions, the first right after the one that was asked from.</param>
/// <param name="Head">The feed's head in that snapshot; lower than the revision that was asked from only when the store was set back to an older copy.</param>
public sealed record FeedPage(IReadOnlyList<FeedEntry> Entries, long Head);
