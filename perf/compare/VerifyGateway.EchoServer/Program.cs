using System.Globalization;
using System.Net;
using Grpc.Core;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using VerifyGateway.V1;

// What the framework itself costs: the gateway's messages, the framework at its best (singleton service, no scope a call, no
// logging, HTTP/2 only), and no work at all. Argument: the port.
var builder = WebApplication.CreateSlimBuilder();
builder.Logging.ClearProviders();
builder.WebHost.ConfigureKestrel(kestrel =>
{
    kestrel.AddServerHeader = false;
    kestrel.Listen(IPAddress.Loopback, int.Parse(args[0], CultureInfo.InvariantCulture), listen => listen.Protocols = HttpProtocols.Http2);
});
builder.Services.AddGrpc(options => options.IgnoreUnknownServices = true);
builder.Services.AddSingleton<Echo>();
var app = builder.Build();
var services = new RootServices(app.Services);
app.Use(next => context =>
{
    context.Features.Set<IServiceProvidersFeature>(services);
    return next(context);
});
app.MapGrpcService<Echo>();
await app.RunAsync();

internal sealed class Echo : VerificationService.VerificationServiceBase
{
    private static readonly CheckStatusResponse Answer = new()
    {
        CorrelationId = "",
        Decision = Decision.Allow,
        Remedy = Remedy.None,
        De39 = "00",
        Prompt = "交易可继续",
        BindingVersion = 1,
        Revision = 150_000,
        AsOfUnixMs = 1_795_347_768_992,
        ValidUntilUnixMs = 1_795_347_770_993,
        Source = AnswerSource.Memory,
    };

    public override Task<CheckStatusResponse> CheckStatus(CheckStatusRequest request, ServerCallContext context) => Task.FromResult(Answer);
}

internal sealed class RootServices(IServiceProvider services) : IServiceProvidersFeature
{
    public IServiceProvider RequestServices { get; set; } = services;
}
