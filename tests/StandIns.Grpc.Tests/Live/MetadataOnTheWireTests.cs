using Grpc.Core;
using GrpcStandIns.Tests.Protocol;

namespace GrpcStandIns.Tests.Live;

public class MetadataOnTheWireTests
{
    [Fact]
    public async Task Headers_TextAndBinaryAndRepeated_ReachTheService()
    {
        Metadata? seen = null;
        await using var server = await ProbeServer.StartAsync(new Handlers
        {
            Echo = (request, context) =>
            {
                seen = context.RequestHeaders;
                return Task.FromResult(request);
            },
        });

        byte[] bytes = [0, 127, 128, 255];
        await server.Client.EchoAsync(new Note(), new Metadata
        {
            { "Trace-Id", "abc" },
            { "many", "one" },
            { "many", "two" },
            { "raw-bin", bytes },
        });

        Assert.NotNull(seen);
        Assert.Equal("abc", seen.GetValue("trace-id"));
        Assert.Equal("one, two", string.Join(", ", seen.GetAll("many").Select(entry => entry.Value)));
        Assert.Equal(bytes, seen.GetValueBytes("raw-bin"));
        Assert.True(seen.Get("raw-bin")!.IsBinary);
    }

    [Fact]
    public async Task HeadersAndTrailers_OfTheResponse_ReachTheClient()
    {
        var headersSeen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await ProbeServer.StartAsync(new Handlers
        {
            Echo = async (request, context) =>
            {
                await context.WriteResponseHeadersAsync(new Metadata { { "node", "n1" }, { "node-bin", [9] } });
                await headersSeen.Task;
                context.ResponseTrailers.Add("cost", "3");
                context.ResponseTrailers.Add("cost", "4");
                context.ResponseTrailers.Add("cost-bin", [3, 0]);
                return request;
            },
        });

        using var call = server.Client.EchoAsync(new Note());
        var headers = await call.ResponseHeadersAsync;
        headersSeen.SetResult();
        await call;

        Assert.Equal("n1", headers.GetValue("node"));
        Assert.Equal([9], headers.GetValueBytes("node-bin"));
        Assert.Equal(["3", "4"], call.GetTrailers().GetAll("cost").Select(entry => entry.Value));
        Assert.Equal([3, 0], call.GetTrailers().GetValueBytes("cost-bin"));
    }

    [Fact]
    public async Task Context_TellsAboutTheCall()
    {
        await using var server = await ProbeServer.StartAsync(new Handlers
        {
            Echo = (_, context) => Task.FromResult(new Note
            {
                Text = string.Join(' ', context.Host, context.Peer.Split(':')[0..2].Aggregate((a, b) => $"{a}:{b}"), context.AuthContext.IsPeerAuthenticated),
                Number = context.UserState.Count,
            }),
        });

        var answer = await server.Client.EchoAsync(new Note());

        Assert.Equal($"{server.Address.Authority} ipv4:127.0.0.1 False", answer.Text);
    }
}
