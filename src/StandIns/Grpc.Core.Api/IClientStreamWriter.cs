namespace Grpc.Core;

/// <summary>The client's end of a stream of requests.</summary>
/// <typeparam name="T">The type of a request.</typeparam>
public interface IClientStreamWriter<in T> : IAsyncStreamWriter<T>
{
    /// <summary>Says that no request follows.</summary>
    /// <returns>A task that ends when this is on its way.</returns>
    Task CompleteAsync();
}
