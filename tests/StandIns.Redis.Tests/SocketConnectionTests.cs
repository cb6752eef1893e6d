using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using Pipelines.Sockets.Unofficial;

namespace StandIns.Redis.Tests;

/// <summary>A connection over a real socket pair: what it carries and how each of its two directions ends.</summary>
public sealed class SocketConnectionTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Bytes_pass_unchanged_in_both_directions()
    {
        using var pair = await SocketPair.ConnectAsync();
        using var connection = SocketConnection.Create(pair.Mine, null, null, name: " mine ");
        var toPeer = RandomBytes(8 * 1024 * 1024, 1);
        var fromPeer = RandomBytes(8 * 1024 * 1024, 2);

        var arriving = pair.ReceiveAtPeerAsync(toPeer.Length);
        var sendingPeer = pair.SendFromPeerAsync(fromPeer);
        var reading = connection.Input.ReadAtLeastAsync(1);
        var writing = WriteInPiecesAsync(connection.Output, toPeer);
        connection.Input.AdvanceTo((await reading).Buffer.Start);
        Assert.Equal(fromPeer, await ReadAsync(connection.Input, fromPeer.Length).WaitAsync(Limit));
        await writing.WaitAsync(Limit);
        Assert.Equal(toPeer, await arriving.WaitAsync(Limit));
        await sendingPeer.WaitAsync(Limit);

        Assert.Equal("mine", connection.ToString());
        Assert.Same(pair.Mine, connection.Socket);
        Assert.Equal(PipeShutdownKind.None, connection.ShutdownKind);
        Assert.Equal(fromPeer.Length, connection.BytesRead);
        IMeasuredDuplexPipe measured = connection;
        await Wait.UntilAsync(() => measured.TotalBytesSent == toPeer.Length, "all sent bytes to be counted");
        Assert.Equal(fromPeer.Length, measured.TotalBytesReceived);
        Assert.InRange(connection.LastReceived, 1, 1024 * 1024);
        var counters = connection.GetCounters();
        Assert.Equal((0, 0, 0), (counters.BytesAvailableOnSocket, counters.BytesWaitingToBeRead, counters.BytesWaitingToBeSent));
    }

    [Fact]
    public async Task After_the_peers_end_we_can_still_send()
    {
        using var pair = await SocketPair.ConnectAsync();
        using var connection = SocketConnection.Create(pair.Mine, null, null);
        await pair.SendFromPeerAsync(new byte[10]);
        pair.Peer.Shutdown(SocketShutdown.Send);

        Assert.Equal(10, (await ReadAsync(connection.Input, int.MaxValue).WaitAsync(Limit)).Length);
        Assert.Equal(PipeShutdownKind.ReadEndOfStream, connection.ShutdownKind);
        Assert.Equal(SocketError.Success, connection.SocketError);
        Assert.Equal(0, connection.LastReceived);

        var bytes = RandomBytes(1024 * 1024, 3);
        var arriving = pair.ReceiveAtPeerAsync();
        await WriteInPiecesAsync(connection.Output, bytes).WaitAsync(Limit);
        await connection.Output.CompleteAsync();
        Assert.Equal(bytes, await arriving.WaitAsync(Limit));
        await UntilClosed(pair.Mine);
    }

    [Fact]
    public async Task After_our_end_the_peer_can_still_send()
    {
        using var pair = await SocketPair.ConnectAsync();
        using var connection = SocketConnection.Create(pair.Mine, null, null);
        connection.Output.Write(RandomBytes(100_000, 4));
        await connection.Output.CompleteAsync();
        Assert.Equal(100_000, (await pair.ReceiveAtPeerAsync().WaitAsync(Limit)).Length);
        Assert.Equal(PipeShutdownKind.OutputWriterCompleted, connection.ShutdownKind);

        await pair.SendFromPeerAsync(new byte[50_000]);
        Assert.Equal(50_000, (await ReadAsync(connection.Input, 50_000).WaitAsync(Limit)).Length);
        Assert.Throws<InvalidOperationException>(() => connection.Output.GetSpan(1).Length);
        pair.Peer.Shutdown(SocketShutdown.Send);
        Assert.Empty(await ReadAsync(connection.Input, int.MaxValue).WaitAsync(Limit));
        await UntilClosed(pair.Mine);
    }

    [Fact]
    public async Task A_reset_fails_the_pending_read_and_later_writes()
    {
        using var pair = await SocketPair.ConnectAsync();
        using var connection = SocketConnection.Create(pair.Mine, null, null);
        var reading = connection.Input.ReadAsync().AsTask();
        pair.ResetPeer();

        await Assert.ThrowsAsync<ConnectionResetException>(() => reading.WaitAsync(Limit));
        Assert.Equal(PipeShutdownKind.ReadSocketError, connection.ShutdownKind);
        Assert.Equal(SocketError.ConnectionReset, connection.SocketError);
        await UntilClosed(pair.Mine);
        await Assert.ThrowsAsync<ConnectionResetException>(async () => await connection.Output.WriteAsync(new byte[1]));
        Assert.Equal(0, connection.GetCounters().BytesAvailableOnSocket);
    }

    [Fact]
    public async Task A_reset_fails_a_flush_that_waits_for_the_peer()
    {
        using var pair = await SocketPair.ConnectAsync();
        using var connection = SocketConnection.Create(pair.Mine, Options(64 * 1024), null);
        var flush = await FillAsync(connection);
        pair.ResetPeer();
        await Assert.ThrowsAsync<ConnectionResetException>(() => flush.WaitAsync(Limit));
        // The system tells of a reset once, to the send or to the receive; the other then meets an end.
        Assert.True(connection.ShutdownKind is PipeShutdownKind.WriteSocketError or PipeShutdownKind.ReadSocketError
            or PipeShutdownKind.ReadEndOfStream, $"{connection.ShutdownKind}");
        await UntilClosed(pair.Mine);
    }

    [Fact]
    public async Task A_peer_that_does_not_read_pauses_the_writer_and_memory_stays_bounded()
    {
        using var pair = await SocketPair.ConnectAsync();
        using var connection = SocketConnection.Create(pair.Mine, Options(64 * 1024), null);
        var flush = await FillAsync(connection);
        var written = connection.BytesSent + connection.GetCounters().BytesWaitingToBeSent;
        Assert.InRange(connection.GetCounters().BytesWaitingToBeSent, 1, 2 * 64 * 1024);
        Assert.False(flush.IsCompleted);

        var arriving = pair.ReceiveAtPeerAsync();
        await flush.WaitAsync(Limit);
        await connection.Output.CompleteAsync();
        var bytes = await arriving.WaitAsync(Limit);
        Assert.Equal(written, bytes.Length);
        Assert.Equal(-1, bytes.AsSpan().IndexOfAnyExcept((byte)'x'));
    }

    [Fact]
    public async Task A_reader_that_does_not_read_pauses_the_peer_and_memory_stays_bounded()
    {
        const int Pause = 256 * 1024;
        using var pair = await SocketPair.ConnectAsync();
        using var connection = SocketConnection.Create(pair.Mine, null, Options(Pause));
        var bytes = RandomBytes(64 * 1024 * 1024, 5);
        var sending = pair.SendFromPeerAsync(bytes);
        await Wait.UntilAsync(() => connection.GetCounters().BytesWaitingToBeRead >= Pause
            && connection.GetCounters().BytesAvailableOnSocket > 0, "the receive side to be full");
        Assert.InRange(connection.BytesRead, Pause, Pause + (128 * 1024));
        Assert.False(sending.IsCompleted);

        Assert.Equal(bytes, await ReadAsync(connection.Input, bytes.Length).WaitAsync(Limit));
        await sending.WaitAsync(Limit);
    }

    [Fact]
    public async Task Dispose_ends_a_pending_read_and_a_pending_flush()
    {
        using var pair = await SocketPair.ConnectAsync();
        var connection = SocketConnection.Create(pair.Mine, Options(64 * 1024), null);
        var reading = connection.Input.ReadAsync().AsTask();
        var flush = await FillAsync(connection);
        connection.Dispose();
        connection.Dispose();

        await Assert.ThrowsAsync<ConnectionAbortedException>(() => reading.WaitAsync(Limit));
        await Assert.ThrowsAsync<ConnectionAbortedException>(() => flush.WaitAsync(Limit));
        Assert.Equal(PipeShutdownKind.PipeDisposed, connection.ShutdownKind);
        await UntilClosed(pair.Mine);
    }

    [Fact]
    public async Task Dispose_ends_a_receive_that_waits_for_the_reader()
    {
        using var pair = await SocketPair.ConnectAsync();
        var connection = SocketConnection.Create(pair.Mine, null, Options(64 * 1024));
        var sending = pair.SendFromPeerAsync(new byte[16 * 1024 * 1024]);
        await Wait.UntilAsync(() => connection.GetCounters().BytesWaitingToBeRead >= 64 * 1024, "the receive side to be full");
        connection.Dispose();
        await UntilClosed(pair.Mine);
        await Assert.ThrowsAsync<SocketException>(() => sending.WaitAsync(Limit));
    }

    [Fact]
    public async Task A_reader_that_wants_no_more_ends_only_its_own_direction()
    {
        using var pair = await SocketPair.ConnectAsync();
        using var connection = SocketConnection.Create(pair.Mine, null, null);
        await connection.Input.CompleteAsync();
        Assert.Equal(PipeShutdownKind.InputReaderCompleted, connection.ShutdownKind);
        await connection.Output.WriteAsync(new byte[1000]);
        await connection.Output.CompleteAsync();
        Assert.Equal(1000, (await pair.ReceiveAtPeerAsync().WaitAsync(Limit)).Length);
        await UntilClosed(pair.Mine);
    }

    [Fact]
    public async Task A_cancelled_read_leaves_the_connection_as_it_was()
    {
        using var pair = await SocketPair.ConnectAsync();
        using var connection = SocketConnection.Create(pair.Mine, null, null);
        using var cancel = new CancellationTokenSource();
        var reading = connection.Input.ReadAsync(cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.WaitAsync(Limit));
        reading = connection.Input.ReadAsync().AsTask();
        connection.Input.CancelPendingRead();
        var cancelled = await reading.WaitAsync(Limit);
        Assert.True(cancelled.IsCanceled);
        connection.Input.AdvanceTo(cancelled.Buffer.End);
        Assert.False(connection.Input.TryRead(out _));
        await pair.SendFromPeerAsync(new byte[5]);
        Assert.Equal(5, (await ReadAsync(connection.Input, 5).WaitAsync(Limit)).Length);
    }

    [Fact]
    public async Task The_protocol_above_may_name_the_end_before_it_comes()
    {
        using var pair = await SocketPair.ConnectAsync();
        using var connection = SocketConnection.Create(pair.Mine, null, null);
        Assert.False(connection.TrySetProtocolShutdown(PipeShutdownKind.ReadEndOfStream));
        Assert.True(connection.TrySetProtocolShutdown(PipeShutdownKind.ProtocolExitClient));
        Assert.False(connection.TrySetProtocolShutdown(PipeShutdownKind.ProtocolExitServer));
        pair.Peer.Shutdown(SocketShutdown.Send);
        Assert.Empty(await ReadAsync(connection.Input, int.MaxValue).WaitAsync(Limit));
        Assert.Equal(PipeShutdownKind.ProtocolExitClient, connection.ShutdownKind);
    }

    [Fact]
    public async Task Recommended_options_send_small_requests_at_once()
    {
        SocketConnection.AssertDependencies();
        using var pair = await SocketPair.ConnectAsync();
        pair.Mine.NoDelay = false;
        SocketConnection.SetRecommendedClientOptions(pair.Mine);
        Assert.True(pair.Mine.NoDelay);
        using var unix = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        SocketConnection.SetRecommendedClientOptions(unix);
    }

    internal static PipeOptions Options(long pause, MemoryPool<byte>? pool = null) =>
        new(pool, pauseWriterThreshold: pause, resumeWriterThreshold: pause / 2, useSynchronizationContext: false);

    internal static byte[] RandomBytes(int count, int seed)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    internal static async Task<byte[]> ReadAsync(PipeReader input, int count)
    {
        var all = new MemoryStream();
        while (all.Length < count)
        {
            var read = await input.ReadAsync();
            var taken = read.Buffer.Slice(0, Math.Min(read.Buffer.Length, count - all.Length));
            foreach (var segment in taken)
            {
                all.Write(segment.Span);
            }

            input.AdvanceTo(taken.End);
            if (read.IsCompleted && taken.IsEmpty)
            {
                break;
            }
        }

        return all.ToArray();
    }

    /// <summary>Writes until a flush has to wait and the kernel takes no more; gives that flush.</summary>
    internal static async Task<Task> FillAsync(SocketConnection connection)
    {
        var chunk = new byte[16 * 1024];
        chunk.AsSpan().Fill((byte)'x');
        while (true)
        {
            var flush = connection.Output.WriteAsync(chunk).AsTask();
            var sent = -1L;
            var quietRounds = 0;
            await Wait.UntilAsync(() =>
            {
                quietRounds = connection.BytesSent == sent ? quietRounds + 1 : 0;
                sent = connection.BytesSent;
                return flush.IsCompleted || quietRounds > 20;
            }, "the flush to end, or to wait for a peer whose window is full");
            if (!flush.IsCompleted)
            {
                return flush;
            }
        }
    }

    internal static Task UntilClosed(Socket socket) =>
        Wait.UntilAsync(() => socket.SafeHandle.IsClosed, "the socket to be closed");

    private static async Task WriteInPiecesAsync(PipeWriter output, byte[] bytes)
    {
        var random = new Random(6);
        for (var at = 0; at < bytes.Length;)
        {
            var count = Math.Min(bytes.Length - at, random.Next(1, 40_000));
            output.Write(bytes.AsSpan(at, count));
            at += count;
            await output.FlushAsync();
        }
    }
}
