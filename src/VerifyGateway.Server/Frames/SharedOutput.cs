using System.Buffers;
using System.IO.Pipelines;

namespace VerifyGateway.Server.Frames;

/// <summary>
/// What is sent on a connection, by the web server and by who answers in front of it: each sends whole frames, one after the other. To the web
/// server it is the connection's own output. Nothing is sent after that has completed it.
/// </summary>
internal sealed class SharedOutput(PipeWriter output) : PipeWriter, IDisposable
{
    private const int MostKept = 256 * 1024;

    private readonly SemaphoreSlim _turn = new(1, 1);
    private ArrayBufferWriter<byte> _ofServer = new();
    private Exception? _error;
    private bool _isComplete;
    private bool _isEnded;

    /// <inheritdoc />
    public override bool CanGetUnflushedBytes => true;

    /// <inheritdoc />
    public override long UnflushedBytes => _ofServer.WrittenCount;

    /// <inheritdoc />
    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (_ofServer.WrittenCount == 0 && _ofServer.Capacity > MostKept)
        {
            _ofServer = new ArrayBufferWriter<byte>();
        }

        return _ofServer.GetMemory(sizeHint);
    }

    /// <inheritdoc />
    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <inheritdoc />
    public override void Advance(int bytes) => _ofServer.Advance(bytes);

    /// <inheritdoc />
    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => SendAsync(_ofServer, cancellationToken);

    /// <summary>Sends whole frames, and ends when there is room for more.</summary>
    /// <param name="frames">Is empty afterwards.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <returns>A task that may be asked for its result more than once, as the web server does: one that is pooled may be another's then.</returns>
    public async ValueTask<FlushResult> SendAsync(ArrayBufferWriter<byte> frames, CancellationToken cancel)
    {
        if (!_turn.Wait(0, CancellationToken.None))
        {
            await _turn.WaitAsync(cancel);
        }

        try
        {
            if (Volatile.Read(ref _isComplete))
            {
                return new FlushResult(isCanceled: false, isCompleted: true);
            }

            output.Write(frames.WrittenSpan);
            frames.ResetWrittenCount();
            return await output.FlushAsync(cancel);
        }
        finally
        {
            LeaveTurn();
        }
    }

    /// <inheritdoc />
    public override void CancelPendingFlush() => output.CancelPendingFlush();

    /// <inheritdoc />
    public override void Complete(Exception? exception = null)
    {
        _error = exception;
        Volatile.Write(ref _isComplete, true);
        if (_turn.Wait(0, CancellationToken.None))
        {
            LeaveTurn();
        }
        else
        {
            // Whoever has the turn may be waiting for room, and completes the output when that wait is over.
            output.CancelPendingFlush();
        }
    }

    /// <inheritdoc />
    public void Dispose() => _turn.Dispose();

    /// <summary>Completes the output where that is to be done, and has the next one send.</summary>
    private void LeaveTurn()
    {
        do
        {
            if (Volatile.Read(ref _isComplete) && !_isEnded)
            {
                _isEnded = true;
                if (_error is null)
                {
                    output.Write(_ofServer.WrittenSpan);
                }

                output.Complete(_error);
            }

            _turn.Release();
        }
        // The web server may have completed it between the look and the release.
        while (Volatile.Read(ref _isComplete) && !Volatile.Read(ref _isEnded) && _turn.Wait(0, CancellationToken.None));
    }
}
