using Grpc.Core;
using GrpcStandIns.Tests.Protocol;

namespace GrpcStandIns.Tests.Live;

/// <summary>What the service does in one test: each test sets the methods that it calls, so that both ends stand in one place.</summary>
internal sealed class Handlers
{
    internal UnaryServerMethod<Note, Note> Echo { get; init; } = (request, _) => Task.FromResult(request);

    internal ClientStreamingServerMethod<Note, Note> Gather { get; init; } = (_, _) => throw Unset();

    internal ServerStreamingServerMethod<Note, Note> Scatter { get; init; } = (_, _, _) => throw Unset();

    internal DuplexStreamingServerMethod<Note, Note> Chat { get; init; } = (_, _, _) => throw Unset();

    private static InvalidOperationException Unset() => new("The test has not set this method.");
}

/// <summary>The service, which leaves everything to <see cref="Handlers"/>.</summary>
internal sealed class ProbeService(Handlers handlers) : Probe.ProbeBase
{
    public override Task<Note> Echo(Note request, ServerCallContext context) => handlers.Echo(request, context);

    public override Task<Note> Gather(IAsyncStreamReader<Note> requestStream, ServerCallContext context) =>
        handlers.Gather(requestStream, context);

    public override Task Scatter(Note request, IServerStreamWriter<Note> responseStream, ServerCallContext context) =>
        handlers.Scatter(request, responseStream, context);

    public override Task Chat(IAsyncStreamReader<Note> requestStream, IServerStreamWriter<Note> responseStream, ServerCallContext context) =>
        handlers.Chat(requestStream, responseStream, context);
}
