using System.IO.Pipelines;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using VerifyGateway.Caching;
using VerifyGateway.Caching.Memory;
using VerifyGateway.Server.Callers;
using VerifyGateway.Server.Direct;
using VerifyGateway.Server.Faults;
using VerifyGateway.Server.Rpc;
using VerifyGateway.V1;

namespace VerifyGateway.Server.Checks;

/// <summary>
/// One stream of checks: one reader, so many checks under way, one after the other written. The reader answers plain checks itself, from
/// bytes to bytes, and gives every other to the framework's reader, which takes it from the same place. A second source of checks are the
/// terminals that have changed since they were answered.
/// </summary>
internal sealed class CheckStream : IDisposable
{
    private readonly StatusChecks _checks;
    private readonly RecordReader _records;
    private readonly Caller _caller;
    private readonly PipeReader _body;
    private readonly SeenTerminals _seen;
    private readonly SemaphoreSlim _places;
    private readonly CancellationTokenSource _ending;
    private readonly StreamAnswers _answers;
    private readonly PlainStream _plain;

    /// <summary>The reader and every check under way; the last to leave closes the answers.</summary>
    private int _busy = 1;

    public CheckStream(CheckStreams of, Caller caller, HttpContext call, CancellationToken cancel)
    {
        (_checks, _records, _caller, _body) = (of.Checks, of.Records, caller, call.Request.BodyReader);
        _seen = new SeenTerminals(of.Changes, of.Limits.MaxStreamTerminals);
        _places = new SemaphoreSlim(of.Limits.MaxStreamChecksUnderWay);
        _ending = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        _answers = new StreamAnswers(call.Response.BodyWriter, _places, of.Changes.Metrics, _ending.Token);
        _plain = new PlainStream(of.Plain, caller, _seen, _answers, _places, of.Time);
    }

    /// <summary>Runs until the caller has sent all and has all answers.</summary>
    /// <exception cref="GatewayException">The gateway stops (UNAVAILABLE).</exception>
    public async Task RunAsync(IAsyncStreamReader<StreamCheckStatusRequest> requests, CancellationToken stopping)
    {
        using var noMore = CancellationTokenSource.CreateLinkedTokenSource(_ending.Token, stopping);
        using var ended = _ending.Token.Register(() => _answers.Break(new OperationCanceledException(_ending.Token)));
        var reading = ReadAsync(requests, noMore.Token);
        var pushing = PushAsync(noMore.Token);
        try
        {
            await _answers.Over;
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
            while (await AnswerPlainAsync(noMore) && await requests.MoveNext(noMore))
            {
                Interlocked.Increment(ref _busy);
                _ = AnswerAsync(requests.Current.Check ?? new CheckStatusRequest(), changed: null);
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

    /// <summary>Reads and answers plain checks until something else comes, which is left for the framework's reader, with a place for its answer.</summary>
    private async ValueTask<bool> AnswerPlainAsync(CancellationToken noMore)
    {
        while (true)
        {
            var read = await _body.ReadAsync(noMore);
            // Not before: who waits for the next check must not hold a place that a push waits for.
            await _places.WaitAsync(noMore);
            var rest = read.Buffer;
            var stop = _plain.Answer(ref rest);
            var mayCome = stop == StreamStop.NotThere && !read.IsCompleted && !read.IsCanceled;
            _body.AdvanceTo(rest.Start, mayCome ? rest.End : rest.Start);
            _answers.Flush();
            if (mayCome)
            {
                _places.Release();
            }
            else if (stop != StreamStop.NoPlace)
            {
                return true;
            }
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
            seen ??= _seen.Begin(new RecordHashes(_records.HashOf(query.TerminalKey), _records.HashOf(query.MerchantKey)), check.ToByteArray());
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

        _answers.Add(answer);
        _answers.Flush();
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
            _answers.Close(fault);
        }
    }
}

/// <summary>What streams of checks are made of.</summary>
public sealed record CheckStreams(StatusChecks Checks, PlainChecks Plain, RecordReader Records, StreamChanges Changes, LimitOptions Limits, TimeProvider Time);
