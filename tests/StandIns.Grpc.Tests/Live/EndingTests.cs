using Grpc.Core;
using GrpcStandIns.Tests.Protocol;

namespace GrpcStandIns.Tests.Live;

/// <summary>The ways in which a call ends other than well.</summary>
public class EndingTests
{
    [Fact]
    public async Task Failure_ThrownByTheService_ArrivesWithDetailAndTrailers()
    {
        await using var server = await ProbeServer.StartAsync(new Handlers
        {
            Echo = (_, _) => throw new RpcException(
                new Status(StatusCode.FailedPrecondition, "schlüssel % 100"),
                new Metadata { { "why", "late" }, { "why-bin", [0, 1, 254, 255] } }),
        });

        using var call = server.Client.EchoAsync(new Note());
        var failure = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);

        Assert.Equal(StatusCode.FailedPrecondition, failure.StatusCode);
        Assert.Equal("schlüssel % 100", failure.Status.Detail);
        Assert.Equal("late", failure.Trailers.GetValue("why"));
        Assert.Equal([0, 1, 254, 255], failure.Trailers.GetValueBytes("why-bin"));
        Assert.Equal(StatusCode.FailedPrecondition, call.GetStatus().StatusCode);
        Assert.Equal("late", call.GetTrailers().GetValue("WHY"));
    }

    [Fact]
    public async Task Failure_SetAsStatus_Arrives()
    {
        await using var server = await ProbeServer.StartAsync(new Handlers
        {
            Scatter = async (_, responses, context) =>
            {
                await responses.WriteAsync(new Note { Number = 1 });
                context.Status = new Status(StatusCode.Aborted, "half way");
            },
        });

        using var call = server.Client.Scatter(new Note());
        Assert.True(await call.ResponseStream.MoveNext());
        var failure = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext());
        Assert.Equal(new Status(StatusCode.Aborted, "half way"), new Status(failure.StatusCode, failure.Status.Detail));
    }

    [Theory]
    [InlineData(false, "Exception was thrown by handler.")]
    [InlineData(true, "Exception was thrown by handler. InvalidOperationException: a secret")]
    public async Task Failure_Unexpected_IsUnknownAndToldOnlyWhenAskedFor(bool detailed, string detail)
    {
        await using var server = await ProbeServer.StartAsync(
            new Handlers { Echo = (_, _) => throw new InvalidOperationException("a secret") },
            options => options.EnableDetailedErrors = detailed);

        var failure = await Assert.ThrowsAsync<RpcException>(() => server.Client.EchoAsync(new Note()).ResponseAsync);

        Assert.Equal(StatusCode.Unknown, failure.StatusCode);
        Assert.Equal(detail, failure.Status.Detail);
    }

    [Fact]
    public async Task Deadline_Passes_BothSidesKnow()
    {
        var cancelled = new TaskCompletionSource<DateTime>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await ProbeServer.StartAsync(new Handlers
        {
            Echo = async (request, context) =>
            {
                var end = new TaskCompletionSource();
                await using var registration = context.CancellationToken.Register(end.SetResult);
                await end.Task;
                cancelled.SetResult(context.Deadline);
                return request;
            },
        });
        var deadline = DateTime.UtcNow.AddMilliseconds(200);

        var failure = await Assert.ThrowsAsync<RpcException>(() => server.Client.EchoAsync(new Note(), deadline: deadline).ResponseAsync);

        Assert.Equal(StatusCode.DeadlineExceeded, failure.StatusCode);
        var seen = await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.InRange(seen, deadline.AddSeconds(-1), deadline.AddSeconds(5));
    }

    [Fact]
    public async Task Deadline_NotSet_IsTheLargestDate()
    {
        await using var server = await ProbeServer.StartAsync(new Handlers
        {
            Echo = (_, context) => Task.FromResult(new Note { Text = $"{context.Deadline == DateTime.MaxValue}" }),
        });
        Assert.Equal("True", (await server.Client.EchoAsync(new Note())).Text);
    }

    [Fact]
    public async Task Cancellation_ByToken_ReachesTheService()
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await ProbeServer.StartAsync(new Handlers
        {
            Gather = async (requests, context) =>
            {
                context.CancellationToken.Register(ended.SetResult);
                started.SetResult();
                while (await requests.MoveNext(context.CancellationToken))
                {
                }

                return new Note();
            },
        });
        using var cancel = new CancellationTokenSource();

        using var call = server.Client.Gather(cancellationToken: cancel.Token);
        await call.RequestStream.WriteAsync(new Note());
        await started.Task;
        await cancel.CancelAsync();

        var failure = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);
        Assert.Equal(StatusCode.Cancelled, failure.StatusCode);
        await ended.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Cancellation_ByDisposingTheCall_ReachesTheService()
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await ProbeServer.StartAsync(new Handlers
        {
            Scatter = async (_, responses, context) =>
            {
                context.CancellationToken.Register(ended.SetResult);
                await responses.WriteAsync(new Note());
                await ended.Task;
            },
        });

        var call = server.Client.Scatter(new Note());
        Assert.True(await call.ResponseStream.MoveNext());
        call.Dispose();

        await ended.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData(1000, StatusCode.OK)]
    [InlineData(20_000, StatusCode.ResourceExhausted)]
    public async Task Message_OverTheServersLimit_IsRefused(int size, StatusCode expected)
    {
        await using var server = await ProbeServer.StartAsync(new Handlers(), options => options.MaxReceiveMessageSize = 10_000);
        Assert.Equal(expected, await CodeOfEchoAsync(server, size));
    }

    [Theory]
    [InlineData(1000, StatusCode.OK)]
    [InlineData(20_000, StatusCode.ResourceExhausted)]
    public async Task Message_OverTheClientsLimit_IsRefused(int size, StatusCode expected)
    {
        await using var server = await ProbeServer.StartAsync(new Handlers(), channel: new() { MaxReceiveMessageSize = 10_000 });
        Assert.Equal(expected, await CodeOfEchoAsync(server, size));
    }

    [Fact]
    public async Task Method_OfNoService_IsUnimplemented()
    {
        await using var server = await ProbeServer.StartAsync(new Handlers());
        var absent = new Absent.AbsentClient(server.Channel);

        var failure = await Assert.ThrowsAsync<RpcException>(() => absent.AskAsync(new Note()).ResponseAsync);

        Assert.Equal(StatusCode.Unimplemented, failure.StatusCode);
    }

    [Fact]
    public async Task Server_Gone_IsUnavailableWithTheCause()
    {
        var server = await ProbeServer.StartAsync(new Handlers());
        using var channel = global::Grpc.Net.Client.GrpcChannel.ForAddress(server.Address);
        await server.DisposeAsync();

        var failure = await Assert.ThrowsAsync<RpcException>(() => new Probe.ProbeClient(channel).EchoAsync(new Note()).ResponseAsync);

        Assert.Equal(StatusCode.Unavailable, failure.StatusCode);
        Assert.NotNull(failure.Status.DebugException);
        Assert.Same(failure.Status.DebugException, failure.InnerException);
    }

    private static async Task<StatusCode> CodeOfEchoAsync(ProbeServer server, int size)
    {
        using var call = server.Client.EchoAsync(new Note { Text = new string('x', size) });
        try
        {
            await call.ConfigureAwait(false);
        }
        catch (RpcException)
        {
            // Its code is what the caller asks for below.
        }

        return call.GetStatus().StatusCode;
    }
}
