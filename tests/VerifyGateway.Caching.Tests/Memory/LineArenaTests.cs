using VerifyGateway.Caching.Memory;

namespace VerifyGateway.Caching.Tests.Memory;

public sealed class LineArenaTests
{
    private const int Chunks = 64;

    /// <summary>A late reader marks a line as used without looking at the sequence again: the byte must not be one of a page line by then.</summary>
    [Fact]
    public unsafe void TakePage_ChunksOfLinesWereGivenBack_UsesNoneOfThem()
    {
        var arena = new LineArena(Chunks * LineArena.ChunkBytes, Chunks * LineArena.ChunkBytes);
        var lines = new uint[Chunks - 1];
        Assert.True(arena.TryTake(lines));
        var held = lines.Select(chunk => (nint)LineArena.Address(arena.Bases, chunk)).ToHashSet();
        arena.Give(lines);

        var pages = new List<nint>();
        for (var page = (nint)arena.TakePage(); page != 0; page = (nint)arena.TakePage())
        {
            Assert.DoesNotContain(page / LineArena.ChunkBytes * LineArena.ChunkBytes, held);
            pages.Add(page);
        }

        // Those of the one chunk that never held lines; the lines are there for lines as before.
        Assert.Equal(LineArena.LinesAChunk, pages.Count);
        Assert.True(arena.TryTake(lines));
        GC.KeepAlive(arena);
    }

    [Fact]
    public unsafe void TakePage_ThereIsRoomInTheBudget_TakesANewChunk()
    {
        var arena = new LineArena(2 * Chunks * LineArena.ChunkBytes, 4 * LineArena.ChunkBytes);
        var lines = new uint[3];
        Assert.True(arena.TryTake(lines));
        arena.Give(lines);
        for (var i = 0; i <= LineArena.LinesAChunk; i++)
        {
            Assert.True(arena.TakePage() != null);
        }

        GC.KeepAlive(arena);
    }
}
