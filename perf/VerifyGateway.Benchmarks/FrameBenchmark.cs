using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics;
using System.IO.Pipelines;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using Prometheus;
using VerifyGateway.Server;
using VerifyGateway.Server.Callers;
using VerifyGateway.Server.Frames;
using VerifyGateway.Server.Metrics;

namespace VerifyGateway.Benchmarks;

/// <summary>
/// A call from frames to frames, without sockets: the headers of 32 calls, then their bodies, as callers send them who keep 32 under way; each
/// is of another terminal.
/// </summary>
[MemoryDiagnoser, InProcess] // A project of its own that builds the contracts again does not find their generated code.
public class FrameBenchmark : IDisposable
{
    private const int Calls = 32;

    // Headers and trailers of an answer, and the head of its frame: they do not count against what is granted.
    private const int AroundMessage = (3 * Frame.Head) + 20 + 15;
    private const int GrpcHead = 5;
    private static readonly PipeOptions AtOnce = new(readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, useSynchronizationContext: false, pauseWriterThreshold: 0);

    private static readonly byte[] Block =
    [
        // POST, http, and then literals without the table of either end: path, authority, content-type, te.
        0x83, 0x86, .. Literal(0x04, "/verifygateway.v1.VerificationService/CheckStatus"u8), .. Literal(0x01, "gateway"u8),
        .. Literal(0x00, "content-type"u8), 16, .. "application/grpc"u8, .. Literal(0x00, "te"u8), 8, .. "trailers"u8,
    ];

    private readonly Pipe _in = new(AtOnce);
    private readonly Pipe _out = new(AtOnce);
    private HitFleet _fleet = null!;
    private SharedOutput _output = null!;
    private FrameReader _reader = null!;
    private (byte[] Frames, int[] Streams)[] _calls = null!;
    private Task<ReadResult>? _reading;
    private uint _stream = 1;
    private int _next;

    /// <summary>Terminals in memory: of a thousand all lines are at hand, of a million hardly any.</summary>
    [Params(1_000, 1_000_000)]
    public int Terminals { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        // Waited for here: the runner within the process does not wait.
        _fleet = HitFleet.MakeAsync(Terminals).GetAwaiter().GetResult();
        var metrics = Metrics.WithCustomRegistry(Metrics.NewCustomRegistry());
        var checks = new FrameChecks(
            _fleet.Plain, new CallerResolver(new CallerOptions()), new RpcMetrics(metrics), new DirectMetrics(metrics), new LimitOptions(), new ActivitySource("benchmark"),
            new ApplicationLifetime(NullLogger<ApplicationLifetime>.Instance), TimeProvider.System);
        _output = new SharedOutput(_out.Writer);
        var known = new KnownHeaders(TimeSpan.FromDays(1), TimeProvider.System);
        _reader = new FrameReader(checks, _in.Reader, _output, new FrameAnswers(_fleet.Plain, HitFleet.Anyone, 1 << 20), known, new FoundRecords());
        _calls = [.. Enumerable.Range(0, HitFleet.Asked / Calls).Select(from => Write(_fleet.Requests.AsSpan(from * Calls, Calls)))];
        // What begins a connection and its first call go to the web server, which says that it is a plain check.
        Pass([.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 4, 8, 0, 0, 0, 0, 0, 0x40, 0, 0, 0]);
        var first = Write(_fleet.Requests.AsSpan(0, 1));
        Pass(Numbered(first));
        known.Confirm(1, bodyBytes: null, mayWait: true);
        // From now on the caller grants as much as it is sent.
        var granted = (Ask() / Calls) - AroundMessage;
        foreach (var (frames, _) in _calls)
        {
            BinaryPrimitives.WriteUInt32BigEndian(frames.AsSpan(frames.Length - sizeof(uint)), (uint)(granted * Calls));
        }
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _reader.Dispose();
        _output.Dispose();
        _fleet.DisposeAsync().AsTask().GetAwaiter().GetResult();
        GC.SuppressFinalize(this);
    }

    /// <returns>Bytes of the answers.</returns>
    [Benchmark(OperationsPerInvoke = Calls)]
    public long Ask()
    {
        var sending = _in.Writer.WriteAsync(Numbered(_calls[_next++ % _calls.Length]));
        if (!sending.IsCompletedSuccessfully || _reading is not { IsCompleted: false } || !_out.Reader.TryRead(out var read))
        {
            throw new InvalidOperationException("The calls were not answered.");
        }

        var bytes = read.Buffer.Length;
        _out.Reader.AdvanceTo(read.Buffer.End);
        return bytes;
    }

    /// <summary>The frames of calls: all headers, all bodies, and a grant. And where their streams' numbers are.</summary>
    private static (byte[] Frames, int[] Streams) Write(ReadOnlySpan<byte[]> requests)
    {
        var to = new ArrayBufferWriter<byte>();
        var streams = new int[2 * requests.Length];
        for (var call = 0; call < requests.Length; call++)
        {
            streams[call] = to.WrittenCount + 5;
            Write(to, FrameType.Headers, Frame.EndHeaders, Block);
        }

        for (var call = 0; call < requests.Length; call++)
        {
            streams[requests.Length + call] = to.WrittenCount + 5;
            Write(to, FrameType.Data, Frame.EndStream, [0, 0, 0, 0, (byte)requests[call].Length, .. requests[call]]);
        }

        Frame.WriteGrant(to, stream: 0, 1);
        return (to.WrittenSpan.ToArray(), streams);
    }

    private static void Write(ArrayBufferWriter<byte> to, FrameType type, byte flags, ReadOnlySpan<byte> payload)
    {
        Frame.WriteHead(to.GetSpan(Frame.Head), payload.Length, type, flags, stream: 0);
        to.Advance(Frame.Head);
        to.Write(payload);
    }

    private static byte[] Literal(byte name, ReadOnlySpan<byte> text) => [name, (byte)text.Length, .. text];

    /// <summary>The frames with the numbers of the next streams.</summary>
    private byte[] Numbered((byte[] Frames, int[] Streams) calls)
    {
        var count = calls.Streams.Length / 2;
        for (var call = 0; call < count; call++, _stream += 2)
        {
            BinaryPrimitives.WriteUInt32BigEndian(calls.Frames.AsSpan(calls.Streams[call]), _stream & int.MaxValue);
            BinaryPrimitives.WriteUInt32BigEndian(calls.Frames.AsSpan(calls.Streams[count + call]), _stream & int.MaxValue);
        }

        return calls.Frames;
    }

    private void Pass(byte[] frames)
    {
        _in.Writer.WriteAsync(frames).AsTask().GetAwaiter().GetResult();
        for (_reading ??= _reader.ReadAsync().AsTask(); _reading.IsCompleted; _reading = _reader.ReadAsync().AsTask())
        {
            _reader.AdvanceTo(_reading.Result.Buffer.End);
        }
    }
}
