using Grpc.Core;

namespace GrpcStandIns.Tests.Units;

public class CallOptionsTests
{
    [Fact]
    public void Default_AsksForNothing()
    {
        var options = new CallOptions();

        Assert.Null(options.Headers);
        Assert.Null(options.Deadline);
        Assert.False(options.CancellationToken.CanBeCanceled);
        Assert.Null(options.WriteOptions);
        Assert.Null(options.PropagationToken);
        Assert.Null(options.Credentials);
        Assert.False(options.IsWaitForReady);
    }

    [Fact]
    public void Constructor_ByName_SetsEachPart()
    {
        using var source = new CancellationTokenSource();
        var headers = new Metadata();
        var deadline = DateTime.UtcNow;
        var write = new WriteOptions(WriteFlags.BufferHint);
        var credentials = Credentials();

        var options = new CallOptions(
            headers: headers, deadline: deadline, cancellationToken: source.Token, writeOptions: write, propagationToken: null, credentials: credentials);

        Assert.Same(headers, options.Headers);
        Assert.Equal(deadline, options.Deadline);
        Assert.Equal(source.Token, options.CancellationToken);
        Assert.Same(write, options.WriteOptions);
        Assert.Same(credentials, options.Credentials);
    }

    [Fact]
    public void With_ChangesTheCopyAndKeepsTheRest()
    {
        using var source = new CancellationTokenSource();
        var headers = new Metadata();
        var credentials = Credentials();
        var empty = new CallOptions();

        var full = empty
            .WithHeaders(headers)
            .WithDeadline(DateTime.MaxValue)
            .WithCancellationToken(source.Token)
            .WithWriteOptions(WriteOptions.Default)
            .WithCredentials(credentials)
            .WithPropagationToken(null!)
            .WithWaitForReady();

        Assert.Same(headers, full.Headers);
        Assert.Equal(DateTime.MaxValue, full.Deadline);
        Assert.Equal(source.Token, full.CancellationToken);
        Assert.Same(WriteOptions.Default, full.WriteOptions);
        Assert.Same(credentials, full.Credentials);
        Assert.True(full.IsWaitForReady);
        Assert.False(full.WithWaitForReady(false).IsWaitForReady);

        Assert.Null(empty.Headers);
        Assert.False(empty.IsWaitForReady);
    }

    [Fact]
    public void WriteAndPropagationOptions_HaveDefaults()
    {
        Assert.Equal(default, WriteOptions.Default.Flags);
        Assert.Equal(WriteFlags.NoCompress, new WriteOptions(WriteFlags.NoCompress).Flags);
        Assert.True(ContextPropagationOptions.Default.IsPropagateDeadline);
        Assert.True(ContextPropagationOptions.Default.IsPropagateCancellation);
        Assert.False(new ContextPropagationOptions(propagateDeadline: false).IsPropagateDeadline);
        Assert.False(new ContextPropagationOptions(propagateCancellation: false).IsPropagateCancellation);
    }

    private static CallCredentials Credentials() => CallCredentials.FromInterceptor((_, _) => Task.CompletedTask);
}
