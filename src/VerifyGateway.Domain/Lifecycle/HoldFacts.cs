using VerifyGateway.Domain.Records;

namespace VerifyGateway.Domain.Lifecycle;

/// <summary>Where a hold stands in its life. Numbers are stored and on the wire.</summary>
public enum HoldState : byte
{
    /// <summary>Not placed yet.</summary>
    NotPlaced = 0,
    /// <summary>Placed, and neither lifted nor lapsed.</summary>
    Placed = 1,
    /// <summary>Lifted by who may.</summary>
    Lifted = 2,
    /// <summary>Ended at its time.</summary>
    Lapsed = 3,
}

/// <summary>What can happen to a hold.</summary>
public enum HoldEvent : byte
{
    /// <summary>It is placed.</summary>
    Place = 1,
    /// <summary>Its term is made longer.</summary>
    Renew = 2,
    /// <summary>It is lifted.</summary>
    Lift = 3,
    /// <summary>Timer: its end has come.</summary>
    Lapse = 4,
}

/// <summary>What the guards of <see cref="HoldLifecycle"/> look at.</summary>
public readonly record struct HoldFacts : IFacts
{
    /// <inheritdoc />
    public long NowUnixMs { get; init; }

    /// <summary>On whose authority the hold stands.</summary>
    public HoldAuthority Authority { get; init; }

    /// <summary>What the hold stands on.</summary>
    public HoldTarget Target { get; init; }

    /// <summary>In what capacity somebody acts.</summary>
    public ActorRole Role { get; init; }

    /// <summary>Who acts; an opaque name.</summary>
    public string? FirstPerson { get; init; }

    /// <summary>Who agrees; an opaque name, null when nobody did.</summary>
    public string? SecondPerson { get; init; }

    /// <summary>The holder has passed a stronger check of identity for this act.</summary>
    public bool StepUpPassed { get; init; }

    /// <summary>The authority's document for this act is named.</summary>
    public bool DocumentNamed { get; init; }

    /// <summary>The organ that acts is the one that placed the hold.</summary>
    public bool IsOrganThatPlacedIt { get; init; }

    /// <summary>The condition of the hold is fulfilled.</summary>
    public bool ConditionFulfilled { get; init; }

    /// <summary>First instant at which the hold stands, Unix milliseconds.</summary>
    public long EffectiveAtUnixMs { get; init; }

    /// <summary>First instant at which it no longer stands, Unix milliseconds; 0 when it does not end by itself.</summary>
    public long UntilUnixMs { get; init; }

    /// <summary>How often it has been renewed.</summary>
    public int Renewals { get; init; }

    /// <summary>The new end that a renewal asks for, Unix milliseconds.</summary>
    public long RenewedUntilUnixMs { get; init; }

    /// <summary>The rule of the authority; null when the authority is none.</summary>
    internal HoldRule? Rule => HoldRules.Of(Authority);
}

/// <summary>Questions about persons, who are known by opaque names.</summary>
internal static class Persons
{
    /// <summary>True when both are named and are not the same.</summary>
    public static bool Differ(string? one, string? other) =>
        !string.IsNullOrEmpty(one) && !string.IsNullOrEmpty(other) && !string.Equals(one, other, StringComparison.Ordinal);
}
