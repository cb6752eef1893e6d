namespace Grpc.Core;

/// <summary>Implemented by a channel that wants to know what <see cref="CallCredentials"/> consist of.</summary>
public abstract class CallCredentialsConfiguratorBase
{
    /// <summary>The credentials are several.</summary>
    /// <param name="state">What the channel passed in.</param>
    /// <param name="credentials">The parts in order.</param>
    public abstract void SetCompositeCredentials(object? state, IReadOnlyList<CallCredentials> credentials);

    /// <summary>The credentials are a function that writes headers.</summary>
    /// <param name="state">What the channel passed in.</param>
    /// <param name="interceptor">The function.</param>
    public abstract void SetAsyncAuthInterceptorCredentials(object? state, AsyncAuthInterceptor interceptor);
}
