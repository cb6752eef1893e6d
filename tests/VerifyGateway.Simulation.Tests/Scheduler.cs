namespace VerifyGateway.Simulation.Tests;

/// <summary>
/// Runs everything of one simulation on one thread: whatever is ready is picked at random, and time moves only when nothing is ready, to
/// the next timer. So one seed is one history. What belongs to a node waits while the node is paused and is lost when it crashes.
/// </summary>
internal sealed class Scheduler(Random random)
{
    private readonly List<(Node? Of, Action Work)> _ready = [];
    private readonly PriorityQueue<Alarm, (long At, long Order)> _alarms = new();
    private long _order;

    /// <summary>Now, ticks of 100 ns since the beginning.</summary>
    public long NowTicks { get; private set; }

    /// <summary>Now, milliseconds since the beginning.</summary>
    public double NowMs => NowTicks / (double)TimeSpan.TicksPerMillisecond;

    /// <summary>Makes work ready.</summary>
    public void Post(Node? of, Action work) => _ready.Add((of, work));

    /// <summary>Makes work ready at a later time.</summary>
    public Alarm After(Node? of, TimeSpan wait, Action work)
    {
        var alarm = new Alarm(of, work);
        _alarms.Enqueue(alarm, (NowTicks + Math.Max(0, wait.Ticks), _order++));
        return alarm;
    }

    /// <summary>Completes after a time, on the context of whoever awaits it.</summary>
    public Task Delay(Node? of, double ms)
    {
        var done = new TaskCompletionSource();
        After(of, TimeSpan.FromMilliseconds(ms), () => done.TrySetResult());
        return done.Task;
    }

    /// <summary>Runs until a time, or until nothing is left to do.</summary>
    public void RunUntil(double ms)
    {
        var end = (long)(ms * TimeSpan.TicksPerMillisecond);
        while (true)
        {
            if (TryPick(out var next))
            {
                Run(next);
                continue;
            }

            if (!_alarms.TryPeek(out _, out var due) || due.At > end)
            {
                NowTicks = end;
                return;
            }

            var alarm = _alarms.Dequeue();
            NowTicks = Math.Max(NowTicks, due.At);
            if (!alarm.IsOff)
            {
                Post(alarm.Of, alarm.Work);
            }
        }
    }

    private bool TryPick(out (Node? Of, Action Work) picked)
    {
        picked = default;
        if (_ready.Count == 0)
        {
            return false;
        }

        var at = random.Next(_ready.Count);
        if (_ready[at].Of is { IsDead: true })
        {
            _ready.RemoveAll(static item => item.Of is { IsDead: true });
            return TryPick(out picked);
        }

        if (_ready[at].Of is { IsPaused: true })
        {
            at = _ready.FindIndex(static item => item.Of is not ({ IsPaused: true } or { IsDead: true }));
        }

        if (at < 0)
        {
            return false;
        }

        picked = _ready[at];
        _ready.RemoveAt(at);
        return true;
    }

    private static void Run((Node? Of, Action Work) item)
    {
        SynchronizationContext.SetSynchronizationContext(item.Of?.Context);
        try
        {
            item.Work();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(null);
        }
    }
}

/// <summary>Work at a later time, which can be called off.</summary>
internal sealed class Alarm(Node? of, Action work)
{
    public Node? Of => of;

    public Action Work => work;

    public bool IsOff { get; set; }
}

/// <summary>One process of the simulation: what is awaited in it goes on in it, and only while it runs.</summary>
internal sealed class Node
{
    public Node(Scheduler scheduler, int number)
    {
        Number = number;
        Context = new NodeContext(scheduler, this);
        Time = new NodeTime(scheduler, this);
    }

    public int Number { get; }

    public SynchronizationContext Context { get; }

    public NodeTime Time { get; }

    public bool IsPaused { get; set; }

    public bool IsDead { get; set; }

    private sealed class NodeContext(Scheduler scheduler, Node node) : SynchronizationContext
    {
        public override void Post(SendOrPostCallback callback, object? state) => scheduler.Post(node, () => callback(state));

        public override void Send(SendOrPostCallback callback, object? state) => throw new NotSupportedException();

        public override SynchronizationContext CreateCopy() => this;
    }
}

/// <summary>The clocks of a node: the monotonic one is true, the wall clock can be set.</summary>
internal sealed class NodeTime(Scheduler scheduler, Node node) : TimeProvider
{
    private const int MostLooks = 100_000;

    private static readonly DateTimeOffset Beginning = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private long _lookedAt;
    private int _looks;

    /// <summary>How far the wall clock is off.</summary>
    public TimeSpan Skew { get; set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => Beginning.AddTicks(scheduler.NowTicks) + Skew;

    /// <summary>Fails when somebody waits for the time to pass by looking again and again, which it does not do here.</summary>
    public override long GetTimestamp()
    {
        (_looks, _lookedAt) = (_lookedAt == scheduler.NowTicks ? _looks + 1 : 0, scheduler.NowTicks);
        return _looks < MostLooks ? _lookedAt : throw new InvalidOperationException("The clock is looked at without end while time stands still.");
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(scheduler, node, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class Timer(Scheduler scheduler, Node node, Action callback) : ITimer
    {
        private Alarm? _alarm;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (period > TimeSpan.Zero)
            {
                throw new NotSupportedException("Nothing here repeats by a timer.");
            }

            Dispose();
            if (dueTime != Timeout.InfiniteTimeSpan)
            {
                _alarm = scheduler.After(node, dueTime, callback);
            }

            return true;
        }

        public void Dispose()
        {
            if (_alarm is not null)
            {
                _alarm.IsOff = true;
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
