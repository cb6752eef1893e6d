namespace Grpc.Core;

/// <summary>The methods of a service together with what answers them.</summary>
public class ServerServiceDefinition
{
    private readonly Action<ServiceBinderBase>[] _methods;

    internal ServerServiceDefinition(List<Action<ServiceBinderBase>> methods)
    {
        _methods = [.. methods];
    }

    /// <summary>Starts an empty definition.</summary>
    /// <returns>A builder.</returns>
    public static Builder CreateBuilder() => new();

    /// <summary>Tells a binder all methods in the order in which they were added.</summary>
    /// <param name="serviceBinder">The binder.</param>
    public void BindService(ServiceBinderBase serviceBinder)
    {
        foreach (var method in _methods)
        {
            method(serviceBinder);
        }
    }

    /// <summary>Collects the methods of a service.</summary>
    public class Builder
    {
        private readonly HashSet<string> _names = [];
        private readonly List<Action<ServiceBinderBase>> _methods = [];

        /// <summary>Starts an empty definition.</summary>
        public Builder()
        {
        }

        /// <summary>Adds a unary call.</summary>
        /// <typeparam name="TRequest">The type of a request.</typeparam>
        /// <typeparam name="TResponse">The type of a response.</typeparam>
        /// <param name="method">The method; its name must be new.</param>
        /// <param name="handler">What answers it.</param>
        /// <returns>This builder.</returns>
        public Builder AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse> handler)
            where TRequest : class
            where TResponse : class =>
            Add(method, binder => binder.AddMethod(method, handler));

        /// <summary>Adds a call with a stream of requests and one response.</summary>
        /// <typeparam name="TRequest">The type of a request.</typeparam>
        /// <typeparam name="TResponse">The type of a response.</typeparam>
        /// <param name="method">The method; its name must be new.</param>
        /// <param name="handler">What answers it.</param>
        /// <returns>This builder.</returns>
        public Builder AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse> handler)
            where TRequest : class
            where TResponse : class =>
            Add(method, binder => binder.AddMethod(method, handler));

        /// <summary>Adds a call with one request and a stream of responses.</summary>
        /// <typeparam name="TRequest">The type of a request.</typeparam>
        /// <typeparam name="TResponse">The type of a response.</typeparam>
        /// <param name="method">The method; its name must be new.</param>
        /// <param name="handler">What answers it.</param>
        /// <returns>This builder.</returns>
        public Builder AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse> handler)
            where TRequest : class
            where TResponse : class =>
            Add(method, binder => binder.AddMethod(method, handler));

        /// <summary>Adds a call with a stream each way.</summary>
        /// <typeparam name="TRequest">The type of a request.</typeparam>
        /// <typeparam name="TResponse">The type of a response.</typeparam>
        /// <param name="method">The method; its name must be new.</param>
        /// <param name="handler">What answers it.</param>
        /// <returns>This builder.</returns>
        public Builder AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse> handler)
            where TRequest : class
            where TResponse : class =>
            Add(method, binder => binder.AddMethod(method, handler));

        /// <summary>Makes the definition.</summary>
        /// <returns>The definition.</returns>
        public ServerServiceDefinition Build() => new(_methods);

        private Builder Add(IMethod method, Action<ServiceBinderBase> bind)
        {
            if (!_names.Add(method.FullName))
            {
                throw new ArgumentException($"The service already has a method {method.FullName}.", nameof(method));
            }

            _methods.Add(bind);
            return this;
        }
    }
}
