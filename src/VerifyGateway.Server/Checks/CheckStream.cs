using System.Threading.Channels;
using Grpc.Core;
using VerifyGateway.Server.Callers;
using VerifyGateway.Server.Faults;
using VerifyGateway.Server.Metrics;
using VerifyGateway.Server.Rpc;
using VerifyGateway.V1;

namespace VerifyGateway.Server.Checks;

/// <summary>
/// One stream of checks: one reader, so many checks under way, one writer, since a stream takes one message at a time. A second source
/// of checks are the terminals that have changed since they were answered.
/// </summary>
internal sealed class CheckStream : IDisposable
{
    private readonly StatusChecks _checks;
    private readonly Caller _caller;
    private readonly SeenTerminals _seen;
    private readonly StreamMetrics _metrics;
    private readonly SemaphoreSlim _places;
    private readonly CancellationTokenSource _ending;

    /// <summary>Every answer has a place, so that writing into the channel never waits.</summary>
    private readonly Channel<StreamCheckStatusResponse> _answers = Channel.CreateUnbounded<StreamCheckStatusResponse>();

    /// <summary>The reader and every check under way; the last to leave closes the channel.</summary>
    private int _busy = 1;

    public CheckStream(StatusChecks checks, Caller caller, StreamChanges changes, LimitOptions limits, CancellationToken cancel)
    {
        _checks = checks;
        _caller = caller;
        _seen = new SeenTerminals(changes, limits.MaxStreamTerminals);
        _metrics = changes.Metrics;
        _places = new SemaphoreSlim(limits.MaxStreamChecksUnderWay);
        _ending = CancellationTokenSource.CreateLinkedTokenSource(cancel);
    }

    /// <summary>Runs until the caller has sent all and has all answers.</summary>
    /// <exception cref="GatewayException">The gateway stops (UNAVAILABLE).</exception>
    public async Task RunAsync(
        IAsyncStreamReader<StreamCheckStatusRequest> requests, IServerStreamWriter<StreamCheckStatusResponse> responses, CancellationToken stopping)
    {
        using var noMore = CancellationTokenSource.CreateLinkedTokenSource(_ending.Token, stopping);
        var reading = ReadAsync(requests, noMore.Token);
        var pushing = PushAsync(noMore.Token);
        try
        {
            await foreach (var answer in _answers.Reader.ReadAllAsync(_ending.Token))
            {
                await responses.WriteAsync(answer, _ending.Token);
                _places.Release();
                if (answer.Pushed)
                {
                    _metrics.CountPush();
                }
            }
        }
        finally
        {
            await _ending.CancelAsync();
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await pushing;
        }

        if (stopping.IsCancellationRequested)
        {
            throw GatewayException.Unavailable("The gateway is stopping; connect again.");
        }
    }

    public void Dispose()
    {
        _seen.Dispose();
        _ending.Dispose();
        _places.Dispose();
    }

    private async Task ReadAsync(IAsyncStreamReader<StreamCheckStatusRequest> requests, CancellationToken noMore)
    {
        try
        {
            await _places.WaitAsync(noMore);
            while (await requests.MoveNext(noMore))
            {
                Interlocked.Increment(ref _busy);
                _ = AnswerAsync(requests.Current.Check ?? new CheckStatusRequest(), changed: null);
                await _places.WaitAsync(noMore);
            }

            Leave(fault: null);
        }
        catch (OperationCanceledException) when (noMore.IsCancellationRequested && !_ending.IsCancellationRequested)
        {
            // The gateway stops: no more is read, what was read is answered.
            Leave(fault: null);
        }
        catch (Exception fault)
        {
            // Goes to the writer, which ends the call with it.
            Leave(fault);
        }
    }

    private async Task PushAsync(CancellationToken noMore)
    {
        try
        {
            await foreach (var changed in _seen.Changes.ReadAllAsync(noMore))
            {
                await _places.WaitAsync(noMore);
                Interlocked.Increment(ref _busy);
                _ = AnswerAsync(_seen.Begin(changed), changed);
            }
        }
        catch (OperationCanceledException)
        {
            // Nothing more is told: the stream ends.
        }
    }

    private async Task AnswerAsync(CheckStatusRequest check, SeenTerminal? changed)
    {
        var answer = new StreamCheckStatusResponse { CorrelationId = check.CorrelationId, Pushed = changed is not null };
        var seen = changed;
        try
        {
            var query = StatusChecks.Admit(check, _caller, new Violations("check"));
            // Noted before the records are looked at, so that no change after that is missed.
            seen ??= _seen.Begin(query, check);
            answer.Result = new CheckResult { Answer = await _checks.CheckAsync(check, query, _caller, _ending.Token) };
        }
        catch (GatewayException fault)
        {
            answer.Result = new CheckResult { Error = fault.ToItemError() };
        }
        catch (Exception fault)
        {
            Leave(fault);
            return;
        }

        _answers.Writer.TryWrite(answer);
        if (seen is not null)
        {
            _seen.End(seen);
        }

        Leave(fault: null);
    }

    private void Leave(Exception? fault)
    {
        if (Interlocked.Decrement(ref _busy) == 0 || fault is not null)
        {
            _answers.Writer.TryComplete(fault);
        }
    }
}
