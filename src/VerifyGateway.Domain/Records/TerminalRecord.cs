using System.Collections.Immutable;
using VerifyGateway.Domain.Identifiers;

namespace VerifyGateway.Domain.Records;

/// <summary>What a check needs to know of a terminal. Immutable; holds no personal data.</summary>
/// <param name="Key">The record's name.</param>
/// <param name="TerminalNo">Terminal number (DE41) that the terminal is filed with.</param>
/// <param name="MerchantNo">Merchant (DE42) that the terminal is bound to.</param>
/// <param name="State">Where the terminal stands in its life.</param>
/// <param name="BindingVersion">Version of the binding, 1 or more.</param>
/// <param name="Holds">Holds on the terminal alone, ended and future ones included.</param>
public readonly record struct TerminalRecord(
    TerminalKey Key, TerminalNo TerminalNo, MerchantNo MerchantNo, TerminalState State, long BindingVersion, ImmutableArray<Hold> Holds)
{
    /// <summary>Where the terminal may be used.</summary>
    public LocationRule Location { get; init; }

    /// <summary>Last day, in China's zone, on which a terminal that is retired or replaced was in service; null when not known or still in service.</summary>
    public DateOnly? EndedOn { get; init; }

    /// <inheritdoc />
    public bool Equals(TerminalRecord other) =>
        Key == other.Key && TerminalNo == other.TerminalNo && MerchantNo == other.MerchantNo
        && State == other.State && BindingVersion == other.BindingVersion
        && Location == other.Location && EndedOn == other.EndedOn && Holds.AsSpan().SequenceEqual(other.Holds.AsSpan());

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Key, BindingVersion, State);
}
