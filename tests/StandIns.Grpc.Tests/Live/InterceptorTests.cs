using System.Collections.Concurrent;
using Grpc.Core;
using Grpc.Core.Interceptors;
using GrpcStandIns.Tests.Protocol;

namespace GrpcStandIns.Tests.Live;

public class InterceptorTests
{
    private static readonly Handlers AllKinds = new()
    {
        Gather = async (requests, _) => new Note { Number = await requests.ReadAllAsync().CountAsync() },
        Scatter = async (request, responses, _) => await responses.WriteAsync(request),
        Chat = async (requests, responses, _) =>
        {
            await foreach (var request in requests.ReadAllAsync())
            {
                await responses.WriteAsync(request);
            }
        },
    };

    [Fact]
    public async Task AtTheServer_EveryKindOfCall_PassesThroughInOrder()
    {
        var steps = new ConcurrentQueue<string>();
        await using var server = await ProbeServer.StartAsync(AllKinds, options =>
        {
            options.Interceptors.Add<AtServer>("outer", steps);
            options.Interceptors.Add<AtServer>("inner", steps);
        });

        await CallEveryKindAsync(server.Client);

        string[] kinds = ["unary", "unary", "client stream", "server stream", "duplex"];
        Assert.Equal(kinds.SelectMany(kind => new[] { $"outer {kind}", $"inner {kind}" }), steps);
    }

    [Fact]
    public async Task AtTheClient_EveryKindOfCall_PassesThroughInOrder()
    {
        var steps = new ConcurrentQueue<string>();
        await using var server = await ProbeServer.StartAsync(AllKinds);
        var invoker = server.Channel.Intercept(new AtClient("outer", steps), new AtClient("inner", steps));

        await CallEveryKindAsync(new Probe.ProbeClient(invoker));

        string[] kinds = ["blocking", "unary", "client stream", "server stream", "duplex"];
        Assert.Equal(kinds.SelectMany(kind => new[] { $"outer {kind}", $"inner {kind}" }), steps);
    }

    [Fact]
    public async Task AtTheClient_HeadersAddedByAFunction_AreSent()
    {
        await using var server = await ProbeServer.StartAsync(new Handlers
        {
            Echo = (_, context) => Task.FromResult(new Note { Text = context.RequestHeaders.GetValue("added") + context.RequestHeaders.GetValue("own") }),
        });
        var client = new Probe.ProbeClient(server.Channel.CreateCallInvoker().Intercept(headers => [.. headers, new Metadata.Entry("added", "yes")]));

        Assert.Equal("yes", (await client.EchoAsync(new Note())).Text);
        Assert.Equal("yes!", (await client.EchoAsync(new Note(), new Metadata { { "own", "!" } })).Text);
    }

    [Fact]
    public async Task AtTheClient_CallThatIsWrapped_KeepsItsParts()
    {
        await using var server = await ProbeServer.StartAsync(new Handlers
        {
            Echo = (request, context) =>
            {
                context.ResponseTrailers.Add("end", "reached");
                return Task.FromResult(request);
            },
        });
        var client = new Probe.ProbeClient(server.Channel.Intercept(new Doubling()));

        using var call = client.EchoAsync(new Note { Number = 21 });

        Assert.Equal(42, (await call).Number);
        Assert.Equal("reached", call.GetTrailers().GetValue("end"));
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    private static async Task CallEveryKindAsync(Probe.ProbeClient client)
    {
        Assert.Equal(7, client.Echo(new Note { Number = 7 }, cancellationToken: TestContext.Current.CancellationToken).Number);
        Assert.Equal(8, (await client.EchoAsync(new Note { Number = 8 })).Number);

        using var gather = client.Gather();
        await gather.RequestStream.WriteAsync(new Note());
        await gather.RequestStream.CompleteAsync();
        Assert.Equal(1, (await gather).Number);

        using var scatter = client.Scatter(new Note());
        Assert.Equal(1, await scatter.ResponseStream.ReadAllAsync().CountAsync());

        using var chat = client.Chat();
        await chat.RequestStream.WriteAsync(new Note());
        await chat.RequestStream.CompleteAsync();
        Assert.Equal(1, await chat.ResponseStream.ReadAllAsync().CountAsync());
    }
}
