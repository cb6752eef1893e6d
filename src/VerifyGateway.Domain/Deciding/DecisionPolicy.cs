namespace VerifyGateway.Domain.Deciding;

/// <summary>What an acquirer may set about the decision. Immutable; swapped whole.</summary>
public sealed record DecisionPolicy
{
    /// <summary>Days before the end of the identity document from which on a check carries a warning; 0 or more.</summary>
    public int DocumentWarningDays { get; init; } = 30;

    /// <summary>Days after the end of the identity document in which a check is still allowed, with a warning; 0 or more.</summary>
    public int DocumentGraceDays { get; init; } = 90;
}
