namespace Grpc.Core;

/// <summary>Writes the messages of a stream in order. One write at a time.</summary>
/// <typeparam name="T">The type of a message.</typeparam>
public interface IAsyncStreamWriter<in T>
{
    /// <summary>How messages are written from now on, or null.</summary>
    WriteOptions? WriteOptions { get; set; }

    /// <summary>Writes a message.</summary>
    /// <param name="message">The message.</param>
    /// <returns>A task that ends when the next message may be written.</returns>
    Task WriteAsync(T message);

    /// <summary>Writes a message unless cancelled. A writer that knows no cancellation takes only tokens that cannot be cancelled.</summary>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">Ends the write and, with it, the call.</param>
    /// <returns>A task that ends when the next message may be written.</returns>
    Task WriteAsync(T message, CancellationToken cancellationToken) =>
        cancellationToken.CanBeCanceled
            ? throw new NotSupportedException("This stream writer cannot cancel a write.")
            : WriteAsync(message);
}
