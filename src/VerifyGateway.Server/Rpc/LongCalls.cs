using Grpc.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace VerifyGateway.Server.Rpc;

/// <summary>
/// The calls that live long (streams and watches). When the gateway stops they are told first and waited for, and only then does the
/// server begin to close: it closes a connection as soon as no call is left on it, and a call that has only just ended may then lose the
/// status that it ended with. Safe from any thread.
/// </summary>
/// <param name="host">How long a stop may take; long calls get at most half of it.</param>
/// <param name="time">The clock of the pause.</param>
public sealed class LongCalls(IOptions<HostOptions> host, TimeProvider time) : IHostedLifecycleService, IDisposable
{
    /// <summary>
    /// The framework does not say when a call's last bytes have left: it reports the end of a call that it has still to write. Without this
    /// pause one call in three to thirty lost its status, with 5 ms one in 400, with 50 ms none in 400.
    /// </summary>
    private static readonly TimeSpan ForLastBytes = TimeSpan.FromMilliseconds(100);

    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The calls that run, and one for the gateway itself until it stops.</summary>
    private int _running = 1;

    private volatile bool _hasRun;

    /// <summary>Cancelled when the gateway stops, before the server does: every long call ends then, each in its own words.</summary>
    public CancellationToken Stopping => _stopping.Token;

    /// <summary>Has a call waited for when the gateway stops.</summary>
    public void Begin(ServerCallContext context)
    {
        _hasRun = true;
        Interlocked.Increment(ref _running);
        context.GetHttpContext().Response.OnCompleted(
            static all =>
            {
                ((LongCalls)all).End();
                return Task.CompletedTask;
            },
            this);
    }

    /// <inheritdoc />
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        if (_stopping.IsCancellationRequested)
        {
            return;
        }

        await _stopping.CancelAsync();
        End();
        await _left.Task.WaitAsync(host.Value.ShutdownTimeout / 2, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_hasRun)
        {
            await Task.Delay(ForLastBytes, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <inheritdoc />
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public void Dispose() => _stopping.Dispose();

    private void End()
    {
        if (Interlocked.Decrement(ref _running) == 0)
        {
            _left.TrySetResult();
        }
    }
}
