namespace Grpc.Core;

/// <summary>Shorthand for <see cref="IAsyncStreamReader{T}"/>.</summary>
public static class AsyncStreamReaderExtensions
{
    /// <summary>Waits for the next message without a way to cancel.</summary>
    /// <typeparam name="T">The type of a message.</typeparam>
    /// <param name="streamReader">The stream.</param>
    /// <returns>True when there is a message, false when the stream ended well.</returns>
    public static Task<bool> MoveNext<T>(this IAsyncStreamReader<T> streamReader)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(streamReader);
        return streamReader.MoveNext(CancellationToken.None);
    }
}
