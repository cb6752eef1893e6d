using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Pipelines.Sockets.Unofficial;

namespace StandIns.Redis.Tests;

public sealed class SocketAwaitableTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task One_object_serves_one_operation_after_another()
    {
        using var pair = await SocketPair.ConnectAsync();
        using var args = new SocketAwaitableEventArgs();
        var buffer = new byte[16];
        for (var round = 0; round < 1_000; round++)
        {
            args.SetBuffer(buffer, 0, 16);
            var receiving = ReceiveAsync(pair.Mine, args);
            await pair.SendFromPeerAsync(new byte[1 + (round % 16)]);
            Assert.Equal(1 + (round % 16), await receiving.WaitAsync(Limit));
            Assert.False(args.IsCompleted);
        }
    }

    [Fact]
    public async Task A_failed_operation_throws_its_error()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using var args = new SocketAwaitableEventArgs { RemoteEndPoint = new IPEndPoint(IPAddress.Loopback, FreePort.Next()) };
        if (!socket.ConnectAsync(args))
        {
            args.Complete();
        }

        var refused = await Assert.ThrowsAsync<SocketException>(async () => await args);
        Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
    }

    [Fact]
    public async Task An_abort_wins_over_a_later_end_and_stays()
    {
        using var pair = await SocketPair.ConnectAsync();
        using var args = new SocketAwaitableEventArgs();
        args.SetBuffer(new byte[16], 0, 16);
        var receiving = ReceiveAsync(pair.Mine, args);
        Assert.False(receiving.IsCompleted);
        args.Abort(SocketError.TimedOut);
        args.Abort(SocketError.NetworkDown);
        var given = await Assert.ThrowsAsync<SocketException>(() => receiving.WaitAsync(Limit));
        Assert.Equal(SocketError.TimedOut, given.SocketErrorCode);

        await pair.SendFromPeerAsync(new byte[3]);
        args.Complete();
        Assert.True(args.IsCompleted);
        Assert.Equal(SocketError.TimedOut, Assert.Throws<SocketException>(() => ResultOf(args)).SocketErrorCode);
    }

    [Fact]
    public void An_abort_after_the_end_changes_nothing()
    {
        using var args = new SocketAwaitableEventArgs();
        Assert.Throws<InvalidOperationException>(() => ResultOf(args));
        args.Complete();
        args.Abort();
        Assert.Equal(0, ResultOf(args));
    }

    [Fact]
    public async Task An_abort_and_an_end_at_the_same_time_continue_once()
    {
        for (var round = 0; round < 2_000; round++)
        {
            using var args = new SocketAwaitableEventArgs();
            var continued = 0;
            args.UnsafeOnCompleted(() => Interlocked.Increment(ref continued));
            await Task.WhenAll(Task.Run(args.Complete), Task.Run(() => args.Abort()));
            Assert.Equal(1, continued);
            Assert.True(args.IsCompleted);
        }
    }

    [Fact]
    public async Task The_continuation_runs_on_the_scheduler()
    {
        using var scheduler = new DedicatedThreadPoolPipeScheduler("continuations", workerCount: 1);
        using var args = new SocketAwaitableEventArgs(scheduler);
        var name = NameAfterAsync(args);
        args.Complete();
        Assert.Equal("continuations:1", await name.WaitAsync(Limit));

        static async Task<string?> NameAfterAsync(SocketAwaitableEventArgs args)
        {
            await args;
            return Thread.CurrentThread.Name;
        }
    }

    [Fact]
    public void OnCompleted_brings_the_context_along()
    {
        using var args = new SocketAwaitableEventArgs(PipeScheduler.Inline);
        var local = new AsyncLocal<int> { Value = 1 };
        var seen = 0;
        args.OnCompleted(() => seen = local.Value);
        local.Value = 2;
        args.Complete();
        Assert.Equal(1, seen);
    }

    private static int ResultOf(SocketAwaitableEventArgs args) => args.GetResult();

    private static async Task<int> ReceiveAsync(Socket socket, SocketAwaitableEventArgs args)
    {
        if (!socket.ReceiveAsync(args))
        {
            args.Complete();
        }

        return await args;
    }
}
