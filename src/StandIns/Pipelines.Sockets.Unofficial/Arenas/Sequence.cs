namespace Pipelines.Sockets.Unofficial.Arenas;

/// <summary>A <see cref="Sequence{T}"/> that has forgotten its element type, so that a struct can hold a sequence of itself.</summary>
public readonly struct Sequence
{
    private readonly Array? _array;
    private readonly int _offset;
    private readonly int _length;

    internal Sequence(Array? array, int offset, int length)
    {
        _array = array;
        _offset = offset;
        _length = length;
    }

    /// <summary>The number of elements.</summary>
    public long Length => _length;

    /// <summary>The same elements with their type again; an <see cref="InvalidCastException"/> when it was another type.</summary>
    public Sequence<T> Cast<T>() => new((T[]?)_array, _offset, _length);
}

/// <summary>A range of elements that an <see cref="Arena{T}"/> handed out. It is one contiguous range.</summary>
public readonly struct Sequence<T>
{
    private readonly T[]? _array;
    private readonly int _offset;
    private readonly int _length;

    internal Sequence(ArraySegment<T> block, int offset, int length)
        : this(block.Array, block.Offset + offset, length)
    {
    }

    internal Sequence(T[]? array, int offset, int length)
    {
        _array = array;
        _offset = offset;
        _length = length;
    }

    /// <summary>True when there is no element.</summary>
    public bool IsEmpty => _length == 0;

    /// <summary>True when <see cref="FirstSpan"/> holds every element.</summary>
    public bool IsSingleSegment => true;

    /// <summary>The number of elements.</summary>
    public long Length => _length;

    /// <summary>The elements of the first contiguous range.</summary>
    public Span<T> FirstSpan => new(_array, _offset, _length);

    /// <summary>The contiguous ranges, in order.</summary>
    public SpanEnumerable Spans => new(this);

    /// <summary>The element at an index, by reference.</summary>
    public ref T this[int index] => ref FirstSpan[index];

    /// <summary>The same range without its element type.</summary>
    public Sequence Untyped() => new(_array, _offset, _length);

    /// <summary>Walks the elements by reference.</summary>
    public Enumerator GetEnumerator() => new(FirstSpan);

    /// <summary>A walk over the elements.</summary>
    public ref struct Enumerator
    {
        private readonly Span<T> _span;
        private int _index;

        internal Enumerator(Span<T> span)
        {
            _span = span;
            _index = -1;
        }

        /// <summary>The element that the walk stands on.</summary>
        public ref T Current => ref _span[_index];

        /// <summary>Takes one step; false at the end.</summary>
        public bool MoveNext()
        {
            if (_index + 1 >= _span.Length)
            {
                return false;
            }

            _index++;
            return true;
        }

        /// <summary>Takes one step and gives the element there; throws at the end.</summary>
        public ref T GetNext() => ref _span[++_index];
    }

    /// <summary>The contiguous ranges of a sequence.</summary>
    public readonly ref struct SpanEnumerable
    {
        private readonly Sequence<T> _sequence;

        internal SpanEnumerable(Sequence<T> sequence) => _sequence = sequence;

        /// <summary>Walks the ranges.</summary>
        public SpanEnumerator GetEnumerator() => new(_sequence);
    }

    /// <summary>A walk over the contiguous ranges of a sequence.</summary>
    public ref struct SpanEnumerator
    {
        private readonly Sequence<T> _sequence;
        private bool _done;

        internal SpanEnumerator(Sequence<T> sequence)
        {
            _sequence = sequence;
            _done = sequence.IsEmpty;
        }

        /// <summary>The range that the walk stands on.</summary>
        public Span<T> Current { get; private set; }

        /// <summary>Takes one step; false at the end.</summary>
        public bool MoveNext()
        {
            if (_done)
            {
                Current = default;
                return false;
            }

            _done = true;
            Current = _sequence.FirstSpan;
            return true;
        }
    }
}
