using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using VerifyGateway.Server.Bindings;
using VerifyGateway.Server.Callers;
using VerifyGateway.Server.Checks;
using VerifyGateway.Server.Direct;
using VerifyGateway.Server.Faults;
using VerifyGateway.Server.Frames;
using VerifyGateway.Server.Holds;
using VerifyGateway.Server.Metrics;
using VerifyGateway.Server.Rpc;
using VerifyGateway.Server.Watching;

namespace VerifyGateway.Server;

/// <summary>Puts the gateway's gRPC services into a web application.</summary>
public static class GatewayServer
{
    /// <summary>
    /// Registers the services, all of them singletons. The caller registers what they need: caches and their record reader, binding store, hold
    /// store, change feed, wait for gateways, options, metric factory, clock.
    /// </summary>
    public static IGrpcServerBuilder AddVerifyGateway(this IServiceCollection services, LimitOptions limits, WatchOptions? watch = null)
    {
        services.AddSingleton(limits);
        services.AddSingleton(watch ?? new WatchOptions());
        services.AddSingleton<FirstCall>();
        services.AddSingleton<LongCalls>();
        services.AddHostedService(static provider => provider.GetRequiredService<LongCalls>());
        services.AddSingleton<FeedTail>();
        services.AddSingleton<WatchMetrics>();
        services.AddSingleton<BindingWatches>();
        services.AddSingleton<CallerResolver>();
        services.AddSingleton<StatusChecks>();
        services.AddSingleton<PlainChecks>();
        services.AddSingleton<BatchChecks>();
        services.AddSingleton<CheckStreams>();
        services.AddSingleton<DecisionMetrics>();
        services.AddSingleton<StreamMetrics>();
        services.AddSingleton<StreamChanges>();
        services.AddSingleton<RpcMetrics>();
        services.AddSingleton<FaultInterceptor>();
        services.AddSingleton<VerificationGrpcService>();
        services.AddSingleton<BindingGrpcService>();
        services.AddSingleton<HoldGrpcService>();
        return services.AddGrpc(options =>
        {
            options.EnableDetailedErrors = false;
            options.MaxReceiveMessageSize = limits.MaxMessageBytes;
            options.CompressionProviders = [new GzipOfCallers()];
            options.Interceptors.Add<FaultInterceptor>();
        });
    }

    /// <summary>Puts the direct method in front of the application. Called when the web server is registered, and nothing more is.</summary>
    public static void AddDirectChecks(this IServiceCollection services)
    {
        services.AddSingleton<DirectMetrics>();
        services.AddSingleton<DirectCheck>();
        services.AddSingleton<FrameChecks>();
        DirectServer.Decorate(services);
    }

    /// <summary>
    /// Answers checks from the frames of an address' connections, where <see cref="AddDirectChecks"/> was called. For HTTP/2; with TLS, after it.
    /// </summary>
    public static void UseDirectChecks(this ListenOptions listen)
    {
        if (listen.ApplicationServices.GetService<FrameChecks>() is { } checks)
        {
            listen.Use(next => connection => checks.ServeAsync(connection, next));
        }
    }

    /// <summary>Counts every call, and runs it without a dependency-injection scope of its own: all services are singletons.</summary>
    public static IApplicationBuilder UseVerifyGateway(this IApplicationBuilder app)
    {
        var root = new RootServices(app.ApplicationServices);
        app.Use(next =>
        {
            RequestDelegate path = context =>
            {
                context.Features.Set<IServiceProvidersFeature>(root);
                return next(context);
            };
            app.ApplicationServices.GetRequiredService<FirstCall>().Goes(path);
            return path;
        });
        app.UseRouting();
        return app.UseMiddleware<RpcMetricsMiddleware>().UseMiddleware<FrameFaultMiddleware>();
    }

    /// <summary>Maps VerificationService, BindingService and HoldService.</summary>
    public static void MapVerifyGateway(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapCountedGrpcService<VerificationGrpcService>();
        endpoints.MapCountedGrpcService<BindingGrpcService>();
        endpoints.MapCountedGrpcService<HoldGrpcService>();
    }

    /// <summary>Maps a gRPC service whose calls are counted by method.</summary>
    public static void MapCountedGrpcService<TService>(this IEndpointRouteBuilder endpoints)
        where TService : class
    {
        // Made now and not by the first call: what it lacks ends the start, and what it counts begins at zero.
        _ = endpoints.ServiceProvider.GetRequiredService<TService>();
        var metrics = endpoints.ServiceProvider.GetRequiredService<RpcMetrics>();
        endpoints.MapGrpcService<TService>().Add(endpoint =>
        {
            if (endpoint.Metadata.OfType<GrpcMethodMetadata>().FirstOrDefault() is { } method)
            {
                endpoint.Metadata.Add(metrics.For(method.Method));
            }
        });
    }

    private sealed class RootServices(IServiceProvider services) : IServiceProvidersFeature
    {
        public IServiceProvider RequestServices { get; set; } = services;
    }
}
