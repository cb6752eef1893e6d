using System.IO.Pipelines;

namespace Pipelines.Sockets.Unofficial;

/// <summary>
/// Runs work on a few background threads of its own, so that replies are read even when the thread pool has none to spare.
/// What these threads cannot take soon goes to the thread pool.
/// </summary>
public sealed class DedicatedThreadPoolPipeScheduler : PipeScheduler, IDisposable
{
    private static readonly Action<object?> RunOneQueued = static self => ((DedicatedThreadPoolPipeScheduler)self!).HelpOut();
    private static readonly Action<WorkItem> RunItem = static item => item.Run();

    private readonly Queue<WorkItem> _queue = new();
    private readonly string _name;
    private readonly int _queueLimit;
    private int _available;
    private bool _disposed;
    private long _servicedByQueue;
    private long _servicedByPool;

    /// <summary>Starts the threads.</summary>
    /// <param name="name">A name for the threads; the type's name when null.</param>
    /// <param name="workerCount">How many threads; with 0 all work goes to the thread pool.</param>
    /// <param name="useThreadPoolQueueLength">The length of the queue from which work goes to the thread pool.</param>
    /// <param name="priority">The threads' priority.</param>
    public DedicatedThreadPoolPipeScheduler(string? name = null, int workerCount = 5, int useThreadPoolQueueLength = 10,
        ThreadPriority priority = ThreadPriority.Normal)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(workerCount);
        _name = string.IsNullOrWhiteSpace(name) ? nameof(DedicatedThreadPoolPipeScheduler) : name.Trim();
        _queueLimit = workerCount == 0 ? 0 : useThreadPoolQueueLength;
        WorkerCount = workerCount;
        for (var number = 1; number <= workerCount; number++)
        {
            var worker = new Thread(Work) { Name = $"{_name}:{number}", IsBackground = true, Priority = priority };
            worker.UnsafeStart();
        }
    }

    /// <summary>The number of threads that were started.</summary>
    public int WorkerCount { get; }

    /// <summary>The number of threads that wait for work right now.</summary>
    public int AvailableCount => Volatile.Read(ref _available);

    /// <summary>How many pieces of work these threads have taken.</summary>
    public long TotalServicedByQueue => Volatile.Read(ref _servicedByQueue);

    /// <summary>How many pieces of work went to the thread pool.</summary>
    public long TotalServicedByPool => Volatile.Read(ref _servicedByPool);

    /// <summary>The name.</summary>
    public override string ToString() => _name;

    /// <inheritdoc />
    public override void Schedule(Action<object?> action, object? state)
    {
        var item = new WorkItem(action, state);
        bool mayWait;
        lock (_queue)
        {
            if (_disposed || _queue.Count >= _queueLimit)
            {
                _servicedByPool++;
                System.Threading.ThreadPool.UnsafeQueueUserWorkItem(RunItem, item, preferLocal: false);
                return;
            }

            _queue.Enqueue(item);
            mayWait = _queue.Count > _available;
            Monitor.Pulse(_queue);
        }

        // Every thread is taken, perhaps by work that blocks until this very item has run. Whoever is free first takes it.
        if (mayWait)
        {
            System.Threading.ThreadPool.UnsafeQueueUserWorkItem(RunOneQueued, this, preferLocal: false);
        }
    }

    /// <summary>Ends the threads once the queue is empty; later work goes to the thread pool.</summary>
    public void Dispose()
    {
        lock (_queue)
        {
            _disposed = true;
            Monitor.PulseAll(_queue);
        }
    }

    // As on the thread pool, an exception that escapes a piece of work is a bug and ends the process.
    private void Work()
    {
        var clean = ExecutionContext.Capture();
        while (TryTake(out var item))
        {
            item.Run();
            if (clean is not null)
            {
                ExecutionContext.Restore(clean);
            }
        }
    }

    private bool TryTake(out WorkItem item)
    {
        lock (_queue)
        {
            while (!_queue.TryDequeue(out item))
            {
                if (_disposed)
                {
                    return false;
                }

                _available++;
                Monitor.Wait(_queue);
                _available--;
            }

            _servicedByQueue++;
            return true;
        }
    }

    private void HelpOut()
    {
        WorkItem item;
        lock (_queue)
        {
            if (!_queue.TryDequeue(out item))
            {
                return;
            }

            _servicedByPool++;
        }

        item.Run();
    }

    private readonly struct WorkItem(Action<object?> action, object? state)
    {
        public void Run() => action(state);
    }
}
