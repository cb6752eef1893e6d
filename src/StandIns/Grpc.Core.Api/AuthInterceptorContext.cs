namespace Grpc.Core;

/// <summary>The call for which an <see cref="AsyncAuthInterceptor"/> is asked for credentials.</summary>
public class AuthInterceptorContext
{
    /// <summary>Makes a context whose token is never cancelled.</summary>
    /// <param name="serviceUrl">The address of the service.</param>
    /// <param name="methodName">The method being called.</param>
    public AuthInterceptorContext(string serviceUrl, string methodName)
        : this(serviceUrl, methodName, CancellationToken.None)
    {
    }

    /// <summary>Makes a context.</summary>
    /// <param name="serviceUrl">The address of the service.</param>
    /// <param name="methodName">The method being called.</param>
    /// <param name="cancellationToken">Cancelled when the call no longer needs the credentials.</param>
    public AuthInterceptorContext(string serviceUrl, string methodName, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(serviceUrl);
        ArgumentNullException.ThrowIfNull(methodName);
        ServiceUrl = serviceUrl;
        MethodName = methodName;
        CancellationToken = cancellationToken;
    }

    /// <summary>The address of the service.</summary>
    public string ServiceUrl { get; }

    /// <summary>The method being called.</summary>
    public string MethodName { get; }

    /// <summary>Cancelled when the call no longer needs the credentials.</summary>
    public CancellationToken CancellationToken { get; }
}
