using System.Threading.Channels;
using VerifyGateway.Caching.Store;

namespace VerifyGateway.Storage.Writing;

/// <summary>
/// The one writer of this process. Writes that come while another group is on its way to the disk make up the next group: one
/// transaction, one flush, and still each write is done or refused alone and answered only when it is durable. When the database
/// fails, a group is tried again within the limit; a request id keeps what had been committed from being done twice. Safe from many threads.
/// </summary>
internal sealed class StoreWriter : IAsyncDisposable
{
    private readonly Channel<Pending> _queue;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly IWriteEngine _engine;
    private readonly StoreWriterOptions _options;
    private readonly TimeProvider _time;
    private readonly Action<long> _committed;
    private readonly Task _loop;
    private bool _closed;

    /// <summary>Begins to take writes.</summary>
    /// <param name="engine">The database; disposed with the writer.</param>
    /// <param name="options">Limits.</param>
    /// <param name="committed">Told the head after each commit.</param>
    /// <param name="time">The clock.</param>
    public StoreWriter(IWriteEngine engine, StoreWriterOptions options, Action<long> committed, TimeProvider time)
    {
        _engine = engine;
        _options = options;
        _committed = committed;
        _time = time;
        _queue = Channel.CreateBounded<Pending>(new BoundedChannelOptions(options.MaxWaiting) { SingleReader = true });
        _loop = Task.Run(LoopAsync);
    }

    /// <summary>Does a write, together with whatever else is waiting.</summary>
    /// <exception cref="WriteRefusedException">It is refused.</exception>
    /// <exception cref="StoreUnavailableException">It was not done within the limit, or it is not known whether it was: then sending it again with its request id tells.</exception>
    public async Task<CommandResult> RunAsync(StoreCommand command, CancellationToken cancel)
    {
        var pending = new Pending(command, _time.GetTimestamp(), cancel);
        if (_closed || !_queue.Writer.TryWrite(pending))
        {
            throw new StoreUnavailableException(_closed ? "The store is closed." : $"{_options.MaxWaiting} writes are waiting already.");
        }

        return await pending.Outcome.Task.WaitAsync(cancel);
    }

