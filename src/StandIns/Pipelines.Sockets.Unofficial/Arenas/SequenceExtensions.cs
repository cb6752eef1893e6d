namespace Pipelines.Sockets.Unofficial.Arenas;

/// <summary>Makes a result of one value, which it gets by reference.</summary>
public delegate TResult Projection<T, out TResult>(in T x);

/// <summary>Makes a result of two values, which it gets by reference.</summary>
public delegate TResult Projection<T1, T2, out TResult>(in T1 x1, in T2 x2);

/// <summary>Copies out of sequences.</summary>
public static class SequenceExtensions
{
    /// <summary>A new array with the projection of every element.</summary>
    public static TTo[] ToArray<TFrom, TTo>(this in Sequence<TFrom> source, Projection<TFrom, TTo> projection)
    {
        var result = NewArray<TTo>(source.Length);
        source.CopyTo(result, projection);
        return result;
    }

    /// <summary>A new array with the projection of every element, for which the projection also gets <paramref name="state"/>.</summary>
    public static TTo[] ToArray<TFrom, TState, TTo>(this in Sequence<TFrom> source, Projection<TFrom, TState, TTo> projection,
        in TState state)
    {
        var result = NewArray<TTo>(source.Length);
        var to = 0;
        foreach (ref var from in source)
        {
            result[to++] = projection(in from, in state);
        }

        return result;
    }

    /// <summary>Writes the projection of every element to the start of <paramref name="destination"/>, which must have room for all.</summary>
    public static void CopyTo<TFrom, TTo>(this in Sequence<TFrom> source, Span<TTo> destination, Projection<TFrom, TTo> projection)
    {
        if (destination.Length < source.Length)
        {
            throw new ArgumentException("The destination is shorter than the sequence.", nameof(destination));
        }

        var to = 0;
        foreach (ref var from in source)
        {
            destination[to++] = projection(in from);
        }
    }

    private static T[] NewArray<T>(long length) => length == 0 ? [] : new T[length];
}
