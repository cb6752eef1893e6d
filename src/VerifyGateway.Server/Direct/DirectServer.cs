using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

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
        services.AddSingleton<IServer>(provider => new DirectServer(
            (IServer)ActivatorUtilities.CreateInstance(provider, registered.ImplementationType!), provider.GetRequiredService<DirectCheck>()));
    }

    /// <inheritdoc />
    public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
        where TContext : notnull => server.StartAsync(new DirectApplication<TContext>(application, check), cancellationToken);

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => server.StopAsync(cancellationToken);

    /// <inheritdoc />
    public void Dispose() => server.Dispose();
}
