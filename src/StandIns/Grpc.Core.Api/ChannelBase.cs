namespace Grpc.Core;

/// <summary>A connection, or a set of them, to one target.</summary>
public abstract class ChannelBase
{
    /// <summary>Remembers the target.</summary>
    /// <param name="target">Where the channel leads.</param>
    protected ChannelBase(string target)
    {
        ArgumentNullException.ThrowIfNull(target);
        Target = target;
    }

    /// <summary>Where the channel leads.</summary>
    public string Target { get; }

    /// <summary>Makes an invoker that starts calls on this channel.</summary>
    /// <returns>The invoker.</returns>
    public abstract CallInvoker CreateCallInvoker();

    /// <summary>Closes the channel.</summary>
    /// <returns>A task that ends when it is closed.</returns>
    public Task ShutdownAsync() => ShutdownAsyncCore();

    /// <summary>What <see cref="ShutdownAsync"/> does; here, nothing.</summary>
    /// <returns>A task that ends when the channel is closed.</returns>
    protected virtual Task ShutdownAsyncCore() => Task.CompletedTask;
}
