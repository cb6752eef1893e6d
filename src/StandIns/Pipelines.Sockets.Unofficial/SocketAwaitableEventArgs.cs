using System.IO.Pipelines;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Pipelines.Sockets.Unofficial;

/// <summary>
/// The arguments of one socket operation at a time, which can be awaited. Start the operation; when the socket says that it
/// ended at once, call <see cref="Complete"/>; then await. The first of completion and <see cref="Abort"/> decides.
/// </summary>
public class SocketAwaitableEventArgs : SocketAsyncEventArgs, ICriticalNotifyCompletion
{
    // The outcome is one number: one of these two, or the error of an abort.
    private const int Pending = int.MinValue;
    private const int Ended = int.MinValue + 1;
    private static readonly Action Done = static () => { };
    private static readonly Action<object?> Run = static continuation => ((Action)continuation!)();

    private readonly PipeScheduler? _scheduler;
    private Action? _continuation;
    private int _outcome = Pending;

    /// <summary>Arguments whose awaiter continues on a scheduler, or where the operation ended when none is given.</summary>
    public SocketAwaitableEventArgs(PipeScheduler? ioScheduler = null)
        : base(true) => _scheduler = ioScheduler;

    /// <summary>True once the operation has ended or was given up.</summary>
    public bool IsCompleted => ReferenceEquals(Volatile.Read(ref _continuation), Done);

    /// <summary>The object is its own awaiter.</summary>
    public SocketAwaitableEventArgs GetAwaiter() => this;

    /// <summary>Gives the operation up: whoever awaits it gets the error. The arguments are of no use afterwards.</summary>
    public void Abort(SocketError error = SocketError.OperationAborted) =>
        Finish((int)(error == SocketError.Success ? SocketError.OperationAborted : error));

    /// <summary>Says that the operation ended without a callback from the socket.</summary>
    public void Complete() => Finish(Ended);

    /// <summary>
    /// The number of bytes that the operation moved, or a <see cref="SocketException"/>. Makes the arguments ready for the next
    /// operation.
    /// </summary>
    public int GetResult()
    {
        if (!IsCompleted)
        {
            throw new InvalidOperationException("The socket operation has not ended.");
        }

        var outcome = Volatile.Read(ref _outcome);
        if (outcome != Ended)
        {
            // Not made ready again: the operation given up may still end, and must not be taken for the next one.
            throw new SocketException(outcome);
        }

        var error = SocketError;
        var moved = BytesTransferred;
        Volatile.Write(ref _continuation, null);
        Volatile.Write(ref _outcome, Pending);
        return error == SocketError.Success ? moved : throw new SocketException((int)error);
    }

    /// <summary>Runs a continuation in the caller's execution context once the operation has ended.</summary>
    public void OnCompleted(Action continuation)
    {
        var context = ExecutionContext.Capture();
        UnsafeOnCompleted(context is null
            ? continuation
            : () => ExecutionContext.Run(context, static next => ((Action)next!)(), continuation));
    }

    /// <summary>Runs a continuation once the operation has ended.</summary>
    public void UnsafeOnCompleted(Action continuation)
    {
        var before = Interlocked.CompareExchange(ref _continuation, continuation, null);
        if (ReferenceEquals(before, Done))
        {
            Continue(continuation);
        }
        else if (before is not null)
        {
            throw new InvalidOperationException("A socket operation is awaited once.");
        }
    }

    /// <summary>Called by the socket when an operation that was pending has ended.</summary>
    protected override void OnCompleted(SocketAsyncEventArgs e) => Finish(Ended);

    // :: Order: the outcome is decided before Done shows it, and GetResult takes them back in the other order. A loser of the
    // race changes nothing.
    private void Finish(int outcome)
    {
        if (Interlocked.CompareExchange(ref _outcome, outcome, Pending) != Pending)
        {
            return;
        }

        var waiting = Interlocked.Exchange(ref _continuation, Done);
        if (waiting is not null)
        {
            Continue(waiting);
        }
    }

    private void Continue(Action continuation)
    {
        if (_scheduler is null)
        {
            continuation();
        }
        else
        {
            _scheduler.Schedule(Run, continuation);
        }
    }
}
