using Grpc.Core;

namespace GrpcStandIns.Tests.Units;

/// <summary>What credentials tell a channel about themselves.</summary>
public class CredentialPartsTests
{
    [Fact]
    public void Call_FromInterceptor_HandsItOver()
    {
        AsyncAuthInterceptor interceptor = (_, _) => Task.CompletedTask;
        var seen = Seen(CallCredentials.FromInterceptor(interceptor));
        Assert.Equal([interceptor], seen);
        Assert.Throws<ArgumentNullException>(() => CallCredentials.FromInterceptor(null!));
    }

    [Fact]
    public void Call_Composed_HandsTheirPartsOverInOrder()
    {
        var (a, b, c) = (Some(), Some(), Some());
        CallCredentials[] parts = [a, b, c];
        var composed = CallCredentials.Compose(parts);
        parts[0] = c;

        Assert.Equal([a, b, c], Seen(composed));
        Assert.Throws<ArgumentException>(() => CallCredentials.Compose(a));
    }

    [Fact]
    public void Channel_Insecure_SaysSo()
    {
        Assert.Equal(["insecure"], Seen(ChannelCredentials.Insecure));
        Assert.Same(ChannelCredentials.Insecure, ChannelCredentials.Insecure);
    }

    [Fact]
    public void Channel_Ssl_HandsItsPartsOver()
    {
        var pair = new KeyCertificatePair("chain", "key");
        VerifyPeerCallback verify = _ => true;

        Assert.Equal(["ssl", null, null, null], Seen(ChannelCredentials.SecureSsl));
        Assert.Equal(["ssl", null, null, null], Seen(new SslCredentials()));
        Assert.Equal(["ssl", "roots", null, null], Seen(new SslCredentials("roots")));
        Assert.Equal(["ssl", "roots", pair, null], Seen(new SslCredentials("roots", pair)));
        Assert.Equal(["ssl", "roots", pair, verify], Seen(new SslCredentials("roots", pair, verify)));

        var full = new SslCredentials("roots", pair, verify);
        Assert.Equal(("roots", pair), (full.RootCertificates, full.KeyCertificatePair));
        Assert.Equal(("chain", "key"), (pair.CertificateChain, pair.PrivateKey));
        Assert.Throws<ArgumentNullException>(() => new KeyCertificatePair(null!, "key"));
        Assert.Throws<ArgumentNullException>(() => new KeyCertificatePair("chain", null!));
    }

    [Fact]
    public void Channel_WithCallCredentials_HandsBothOver()
    {
        var call = Some();
        Assert.Equal([ChannelCredentials.Insecure, call], Seen(ChannelCredentials.Create(ChannelCredentials.Insecure, call)));
        Assert.Throws<ArgumentNullException>(() => ChannelCredentials.Create(null!, call));
        Assert.Throws<ArgumentNullException>(() => ChannelCredentials.Create(ChannelCredentials.Insecure, null!));
    }

    [Fact]
    public void AuthContext_AnswersByName()
    {
        byte[] name = [.. "n1"u8];
        var subject = AuthProperty.Create("subject", name);
        name[0] = 0;
        subject.ValueBytes[1] = 0;
        var context = new AuthContext("subject", new() { ["subject"] = [subject], ["kind"] = [AuthProperty.Create("kind", [1])] });

        Assert.True(context.IsPeerAuthenticated);
        Assert.Equal("subject", context.PeerIdentityPropertyName);
        Assert.Equal([subject], context.PeerIdentity);
        Assert.Equal(2, context.Properties.Count());
        Assert.Equal([subject], context.FindPropertiesByName("subject"));
        Assert.Empty(context.FindPropertiesByName("other"));
        Assert.Equal(("subject", "n1"), (subject.Name, subject.Value));
    }

    [Fact]
    public void AuthContext_WithoutIdentity_IsNotAuthenticated()
    {
        var context = new AuthContext(null, []);
        Assert.False(context.IsPeerAuthenticated);
        Assert.Null(context.PeerIdentityPropertyName);
        Assert.Empty(context.PeerIdentity);
    }

    [Fact]
    public void AuthInterceptorContext_HoldsItsParts()
    {
        var context = new AuthInterceptorContext("https://host/pkg.Service", "Do");
        Assert.Equal(("https://host/pkg.Service", "Do"), (context.ServiceUrl, context.MethodName));
        Assert.False(context.CancellationToken.CanBeCanceled);
        Assert.Throws<ArgumentNullException>(() => new AuthInterceptorContext(null!, "Do"));
    }

    private static CallCredentials Some() => CallCredentials.FromInterceptor((_, _) => Task.CompletedTask);

    private static List<object?> Seen(CallCredentials credentials)
    {
        var seen = new List<object?>();
        credentials.InternalPopulateConfiguration(new CallParts(), seen);
        return seen;
    }

    private static List<object?> Seen(ChannelCredentials credentials)
    {
        var seen = new List<object?>();
        credentials.InternalPopulateConfiguration(new ChannelParts(), seen);
        return seen;
    }

    private sealed class CallParts : CallCredentialsConfiguratorBase
    {
        public override void SetCompositeCredentials(object? state, IReadOnlyList<CallCredentials> credentials) =>
            ((List<object?>)state!).AddRange(credentials);

        public override void SetAsyncAuthInterceptorCredentials(object? state, AsyncAuthInterceptor interceptor) =>
            ((List<object?>)state!).Add(interceptor);
    }

    private sealed class ChannelParts : ChannelCredentialsConfiguratorBase
    {
        public override void SetInsecureCredentials(object state) => ((List<object?>)state).Add("insecure");

        public override void SetSslCredentials(object state, string? rootCertificates, KeyCertificatePair? keyCertificatePair, VerifyPeerCallback? verifyPeerCallback) =>
            ((List<object?>)state).AddRange(["ssl", rootCertificates, keyCertificatePair, verifyPeerCallback]);

        public override void SetCompositeCredentials(object state, ChannelCredentials channelCredentials, CallCredentials callCredentials) =>
            ((List<object?>)state).AddRange([channelCredentials, callCredentials]);
    }
}
