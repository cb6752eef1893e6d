namespace VerifyGateway.Server.Callers;

/// <summary>Settings of callers. Who turns them: whoever runs the gateway on one machine, for tests and trials.</summary>
public sealed class CallerOptions
{
    /// <summary>The acquirer (DE32) that a caller without credentials on this machine speaks for; empty for every acquirer.</summary>
    public string LoopbackAcquirer { get; set; } = "";

    /// <summary>What such a caller may do: Check, ReadBindings, Explain, SeeConfidential, separated by commas; None to turn it away.</summary>
    public CallerRoles LoopbackRoles { get; set; } = CallerRoles.Check | CallerRoles.ReadBindings | CallerRoles.Explain;
}
