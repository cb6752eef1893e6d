using System.Net;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Prometheus;
using VerifyGateway.Caching;
using VerifyGateway.Caching.Coherence;
using VerifyGateway.Caching.Redis;
using VerifyGateway.Caching.Roster;
using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Policies;
using VerifyGateway.Server.Callers;
using VerifyGateway.Server.Policies;
using VerifyGateway.Server.Watching;

namespace VerifyGateway.Server.Tests;

/// <summary>The services behind a real listener on a free port, without Redis, over the store that a test gives.</summary>
internal static class TestServer
{
    /// <summary>Starts it.</summary>
    /// <param name="stores">Adds the store under the ports that the services read it through.</param>
    /// <param name="callers">Who calls.</param>
    /// <param name="limits">Limits of calls.</param>
    /// <param name="watch">Settings of watches.</param>
    public static async Task<WebApplication> StartAsync(
        Action<IServiceCollection> stores, CallerOptions? callers = null, LimitOptions? limits = null, WatchOptions? watch = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(static kestrel => kestrel.Listen(IPAddress.Loopback, 0, static listen => listen.Protocols = HttpProtocols.Http2));
        var services = builder.Services;
        stores(services);
        services.AddSingleton<IRemoteTier>(new NoRemoteTier()).AddSingleton<IRevisionSignal>(new NoRevisionSignal());
        services.AddSingleton(TimeProvider.System).AddSingleton(new CacheOptions()).AddSingleton<CacheMetrics>().AddSingleton<CoherenceMetrics>().AddSingleton<Caches>();
        services.AddSingleton(static provider => provider.GetRequiredService<Caches>().Reader);
        services.AddSingleton(static provider => new GatewayWait(provider.GetRequiredService<IGatewayRoster>(), TimeProvider.System, TimeSpan.FromSeconds(5)));
        services.AddSingleton(Prometheus.Metrics.NewCustomRegistry());
        services.AddSingleton<IMetricFactory>(static provider => Prometheus.Metrics.WithCustomRegistry(provider.GetRequiredService<CollectorRegistry>()));
        services.AddSingleton(new PolicyHolder(PolicySnapshot.Default)).AddSingleton(callers ?? new CallerOptions());
        services.AddVerifyGateway(limits ?? new LimitOptions(), watch);
        var app = builder.Build();
        app.UseVerifyGateway();
        app.MapVerifyGateway();
        await app.StartAsync();
        return app;
    }

    /// <summary>A connection to it.</summary>
    public static GrpcChannel Connect(WebApplication app, GrpcChannelOptions? options = null) => GrpcChannel.ForAddress(
        app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single(), options ?? new GrpcChannelOptions());

    /// <summary>The value of a series of the metrics page.</summary>
    public static async Task<double> MetricAsync(WebApplication app, string series)
    {
        using var page = new MemoryStream();
        await app.Services.GetRequiredService<CollectorRegistry>().CollectAndExportAsTextAsync(page);
        var line = System.Text.Encoding.UTF8.GetString(page.ToArray()).Split('\n').Single(one => one.StartsWith(series + " ", StringComparison.Ordinal));
        return double.Parse(line.AsSpan(series.Length + 1), System.Globalization.CultureInfo.InvariantCulture);
    }
}
