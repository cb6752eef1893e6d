using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Grpc.Net.Client;
using VerifyGateway.TestKit;
using VerifyGateway.V1;

namespace VerifyGateway.Interop.Tests.BadInput;

/// <summary>Callers that go away, speak another protocol, or send more headers than anybody needs.</summary>
[Collection("bad input")]
public class HangUpTests(BadInputGateway bad)
{
    [Fact]
    public async Task Unary_ResetInTheMiddleOfTheRequest_IsForgotten()
    {
        for (var i = 0; i < 100; i++)
        {
            using var body = new HalfSent(Frame.Of(Sample.Good()).AsMemory(0, 20));
            using var hangUp = new CancellationTokenSource();
            var sending = bad.Caller.SendAsync(RawCaller.CheckStatus, [], request => request.Content = body, hangUp.Token);
            await body.Sent;
            await hangUp.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        }

        await bad.Caller.ExpectGoodCallAsync();
        bad.ExpectNoLeak("");
    }

    [Fact]
    public async Task Stream_ResetInTheMiddle_IsCancelledAndNoFaultOfTheGateway()
    {
        using var channel = GrpcChannel.ForAddress(bad.Gateway.Grpc);
        var client = new VerificationService.VerificationServiceClient(channel);
        var before = await bad.Gateway.MetricAsync("grpc_server_handled_total", "StreamCheckStatus", "\"Cancelled\"");
        for (var i = 0; i < 300; i++)
        {
            using var hangUp = new CancellationTokenSource();
            using var call = client.StreamCheckStatus(cancellationToken: hangUp.Token);
            for (var sent = 0; sent <= i % 7; sent++)
            {
                await call.RequestStream.WriteAsync(new StreamCheckStatusRequest { Check = Sample.Good() }, CancellationToken.None);
            }

            if (i % 2 == 0)
            {
                Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None));
            }

            await hangUp.CancelAsync();
        }

        await bad.Caller.ExpectGoodCallAsync();
        await Wait.UntilAsync(async () => await bad.Gateway.MetricAsync("grpc_server_handled_total", "StreamCheckStatus", "\"Cancelled\"") >= before + 250, "the reset streams to be counted as cancelled");
        Assert.Equal(0, await bad.Gateway.MetricAsync("grpc_server_handled_total", "StreamCheckStatus", "\"Unknown\""));
        bad.ExpectNoLeak("");
    }

    [Fact]
    public async Task Connection_ClosedInTheMiddleOfStreams_IsForgotten()
    {
        for (var i = 0; i < 20; i++)
        {
            using var channel = GrpcChannel.ForAddress(bad.Gateway.Grpc);
            var call = new VerificationService.VerificationServiceClient(channel).StreamCheckStatus();
            await call.RequestStream.WriteAsync(new StreamCheckStatusRequest { Check = Sample.Good() }, TestContext.Current.CancellationToken);
            Assert.True(await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        }

        await bad.Caller.ExpectGoodCallAsync();
        await Wait.UntilAsync(async () => await ConnectionsAsync() <= 1, "the closed connections to be let go");
        bad.ExpectNoLeak("");
    }

    [Theory]
    [InlineData("HTTP/1.1", "GET / HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("HTTP/1.1 with a body", "POST /verifygateway.v1.VerificationService/CheckStatus HTTP/1.1\r\nHost: x\r\nContent-Length: 8\r\n\r\nZQXJ7319")]
    [InlineData("TLS", "\u0016\u0003\u0001\u0000\u0010ZQXJ7319ZQXJ7319")]
    [InlineData("half a preface", "PRI * HTTP/2.0\r\n\r\nSM")]
    [InlineData("a preface and no settings", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nZQXJ7319ZQXJ7319ZQXJ7319")]
    [InlineData("nothing", "")]
    [InlineData("zeros", "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0")]
    public async Task Connection_OfAnotherProtocol_IsClosedWithoutAWordOfTheInside(string protocol, string text)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, bad.Gateway.Grpc.Port);
        var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(text));
        socket.Client.Shutdown(SocketShutdown.Send);
        using var answer = new MemoryStream();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(15));
        await stream.CopyToAsync(answer, limit.Token);
        Assert.InRange(answer.Length, 0, 1_000);
        bad.ExpectNoLeak(Encoding.Latin1.GetString(answer.ToArray()));
        Assert.True(!limit.IsCancellationRequested, protocol);
        await bad.Caller.ExpectGoodCallAsync();
    }

    [Theory]
    [InlineData(10_000, 8)]
    [InlineData(1, 40_000)]
    [InlineData(150, 8)]
    public async Task Headers_TooManyOrTooLong_AreRefusedAndOthersServed(int count, int length)
    {
        using var caller = new RawCaller(bad.Gateway.Grpc);
        var status = 0;
        try
        {
            var answer = await caller.SendAsync(RawCaller.CheckStatus, Frame.Of(Sample.Good()), request =>
            {
                for (var i = 0; i < count; i++)
                {
                    request.Headers.Add("x-" + i, new string('z', length));
                }
            });
            bad.ExpectNoLeak(answer.Text);
            status = answer.Http;
        }
        catch (HttpRequestException closed)
        {
            Assert.DoesNotContain("timed out", closed.Message, StringComparison.Ordinal);
        }

        Assert.True(status is 0 or 431, $"HTTP {status}");
        await bad.Caller.ExpectGoodCallAsync();
        bad.ExpectNoLeak("");
    }

    private Task<double> ConnectionsAsync() =>
        bad.Gateway.MetricAsync("microsoft_aspnetcore_server_kestrel_kestrel_active_connections", $"server_port=\"{bad.Gateway.Grpc.Port}\"");

    /// <summary>A body of which only the beginning is ever sent.</summary>
    private sealed class HalfSent : HttpContent
    {
        private readonly TaskCompletionSource _sent = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ReadOnlyMemory<byte> _beginning;

        public HalfSent(ReadOnlyMemory<byte> beginning)
        {
            _beginning = beginning;
            Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        }

        public Task Sent => _sent.Task;

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            await stream.WriteAsync(_beginning, cancellationToken);
            await stream.FlushAsync(cancellationToken);
            _sent.SetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
