using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Prometheus;
using VerifyGateway.Caching.Coherence;
using VerifyGateway.Server.Callers;
using VerifyGateway.Server.Metrics;

namespace VerifyGateway.Server.Direct;

/// <summary>
/// CheckStatus in front of the web application. It takes a call whose headers ask for nothing unusual and whose message is there, whole and
/// uncompressed, and which <see cref="PlainChecks"/> answers. Every other call is left to the ordinary service untouched, which answers it
/// as if this were not there. Safe from any thread.
/// </summary>
internal sealed class DirectCheck(
    PlainChecks checks, CallerResolver callers, RpcMetrics metrics, DirectMetrics left, LimitOptions limits, ActivitySource tracing, TimeProvider time)
{
    /// <summary>The method's service.</summary>
    public const string Service = "verifygateway.v1.VerificationService";

    /// <summary>The method.</summary>
    public const string Method = "CheckStatus";

    private const string Path = $"/{Service}/{Method}";
    private const string Grpc = "application/grpc";
    private const int FrameHead = 5;

    private readonly RpcMetrics.MethodCounts _counts = metrics.For("unary", Service, Method);

    /// <summary>Answers a call, or leaves it as it is.</summary>
    /// <param name="call">The call.</param>
    /// <param name="miss">A check whose records are not in memory and may be in Redis: <see cref="AnswerAsync"/> is for it.</param>
    public bool TryAnswer(CallFeatures call, out DirectMiss? miss)
    {
        miss = null;
        if (call.Request.Path != Path)
        {
            call.Known?.Refuse(call.StreamId);
            return false;
        }

        if (!IsPlain(call.Request) || callers.Find(call.Connection.RemoteIpAddress, CallerRoles.Check) is not { } caller)
        {
            call.Known?.Refuse(call.StreamId);
            return Leave(left.Headers);
        }

        call.Known?.Confirm(call.StreamId, call.Request.Headers.ContentLength, IsSecondOrMore(call.Request.Headers.GrpcTimeout));
        var began = Now();
        var reader = call.RequestBody.Reader;
        if (!TryReadBody(reader, out var body))
        {
            return Leave(left.Body);
        }

        if (Answer(call, body, caller, began, ref miss) is { } why)
        {
            // Neither taken nor looked at: the ordinary service reads it again.
            reader.AdvanceTo(body.Start, body.Start);
            return miss is null && Leave(why);
        }

        reader.AdvanceTo(body.End);
        _counts.Count(time.GetElapsedTime(began.Timestamp));
        return true;
    }

    /// <summary>Answers a check from Redis; or leaves the call as it is, with what was found for who goes on.</summary>
    public async ValueTask<bool> AnswerAsync(CallFeatures call, DirectMiss miss)
    {
        try
        {
            var found = miss.Found ??= await checks.FindNearAsync(miss);
            if (!checks.IsFresh(found, Now()) || !TryReadBody(call.RequestBody.Reader, out var body))
            {
                return Leave(left.Records);
            }

            var frame = call.ResponseBody.Writer.GetSpan(FrameHead + PlainAnswer.MostBytes);
            Send(call, frame, checks.Answer(miss, found, frame[FrameHead..]));
            call.RequestBody.Reader.AdvanceTo(body.End);
            _counts.Count(time.GetElapsedTime(miss.Began.Timestamp));
            return true;
        }
        catch (Exception)
        {
            return Leave(left.Fault);
        }
    }

    private LeaseInstant Now() => new(time.GetTimestamp(), time.GetUtcNow().ToUnixTimeMilliseconds());

    private static bool Leave(Counter.Child why)
    {
        why.Inc();
        return false;
    }

    /// <summary>Answers; or does nothing, and tells why.</summary>
    private Counter.Child? Answer(CallFeatures call, in ReadOnlySequence<byte> body, Caller caller, LeaseInstant began, ref DirectMiss? miss)
    {
        if (!TryMessage(body, out var message))
        {
            return left.Body;
        }

        try
        {
            PlainCheck check = default;
            if (!checks.TryRead(message, caller, ref check, out var hashes))
            {
                return left.Message;
            }

            // What has grown old meanwhile goes on to the ordinary service, which looks anew.
            var found = call.Found?.Take(call.StreamId);
            var frame = call.ResponseBody.Writer.GetSpan(FrameHead + PlainAnswer.MostBytes);
            if (found is not null || !checks.TryAnswer(message, check, hashes, caller, began, frame[FrameHead..], out var length))
            {
                var mayWait = found is not null || (checks.HasRedis && IsSecondOrMore(call.Request.Headers.GrpcTimeout));
                miss = mayWait ? new DirectMiss(message.ToArray(), check, caller, began) { Found = found } : null;
                return left.Records;
            }

            Send(call, frame, length);
            return null;
        }
        catch (Exception)
        {
            // Nothing is written before the end. The ordinary service meets the same, says so and logs it.
            return left.Fault;
        }
    }

    /// <summary>Sends the answer that was written behind the head of a frame.</summary>
    private static void Send(CallFeatures call, Span<byte> frame, int length)
    {
        call.Response.Headers.ContentType = Grpc;
        call.Trailers.Trailers.GrpcStatus = "0";
        frame[0] = 0;
        BinaryPrimitives.WriteInt32BigEndian(frame[1..], length);
        call.ResponseBody.Writer.Advance(FrameHead + length);
    }

    /// <summary>True when headers ask for nothing that the ordinary service does and this does not.</summary>
    private bool IsPlain(IHttpRequestFeature request)
    {
        var headers = request.Headers;
        return request.Method == HttpMethods.Post && headers.ContentType == Grpc
            && headers.GrpcEncoding.Count == 0 && IsLongEnough(headers.GrpcTimeout) && !tracing.HasListeners();
    }

    /// <summary>A check from memory takes a few microseconds: a deadline that is a millisecond or more away needs no timer.</summary>
    private static bool IsLongEnough(string? timeout) => timeout is null || IsAtLeast(timeout, msDigits: 1);

    /// <summary>A call to Redis ends within a second: a deadline that is as far away needs no timer for it.</summary>
    private static bool IsSecondOrMore(string? timeout) => timeout is null || IsAtLeast(timeout, msDigits: 4);

    /// <summary>
    /// True for a deadline of at least as many milliseconds as the smallest number of so many digits. Java's gRPC and Go's tell theirs in
    /// microseconds, or in nanoseconds when it is near.
    /// </summary>
    private static bool IsAtLeast(string timeout, int msDigits)
    {
        var digits = timeout.Length - 1;
        return digits is >= 1 and <= 8 && timeout[0] is >= '1' and <= '9' && !timeout.AsSpan(1, digits - 1).ContainsAnyExceptInRange('0', '9')
            && timeout[^1] switch { 'H' or 'M' or 'S' => true, 'm' => digits >= msDigits, 'u' => digits >= msDigits + 3, 'n' => digits >= msDigits + 6, _ => false };
    }

    /// <summary>The whole body, when it is there.</summary>
    private bool TryReadBody(PipeReader reader, out ReadOnlySequence<byte> body)
    {
        body = default;
        ReadResult read;
        try
        {
            if (!reader.TryRead(out read))
            {
                return false;
            }
        }
        catch (Exception brokenOff) when (brokenOff is IOException or OperationCanceledException)
        {
            // The ordinary service finds the same, and counts how the call has ended.
            return false;
        }

        body = read.Buffer;
        if (read.IsCompleted && !read.IsCanceled && body.Length <= FrameHead + limits.MaxMessageBytes)
        {
            return true;
        }

        reader.AdvanceTo(body.Start, body.Start);
        return false;
    }

    /// <summary>The message, when the body is one frame that is not compressed and lies in one piece.</summary>
    private static bool TryMessage(in ReadOnlySequence<byte> body, out ReadOnlySpan<byte> message)
    {
        var frame = body.FirstSpan;
        message = frame.Length >= FrameHead ? frame[FrameHead..] : default;
        return body.IsSingleSegment && frame.Length >= FrameHead && frame[0] == 0 && BinaryPrimitives.ReadUInt32BigEndian(frame[1..]) == (uint)message.Length;
    }
}
