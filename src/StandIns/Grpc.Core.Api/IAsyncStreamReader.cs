namespace Grpc.Core;

/// <summary>Reads the messages of a stream in order. One reader at a time.</summary>
/// <typeparam name="T">The type of a message.</typeparam>
public interface IAsyncStreamReader<out T>
{
    /// <summary>The message that the last successful <see cref="MoveNext"/> brought.</summary>
    T Current { get; }

    /// <summary>Waits for the next message.</summary>
    /// <param name="cancellationToken">Ends the wait and, with it, the call.</param>
    /// <returns>True when there is a message, false when the stream ended well.</returns>
    Task<bool> MoveNext(CancellationToken cancellationToken);
}
