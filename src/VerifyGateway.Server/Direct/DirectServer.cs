using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace VerifyGateway.Server.Direct;

/// <summary>The web server, with the direct method in front of the application: what it takes never becomes an HTTP context.</summary>
internal sealed class DirectServer(IServer server, DirectCheck check) : IServer
{
    /// <inheritdoc />
    public IFeatureCollection Features => server.Features;

    /// <summary>Puts itself in front of the server that is registered.</summary>
    /// <exception cref="InvalidOperationException">None is registered, or not by its type.</exception>
    public static void Decorate(IServiceCollection services)
    {
        var registered = services.LastOrDefault(static service => service.ServiceType == typeof(IServer) && service.ImplementationType is not null)
            ?? throw new InvalidOperationException("No web server is registered.");
        services.Remove(registered);
        services.AddSingleton<IServer>(provider =>
        {
            var server = (IServer)ActivatorUtilities.CreateInstance(provider, registered.ImplementationType!);
            return LooksAtOriginsFirst(provider) ? server : new DirectServer(server, provider.GetRequiredService<DirectCheck>());
        });
    }

    /// <summary>
    /// True when the application is set, by the framework's own settings, to turn hosts away or to believe a proxy about who calls. It does so
    /// before anything else, and nothing must be answered in front of that.
    /// </summary>
    private static bool LooksAtOriginsFirst(IServiceProvider provider) =>
        provider.GetRequiredService<IOptions<ForwardedHeadersOptions>>().Value.ForwardedHeaders != ForwardedHeaders.None
        || (provider.GetRequiredService<IOptions<HostFilteringOptions>>().Value.AllowedHosts is { Count: > 0 } hosts && !hosts.Contains("*"));

    /// <inheritdoc />
    public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
        where TContext : notnull => server.StartAsync(new DirectApplication<TContext>(application, check), cancellationToken);

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => server.StopAsync(cancellationToken);

    /// <inheritdoc />
    public void Dispose() => server.Dispose();
}
