using Grpc.Core.Internal;

namespace Grpc.Core.Interceptors;

/// <summary>Puts interceptors in front of a <see cref="CallInvoker"/>.</summary>
public static class CallInvokerExtensions
{
    /// <summary>Puts one interceptor in front. Of several added one by one, the last added sees a call first.</summary>
    /// <param name="invoker">The invoker behind.</param>
    /// <param name="interceptor">The interceptor.</param>
    /// <returns>An invoker that passes through the interceptor.</returns>
    public static CallInvoker Intercept(this CallInvoker invoker, Interceptor interceptor) =>
        new InterceptingCallInvoker(invoker, interceptor);

    /// <summary>Puts several interceptors in front. The first one given sees a call first.</summary>
    /// <param name="invoker">The invoker behind.</param>
    /// <param name="interceptors">The interceptors in the order in which they see a call.</param>
    /// <returns>An invoker that passes through all of them.</returns>
    public static CallInvoker Intercept(this CallInvoker invoker, params Interceptor[] interceptors)
    {
        ArgumentNullException.ThrowIfNull(invoker);
        ArgumentNullException.ThrowIfNull(interceptors);
        for (var i = interceptors.Length - 1; i >= 0; i--)
        {
            invoker = invoker.Intercept(interceptors[i]);
        }

        return invoker;
    }

    /// <summary>Lets a function replace the headers of every call.</summary>
    /// <param name="invoker">The invoker behind.</param>
    /// <param name="interceptor">Is given the headers, empty ones when the call has none, and returns those to send.</param>
    /// <returns>An invoker that passes through the function.</returns>
    public static CallInvoker Intercept(this CallInvoker invoker, Func<Metadata, Metadata> interceptor) =>
        new InterceptingCallInvoker(invoker, new HeadersInterceptor(interceptor));
}
