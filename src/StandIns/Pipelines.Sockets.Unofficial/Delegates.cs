using System.Collections;

namespace Pipelines.Sockets.Unofficial;

/// <summary>Walks the targets of an event without making an array of them.</summary>
public static class Delegates
{
    /// <summary>The single delegates that a delegate is combined of, in the order in which they would be called.</summary>
    public static DelegateEnumerable<T> AsEnumerable<T>(this T handler)
        where T : MulticastDelegate => new(handler);

    /// <summary>True when a call of the delegate calls one target.</summary>
    public static bool IsSingle(this MulticastDelegate handler) => handler.HasSingleTarget;

    /// <summary>The single delegates of a combined one.</summary>
    public readonly struct DelegateEnumerable<T> : IEnumerable<T>
        where T : MulticastDelegate
    {
        private readonly T? _handler;

        internal DelegateEnumerable(T? handler) => _handler = handler;

        /// <summary>Walks them without an allocation.</summary>
        public DelegateEnumerator<T> GetEnumerator() => new(_handler);

        IEnumerator<T> IEnumerable<T>.GetEnumerator() => GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }

    /// <summary>A walk over the single delegates of a combined one.</summary>
    public struct DelegateEnumerator<T> : IEnumerator<T>
        where T : MulticastDelegate
    {
        private readonly T? _handler;
        private Delegate.InvocationListEnumerator<T> _walk;

        internal DelegateEnumerator(T? handler)
        {
            _handler = handler;
            _walk = Delegate.EnumerateInvocationList(handler);
        }

        /// <summary>The delegate that the walk stands on.</summary>
        public T Current => _walk.Current;

        object IEnumerator.Current => Current;

        /// <summary>Takes one step; false at the end.</summary>
        public bool MoveNext() => _walk.MoveNext();

        /// <summary>Begins again.</summary>
        public void Reset() => _walk = Delegate.EnumerateInvocationList(_handler);

        /// <summary>Does nothing: there is nothing to give back.</summary>
        public void Dispose()
        {
        }
    }
}
