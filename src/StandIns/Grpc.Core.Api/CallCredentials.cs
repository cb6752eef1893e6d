namespace Grpc.Core;

/// <summary>Credentials that travel with each call.</summary>
public abstract class CallCredentials
{
    /// <summary>Puts several credentials together; each adds its headers in the order given.</summary>
    /// <param name="credentials">Two or more credentials.</param>
    /// <returns>The credentials as one.</returns>
    public static CallCredentials Compose(params CallCredentials[] credentials) => new Several(credentials);

    /// <summary>Makes credentials from a function that writes headers.</summary>
    /// <param name="interceptor">Called before each call.</param>
    /// <returns>The credentials.</returns>
    public static CallCredentials FromInterceptor(AsyncAuthInterceptor interceptor) => new Intercepted(interceptor);

    /// <summary>Shows what the credentials consist of. For channel implementations, not for applications.</summary>
    /// <param name="configurator">Is told the kind and its parts.</param>
    /// <param name="state">Handed on to the configurator.</param>
    public abstract void InternalPopulateConfiguration(CallCredentialsConfiguratorBase configurator, object? state);

    private sealed class Several : CallCredentials
    {
        private readonly IReadOnlyList<CallCredentials> _parts;

        public Several(CallCredentials[] parts)
        {
            ArgumentNullException.ThrowIfNull(parts);
            if (parts.Length < 2)
            {
                throw new ArgumentException("At least two credentials are needed.", nameof(parts));
            }

            _parts = Array.AsReadOnly<CallCredentials>([.. parts]);
        }

        public override void InternalPopulateConfiguration(CallCredentialsConfiguratorBase configurator, object? state) =>
            configurator.SetCompositeCredentials(state, _parts);
    }

    private sealed class Intercepted : CallCredentials
    {
        private readonly AsyncAuthInterceptor _interceptor;

        public Intercepted(AsyncAuthInterceptor interceptor)
        {
            ArgumentNullException.ThrowIfNull(interceptor);
            _interceptor = interceptor;
        }

        public override void InternalPopulateConfiguration(CallCredentialsConfiguratorBase configurator, object? state) =>
            configurator.SetAsyncAuthInterceptorCredentials(state, _interceptor);
    }
}
