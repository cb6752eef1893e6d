using System.ComponentModel.DataAnnotations;

namespace VerifyGateway.Host.Settings;

/// <summary>Policies. Who turns them: the acquirer's operators.</summary>
public sealed class PolicyOptions
{
    /// <summary>The policy file (JSON, see docs/policies.md); empty for none. It is read at start and again when it changes.</summary>
    public string File { get; set; } = "";

    /// <summary>How often it is looked at, seconds. 1 to 3,600.</summary>
    [Range(1, 3_600)]
    public int LookEverySeconds { get; set; } = 5;
}
