using Grpc.Core;

namespace GrpcStandIns.Tests.Units;

public class ServerCallContextTests
{
    [Fact]
    public async Task Context_EachMember_IsThatOfTheDerivedType()
    {
        var context = new Scripted();

        Assert.Equal(("/s/m", "host", "peer"), (context.Method, context.Host, context.Peer));
        Assert.Equal(DateTime.MaxValue, context.Deadline);
        Assert.Same(context.Sent, context.RequestHeaders);
        Assert.Same(Metadata.Empty, context.ResponseTrailers);
        Assert.False(context.CancellationToken.CanBeCanceled);
        Assert.False(context.AuthContext.IsPeerAuthenticated);

        context.Status = Status.DefaultCancelled;
        context.WriteOptions = WriteOptions.Default;
        Assert.Equal(Status.DefaultCancelled, context.Status);
        Assert.Same(WriteOptions.Default, context.WriteOptions);

        await context.WriteResponseHeadersAsync(context.Sent);
        Assert.Same(context.Sent, context.Written);

        Assert.Throws<NotSupportedException>(() => context.CreatePropagationToken());
        Assert.Null(context.Asked);
        Assert.Throws<NotSupportedException>(() => context.CreatePropagationToken(ContextPropagationOptions.Default));
        Assert.Same(ContextPropagationOptions.Default, context.Asked);
    }

    [Fact]
    public void UserState_UnlessOverridden_IsOneDictionary()
    {
        var context = new Scripted();
        context.UserState["note"] = 1;
        Assert.Equal(1, context.UserState["note"]);
    }

    private sealed class Scripted : ServerCallContext
    {
        internal Metadata Sent { get; } = [];

        internal Metadata? Written { get; private set; }

        internal ContextPropagationOptions? Asked { get; private set; }

        protected override string MethodCore => "/s/m";

        protected override string HostCore => "host";

        protected override string PeerCore => "peer";

        protected override DateTime DeadlineCore => DateTime.MaxValue;

        protected override Metadata RequestHeadersCore => Sent;

        protected override CancellationToken CancellationTokenCore => CancellationToken.None;

        protected override Metadata ResponseTrailersCore => Metadata.Empty;

        protected override Status StatusCore { get; set; }

        protected override WriteOptions? WriteOptionsCore { get; set; }

        protected override AuthContext AuthContextCore { get; } = new(null, []);

        protected override Task WriteResponseHeadersAsyncCore(Metadata responseHeaders)
        {
            Written = responseHeaders;
            return Task.CompletedTask;
        }

        protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options)
        {
            Asked = options;
            throw new NotSupportedException("No token can be made outside the library.");
        }
    }
}
