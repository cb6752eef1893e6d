using Grpc.Core;
using VerifyGateway.V1;

namespace VerifyGateway.Server.Tests.Watching;

/// <summary>One watch of a test, read message by message.</summary>
internal sealed class Watched : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly AsyncServerStreamingCall<WatchBindingsResponse> _call;

    public Watched(BindingService.BindingServiceClient client, WatchBindingsRequest request)
    {
        request.AcquirerId = request.AcquirerId.Length == 0 ? Rows.Acquirer1 : request.AcquirerId;
        request.CheckpointIntervalMs = request.CheckpointIntervalMs == 0 ? 100 : request.CheckpointIntervalMs;
        _call = client.WatchBindings(request);
    }

    public static WatchBindingsRequest FromSnapshot => new() { Snapshot = new WatchFromSnapshot() };

    public static WatchBindingsRequest FromEarliest => new() { Earliest = new WatchFromEarliest() };

    public static WatchBindingsRequest After(long revision) => new() { AfterRevision = revision };

    /// <summary>The next message.</summary>
    public async Task<WatchBindingsResponse> NextAsync()
    {
        Assert.True(await _call.ResponseStream.MoveNext(default).WaitAsync(Limit), "the stream ended without an error");
        return _call.ResponseStream.Current;
    }

    /// <summary>The next event; checkpoints before it are passed over.</summary>
    public async Task<WatchEvent> NextEventAsync()
    {
        while (true)
        {
            var message = await NextAsync();
            if (message.MessageCase != WatchBindingsResponse.MessageOneofCase.Checkpoint)
            {
                return message.Event ?? throw new InvalidOperationException($"{message.MessageCase} came where an event was due");
            }
        }
    }

    /// <summary>Applies messages until a checkpoint of that revision or above has come.</summary>
    public async Task<BindingCopy> ApplyUntilAsync(BindingCopy copy, long revision)
    {
        do
        {
            copy.Apply(await NextAsync());
        }
        while (copy.Checkpoint < revision);
        return copy;
    }

    /// <summary>Applies messages until the stream ends, and gives the error that it ends with.</summary>
    public async Task<RpcException> ApplyToTheEndAsync(BindingCopy copy)
    {
        try
        {
            while (true)
            {
                copy.Apply(await NextAsync());
            }
        }
        catch (RpcException end)
        {
            return end;
        }
    }

    /// <summary>The error that the stream ends with.</summary>
    public Task<RpcException> EndAsync() => ApplyToTheEndAsync(new BindingCopy(Rows.Acquirer1));

    public void Dispose() => _call.Dispose();
}
