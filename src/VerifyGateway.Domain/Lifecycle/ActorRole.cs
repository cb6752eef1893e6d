namespace VerifyGateway.Domain.Lifecycle;

/// <summary>In what capacity somebody acts. Numbers are stored and on the wire.</summary>
public enum ActorRole : byte
{
    /// <summary>Not said; may do nothing.</summary>
    None = 0,
    /// <summary>The holder: owner or legal representative.</summary>
    Holder = 1,
    /// <summary>An operator of the acquirer.</summary>
    Operator = 2,
    /// <summary>The acquirer's risk control.</summary>
    Risk = 3,
    /// <summary>Who handles the orders of courts, police and procurators.</summary>
    JudicialAuthority = 4,
    /// <summary>Who works under the anti-money-laundering law (反洗钱).</summary>
    Aml = 5,
    /// <summary>The system itself, for a condition that it watches.</summary>
    System = 6,
}
