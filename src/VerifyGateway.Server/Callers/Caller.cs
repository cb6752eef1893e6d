using VerifyGateway.Domain.Identifiers;

namespace VerifyGateway.Server.Callers;

/// <summary>What a caller may do.</summary>
[Flags]
public enum CallerRoles
{
    /// <summary>Nothing.</summary>
    None = 0,
    /// <summary>Ask for status checks.</summary>
    Check = 1,
    /// <summary>Read bindings.</summary>
    ReadBindings = 2,
    /// <summary>Ask for the explanation of a check.</summary>
    Explain = 4,
    /// <summary>Tell judicial holds, sanctions and risk holds apart, and learn when they end.</summary>
    SeeConfidential = 8,
    /// <summary>Speak for holders: place and lift holds of theirs.</summary>
    HolderChannel = 16,
    /// <summary>Speak for the acquirer's risk control: place and lift its holds.</summary>
    RiskControl = 32,
    /// <summary>Speak for courts, police and procurators: place and lift their holds.</summary>
    Judicial = 64,
    /// <summary>Speak for regulators and lists of sanctions: place and lift their holds.</summary>
    Regulator = 128,
    /// <summary>Be one of the acquirer's systems that watch conditions: place and lift holds of those.</summary>
    System = 256,
}

/// <summary>Who makes a call.</summary>
/// <param name="Name">What logs call the caller; holds no secret.</param>
/// <param name="Acquirer">The acquirer whose data the caller may see; null for every acquirer's.</param>
/// <param name="Terminal">The one terminal that the caller is; null for a concentrator or back end.</param>
/// <param name="Roles">What the caller may do.</param>
public sealed record Caller(string Name, AcquirerId? Acquirer, TerminalSn? Terminal, CallerRoles Roles)
{
    /// <summary>True when the caller has the role.</summary>
    public bool May(CallerRoles role) => (Roles & role) == role;
}
