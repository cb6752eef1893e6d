using VerifyGateway.Domain.Records;

namespace VerifyGateway.Caching;

/// <summary>The records of one check as memory held them when they might answer ALLOW. A place that is filled, not a value that is handed around.</summary>
public struct HeldRecords
{
    internal TerminalRecord? TerminalPlace;
    internal MerchantRecord? MerchantPlace;

    /// <summary>Where they came from, and how fresh they are.</summary>
    public RecordFacts Facts { get; internal set; }

    /// <summary>The terminal record; null when there is none.</summary>
    [System.Diagnostics.CodeAnalysis.UnscopedRef]
    public readonly ref readonly TerminalRecord? Terminal => ref TerminalPlace;

    /// <summary>The merchant record; null when there is none.</summary>
    [System.Diagnostics.CodeAnalysis.UnscopedRef]
    public readonly ref readonly MerchantRecord? Merchant => ref MerchantPlace;
}
