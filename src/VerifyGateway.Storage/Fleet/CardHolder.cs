namespace VerifyGateway.Storage.Fleet;

/// <summary>Whose a merchant's settlement card is, as a fleet file spells it.</summary>
internal enum CardHolder
{
    /// <summary>Known to be somebody else's than the verified subject's.</summary>
    Differs = 1,
}
