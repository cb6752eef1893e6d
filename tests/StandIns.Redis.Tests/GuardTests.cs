using System.Buffers;
using Pipelines.Sockets.Unofficial;

namespace StandIns.Redis.Tests;

/// <summary>Who owns a buffer, and until when: observed with a pool that overwrites what comes back.</summary>
public sealed class GuardTests
{
    [Fact]
    public async Task A_buffer_stays_the_readers_while_another_thread_tears_the_connection_down()
    {
        var pool = new PoisonPool();
        using var pair = await SocketPair.ConnectAsync();
        var connection = Create(pair, pool);
        var bytes = SocketConnectionTests.RandomBytes(100_000, 1);
        await pair.SendFromPeerAsync(bytes);
        var read = await connection.Input.ReadAtLeastAsync(bytes.Length);

        await Task.Run(() => TearDown(connection));
        await SocketConnectionTests.UntilClosed(pair.Mine);
        Assert.Equal(bytes, read.Buffer.ToArray());

        connection.Input.AdvanceTo(read.Buffer.End);
        await UntilAllReturned(pool);
        Assert.Throws<InvalidOperationException>(() => connection.Input.TryRead(out _));
    }

    [Fact]
    public async Task Memory_stays_the_writers_while_another_thread_tears_the_connection_down()
    {
        var pool = new PoisonPool();
        using var pair = await SocketPair.ConnectAsync();
        var connection = Create(pair, pool);
        var memory = connection.Output.GetMemory(1000);
        memory.Span.Fill(1);

        await Task.Run(() => TearDown(connection));
        await SocketConnectionTests.UntilClosed(pair.Mine);
        Assert.True(pool.Out > 0);
        Assert.Equal(-1, memory.Span.IndexOfAnyExcept((byte)1, (byte)0));

        connection.Output.Advance(1000);
        await UntilAllReturned(pool);
        Assert.Throws<InvalidOperationException>(() => connection.Output.GetMemory(1).Length);
    }

    [Theory]
    [InlineData("dispose")]
    [InlineData("peer ends")]
    [InlineData("peer resets")]
    [InlineData("tear down")]
    [InlineData("complete, then peer ends")]
    public async Task No_buffer_is_kept_however_a_connection_ends(string ending)
    {
        var pool = new PoisonPool();
        for (var round = 0; round < 20; round++)
        {
            using var pair = await SocketPair.ConnectAsync();
            var connection = Create(pair, pool);
            await pair.SendFromPeerAsync(new byte[200_000]);
            await connection.Output.WriteAsync(new byte[200_000]);
            await EndAsync(pair, connection, ending);
            await SocketConnectionTests.UntilClosed(pair.Mine);
        }

        await UntilAllReturned(pool);
    }

    [Fact]
    public async Task An_idle_connection_that_waits_before_it_takes_a_buffer_holds_none()
    {
        var pool = new PoisonPool();
        using var pair = await SocketPair.ConnectAsync();
        using var connection = SocketConnection.Create(pair.Mine, SocketConnectionTests.Options(65536, pool),
            SocketConnectionTests.Options(65536, pool), SocketConnectionOptions.ZeroLengthReads);
        var bytes = SocketConnectionTests.RandomBytes(1_000_000, 2);
        for (var round = 0; round < 3; round++)
        {
            var sending = pair.SendFromPeerAsync(bytes);
            Assert.Equal(bytes, await SocketConnectionTests.ReadAsync(connection.Input, bytes.Length));
            await sending;
            await Wait.UntilAsync(() => pool.Out <= 1, "the buffers to come back");
        }
    }

    [Fact]
    public async Task A_reader_and_a_tear_down_at_any_moment_never_see_foreign_bytes()
    {
        var pool = new PoisonPool();
        for (var round = 0; round < 200; round++)
        {
            using var pair = await SocketPair.ConnectAsync();
            var connection = Create(pair, pool);
            var sending = pair.SendFromPeerAsync(new byte[300_000]);
            var reading = Task.Run(() => ReadZerosAsync(connection));
            var after = round * 500;
            await Wait.UntilAsync(() => connection.BytesRead >= after, "some bytes to arrive");
            TearDown(connection);
            Assert.True(await reading.WaitAsync(TimeSpan.FromSeconds(20)), "A reader saw bytes that were not its own.");
            await Record.ExceptionAsync(() => sending.WaitAsync(TimeSpan.FromSeconds(20)));
        }

        await UntilAllReturned(pool);
    }

    private static async Task<bool> ReadZerosAsync(SocketConnection connection)
    {
        try
        {
            while (true)
            {
                var read = await connection.Input.ReadAsync();
                foreach (var segment in read.Buffer)
                {
                    if (segment.Span.IndexOfAnyExcept((byte)0) >= 0)
                    {
                        return false;
                    }
                }

                connection.Input.AdvanceTo(read.Buffer.End);
            }
        }
        catch (Exception ended) when (ended is InvalidOperationException or OperationCanceledException)
        {
            return true;
        }
    }

    private static async Task EndAsync(SocketPair pair, SocketConnection connection, string ending)
    {
        switch (ending)
        {
            case "dispose":
                connection.Dispose();
                break;
            case "tear down":
                TearDown(connection);
                break;
            case "peer ends":
                pair.Peer.Close();
                await connection.Input.CompleteAsync();
                await connection.Output.CompleteAsync();
                break;
            case "peer resets":
                pair.ResetPeer();
                await connection.Input.CompleteAsync();
                await connection.Output.CompleteAsync();
                break;
            default:
                await connection.Output.CompleteAsync();
                await pair.ReceiveAtPeerAsync();
                pair.Peer.Close();
                await SocketConnectionTests.ReadAsync(connection.Input, int.MaxValue);
                await connection.Input.CompleteAsync();
                break;
        }
    }

    // In the order in which the client does it.
    private static void TearDown(SocketConnection connection)
    {
        connection.Input.CancelPendingRead();
        connection.Input.Complete();
        connection.Output.CancelPendingFlush();
        connection.Output.Complete();
        connection.Dispose();
    }

    private static SocketConnection Create(SocketPair pair, PoisonPool pool) => SocketConnection.Create(pair.Mine,
        SocketConnectionTests.Options(1024 * 1024, pool), SocketConnectionTests.Options(1024 * 1024, pool));

    private static Task UntilAllReturned(PoisonPool pool) =>
        Wait.UntilAsync(() => pool.Out == 0, "every buffer to come back to the pool");
}
