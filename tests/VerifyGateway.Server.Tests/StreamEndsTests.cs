using Grpc.Core;
using VerifyGateway.TestKit;
using VerifyGateway.V1;
using static VerifyGateway.Server.Tests.Rows;
using TerminalState = VerifyGateway.Domain.Records.TerminalState;

namespace VerifyGateway.Server.Tests;

/// <summary>How streams of checks end whose callers do not read, go away, or half close while answers and pushes are on their way.</summary>
public sealed class StreamEndsTests : IAsyncLifetime
{
    private const int Many = 20_000;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private StoreServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await StoreServer.StartAsync();
        await _server.Store.PutAsync(Identity("ID-1"), Merchant(1, "ID-1"), Terminal(1, 1));
        await _server.Caches.Follower.StartAsync(default);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Callers_WhoDoNotReadAndGoAway_LeaveNothing()
    {
        for (var round = 0; round < 5; round++)
        {
            using (var stream = _server.Checks.StreamCheckStatus())
            {
                await FillAsync(stream);
                Assert.Equal(1, await _server.MetricAsync("verifygateway_stream_terminals"));
            }

            await Wait.UntilAsync(async () => await _server.MetricAsync("verifygateway_stream_terminals") == 0, "the stream is over");
        }
    }

    [Fact]
    public async Task Caller_WhoReadsLate_GetsEveryAnswerOnce()
    {
        using var stream = _server.Checks.StreamCheckStatus();
        var sending = FillAsync(stream, half: true);
        var next = new bool[Many];
        for (var read = 0; read < Many; read++)
        {
            Assert.True(await stream.ResponseStream.MoveNext(default).WaitAsync(Limit));
            var at = int.Parse(stream.ResponseStream.Current.CorrelationId, System.Globalization.CultureInfo.InvariantCulture);
            Assert.False(next[at]);
            next[at] = true;
        }

        await sending;
        Assert.False(await stream.ResponseStream.MoveNext(default).WaitAsync(Limit));
        Assert.Equal(StatusCode.OK, stream.GetStatus().StatusCode);
    }

    [Fact]
    public async Task Callers_WhoHalfCloseWhileTheirTerminalChanges_AllEndWell()
    {
        var changing = true;
        var change = Task.Run(async () =>
        {
            for (var n = 0; Volatile.Read(ref changing); n++)
            {
                await _server.Store.PutAsync(Terminal(1, 1, n % 2 == 0 ? TerminalState.Suspended : TerminalState.Active));
            }
        });
        for (var round = 0; round < 300; round++)
        {
            using var stream = _server.Checks.StreamCheckStatus();
            await stream.RequestStream.WriteAsync(Check(0));
            var answers = 0;
            do
            {
                Assert.True(await stream.ResponseStream.MoveNext(default).WaitAsync(Limit));
                answers += stream.ResponseStream.Current.Pushed ? 0 : 1;
            }
            while (answers == 0);
            await stream.RequestStream.CompleteAsync();
            while (await stream.ResponseStream.MoveNext(default).WaitAsync(Limit))
            {
                Assert.True(stream.ResponseStream.Current.Pushed);
            }

            Assert.Equal(StatusCode.OK, stream.GetStatus().StatusCode);
        }

        Volatile.Write(ref changing, false);
        await change;
    }

    /// <summary>Sends more than the wires take of answers that nobody reads, until no more is taken; or all of it, and half closes.</summary>
    private static async Task FillAsync(AsyncDuplexStreamingCall<StreamCheckStatusRequest, StreamCheckStatusResponse> stream, bool half = false)
    {
        for (var n = 0; n < Many; n++)
        {
            var sent = stream.RequestStream.WriteAsync(Check(n));
            if (!half && await Task.WhenAny(sent, Task.Delay(TimeSpan.FromSeconds(2))) != sent)
            {
                return;
            }

            await sent;
        }

        Assert.True(half, "all was taken");
        await stream.RequestStream.CompleteAsync();
    }

    private static StreamCheckStatusRequest Check(int n) => new()
    {
        Check = new CheckStatusRequest
        {
            CorrelationId = n.ToString(System.Globalization.CultureInfo.InvariantCulture),
            AcquirerId = Acquirer1, TerminalSn = Sn(1), TerminalNo = "T0000001", MerchantNo = MerchantNo(1),
        },
    };
}
