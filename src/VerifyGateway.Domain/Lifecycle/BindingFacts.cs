using VerifyGateway.Domain.Records;

namespace VerifyGateway.Domain.Lifecycle;

/// <summary>Where a binding stands. Numbers are stored and on the wire.</summary>
public enum BindingState : byte
{
    /// <summary>Not proposed.</summary>
    NotProposed = 0,
    /// <summary>Proposed, not reported.</summary>
    Proposed = 1,
    /// <summary>Accepted by the clearing organisation, not in effect yet.</summary>
    Reported = 2,
    /// <summary>In effect.</summary>
    Effective = 3,
    /// <summary>In effect; one element is being changed.</summary>
    Changing = 4,
    /// <summary>In effect, but a hold stands; seen, never stored (<see cref="BindingLifecycle.Seen"/>).</summary>
    Suspended = 5,
    /// <summary>Ended for good.</summary>
    Dissolved = 6,
    /// <summary>Refused by the clearing organisation.</summary>
    ReportRejected = 7,
}

/// <summary>What can happen to a binding.</summary>
public enum BindingEvent : byte
{
    /// <summary>It is proposed.</summary>
    Propose = 1,
    /// <summary>The clearing organisation accepts the report.</summary>
    AcceptReport = 2,
    /// <summary>The clearing organisation refuses it.</summary>
    RefuseReport = 3,
    /// <summary>Timer: it comes into effect.</summary>
    TakeEffect = 4,
    /// <summary>A change of one element is reported.</summary>
    Change = 5,
    /// <summary>The change is accepted: the new version takes the place of the old one.</summary>
    AcceptChange = 6,
    /// <summary>The change is refused: the old version stays.</summary>
    RefuseChange = 7,
    /// <summary>Timer: the change was not answered for thirty days; the old version stays.</summary>
    ChangeOverdue = 8,
    /// <summary>It is dissolved.</summary>
    Unbind = 9,
}

/// <summary>An element of a binding (银发〔2021〕259号). Acquirer and merchant cannot change within one.</summary>
public enum BindingElement : byte
{
    /// <summary>None.</summary>
    None = 0,
    /// <summary>Acquirer code.</summary>
    Acquirer = 1,
    /// <summary>Merchant code.</summary>
    Merchant = 2,
    /// <summary>Unified social credit code, or the responsible person's identity number of a micro-merchant.</summary>
    Subject = 3,
    /// <summary>Settlement account.</summary>
    SettlementAccount = 4,
    /// <summary>Deployment address.</summary>
    Address = 5,
}

/// <summary>Whose account a settlement account is.</summary>
public enum SettlementAccountKind : byte
{
    /// <summary>Somebody else's, or not known.</summary>
    Other = 0,
    /// <summary>The subject's own personal account.</summary>
    OwnPersonal = 1,
    /// <summary>A company account in the subject's name.</summary>
    SameNameCompany = 2,
    /// <summary>Another's, with a proven relation of funds.</summary>
    ProvenFundsRelation = 3,
}

/// <summary>What the guards of <see cref="BindingLifecycle"/> look at.</summary>
public readonly record struct BindingFacts : IFacts
{
    /// <inheritdoc />
    public long NowUnixMs { get; init; }

    /// <summary>When the binding came into its present state, Unix milliseconds.</summary>
    public long EnteredAtUnixMs { get; init; }

    /// <summary>The serial number is in no other binding in effect, whichever acquirer's (<see cref="BindingHistory.IsSnFree"/>).</summary>
    public bool SnFree { get; init; }

    /// <summary>The merchant has no other terminal with the terminal number (<see cref="BindingHistory.IsTerminalNoFree"/>).</summary>
    public bool TerminalNoFree { get; init; }

    /// <summary>The merchant is verified, or in verification.</summary>
    public bool MerchantInVerification { get; init; }

    /// <summary>Whose real name is verified.</summary>
    public SubjectKind Subject { get; init; }

    /// <summary>Whose account the settlement account is.</summary>
    public SettlementAccountKind SettlementAccount { get; init; }

    /// <summary>The settlement card serves a merchant of another subject.</summary>
    public bool CardOfAnotherSubject { get; init; }

    /// <summary>How many of the merchant's settlement accounts are marked as default.</summary>
    public int DefaultAccounts { get; init; }

    /// <summary>The five elements are complete.</summary>
    public bool ElementsComplete { get; init; }

    /// <summary>A reason is given.</summary>
    public bool ReasonGiven { get; init; }

    /// <summary>When the binding comes into effect, Unix milliseconds.</summary>
    public long EffectiveFromUnixMs { get; init; }

    /// <summary>The element that changes.</summary>
    public BindingElement Changed { get; init; }

    /// <summary>A new settlement account agrees in four elements (四要素).</summary>
    public bool CardElementsAgree { get; init; }

    /// <summary>Evidence of a new address is on record.</summary>
    public bool AddressEvidence { get; init; }

    /// <summary>A new subject has passed a verification case of its own.</summary>
    public bool SubjectVerified { get; init; }

    /// <summary>The version that the change was made on.</summary>
    public long ExpectedVersion { get; init; }

    /// <summary>The version that is in effect.</summary>
    public long Version { get; init; }

    /// <summary>A batch of the terminal is open.</summary>
    public bool BatchOpen { get; init; }

    /// <summary>A pre-authorisation of the terminal is open.</summary>
    public bool PreAuthOpen { get; init; }

    /// <summary>The terminal is retired or replaced.</summary>
    public bool TerminalRetired { get; init; }
}
