using Google.Rpc;
using VerifyGateway.Server.Watching;
using VerifyGateway.V1;

namespace VerifyGateway.Simulation.Tests;

/// <summary>
/// One stream from a gateway to a watcher: messages come in their order and after a while, as many are under way as fit, and the end comes
/// last. It may be cut at any moment: then what was under way is lost, and each side learns of it at another time.
/// </summary>
internal sealed class SimWire : IWatchWire
{
    private const int Window = 2;

    private readonly Scheduler _scheduler;
    private readonly Random _random;
    private readonly Guards _guards;
    private readonly Node _server;
    private readonly Action _tellServer;
    private readonly Queue<(WatchBindingsResponse? Message, ErrorInfo? End)> _arrived = new();
    private (WatchBindingsResponse Message, TaskCompletionSource Done)? _waiting;
    private ErrorInfo? _end;
    private TaskCompletionSource _news = new();
    private long _lastArrival;
    private int _underWay;

    public SimWire(Scheduler scheduler, Random random, Guards guards, Node server)
    {
        var gone = new CancellationTokenSource();
        (_scheduler, _random, _guards, _server, _tellServer, Gone) = (scheduler, random, guards, server, gone.Cancel, gone.Token);
    }

    /// <summary>The gateway knows that the watcher has gone.</summary>
    public CancellationToken Gone { get; }

    /// <summary>True once nothing passes any more.</summary>
    public bool IsCut { get; private set; }

    public Task WriteAsync(WatchBindingsResponse message)
    {
        if (_underWay < Window)
        {
            Send(message);
            return _random.Next(4) == 0 ? _scheduler.Delay(_server, _random.NextDouble() * 20) : Task.CompletedTask;
        }

        var done = new TaskCompletionSource();
        _waiting = (message, done);
        return done.Task;
    }

    public void LetGo() => _waiting?.Done.TrySetResult();

    /// <summary>Ends the stream, behind what was handed over.</summary>
    public void End(ErrorInfo end)
    {
        if (_waiting is not null && _guards.HandedOverArrives)
        {
            _end = end;
            return;
        }

        _waiting = null;
        Deliver(null, end, isOrdered: true);
    }

    /// <summary>The next message; neither a message nor an end when the stream was cut.</summary>
    public async Task<(WatchBindingsResponse? Message, ErrorInfo? End)> TakeAsync()
    {
        while (_arrived.Count == 0)
        {
            await _news.Task;
        }

        var next = _arrived.Dequeue();
        _underWay--;
        if (!IsCut && _waiting is { } waiting)
        {
            _waiting = null;
            Send(waiting.Message);
            if (_end is { } end)
            {
                Deliver(null, end, isOrdered: true);
            }

            waiting.Done.TrySetResult();
        }

        return next;
    }

    /// <summary>Cuts the stream: of what was sent, the watcher has what has arrived.</summary>
    public void Cut()
    {
        if (IsCut)
        {
            return;
        }

        IsCut = true;
        _scheduler.After(null, TimeSpan.FromMilliseconds(_random.NextDouble() * 500), () => Arrive(null, null));
        _scheduler.After(null, TimeSpan.FromMilliseconds(_random.NextDouble() * 3_000), () => _scheduler.Post(_server, _tellServer));
    }

    private void Send(WatchBindingsResponse message)
    {
        _underWay++;
        Deliver(message, null, _guards.CheckpointsInOrder || message.MessageCase != WatchBindingsResponse.MessageOneofCase.Checkpoint);
    }

    private void Deliver(WatchBindingsResponse? message, ErrorInfo? end, bool isOrdered)
    {
        var at = _scheduler.NowTicks + _random.Next(15 * (int)TimeSpan.TicksPerMillisecond);
        if (isOrdered)
        {
            at = _lastArrival = Math.Max(at, _lastArrival);
        }

        _scheduler.After(null, TimeSpan.FromTicks(at - _scheduler.NowTicks), () =>
        {
            if (!IsCut)
            {
                Arrive(message, end);
            }
        });
    }

    private void Arrive(WatchBindingsResponse? message, ErrorInfo? end)
    {
        _arrived.Enqueue((message, end));
        var told = _news;
        _news = new TaskCompletionSource();
        told.TrySetResult();
    }
}
