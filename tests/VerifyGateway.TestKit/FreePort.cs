using System.Net;
using System.Net.Sockets;

namespace VerifyGateway.TestKit;

/// <summary>Finds TCP ports on loopback that nobody listens on.</summary>
public static class FreePort
{
    /// <summary>A port that was free a moment ago.</summary>
    public static int Next()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
