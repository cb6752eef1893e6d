using System.Buffers;
using System.IO.Pipelines;
using Google.Protobuf;
using Microsoft.Extensions.DependencyInjection;
using VerifyGateway.Server.Callers;
using VerifyGateway.Server.Direct;
using VerifyGateway.Server.Frames;
using VerifyGateway.TestKit;
using VerifyGateway.V1;

namespace VerifyGateway.Server.Tests.Frames;

/// <summary>
/// A connection without a socket: what the caller sends is read here as the web server reads it, and what is sent to the caller is kept. All
/// of it happens on the thread that asks for it.
/// </summary>
internal sealed class FrameRig : IAsyncDisposable
{
    private static readonly PipeOptions AtOnce = new(readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, useSynchronizationContext: false, pauseWriterThreshold: 0);

    private readonly Pipe _in;
    private readonly Pipe _out;
    private readonly DirectRig _direct;
    private readonly DirectApp _app;
    private readonly FrameReader _reader;
    private Task<ReadResult>? _reading;

    private FrameRig(DirectRig direct, DirectApp app, PipeOptions? ofOutput, int mostMessageBytes)
    {
        (_direct, _app, _in, _out) = (direct, app, new Pipe(AtOnce), new Pipe(ofOutput ?? AtOnce));
        var checks = app.Services.GetRequiredService<FrameChecks>();
        Output = new SharedOutput(_out.Writer);
        Known = new KnownHeaders(TimeSpan.FromSeconds(10), direct.Time);
        var caller = new Caller("test", null, null, CallerRoles.Check);
        _reader = new FrameReader(checks, _in.Reader, Output, new FrameAnswers(app.Services.GetRequiredService<PlainChecks>(), caller, mostMessageBytes), Known, Found);
    }

    public KnownHeaders Known { get; }

    /// <summary>What was found of calls that went to the web server.</summary>
    public FoundRecords Found { get; } = new();

    public DirectRig Direct => _direct;

    public SharedOutput Output { get; }

    public ManualTime Time => _direct.Time;

    public DirectApp App => _app;

    /// <summary>The reader, as the web server has it.</summary>
    public PipeReader Reader => _reader;

    /// <summary>What is sent to the caller.</summary>
    public PipeReader Sent => _out.Reader;

    /// <summary>A check that memory answers, framed.</summary>
    public byte[] Good => DirectWire.Frame(DirectRig.Request(_direct.Fleet.Good).ToByteArray());

    /// <summary>A check that memory does not answer: the ordinary service explains.</summary>
    public byte[] Explained
    {
        get
        {
            var request = DirectRig.Request(_direct.Fleet.Good);
            request.Explain = true;
            return DirectWire.Frame(request.ToByteArray());
        }
    }

    public static async Task<FrameRig> StartAsync(int seed, PipeOptions? ofOutput = null, int mostMessageBytes = 1 << 20) =>
        await StartAsync(await DirectRig.StartAsync(seed, terminals: 40), ofOutput, mostMessageBytes);

    /// <summary>A connection to a gateway that is there, and ends with this.</summary>
    public static async Task<FrameRig> StartAsync(DirectRig direct, PipeOptions? ofOutput = null, int mostMessageBytes = 1 << 20) =>
        new(direct, await direct.ServeAsync(isDirect: true), ofOutput, mostMessageBytes);

    /// <summary>The caller sends bytes.</summary>
    public async Task SendAsync(params byte[] bytes) => await _in.Writer.WriteAsync(bytes);

    /// <summary>The caller asks, and gets an answer, for which the web server is not needed; all at once.</summary>
    public void Ask(ReadOnlySpan<byte> call)
    {
        _in.Writer.Write(call);
        var sending = _in.Writer.FlushAsync();
        _reading ??= _reader.ReadAsync().AsTask();
        if (!sending.IsCompletedSuccessfully || _reading.IsCompleted || !_out.Reader.TryRead(out var read))
        {
            throw new InvalidOperationException("It was not answered at once.");
        }

        _out.Reader.AdvanceTo(read.Buffer.End);
    }

