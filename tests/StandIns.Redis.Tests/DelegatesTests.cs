using Pipelines.Sockets.Unofficial;

namespace StandIns.Redis.Tests;

public sealed class DelegatesTests
{
    [Fact]
    public void Every_target_is_walked_in_order()
    {
        var calls = new List<int>();
        Action first = () => calls.Add(1);
        Action second = () => calls.Add(2);
        Action third = () => calls.Add(3);

        Assert.True(first.IsSingle());
        Assert.False((first + second).IsSingle());
        foreach (var single in (first + second + third + second).AsEnumerable())
        {
            Assert.True(single.IsSingle());
            single();
        }

        Assert.Equal([1, 2, 3, 2], calls);
        Assert.Equal([first], first.AsEnumerable());
        Assert.Equal(3, (first + second + third).AsEnumerable().Count());
        Assert.Empty(((Action)null!).AsEnumerable());
    }

    [Fact]
    public void A_walk_can_begin_again()
    {
        Action one = () => { };
        Action two = () => GC.KeepAlive(null);
        using var walk = (one + two).AsEnumerable().GetEnumerator();
        Assert.True(walk.MoveNext());
        Assert.True(walk.MoveNext());
        Assert.False(walk.MoveNext());
        walk.Reset();
        Assert.True(walk.MoveNext());
        Assert.Same(one, walk.Current);
    }

    [Fact]
    public void A_walk_allocates_nothing()
    {
        var calls = 0;
        Action handler = () => calls++;
        handler += () => calls++;
        Walk(handler);
        Assert.Equal(0, Allocated.Least(() => Walk(handler)));
        Assert.Equal(42, calls);

        static void Walk(Action handler)
        {
            foreach (var single in handler.AsEnumerable())
            {
                single();
            }
        }
    }
}
