namespace VerifyGateway.Storage.Fleet;

/// <summary>What a hold does to completions, refunds and voids, as a fleet file spells it.</summary>
internal enum HoldRefunds
{
    /// <summary>They pass.</summary>
    Pass = 1,
}
