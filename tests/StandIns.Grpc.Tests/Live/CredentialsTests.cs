using Grpc.Core;
using GrpcStandIns.Tests.Protocol;

namespace GrpcStandIns.Tests.Live;

public class CredentialsTests
{
    private static readonly Handlers TellsTokens = new()
    {
        Echo = (_, context) => Task.FromResult(new Note { Text = string.Join(", ", context.RequestHeaders.GetAll("authorization").Select(entry => entry.Value)) }),
    };

    [Fact]
    public async Task OfTheChannel_OverPlainText_AreSentWhenAllowed()
    {
        AuthInterceptorContext? asked = null;
        var credentials = CallCredentials.FromInterceptor(async (context, headers) =>
        {
            await Task.Yield();
            asked = context;
            headers.Add("Authorization", "Bearer t1");
        });
        await using var server = await ProbeServer.StartAsync(TellsTokens, channel: new()
        {
            Credentials = ChannelCredentials.Create(ChannelCredentials.Insecure, credentials),
            UnsafeUseInsecureChannelCallCredentials = true,
        });

        Assert.Equal("Bearer t1", (await server.Client.EchoAsync(new Note())).Text);
        Assert.Equal("Echo", asked?.MethodName);
        Assert.EndsWith("/standins.v1.Probe", asked?.ServiceUrl, StringComparison.Ordinal);
        Assert.True(asked?.CancellationToken.CanBeCanceled);
    }

    [Fact]
    public async Task OfTheCall_Composed_AreSentInOrder()
    {
        await using var server = await ProbeServer.StartAsync(TellsTokens, channel: new() { UnsafeUseInsecureChannelCallCredentials = true });
        var both = CallCredentials.Compose(Token("first"), CallCredentials.Compose(Token("second"), Token("third")));

        var answer = await server.Client.EchoAsync(new Note(), new CallOptions(credentials: both));

        Assert.Equal("first, second, third", answer.Text);
    }

    [Fact]
    public async Task OfTheCall_OverPlainText_AreHeldBackUnlessAllowed()
    {
        await using var server = await ProbeServer.StartAsync(TellsTokens);
        Assert.Equal("", (await server.Client.EchoAsync(new Note(), new CallOptions(credentials: Token("t")))).Text);
    }

    [Fact]
    public async Task OfTheCall_ThatFail_FailTheCall()
    {
        await using var server = await ProbeServer.StartAsync(TellsTokens, channel: new() { UnsafeUseInsecureChannelCallCredentials = true });
        var failing = CallCredentials.FromInterceptor((_, _) => throw new RpcException(new Status(StatusCode.Unauthenticated, "no token")));

        var failure = await Assert.ThrowsAsync<RpcException>(
            () => server.Client.EchoAsync(new Note(), new CallOptions(credentials: failing)).ResponseAsync);

        Assert.Equal(StatusCode.Unauthenticated, failure.StatusCode);
    }

    [Fact]
    public async Task Secure_WithClientCertificate_ServiceKnowsThePeerAndGetsTheToken()
    {
        using var certificate = TestCertificate.Create("probe.example");
        await using var server = await ProbeServer.StartAsync(
            new Handlers
            {
                Echo = (_, context) =>
                {
                    var auth = context.AuthContext;
                    var peer = string.Join(',', auth.PeerIdentity.Select(property => $"{property.Name}={property.Value}"));
                    return Task.FromResult(new Note { Text = $"{auth.IsPeerAuthenticated} {peer} {context.RequestHeaders.GetValue("authorization")}" });
                },
            },
            endpoint: listen => TestCertificate.Require(listen, certificate),
            channel: new()
            {
                HttpHandler = TestCertificate.Trusting(certificate),
                Credentials = ChannelCredentials.Create(ChannelCredentials.SecureSsl, Token("t2")),
            });

        var answer = await server.Client.EchoAsync(new Note());

        Assert.Equal("True x509_subject_alternative_name=probe.example t2", answer.Text);
    }

    [Fact]
    public async Task Channel_OverItsLife_TellsWhereItStands()
    {
        await using var server = await ProbeServer.StartAsync(new Handlers());
        var channel = server.Channel;
        Assert.Equal(ConnectivityState.Idle, channel.State);

        await channel.ConnectAsync(TestContext.Current.CancellationToken);
        Assert.Equal(ConnectivityState.Ready, channel.State);

        channel.Dispose();
        Assert.Equal(ConnectivityState.Shutdown, channel.State);
    }

    private static CallCredentials Token(string token) => CallCredentials.FromInterceptor((_, headers) =>
    {
        headers.Add("authorization", token);
        return Task.CompletedTask;
    });
}
