namespace Grpc.Core;

/// <summary>The server's end of a stream of responses. The stream ends when the method returns.</summary>
/// <typeparam name="T">The type of a response.</typeparam>
public interface IServerStreamWriter<in T> : IAsyncStreamWriter<T>
{
}