    /// <summary>Does a long write: rows in portions, in one transaction that nobody else writes beside. It is not tried again.</summary>
    /// <exception cref="WriteRefusedException">A rule of the database is broken; nothing is kept.</exception>
    /// <exception cref="StoreUnavailableException">The store cannot write now; nothing is kept, unless the commit itself failed: then only reading tells.</exception>
    public async Task<T> RunLongAsync<T>(Func<LongWrite, Task<T>> work, CancellationToken cancel)
    {
        await _turn.WaitAsync(cancel);
        try
        {
            if (_closed)
            {
                throw new StoreUnavailableException("The store is closed.");
            }

            await using var transaction = await _engine.BeginAsync(cancel);
            var write = new LongWrite(transaction, _time);
            var result = await work(write);
            await write.CommitAsync(cancel);
            _committed(write.Head);
            return result;
        }
        catch (WriteFailedException failed)
        {
            if (!failed.MayHaveCommitted)
            {
                cancel.ThrowIfCancellationRequested();
            }

            throw Unavailable(failed, failed.MayHaveCommitted);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Lets the writes that wait end, refuses later ones, and closes the engine.</summary>
    public async ValueTask DisposeAsync()
    {
        _closed = true;
        _queue.Writer.TryComplete();
        await _loop;
        await _turn.WaitAsync();
        await _engine.DisposeAsync();
        _turn.Release();
    }

    private async Task LoopAsync()
    {
        while (await _queue.Reader.WaitToReadAsync())
        {
            await _turn.WaitAsync();
            try
            {
                // Taken only now: who has come while another had the turn belongs to this group.
                var group = new List<Pending>();
                while (group.Count < _options.MaxGroup && _queue.Reader.TryRead(out var next))
                {
                    group.Add(next);
                }

                await RunGroupAsync(group);
            }
            finally
            {
                _turn.Release();
            }
        }
    }

    /// <summary>Brings every write of the group to its outcome; throws nothing.</summary>
    private async Task RunGroupAsync(List<Pending> group)
    {
        var mayHaveCommitted = false;
        for (var attempt = 1; ; attempt++)
        {
            // Who has left before it was begun is not served; after a commit that may have happened everyone is.
            group.RemoveAll(pending => !mayHaveCommitted && pending.LeaveIfCancelled());
            if (group.Count == 0)
            {
                return;
            }

            try
            {
                await TryGroupAsync(group);
                return;
            }
            catch (OperationCanceledException late)
            {
                // The transaction's own limit: callers are not waited for here.
                group.ForEach(pending => pending.Fail(Unavailable(new WriteFailedException("The write took too long.", late), mayHaveCommitted)));
                return;
            }
            catch (WriteFailedException failed)
            {
                mayHaveCommitted |= failed.MayHaveCommitted;
                var oldest = group.Min(static pending => pending.Began);
                if (!failed.IsWorthRetrying || _time.GetElapsedTime(oldest) >= _options.Limit)
                {
                    group.ForEach(pending => pending.Fail(Unavailable(failed, mayHaveCommitted)));
                    return;
                }

                await Task.Delay(TimeSpan.FromMilliseconds(Math.Min(10 << Math.Min(attempt, 5), 250)), _time);
            }
            catch (Exception fault)
            {
                await PartAsync(group, fault);
                return;
            }
        }
    }

    private async Task TryGroupAsync(List<Pending> group)
    {
        using var limit = new CancellationTokenSource(_options.Limit, _time);
        await using var transaction = await _engine.BeginAsync(limit.Token);
        var wanted = new Wanted();
        foreach (var pending in group)
        {
            wanted.Add(pending.Command.Wanted);
            wanted.Requests.Add(pending.Command.Origin.Request);
        }

        var rows = new WorkingSet();
        var head = await transaction.LoadAsync(wanted, rows, limit.Token);
        var write = new GroupWrite(rows, head, _time.GetUtcNow().ToUnixTimeMilliseconds());
        foreach (var pending in group)
        {
            pending.Try(write);
        }

        if (write.HasChanges)
        {
            await transaction.WriteAsync(write.TakeChanges(), limit.Token);
            await transaction.CommitAsync(limit.Token);
            _committed(write.Head.Head);
        }

        group.ForEach(static pending => pending.Tell());
    }

    /// <summary>
    /// A rule of the database, which the rules of the store should have held before, a damaged row or something unexpected has
    /// ended the group: whose fault it is shows in halves of it.
    /// </summary>
    private async Task PartAsync(List<Pending> group, Exception fault)
    {
        if (group.Count == 1)
        {
            group[0].Fail(fault);
            return;
        }

        await RunGroupAsync(group[..(group.Count / 2)]);
        await RunGroupAsync(group[(group.Count / 2)..]);
    }

    private static StoreUnavailableException Unavailable(WriteFailedException failed, bool mayHaveCommitted) =>
        new(mayHaveCommitted ? failed.Message + " It is not known whether the write was committed; sending it again with its request id tells." : failed.Message, failed);

    /// <summary>A write on its way.</summary>
    private sealed class Pending(StoreCommand command, long began, CancellationToken cancel)
    {
        private CommandResult? _result;
        private Exception? _fault;

        public StoreCommand Command { get; } = command;

        public long Began { get; } = began;

        public TaskCompletionSource<CommandResult> Outcome { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool LeaveIfCancelled() => cancel.IsCancellationRequested && (Outcome.TrySetCanceled(cancel) || true);

        /// <summary>Does the write on the group's rows; what goes wrong with it is its own affair.</summary>
        public void Try(GroupWrite write)
        {
            (_result, _fault) = (null, null);
            try
            {
                _result = write.Do(Command);
            }
            catch (Exception fault)
            {
                _fault = fault;
            }
        }

        /// <summary>Tells the outcome: the group is durable.</summary>
        public void Tell()
        {
            if (_fault is not null)
            {
                Fail(_fault);
            }
            else
            {
                Outcome.TrySetResult(_result!);
            }
        }

        public void Fail(Exception fault) => Outcome.TrySetException(fault);
    }
}

/// <summary>Limits of the writer.</summary>
internal sealed record StoreWriterOptions
{
    /// <summary>The most writes of one group.</summary>
    public int MaxGroup { get; init; } = 256;

    /// <summary>The most writes that wait.</summary>
    public int MaxWaiting { get; init; } = 10_000;

    /// <summary>How long a write is tried, and how long one transaction may take.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromSeconds(5);
}
