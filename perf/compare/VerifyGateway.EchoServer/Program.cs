using System.Globalization;
using System.Net;
using Grpc.Core;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using VerifyGateway.V1;

// What the framework itself costs: the gateway's messages, the framework at its best (singleton service, no scope a call, no
// logging, HTTP/2 only), and no work at all. Arguments: the port, a file with the answer's message.
var builder = WebApplication.CreateSlimBuilder();
builder.Logging.ClearProviders();
builder.WebHost.ConfigureKestrel(kestrel =>
{
    kestrel.AddServerHeader = false;
    kestrel.Listen(IPAddress.Loopback, int.Parse(args[0], CultureInfo.InvariantCulture), listen => listen.Protocols = HttpProtocols.Http2);
});
builder.Services.AddGrpc(options => options.IgnoreUnknownServices = true);
builder.Services.AddSingleton(new Echo(CheckStatusResponse.Parser.ParseFrom(await File.ReadAllBytesAsync(args[1]))));
var app = builder.Build();
var services = new RootServices(app.Services);
app.Use(next => context =>
{
    context.Features.Set<IServiceProvidersFeature>(services);
    return next(context);
});
app.MapGrpcService<Echo>();
await app.RunAsync();

internal sealed class Echo(CheckStatusResponse answer) : VerificationService.VerificationServiceBase
{
    public override Task<CheckStatusResponse> CheckStatus(CheckStatusRequest request, ServerCallContext context) => Task.FromResult(answer);
}

internal sealed class RootServices(IServiceProvider services) : IServiceProvidersFeature
{
    public IServiceProvider RequestServices { get; set; } = services;
}
