using System.Buffers;

namespace Pipelines.Sockets.Unofficial.Arenas;

/// <summary>Where an arena gets its blocks from.</summary>
public abstract class Allocator<T>
{
    /// <summary>A block of at least <paramref name="length"/> elements; its owner is disposed when the arena lets go of it.</summary>
    public abstract IMemoryOwner<T> Allocate(int length);

    /// <summary>Overwrites the first <paramref name="length"/> elements of a block with the default value.</summary>
    public virtual void Clear(IMemoryOwner<T> allocation, int length) => allocation.Memory.Span[..length].Clear();
}

/// <summary>
/// Plain arrays of the managed heap. They are not rented from a pool, so that a reader that still holds a
/// <see cref="Sequence{T}"/> when its arena is disposed on another thread reads its own elements and never a stranger's.
/// </summary>
internal sealed class HeapAllocator<T> : Allocator<T>
{
    public static readonly HeapAllocator<T> Instance = new();

    public override IMemoryOwner<T> Allocate(int length) => new HeapBlock(new T[length]);

    private sealed class HeapBlock(T[] array) : IMemoryOwner<T>
    {
        public Memory<T> Memory { get; } = array;

        // The collector frees the array once the last sequence over it is gone.
        public void Dispose()
        {
        }
    }
}
