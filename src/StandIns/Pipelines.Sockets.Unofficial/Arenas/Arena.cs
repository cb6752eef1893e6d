using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pipelines.Sockets.Unofficial.Arenas;

/// <summary>
/// Hands out ranges of a few large blocks, all of which are taken back at once by <see cref="Reset"/>. One thread at a time
/// may allocate and reset; <see cref="Dispose"/> may come from another thread at any moment.
/// </summary>
public sealed class Arena<T> : IDisposable
{
    private const int SmallestBlockBytes = 4 * 1024;
    private const int LargestGrownBlockBytes = 128 * 1024;

    private readonly ArenaOptions _options;
    private readonly Allocator<T> _allocator;
    private readonly bool _clearAtReset;
    private readonly List<Block> _blocks = [];
    private int _current;
    private long _used;
    private long _retained;
    private int _nextBlockLength;
    private volatile bool _disposed;
    private int _inUse;

    /// <summary>An empty arena: the first allocation makes the first block.</summary>
    public Arena(ArenaOptions? options = null, Allocator<T>? allocator = null)
    {
        _options = options ?? new ArenaOptions();
        _allocator = allocator ?? HeapAllocator<T>.Instance;
        _clearAtReset = RuntimeHelpers.IsReferenceOrContainsReferences<T>() || _options.Has(ArenaFlags.ClearAtReset);
        var blockBytes = _options.BlockSizeBytes == 0 ? SmallestBlockBytes : _options.BlockSizeBytes;
        _nextBlockLength = Math.Max(1, blockBytes / Unsafe.SizeOf<T>());
    }

    /// <summary>A contiguous range of <paramref name="length"/> elements, valid until the next <see cref="Reset"/>.</summary>
    public Sequence<T> Allocate(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        if (length == 0)
        {
            return default;
        }

        Enter();
        try
        {
            var block = BlockWithRoomFor(length);
            var range = new Sequence<T>(block.Memory, block.Used, length);
            block.Used += length;
            _used += length;
            return range;
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Takes back everything handed out. What is kept for the next round holds no reference to any object.</summary>
    public void Reset()
    {
        // The usual reply of a server holds no array: nothing was handed out and there is nothing large to let go.
        if ((_used == 0 && _blocks.Count <= 1) || !TryEnter())
        {
            return;
        }

        try
        {
            // Counted in whole blocks: the end of a block that was too short for the next range was needed as well.
            var used = 0L;
            for (var number = 0; number < _blocks.Count; number++)
            {
                var block = _blocks[number];
                if (_clearAtReset && block.Used != 0)
                {
                    _allocator.Clear(block.Owner, block.Used);
                }

                used += _used != 0 && number <= _current ? block.Memory.Count : 0;
                block.Used = 0;
            }

            _retained = Math.Max(0, _options.RetentionPolicy(_retained, used));
            _used = 0;
            _current = 0;
            DropBlocksBeyond(_retained);
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>
    /// Lets go of every block. With the default allocator what was handed out stays readable by whoever still holds it: a
    /// connection is disposed while its reader may be in the middle of a reply.
    /// </summary>
    public void Dispose()
    {
        _disposed = true;
        if (Interlocked.CompareExchange(ref _inUse, 1, 0) == 0)
        {
            ReleaseAll();
        }
    }

    private Block BlockWithRoomFor(int length)
    {
        for (; _current < _blocks.Count; _current++)
        {
            if (_blocks[_current].Room >= length)
            {
                return _blocks[_current];
            }
        }

        var owner = _allocator.Allocate(Math.Max(length, _nextBlockLength));
        var block = new Block(owner);
        _blocks.Add(block);
        if (_options.BlockSizeBytes == 0 && (long)_nextBlockLength * Unsafe.SizeOf<T>() < LargestGrownBlockBytes)
        {
            _nextBlockLength *= 2;
        }

        return block;
    }

    // A block goes when those before it already hold what is to be kept. The first always stays.
    private void DropBlocksBeyond(long retained)
    {
        var kept = 0;
        for (long covered = 0; kept < _blocks.Count && (kept == 0 || covered < retained); kept++)
        {
            covered += _blocks[kept].Memory.Count;
        }

        for (var dropped = kept; dropped < _blocks.Count; dropped++)
        {
            _blocks[dropped].Owner.Dispose();
        }

        _blocks.RemoveRange(kept, _blocks.Count - kept);
    }

    private void ReleaseAll()
    {
        foreach (var block in _blocks)
        {
            if (_options.Has(ArenaFlags.ClearAtDispose))
            {
                _allocator.Clear(block.Owner, block.Used);
            }

            block.Owner.Dispose();
        }

        _blocks.Clear();
        _used = 0;
    }

    // :: Race: Dispose on one thread, Allocate or Reset on another. Whoever comes second frees the blocks: Dispose itself when
    // the arena is at rest, else the thread inside on its way out. _inUse stays 1 once the blocks are freed.
    private bool TryEnter() => Interlocked.CompareExchange(ref _inUse, 1, 0) == 0;

    private void Enter()
    {
        if (!TryEnter())
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            throw new InvalidOperationException("An arena serves one thread at a time.");
        }
    }

    private void Leave()
    {
        if (_disposed)
        {
            ReleaseAll();
            return;
        }

        Volatile.Write(ref _inUse, 0);
        Interlocked.MemoryBarrier();
        if (_disposed && TryEnter())
        {
            ReleaseAll();
        }
    }

    private sealed class Block
    {
        public Block(IMemoryOwner<T> owner)
        {
            Owner = owner;
            Memory = MemoryMarshal.TryGetArray<T>(owner.Memory, out var array)
                ? array
                : throw new NotSupportedException("An allocator gives memory that is an array.");
        }

        public IMemoryOwner<T> Owner { get; }

        public ArraySegment<T> Memory { get; }

        public int Used { get; set; }

        public int Room => Memory.Count - Used;
    }
}
