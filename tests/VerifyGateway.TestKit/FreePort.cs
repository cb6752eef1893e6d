using System.Net;
using System.Net.Sockets;

namespace VerifyGateway.TestKit;

/// <summary>Finds TCP ports on loopback that nobody listens on.</summary>
public static class FreePort
{
    /// <summary>A port that was free a moment ago.</summary>
    public static int Next() => Next(1)[0];

    /// <summary>Several ports that were free a moment ago, no two alike.</summary>
    public static int[] Next(int count)
    {
        var probes = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToArray();
        try
        {
            Array.ForEach(probes, probe => probe.Start());
            return [.. probes.Select(probe => ((IPEndPoint)probe.LocalEndpoint).Port)];
        }
        finally
        {
            Array.ForEach(probes, probe => probe.Dispose());
        }
    }
}
