using System.Diagnostics;
using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Hosting;
using VerifyGateway.Caching.Coherence;
using VerifyGateway.Server.Callers;
using VerifyGateway.Server.Direct;
using VerifyGateway.Server.Metrics;

namespace VerifyGateway.Server.Frames;

/// <summary>
/// CheckStatus in front of the web server: on each connection, calls that are the same as one that the web server has shown to be plain, but
/// for their message, are answered from their frames. All else is the web server's. Safe from any thread.
/// </summary>
internal sealed class FrameChecks(
    PlainChecks checks, CallerResolver callers, RpcMetrics metrics, DirectMetrics direct, LimitOptions limits, ActivitySource tracing, IHostApplicationLifetime lifetime, TimeProvider time)
{
    /// <summary>Headers that are known are shown to the web server again after so long: it counts a connection without calls as idle, and closes it.</summary>
    private static readonly TimeSpan ValidFor = TimeSpan.FromSeconds(10);

    private readonly RpcMetrics.MethodCounts _counts = metrics.For("unary", DirectCheck.Service, DirectCheck.Method);
    private readonly CancellationToken _stopping = lifetime.ApplicationStopping;

    /// <summary>True when every call is for the web server: it tells callers that the gateway stops, or somebody traces calls.</summary>
    public bool LeavesAll => _stopping.IsCancellationRequested || tracing.HasListeners();

    /// <summary>Serves a connection, with the web server behind this.</summary>
    public async Task ServeAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        if (callers.Find((connection.RemoteEndPoint as IPEndPoint)?.Address, CallerRoles.Check) is not { } caller)
        {
            await next(connection);
            return;
        }

        var transport = connection.Transport;
        // Not disposed of here: a flush that the web server leaves behind may end after this, and there is only memory in it.
        var output = new SharedOutput(transport.Output);
        var (known, found) = (new KnownHeaders(ValidFor, time), new FoundRecords());
        connection.Features.Set(known);
        connection.Features.Set(found);
        using var input = new FrameReader(this, transport.Input, output, new FrameAnswers(checks, caller, limits.MaxMessageBytes), known, found);
        connection.Transport = new Ends(input, output);
        try
        {
            await next(connection);
        }
        finally
        {
            connection.Transport = transport;
        }
    }

    /// <summary>The clock.</summary>
    public TimeProvider Time => time;

    /// <summary>A time in the clock's own unit.</summary>
    public long Ticks(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);

    /// <summary>The instant.</summary>
    public LeaseInstant Now() => new(time.GetTimestamp(), time.GetUtcNow().ToUnixTimeMilliseconds());

    /// <summary>Calls of a connection that ask Redis; the action is what wakes the thread that reads it.</summary>
    public AskedCalls Asking(Action wake) => new(checks, wake);

    /// <summary>Answers a call from memory, and counts it; or does nothing.</summary>
    public bool TryAnswer(FrameAnswers answers, uint stream, ReadOnlySpan<byte> body, LeaseInstant began, out int sent, out DirectMiss? miss)
    {
        try
        {
            if (!answers.TryAnswer(stream, body, began, out sent, out miss))
            {
                return false;
            }
        }
        catch (Exception)
        {
            // Nothing is written before the end. The ordinary service meets the same, says so and logs it.
            (sent, miss) = (0, null);
            return false;
        }

        _counts.Count(time.GetElapsedTime(began.Timestamp));
        return true;
    }

    /// <summary>Answers a call from what Redis had, and counts it; or does nothing.</summary>
    public bool TryAnswer(FrameAnswers answers, uint stream, DirectMiss miss, LeaseInstant now, out int sent)
    {
        sent = 0;
        // Redis has answered a while ago when the thread that reads the connection had to wait for a caller who does not read.
        if (miss.Found is not { } found || !checks.IsFresh(found, now))
        {
            return false;
        }

        try
        {
            sent = answers.Answer(stream, miss, found);
        }
        catch (Exception)
        {
            return false;
        }

        _counts.Count(time.GetElapsedTime(miss.Began.Timestamp));
        return true;
    }

    /// <summary>Counts calls that were answered here.</summary>
    public void Answered(int calls)
    {
        if (calls > 0)
        {
            direct.Frames.Inc(calls);
        }
    }

    private sealed class Ends(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input => input;

        public PipeWriter Output => output;
    }
}
