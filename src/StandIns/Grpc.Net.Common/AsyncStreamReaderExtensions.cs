using System.Runtime.CompilerServices;

namespace Grpc.Core;

/// <summary>Shorthand for <see cref="IAsyncStreamReader{T}"/>.</summary>
public static class AsyncStreamReaderExtensions
{
    /// <summary>Lets a stream be read with <c>await foreach</c>.</summary>
    /// <typeparam name="T">The type of a message.</typeparam>
    /// <param name="streamReader">The stream.</param>
    /// <param name="cancellationToken">Ends the wait for a message and, with it, the call.</param>
    /// <returns>The messages in order, once.</returns>
    public static IAsyncEnumerable<T> ReadAllAsync<T>(this IAsyncStreamReader<T> streamReader, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(streamReader);
        return Messages(streamReader, cancellationToken);
    }

    // Apart from the check above, which must not wait for the first message to be asked for.
    private static async IAsyncEnumerable<T> Messages<T>(IAsyncStreamReader<T> reader, [EnumeratorCancellation] CancellationToken cancel)
    {
        while (await reader.MoveNext(cancel).ConfigureAwait(false))
        {
            yield return reader.Current;
        }
    }
}
