using System.Net;
using Grpc.AspNetCore.Server;
using Grpc.Net.Client;
using GrpcStandIns.Tests.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace GrpcStandIns.Tests.Live;

/// <summary>The real server on a free port of the loopback address, and the real client's channel to it.</summary>
internal sealed class ProbeServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ProbeServer(WebApplication app, Uri address, GrpcChannel channel)
    {
        _app = app;
        Address = address;
        Channel = channel;
    }

    internal Uri Address { get; }

    internal GrpcChannel Channel { get; }

    internal Probe.ProbeClient Client => new(Channel);

    /// <summary>Starts the server; <paramref name="endpoint"/> makes it TLS, and then the channel options need a handler that trusts it.</summary>
    internal static async Task<ProbeServer> StartAsync(
        Handlers handlers,
        Action<GrpcServiceOptions>? server = null,
        Action<ListenOptions>? endpoint = null,
        GrpcChannelOptions? channel = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(handlers);
        builder.Services.AddGrpc(options => server?.Invoke(options));
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            endpoint?.Invoke(listen);
        }));
        if (endpoint is not null)
        {
            builder.WebHost.UseKestrelHttpsConfiguration();
        }

        var app = builder.Build();
        app.MapGrpcService<ProbeService>();
        await app.StartAsync();
        var address = new Uri(app.Urls.Single());
        return new ProbeServer(app, address, GrpcChannel.ForAddress(address, channel ?? new GrpcChannelOptions()));
    }

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        await _app.DisposeAsync();
    }
}
