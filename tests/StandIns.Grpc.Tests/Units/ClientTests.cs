using Grpc.Core;
using Grpc.Core.Interceptors;
using GrpcStandIns.Tests.Protocol;

namespace GrpcStandIns.Tests.Units;

/// <summary>What lies between generated clients and a channel, without a network.</summary>
public class ClientTests
{
    private static readonly Note Request = new() { Number = 1 };

    [Fact]
    public void Client_OverChannelOrInvoker_CallsIt()
    {
        var invoker = new ScriptedInvoker();
        var options = new CallOptions(deadline: DateTime.MaxValue);

        CallAll(new Probe.ProbeClient(invoker.AsChannel()), options);
        CallAll(new Probe.ProbeClient(invoker), options);

        string[] names = ["Echo", "Echo", "Gather", "Scatter", "Chat"];
        Assert.Equal([.. names, .. names], invoker.Seen.Select(call => call.Method));
        Assert.All(invoker.Seen, call => Assert.Equal((null, options), (call.Host, call.Options)));
    }

    [Fact]
    public void WithHost_SendsEveryCallThere()
    {
        var invoker = new ScriptedInvoker();
        var client = new Probe.ProbeClient(invoker);

        CallAll(client.WithHost("one").WithHost("two"), default);

        Assert.Equal(5, invoker.Seen.Count);
        Assert.All(invoker.Seen, call => Assert.Equal("two", call.Host));
        Assert.Throws<ArgumentNullException>(() => client.WithHost(null!));
    }

    [Fact]
    public void Client_WithoutChannel_OnlyDoesWhatIsOverridden()
    {
        Assert.Same(Request, new Double().Echo(Request, default(CallOptions)));

        var bare = new Double();
        MarshallerTests.AssertNotOffered(() => bare.EchoAsync(Request));
        MarshallerTests.AssertNotOffered(() => bare.Gather());
        MarshallerTests.AssertNotOffered(() => bare.Scatter(Request));
        MarshallerTests.AssertNotOffered(() => bare.Chat());
    }

    [Fact]
    public void Intercept_WithFunction_ReplacesHeadersOfEveryKindOfCall()
    {
        var invoker = new ScriptedInvoker();
        var added = new Metadata { { "added", "1" } };

        CallAll(new Probe.ProbeClient(invoker.AsChannel().Intercept(headers => headers.Count == 0 ? added : [])), default);

        Assert.All(invoker.Seen, call => Assert.Same(added, call.Options.Headers));
    }

    [Fact]
    public void Intercept_WithoutInterceptors_IsTheInvokerItself()
    {
        var invoker = new ScriptedInvoker();
        Assert.Same(invoker, invoker.Intercept([]));
        Assert.Throws<ArgumentNullException>(() => invoker.Intercept((Interceptor)null!));
        Assert.Throws<ArgumentNullException>(() => invoker.Intercept((Interceptor[])null!));
        Assert.Throws<ArgumentNullException>(() => invoker.Intercept((Func<Metadata, Metadata>)null!));
    }

    [Fact]
    public async Task Channel_KnowsItsTargetAndShutsDown()
    {
        var channel = new ScriptedInvoker().AsChannel();
        Assert.Equal("scripted", channel.Target);
        await channel.ShutdownAsync();
    }

    [Fact]
    public async Task ReadAll_YieldsEachMessageAndPassesTheToken()
    {
        using var cancel = new CancellationTokenSource();
        var stream = new ScriptedInvoker.Stream<string>("a", "b");

        Assert.Equal(["a", "b"], await stream.ReadAllAsync(cancel.Token).ToListAsync(TestContext.Current.CancellationToken));
        Assert.True(stream.LastToken.CanBeCanceled);

        await cancel.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(async () => await stream.ReadAllAsync(cancel.Token).AnyAsync());
        await Assert.ThrowsAsync<OperationCanceledException>(async () => await stream.ReadAllAsync().AnyAsync(cancel.Token));
        Assert.Throws<ArgumentNullException>(() => ((IAsyncStreamReader<string>)null!).ReadAllAsync());
    }

    [Fact]
    public async Task MoveNext_WithoutToken_CannotBeCancelled()
    {
        var stream = new ScriptedInvoker.Stream<string>("a");
        Assert.True(await stream.MoveNext());
        Assert.False(stream.LastToken.CanBeCanceled);
        await Assert.ThrowsAsync<ArgumentNullException>(() => ((IAsyncStreamReader<string>)null!).MoveNext());
    }

    [Fact]
    public async Task WriteAsync_OfAWriterThatCannotCancel_TakesNoLiveToken()
    {
        using var cancel = new CancellationTokenSource();
        var stream = new ScriptedInvoker.Stream<string>();
        IAsyncStreamWriter<string> writer = stream;

        await writer.WriteAsync("a", CancellationToken.None);
        Assert.Throws<NotSupportedException>(() => { _ = writer.WriteAsync("b", cancel.Token); });

        Assert.True(await stream.MoveNext());
        Assert.Equal("a", stream.Current);
        Assert.False(await stream.MoveNext());
    }

    private static void CallAll(Probe.ProbeClient client, CallOptions options)
    {
        Assert.Same(Request, client.Echo(Request, options));
        client.EchoAsync(Request, options).Dispose();
        client.Gather(options).Dispose();
        client.Scatter(Request, options).Dispose();
        client.Chat(options).Dispose();
    }

    private sealed class Double : Probe.ProbeClient
    {
        public override Note Echo(Note request, CallOptions options) => request;
    }
}
