using System.ComponentModel.DataAnnotations;

namespace VerifyGateway.Host.Settings;

/// <summary>Where the gateway listens. Who turns them: whoever deploys it.</summary>
public sealed class EndpointOptions
{
    /// <summary>IP address of the gRPC port (HTTP/2 without TLS). Callers without credentials are served on loopback only.</summary>
    public string GrpcAddress { get; set; } = "127.0.0.1";

    /// <summary>TCP port for gRPC, 0 for any free one. 0 to 65,535.</summary>
    [Range(0, 65_535)]
    public int GrpcPort { get; set; } = 8081;

    /// <summary>IP address of the operations port (HTTP/1.1: /metrics, /livez, /readyz).</summary>
    public string OpsAddress { get; set; } = "127.0.0.1";

    /// <summary>TCP port for operations, 0 for any free one. 0 to 65,535.</summary>
    [Range(0, 65_535)]
    public int OpsPort { get; set; } = 9090;

    /// <summary>True to answer tools that ask which services there are (grpc.reflection).</summary>
    public bool Reflection { get; set; } = true;

    /// <summary>
    /// True to answer checks from the frames of their connection, before the web server sees them, where their headers are those of a check before.
    /// False takes the web server's way for all, at about twice the cost of a check.
    /// </summary>
    public bool AnswerFromFrames { get; set; } = true;

    /// <summary>How long calls under way may take to finish when the gateway stops, seconds. 0 to 600.</summary>
    [Range(0, 600)]
    public int StopWithinSeconds { get; set; } = 25;

    /// <summary>How long a rehearsal of a check may hold up the start, milliseconds, 0 for none: without one the first answers take longer. 0 to 60,000.</summary>
    [Range(0, 60_000)]
    public int RehearsalLimitMs { get; set; } = 2_000;
}
