using System.Net;

namespace VerifyGateway.Server.Callers;

/// <summary>Settings of callers. Who turns them: whoever runs the gateway on one machine, for tests and trials.</summary>
public sealed class CallerOptions
{
    /// <summary>The acquirer (DE32) that a caller without credentials on this machine speaks for; empty for every acquirer.</summary>
    public string LoopbackAcquirer { get; set; } = "";

    /// <summary>
    /// What such a caller may do: Check, ReadBindings, Explain, SeeConfidential, and for holds HolderChannel, RiskControl, Judicial,
    /// Regulator, System, separated by commas; None to turn it away.
    /// </summary>
    public CallerRoles LoopbackRoles { get; set; } = CallerRoles.Check | CallerRoles.ReadBindings | CallerRoles.Explain;

    /// <summary>
    /// Networks whose callers are served as those on this machine are, in CIDR notation, separated by commas; empty for none. Only
    /// for a network that admits nobody else, such as a cluster whose network policy names the callers: nothing is encrypted.
    /// </summary>
    public string TrustedNetworks { get; set; } = "";

    /// <summary>Who is served, for people.</summary>
    public string Served => TrustedNetworks.Length == 0 ? "on this machine" : $"on this machine and, WITHOUT CREDENTIALS OR ENCRYPTION, in {TrustedNetworks}";

    /// <summary>Reads <see cref="TrustedNetworks"/>; false when one of them is not a network.</summary>
    public bool TryReadNetworks(out IReadOnlyList<IPNetwork> networks)
    {
        var read = new List<IPNetwork>();
        networks = read;
        foreach (var text in TrustedNetworks.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!IPNetwork.TryParse(text, out var network))
            {
                return false;
            }

            read.Add(network);
        }

        return true;
    }
}
