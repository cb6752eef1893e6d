using System.Buffers;
using System.Runtime.CompilerServices;
using Pipelines.Sockets.Unofficial.Arenas;

namespace StandIns.Redis.Tests;

public sealed class ArenaTests
{
    // The way in which the client uses it: a struct that holds a sequence of its own kind.
    private struct Reply
    {
        public object? Payload;
        public Sequence Items;
    }

    [Fact]
    public void Ranges_do_not_overlap_and_are_empty_at_first()
    {
        using var arena = new Arena<int>();
        var ranges = Enumerable.Range(1, 300).Select(arena.Allocate).ToList();
        for (var number = 0; number < ranges.Count; number++)
        {
            Assert.Equal(number + 1, ranges[number].Length);
            Assert.True(ranges[number].FirstSpan.IndexOfAnyExcept(0) < 0);
            ranges[number].FirstSpan.Fill(number + 1);
        }

        for (var number = 0; number < ranges.Count; number++)
        {
            Assert.True(ranges[number].FirstSpan.IndexOfAnyExcept(number + 1) < 0);
        }
    }

    [Fact]
    public void An_empty_range_and_the_default_are_alike()
    {
        using var arena = new Arena<Reply>();
        foreach (var empty in new[] { arena.Allocate(0), default, default(Sequence).Cast<Reply>() })
        {
            Assert.True(empty.IsEmpty);
            Assert.True(empty.IsSingleSegment);
            Assert.Equal(0, empty.Length);
            Assert.Equal(0, empty.Untyped().Length);
            Assert.Equal(0, empty.FirstSpan.Length);
            foreach (var span in empty.Spans)
            {
                Assert.Fail($"A span of {span.Length}");
            }

            foreach (ref var element in empty)
            {
                Assert.Fail($"An element {element.Payload}");
            }
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => arena.Allocate(-1));
    }

    [Fact]
    public void A_sequence_is_walked_in_every_way()
    {
        using var arena = new Arena<int>();
        arena.Allocate(5);
        var sequence = arena.Allocate(4);
        var writer = sequence.GetEnumerator();
        for (var number = 1; number <= 4; number++)
        {
            writer.GetNext() = number * 10;
        }

        Assert.False(writer.MoveNext());
        Assert.Equal([10, 20, 30, 40], sequence.FirstSpan.ToArray());
        Assert.Equal(30, sequence[2]);
        sequence[2]++;
        var sum = 0;
        foreach (ref var element in sequence)
        {
            sum += element;
        }

        Assert.Equal(101, sum);
        var lengths = new List<int>();
        foreach (var span in sequence.Spans)
        {
            lengths.Add(span.Length);
        }

        Assert.Equal([4], lengths);
        Assert.Throws<IndexOutOfRangeException>(() => sequence[4]);
        Assert.Throws<IndexOutOfRangeException>(() => sequence[-1]);
        Assert.Throws<IndexOutOfRangeException>(() =>
        {
            var past = sequence.GetEnumerator();
            for (var step = 0; step < 5; step++)
            {
                past.GetNext();
            }
        });
    }

    [Fact]
    public void The_type_can_be_dropped_and_taken_up_again()
    {
        using var arena = new Arena<Reply>();
        var inner = arena.Allocate(2);
        inner[1].Payload = "inner";
        var outer = arena.Allocate(1);
        outer[0].Items = inner.Untyped();

        Assert.Equal(2, outer[0].Items.Length);
        Assert.Equal("inner", outer[0].Items.Cast<Reply>()[1].Payload);
        Assert.Throws<InvalidCastException>(() => outer[0].Items.Cast<int>());
    }

    [Fact]
    public void Projections_copy_every_element()
    {
        using var arena = new Arena<int>();
        var sequence = arena.Allocate(3);
        sequence[0] = 1;
        sequence[1] = 2;
        sequence[2] = 3;

        Assert.Equal(["1", "2", "3"], sequence.ToArray((in int x) => $"{x}"));
        Assert.Equal([11L, 12L, 13L], sequence.ToArray((in int x, in int add) => (long)(x + add), 10));
        Span<long> room = stackalloc long[5];
        sequence.CopyTo(room, (in int x) => -x);
        Assert.Equal([-1, -2, -3, 0, 0], room.ToArray());
        Assert.Throws<ArgumentException>(() => sequence.CopyTo(new long[2], (in int x) => x));
        Assert.Same(Array.Empty<string>(), default(Sequence<int>).ToArray((in int x) => $"{x}"));
    }