    /// <summary>The caller sends nothing more.</summary>
    public void EndSending() => _in.Writer.Complete();

    /// <summary>What the web server has read since the last time, until nothing more is there.</summary>
    /// <param name="most">The most that it takes at once, bytes.</param>
    public async Task<byte[]> PassedAsync(int most = int.MaxValue)
    {
        var passed = new List<byte>();
        while (true)
        {
            _reading ??= _reader.ReadAsync().AsTask();
            if (!_reading.IsCompleted)
            {
                return [.. passed];
            }

            var read = await _reading;
            _reading = null;
            Reads++;
            var taken = read.Buffer.Slice(0, Math.Min(most, read.Buffer.Length));
            passed.AddRange(taken.ToArray());
            _reader.AdvanceTo(taken.End);
            if (read.IsCanceled || (read.IsCompleted && taken.Length == read.Buffer.Length))
            {
                IsEnded = true;
                return [.. passed];
            }
        }
    }

    /// <summary>These bytes, and no others, are what the web server has read since the last time.</summary>
    public async Task PassesAsync(params byte[] expected) => Assert.Equal(expected, await PassedAsync());

    /// <summary>How often the web server has read something.</summary>
    public int Reads { get; private set; }

    /// <summary>True when the web server has read the end.</summary>
    public bool IsEnded { get; private set; }

    /// <summary>The frames that were sent to the caller since the last time.</summary>
    public IReadOnlyList<WireFrame> Answers()
    {
        if (!_out.Reader.TryRead(out var read))
        {
            return [];
        }

        var frames = Wire.Frames(read.Buffer.ToArray());
        _out.Reader.AdvanceTo(read.Buffer.End);
        return frames;
    }

    /// <summary>Begins the connection, and has the web server say that a block of headers is that of a plain check. Stream 1 is used up.</summary>
    /// <returns>The frames that the web server got.</returns>
    public async Task<byte[]> LearnAsync(byte[]? block = null, byte[]? begin = null, bool mayWait = true)
    {
        byte[] sent = [.. begin ?? Wire.Begin, .. Wire.Call(1, block ?? Wire.PlainBlock, Good)];
        await SendAsync(sent);
        var passed = (await PassedAsync())[Wire.Preface.Length..];
        var frames = Wire.Frames(passed);
        byte[] call = [.. frames[^2].Bytes, .. frames[^1].Bytes];
        Assert.Equal(Wire.Call(1, block ?? Wire.PlainBlock, Good), call);
        Known.Confirm(1, bodyBytes: null, mayWait);
        Assert.Empty(Answers());
        return passed;
    }

    /// <summary>Decisions of the answers that were sent, by stream; every one is whole.</summary>
    public IReadOnlyDictionary<uint, Decision> Decisions()
    {
        var frames = Answers().Where(static it => it.Type != Wire.WindowUpdate).ToArray();
        Assert.Equal(0, frames.Length % 3);
        var decisions = new Dictionary<uint, Decision>();
        foreach (var answer in frames.Chunk(3))
        {
            var stream = answer[0].Stream;
            Assert.Equal([(Wire.Headers, Wire.EndHeaders, stream), (Wire.Data, (byte)0, stream), (Wire.Headers, (byte)(Wire.EndHeaders | Wire.EndStream), stream)],
                answer.Select(static it => (it.Type, it.Flags, it.Stream)));
            byte[] headers = [0x88, 0x0F, 0x10, 16, .. "application/grpc"u8];
            byte[] trailers = [0, 11, .. "grpc-status"u8, 1, (byte)'0'];
            Assert.Equal(headers, answer[0].Payload);
            Assert.Equal(trailers, answer[2].Payload);
            decisions.Add(stream, CheckStatusResponse.Parser.ParseFrom(answer[1].Payload.AsSpan(5)).Decision);
        }

        return decisions;
    }

    public async ValueTask DisposeAsync()
    {
        _reader.Dispose();
        Output.Dispose();
        await _direct.DisposeAsync();
    }
}
