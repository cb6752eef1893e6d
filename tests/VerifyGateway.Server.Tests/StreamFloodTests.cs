using Grpc.Core;
using Grpc.Net.Client;
using VerifyGateway.V1;

namespace VerifyGateway.Server.Tests;

/// <summary>Streams that end while answers are being written: nothing of one comes into another of the same connection.</summary>
public sealed class StreamFloodTests(ITestOutputHelper output) : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly int _seed = DirectComparisonTests.SeedOf(output);
    private DirectRig _rig = null!;
    private DirectApp _app = null!;
    private GrpcChannel _channel = null!;

    public async ValueTask InitializeAsync()
    {
        _rig = await DirectRig.StartAsync(_seed);
        _app = await _rig.ServeAsync(isDirect: true);
        _channel = GrpcChannel.ForAddress(_app.Address);
    }

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await _rig.DisposeAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Stream_EndsUnderAFlood_TheOthersOfTheConnectionGoOnAndNoneFailsInside(bool byDeadline)
    {
        var client = new VerificationService.VerificationServiceClient(_channel);
        var isOver = false;
        var beside = AskAsync(client, () => Volatile.Read(ref isOver));
        var random = new Random(_seed);
        var ends = new Dictionary<StatusCode, int>();
        var answers = 0;
        for (var round = 0; round < 60; round++)
        {
            var after = TimeSpan.FromMilliseconds(random.Next(1, 40));
            using var cancel = new CancellationTokenSource();
            using var call = client.StreamCheckStatus(deadline: byDeadline ? DateTime.UtcNow + after : null, cancellationToken: cancel.Token);
            if (!byDeadline)
            {
                cancel.CancelAfter(after);
            }

            var flood = FloodAsync(call.RequestStream);
            // Every other one does not read: its answers wait for the wire when it ends.
            var end = round % 2 == 0 ? await ReadAsync(call.ResponseStream, () => answers++) : null;
            await flood.WaitAsync(Limit);
            end ??= await ReadAsync(call.ResponseStream, () => answers++);
            ends[end.StatusCode] = ends.GetValueOrDefault(end.StatusCode) + 1;
        }

        Volatile.Write(ref isOver, true);
        var others = await beside.WaitAsync(Limit);
        output.WriteLine($"{string.Join(", ", ends)}; {answers} answers before the ends, {others} beside");
        // The client ends a call by itself too, and calls it UNAVAILABLE when it was just reading then.
        Assert.Subset(new HashSet<StatusCode> { byDeadline ? StatusCode.DeadlineExceeded : StatusCode.Cancelled, StatusCode.Cancelled, StatusCode.Unavailable }, ends.Keys.ToHashSet());
        Assert.True(ends.GetValueOrDefault(byDeadline ? StatusCode.DeadlineExceeded : StatusCode.Cancelled) >= 40, string.Join(", ", ends));
        Assert.True(answers > 100 && others > 10, $"{answers} {others}");
        foreach (var code in new[] { "Internal", "Unknown" })
        {
            Assert.Equal(0, await _app.MetricAsync($"grpc_server_handled_total{{grpc_type=\"bidi_stream\",grpc_service=\"verifygateway.v1.VerificationService\",grpc_method=\"StreamCheckStatus\",grpc_code=\"{code}\"}}"));
        }
    }

    /// <summary>Writes checks until the call has ended.</summary>
    private async Task FloodAsync(IClientStreamWriter<StreamCheckStatusRequest> to)
    {
        var check = DirectRig.Request(_rig.Fleet.Good);
        check.CorrelationId = "flood";
        try
        {
            while (true)
            {
                await to.WriteAsync(new StreamCheckStatusRequest { Check = check });
            }
        }
        catch (Exception ended) when (ended is RpcException or InvalidOperationException or OperationCanceledException or HttpRequestException or IOException)
        {
            // As it should.
        }
    }

    private static async Task<RpcException> ReadAsync(IAsyncStreamReader<StreamCheckStatusResponse> from, Action answered)
    {
        return await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (await from.MoveNext(CancellationToken.None).WaitAsync(Limit))
            {
                Assert.Equal("flood", from.Current.CorrelationId);
                answered();
            }
        });
    }

    /// <summary>One check after the other on one stream, each answered with its own.</summary>
    private async Task<int> AskAsync(VerificationService.VerificationServiceClient client, Func<bool> isOver)
    {
        using var call = client.StreamCheckStatus();
        var asked = 0;
        for (; !isOver(); asked++)
        {
            var check = DirectRig.Request(_rig.Fleet.Pairs[asked % 500]);
            check.CorrelationId = $"beside {asked}";
            await call.RequestStream.WriteAsync(new StreamCheckStatusRequest { Check = check });
            Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None).WaitAsync(Limit));
            Assert.Equal(check.CorrelationId, call.ResponseStream.Current.CorrelationId);
        }

        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext(CancellationToken.None).WaitAsync(Limit));
        return asked;
    }
}
