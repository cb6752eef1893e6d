using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Prometheus;
using VerifyGateway.Caching;
using VerifyGateway.Caching.Coherence;
using VerifyGateway.Caching.Redis;
using VerifyGateway.Caching.Roster;
using VerifyGateway.Caching.Store;
using VerifyGateway.Host.Health;
using VerifyGateway.Host.Policies;
using VerifyGateway.Host.Reflection;
using VerifyGateway.Host.Settings;
using VerifyGateway.Server;
using VerifyGateway.Server.Policies;
using VerifyGateway.Storage;

namespace VerifyGateway.Host;

/// <summary>The composition: what the gateway is made of, in the order in which it is made.</summary>
internal static class Gateway
{
    /// <summary>How long a report may be late before its gateway counts as cut off, milliseconds: six signs of life.</summary>
    private const int LateReportMs = 3_000;

    /// <summary>Builds the gRPC application over an open store. What it makes is disposed with it.</summary>
    public static WebApplication Build(GatewaySettings settings, IConfiguration sources, ISystemOfRecord store, LoadedPolicies policies, GatewayHealth health, IMetricFactory metrics)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddConfiguration(sources);
        // The framework logs a stack trace for each broken frame that anyone cares to send; faults of ours are logged where they become a status.
        builder.Logging.AddFilter("Grpc", LogLevel.Critical);
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning).AddFilter("Microsoft.Hosting", LogLevel.Warning);
        // Says with a stack trace what Program says in a sentence: that the start has failed.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        builder.WebHost.ConfigureKestrel(kestrel => Listen(kestrel, settings.Listen));

        var services = builder.Services;
        services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(settings.Listen.StopWithinSeconds));
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(metrics);
        services.AddSingleton(health);

        AddCopies(services, settings, store);
        services.AddSingleton(policies);
        services.AddSingleton(new PolicyHolder(policies.Snapshot));
        if (settings.Policies.File.Length > 0)
        {
            services.AddSingleton(settings.Policies);
            services.AddHostedService<PolicyFileReload>();
        }

        services.AddSingleton(settings.Callers);
        services.AddVerifyGateway(settings.Limits, settings.Watch);
        services.AddSingleton<HealthGrpcService>();
        services.AddSingleton(new DescriptorAnswers(
        [
            V1.VerificationService.Descriptor, V1.BindingService.Descriptor, V1.HoldService.Descriptor, Grpc.Health.V1.Health.Descriptor,
            Grpc.Reflection.V1.ServerReflection.Descriptor, Grpc.Reflection.V1Alpha.ServerReflection.Descriptor,
        ], [Google.Rpc.StatusReflection.Descriptor, Google.Rpc.ErrorDetailsReflection.Descriptor]));
        services.AddSingleton<ReflectionGrpcService>();
        services.AddSingleton<AlphaReflectionGrpcService>();

        services.AddDirectChecks();
        var app = builder.Build();
        app.UseVerifyGateway();
        app.MapVerifyGateway();
        app.MapCountedGrpcService<HealthGrpcService>();
        if (settings.Listen.Reflection)
        {
            app.MapCountedGrpcService<ReflectionGrpcService>();
            app.MapCountedGrpcService<AlphaReflectionGrpcService>();
        }

        // The framework makes endpoints for the first call. Made now, a method that is missing ends the start, and the counts of
        // every method and status begin at zero instead of being absent.
        foreach (var source in ((IEndpointRouteBuilder)app).DataSources)
        {
            _ = source.Endpoints;
        }

        return app;
    }

    /// <summary>The system of record behind each of its ports, and the copies of it.</summary>
    private static void AddCopies(IServiceCollection services, GatewaySettings settings, ISystemOfRecord store)
    {
        services.AddSingleton<IRecordStore>(store);
        services.AddSingleton<IBindingStore>(store);
        services.AddSingleton<IChangeFeed>(store);
        services.AddSingleton<IHoldStore>(store);
        services.AddSingleton<IGatewayRoster>(store);
        // So long after a commit nobody has a copy left that may allow from before it, reported or not.
        services.AddSingleton(new GatewayWait(store, TimeProvider.System, TimeSpan.FromMilliseconds(settings.Cache.FreshForMs + LateReportMs)));
        services.AddSingleton(settings.Cache);
        services.AddSingleton<CacheMetrics>();
        services.AddSingleton<CoherenceMetrics>();
        if (settings.Redis.Endpoints.Length > 0)
        {
            services.AddSingleton(provider => new RedisTier(
                settings.Redis, store.StoreId, provider.GetRequiredService<CacheMetrics>(), TimeProvider.System, provider.GetRequiredService<ILogger<RedisTier>>()));
        }

        services.AddSingleton(provider =>
        {
            var redis = provider.GetService<RedisTier>();
            return new Caches(
                store, store.FeedForCopies, redis ?? (IRemoteTier)new NoRemoteTier(), redis?.Signal ?? new NoRevisionSignal(), settings.Cache,
                provider.GetRequiredService<CacheMetrics>(), provider.GetRequiredService<CoherenceMetrics>(), TimeProvider.System, provider.GetRequiredService<ILoggerFactory>());
        });
        services.AddSingleton(provider => provider.GetRequiredService<Caches>().Reader);
    }

    /// <summary>The addresses that an application listens on.</summary>
    public static string AddressOf(WebApplication app) =>
        app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    private static void Listen(KestrelServerOptions kestrel, EndpointOptions options)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = null;
        // A stream may be silent for long; dead peers are found by pings.
        kestrel.Limits.MinRequestBodyDataRate = null;
        kestrel.Limits.Http2.MaxStreamsPerConnection = 200;
        kestrel.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(30);
        kestrel.Limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(20);
        kestrel.Listen(IPAddress.Parse(options.GrpcAddress), options.GrpcPort, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            if (options.AnswerFromFrames)
            {
                listen.UseDirectChecks();
            }
        });
    }
}
