using VerifyGateway.Domain.Records;

namespace VerifyGateway.Domain.Lifecycle;

/// <summary>What the guards of <see cref="CaseLifecycle"/> look at; those of other transitions than the one asked for may stay unset.</summary>
public readonly record struct CaseFacts : IFacts
{
    private readonly CaseLimits? _limits;

    /// <inheritdoc />
    public long NowUnixMs { get; init; }

    /// <summary>The acquirer's limits.</summary>
    public CaseLimits Limits { get => _limits ?? CaseLimits.Default; init => _limits = value; }

    /// <summary>When the case came into its present state, Unix milliseconds; in a draft, when it was last written to.</summary>
    public long EnteredAtUnixMs { get; init; }

    /// <summary>The subject's consent is on record.</summary>
    public bool Consent { get; init; }

    /// <summary>The separate consent for sensitive data is on record (个人信息保护法, Articles 28 to 30).</summary>
    public bool SensitiveConsent { get; init; }

    /// <summary>The subject has another case that is open.</summary>
    public bool OtherCaseOpen { get; init; }

    /// <summary>The subject is under a sanction at the instant.</summary>
    public bool Sanctioned { get; init; }

    /// <summary>The subject is being deregistered.</summary>
    public bool BeingDeregistered { get; init; }

    /// <summary>Every field keeps the rules of format.</summary>
    public bool FieldsValid { get; init; }

    /// <summary>The documents that this kind of subject needs are there.</summary>
    public bool DocumentsPresent { get; init; }

    /// <summary>The same account stands in two fields.</summary>
    public bool AccountRepeated { get; init; }

    /// <summary>Tries with the card in the day before the instant (<see cref="TryWindow"/>).</summary>
    public int CardTries { get; init; }

    /// <summary>Tries with the identity number in the day before the instant.</summary>
    public int IdTries { get; init; }

    /// <summary>A call to the verification source is free.</summary>
    public bool UpstreamQuota { get; init; }

    /// <summary>Class of the account.</summary>
    public AccountClass AccountClass { get; init; }

    /// <summary>How many distinct external channels agree.</summary>
    public int ExternalChannels { get; init; }

    /// <summary>The identity was verified face to face.</summary>
    public bool FaceToFace { get; init; }

    /// <summary>Last day, in China, on which the identity document is valid; null when valid for life. Of a new document: its last day.</summary>
    public DateOnly? DocumentValidTo { get; init; }

    /// <summary>The subject is on a list of bad records.</summary>
    public bool Blacklisted { get; init; }

    /// <summary>The owner's own confirmation is asked for in this case.</summary>
    public bool OwnerMustConfirm { get; init; }

    /// <summary>The confirmation was given by the same subject.</summary>
    public bool ConfirmationOfSubject { get; init; }

    /// <summary>Who submitted the case; an opaque name.</summary>
    public string? Submitter { get; init; }

    /// <summary>Who reviews it.</summary>
    public string? Reviewer { get; init; }

    /// <summary>Who signs as the second reviewer; null when nobody does.</summary>
    public string? SecondReviewer { get; init; }

    /// <summary>In what capacity the actor acts.</summary>
    public ActorRole Role { get; init; }

    /// <summary>A reason is given.</summary>
    public bool ReasonGiven { get; init; }

    /// <summary>Evidence is on record.</summary>
    public bool EvidenceOnRecord { get; init; }

    /// <summary>The items that were asked for have been supplied.</summary>
    public bool NamedItemsSupplied { get; init; }

    /// <summary>How many rounds of supplements the case has had.</summary>
    public int Rounds { get; init; }

    /// <summary>What asks for a new verification.</summary>
    public ReverifyTrigger Trigger { get; init; }

    /// <summary>First instant at which a check is declined for want of the new verification, Unix milliseconds.</summary>
    public long ReverifyByUnixMs { get; init; }

    /// <summary>The deregistration of the merchant is completed.</summary>
    public bool DeregistrationCompleted { get; init; }
}

/// <summary>An acquirer's limits for verification cases.</summary>
/// <param name="CardTriesADay">Verifications of one card in a day, 1 to 4: sources refuse the fifth at the latest.</param>
/// <param name="IdTriesADay">Verifications of one identity number in a day, at least 1.</param>
/// <param name="MaxRounds">Rounds of supplements in a case, at least 1.</param>
/// <param name="CoolingOffHours">Hours from a refusal until the case may be sent again, at least 0.</param>
/// <param name="ExpiryWarningDays">Days before the last day of a document from which it counts as expiring, at least 0.</param>
public sealed record CaseLimits(int CardTriesADay = 3, int IdTriesADay = 30, int MaxRounds = 5, int CoolingOffHours = 24, int ExpiryWarningDays = 30)
{
    /// <summary>The limits of an acquirer that has set none.</summary>
    public static CaseLimits Default { get; } = new();
}

/// <summary>What asks for a new verification of an identity.</summary>
public enum ReverifyTrigger : byte
{
    /// <summary>Not said.</summary>
    None = 0,
    /// <summary>Risk control; the only one that may leave no time.</summary>
    Risk = 1,
    /// <summary>A policy has changed.</summary>
    Policy = 2,
    /// <summary>No transaction for three months (银发〔2019〕85号) or six (银发〔2016〕261号).</summary>
    Dormancy = 3,
    /// <summary>One of the five elements has changed.</summary>
    ElementChange = 4,
    /// <summary>The periodic review is due.</summary>
    PeriodicReview = 5,
}
