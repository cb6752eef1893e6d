using System.Collections.Immutable;

namespace VerifyGateway.Domain.Records;

/// <summary>What a check needs to know of a merchant and of its holder. Immutable; holds no personal data.</summary>
/// <param name="Key">The record's name.</param>
/// <param name="State">Where the merchant stands in its life.</param>
/// <param name="Identity">Where the holder's real-name verification stands.</param>
/// <param name="ReverifyByUnixMs">With <see cref="IdentityState.ReverifyDue"/>: first instant at which a check is declined, Unix milliseconds.</param>
/// <param name="DocumentValidTo">Last day, in China's zone, on which the identity document is valid; null when it is valid for life (长期).</param>
/// <param name="Holds">Holds on merchant and identity, ended and future ones included.</param>
public sealed record MerchantRecord(
    MerchantKey Key, MerchantState State, IdentityState Identity, long ReverifyByUnixMs, DateOnly? DocumentValidTo, ImmutableArray<Hold> Holds)
{
    /// <inheritdoc />
    public bool Equals(MerchantRecord? other) =>
        other is not null && Key == other.Key && State == other.State && Identity == other.Identity
        && ReverifyByUnixMs == other.ReverifyByUnixMs && DocumentValidTo == other.DocumentValidTo
        && Holds.AsSpan().SequenceEqual(other.Holds.AsSpan());

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Key, State, Identity);
}
