using System.IO.Pipelines;
using System.Net.Sockets;
using Pipelines.Sockets.Unofficial;

namespace StandIns.Redis.Tests;

public sealed class StreamConnectionTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Bytes_pass_unchanged_and_either_end_may_come_first()
    {
        using var pair = await SocketPair.ConnectAsync();
        var pipe = StreamConnection.GetDuplex(new NetworkStream(pair.Mine, ownsSocket: true), null, null, "stream");
        var toPeer = SocketConnectionTests.RandomBytes(3_000_000, 1);
        var fromPeer = SocketConnectionTests.RandomBytes(3_000_000, 2);
        var arriving = pair.ReceiveAtPeerAsync(toPeer.Length);
        var sending = pair.SendFromPeerAsync(fromPeer);
        var writing = pipe.Output.WriteAsync(toPeer).AsTask();
        Assert.Equal(fromPeer, await SocketConnectionTests.ReadAsync(pipe.Input, fromPeer.Length).WaitAsync(Limit));
        Assert.Equal(toPeer, await arriving.WaitAsync(Limit));
        await sending;
        await writing;

        pair.Peer.Shutdown(SocketShutdown.Send);
        Assert.Empty(await SocketConnectionTests.ReadAsync(pipe.Input, int.MaxValue).WaitAsync(Limit));
        await pipe.Output.WriteAsync(new byte[7]);
        Assert.Equal(7, (await pair.ReceiveAtPeerAsync(7).WaitAsync(Limit)).Length);
        await pipe.Output.CompleteAsync();
        await SocketConnectionTests.UntilClosed(pair.Mine);

        var measured = Assert.IsAssignableFrom<IMeasuredDuplexPipe>(pipe);
        Assert.Equal(toPeer.Length + 7, measured.TotalBytesSent);
        Assert.Equal(fromPeer.Length, measured.TotalBytesReceived);
        Assert.Equal("stream", pipe.ToString());
    }

    [Fact]
    public async Task A_reset_is_told_to_the_reader_and_to_the_writer()
    {
        using var pair = await SocketPair.ConnectAsync();
        var pipe = StreamConnection.GetDuplex(new NetworkStream(pair.Mine, ownsSocket: true), null, null);
        var reading = pipe.Input.ReadAsync().AsTask();
        pair.ResetPeer();
        await Assert.ThrowsAsync<ConnectionResetException>(() => reading.WaitAsync(Limit));
        await SocketConnectionTests.UntilClosed(pair.Mine);
        await Assert.ThrowsAsync<ConnectionResetException>(async () => await pipe.Output.WriteAsync(new byte[1]));
    }

    [Fact]
    public async Task Dispose_ends_what_is_pending_and_closes_the_stream()
    {
        using var pair = await SocketPair.ConnectAsync();
        var pipe = StreamConnection.GetDuplex(new NetworkStream(pair.Mine, ownsSocket: true),
            SocketConnectionTests.Options(64 * 1024), null);
        var reading = pipe.Input.ReadAsync().AsTask();
        var writing = pipe.Output.WriteAsync(new byte[64 * 1024 * 1024]).AsTask();
        Assert.False(writing.IsCompleted);
        Assert.IsAssignableFrom<IDisposable>(pipe).Dispose();
        await Assert.ThrowsAsync<ConnectionAbortedException>(() => reading.WaitAsync(Limit));
        await Assert.ThrowsAsync<ConnectionAbortedException>(() => writing.WaitAsync(Limit));
        await SocketConnectionTests.UntilClosed(pair.Mine);
    }

    [Fact]
    public async Task A_failing_stream_is_told_to_both_sides()
    {
        var pipe = StreamConnection.GetDuplex(new BrokenStream(), null, null);
        await Assert.ThrowsAsync<IOException>(async () => await pipe.Input.ReadAsync());
        await Wait.UntilAsync(async () => await Record.ExceptionAsync(async () => await pipe.Output.WriteAsync(new byte[1])) is IOException,
            "the writer to hear of it");
    }

    [Fact]
    public async Task A_reader_reads_to_the_end_and_leaves_the_stream_open()
    {
        var bytes = SocketConnectionTests.RandomBytes(100_000, 3);
        using var stream = new MemoryStream(bytes);
        foreach (var options in new[] { null, PipeOptions.Default })
        {
            stream.Position = 0;
            var reader = StreamConnection.GetReader(stream, options);
            Assert.Equal(bytes, await SocketConnectionTests.ReadAsync(reader, int.MaxValue).WaitAsync(Limit));
            await reader.CompleteAsync();
            Assert.True(stream.CanRead);
        }
    }

    private sealed class BrokenStream : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            ValueTask.FromException<int>(new IOException("broken"));
    }
}