    [Fact]
    public void Reset_keeps_no_reference_and_hands_out_clean_memory()
    {
        using var arena = new Arena<Reply>();
        var payloads = Fill(arena, 1_000);
        arena.Reset();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.DoesNotContain(payloads, payload => payload.IsAlive);

        foreach (ref var reply in arena.Allocate(1_000))
        {
            Assert.Null(reply.Payload);
            Assert.Equal(0, reply.Items.Length);
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        static List<WeakReference> Fill(Arena<Reply> arena, int count)
        {
            var made = new List<WeakReference>();
            for (var number = 0; number < count; number++)
            {
                var payload = new object();
                made.Add(new WeakReference(payload));
                arena.Allocate(1 + (number % 3))[0].Payload = payload;
            }

            return made;
        }
    }

    [Fact]
    public void Numbers_are_cleared_at_reset_only_on_request()
    {
        using var quick = new Arena<int>();
        quick.Allocate(1)[0] = 7;
        quick.Reset();
        Assert.Equal(7, quick.Allocate(1)[0]);

        using var careful = new Arena<int>(new ArenaOptions(ArenaFlags.ClearAtReset));
        careful.Allocate(1)[0] = 7;
        careful.Reset();
        Assert.Equal(0, careful.Allocate(1)[0]);
    }

    // A connection is disposed by one thread while its reader is in the middle of a reply on another.
    [Fact]
    public void What_was_handed_out_outlives_dispose()
    {
        var arena = new Arena<Reply>();
        var sequence = arena.Allocate(100);
        sequence[99].Payload = "still here";
        arena.Dispose();
        arena.Dispose();
        arena.Reset();

        Assert.Equal("still here", sequence[99].Payload);
        Assert.Throws<ObjectDisposedException>(() => arena.Allocate(1));
    }

    [Fact]
    public async Task Dispose_during_use_frees_each_block_once_and_ends_allocation()
    {
        for (var round = 0; round < 300; round++)
        {
            var allocator = new CountingAllocator();
            var arena = new Arena<int>(new ArenaOptions(blockSizeBytes: 64), allocator);
            using var started = new SemaphoreSlim(0);
            var user = Task.Run(() =>
            {
                started.Release();
                try
                {
                    while (true)
                    {
                        arena.Allocate(10).FirstSpan.Fill(1);
                        arena.Allocate(30).FirstSpan.Fill(2);
                        arena.Reset();
                    }
                }
                catch (ObjectDisposedException)
                {
                    return true;
                }
            });
            await started.WaitAsync();
            arena.Dispose();
            Assert.True(await user.WaitAsync(TimeSpan.FromSeconds(10)));
            Assert.Equal(allocator.Made, allocator.Disposed);
        }
    }

    [Fact]
    public void A_block_of_a_rare_large_reply_is_let_go_and_a_frequent_one_kept()
    {
        var allocator = new CountingAllocator();
        using (var arena = new Arena<int>(null, allocator))
        {
            arena.Allocate(10);
            for (var round = 0; round < 100; round++)
            {
                arena.Allocate(1_000_000);
                arena.Reset();
            }

            Assert.Equal(2, allocator.Made);
            Assert.Equal(0, allocator.Disposed);
            for (var round = 0; round < 200; round++)
            {
                arena.Reset();
            }

            Assert.Equal(1, allocator.Disposed);
        }

        Assert.Equal(allocator.Made, allocator.Disposed);
    }

    [Fact]
    public void In_steady_state_nothing_is_allocated()
    {
        using var arena = new Arena<Reply>();
        Round(arena);
        Round(arena);
        Assert.Equal(0, Allocated.Least(() =>
        {
            for (var round = 0; round < 100; round++)
            {
                Round(arena);
            }
        }));

        static void Round(Arena<Reply> arena)
        {
            foreach (var length in (ReadOnlySpan<int>)[2, 1_000, 3, 50])
            {
                arena.Allocate(length)[0].Payload = "x";
            }

            arena.Reset();
        }
    }

    private sealed class CountingAllocator : Allocator<int>
    {
        public int Made;
        public int Disposed;

        public override IMemoryOwner<int> Allocate(int length)
        {
            Interlocked.Increment(ref Made);
            return new Owner(this, new int[length]);
        }

        private sealed class Owner(CountingAllocator allocator, int[] array) : IMemoryOwner<int>
        {
            private int _disposed;

            public Memory<int> Memory => array;

            public void Dispose()
            {
                Assert.Equal(0, Interlocked.Exchange(ref _disposed, 1));
                Interlocked.Increment(ref allocator.Disposed);
            }
        }
    }
}
