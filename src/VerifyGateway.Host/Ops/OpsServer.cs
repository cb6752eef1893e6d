using System.Net;
using Prometheus;
using VerifyGateway.Host.Health;
using VerifyGateway.Host.Settings;

namespace VerifyGateway.Host.Ops;

/// <summary>
/// The operations port: /metrics for Prometheus, /livez and /readyz for whoever runs the process. A server of its own, so that
/// nothing of it stands in the way of a check.
/// </summary>
public static class OpsServer
{
    /// <summary>Builds the server; the caller starts and stops it.</summary>
    public static WebApplication Build(EndpointOptions options, CollectorRegistry registry, GatewayHealth health)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Parse(options.OpsAddress), options.OpsPort);
        });
        var app = builder.Build();
        app.MapMetrics("/metrics", registry);
        // Alive as long as it answers: a broken dependency is no reason to restart the process.
        app.MapGet("/livez", static () => "ok\n");
        app.MapGet("/readyz", () => health.IsReady ? Results.Text("ok\n") : Results.Text("not ready\n", statusCode: StatusCodes.Status503ServiceUnavailable));
        return app;
    }
}
