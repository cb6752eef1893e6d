using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.IO.Pipelines;
using Google.Protobuf;
using VerifyGateway.Server.Callers;
using VerifyGateway.Server.Checks;
using VerifyGateway.Server.Direct;
using VerifyGateway.Server.Metrics;
using VerifyGateway.TestKit;
using VerifyGateway.V1;

namespace VerifyGateway.Server.Tests;

/// <summary>Which messages of a stream are answered from bytes to bytes: every plain one, wherever what was read breaks off.</summary>
public sealed class PlainStreamTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int Places = 40;

    private static readonly Caller Anybody = new("any", null, null, CallerRoles.Check);

    private readonly int _seed = DirectComparisonTests.SeedOf(output);
    private readonly Pipe _wire = new(new PipeOptions(pauseWriterThreshold: 0, useSynchronizationContext: false));
    private readonly SemaphoreSlim _places = new(Places);
    private DirectRig _rig = null!;
    private StreamChanges _changes = null!;
    private SeenTerminals _seen = null!;
    private StreamAnswers _answers = null!;
    private PlainStream _plain = null!;
    private PlainChecks _checks = null!;

    public async ValueTask InitializeAsync()
    {
        _rig = await DirectRig.StartAsync(_seed);
        var registry = Prometheus.Metrics.NewCustomRegistry();
        var metrics = new StreamMetrics(Prometheus.Metrics.WithCustomRegistry(registry));
        _changes = new StreamChanges(_rig.Caches, metrics);
        _seen = new SeenTerminals(_changes, 1_000);
        _answers = new StreamAnswers(_wire.Writer, _places, metrics, CancellationToken.None);
        _checks = new PlainChecks(_rig.Checks(registry), _rig.Caches.Reader);
        _plain = new PlainStream(_checks, Anybody, _seen, _answers, _places, _rig.Time);
    }

    public async ValueTask DisposeAsync()
    {
        _seen.Dispose();
        _changes.Dispose();
        _places.Dispose();
        await _rig.DisposeAsync();
    }

    [Fact]
    public async Task Checks_InAnyPieces_EveryPlainOneIsAnsweredInItsOrderAndNoOther()
    {
        var random = new Random(_seed);
        for (var round = 0; round < 40; round++)
        {
            var isPlain = Enumerable.Range(0, 300).Select(_ => random.Next(10) > 0).ToArray();
            byte[] body = [.. isPlain.SelectMany((plain, n) => Frame(n, plain))];
            var left = await AnswerAsync(body, random, random.Next(1, 3) * random.Next(1, 3_000));
            Assert.Equal(isPlain.Count(static it => !it), left);
            var written = await _wire.Reader.ReadAsync();
            var ids = DirectWire.Messages(written.Buffer.ToArray()).Select(static it => StreamCheckStatusResponse.Parser.ParseFrom(it).CorrelationId).ToArray();
            _wire.Reader.AdvanceTo(written.Buffer.End);
            Assert.Equal(Enumerable.Range(0, 300).Where(n => isPlain[n]).Select(static n => n.ToString(CultureInfo.InvariantCulture)), ids);
            Assert.Equal(Places, _places.CurrentCount);
        }
    }

    [Fact]
    public void Checks_OfTerminalsThatWereAskedForBefore_AllocateNothing()
    {
        // Of terminals without holds.
        byte[] body = [.. Enumerable.Range(0, 30).SelectMany(_ => Frame(0, isPlain: true))];
        var read = new ReadOnlySequence<byte>(body);
        var left = 0L;
        Assert.Equal(0, Allocated.Least(() =>
        {
            _places.Wait();
            var rest = read;
            _plain.Answer(ref rest);
            left += rest.Length;
            _places.Release();
            _answers.Flush();
            _ = _wire.Reader.TryRead(out var written);
            _wire.Reader.AdvanceTo(written.Buffer.End);
        }));
        Assert.Equal(0, left);
    }

    [Fact]
    public async Task Checks_WhoseRecordsAreTooOld_AreLeftWithOnePlace()
    {
        // A lease that is over: nothing in memory may say yes.
        _rig.Fleet.IsDown = true;
        _rig.Time.Advance(TimeSpan.FromMinutes(1));
        await _places.WaitAsync(CancellationToken.None);
        byte[] body = [.. Enumerable.Range(0, 30).SelectMany(n => Frame(n, isPlain: true))];
        var rest = new ReadOnlySequence<byte>(body);
        Assert.Equal(StreamStop.NotPlain, _plain.Answer(ref rest));
        Assert.Equal(body.Length, rest.Length);
        Assert.Equal(Places - 1, _places.CurrentCount);
    }

    /// <summary>One that is forgotten while its own check is answered would begin anew as one that may have changed.</summary>
    [Fact]
    public void Checks_OfMoreTerminalsThanAreToldOf_ComeTogether_NoneHasChanged()
    {
        using var seen = new SeenTerminals(_changes, atMost: 2);
        var plain = new PlainStream(_checks, Anybody, seen, _answers, _places, _rig.Time);
        for (var round = 0; round < 4; round++)
        {
            _places.Wait();
            var rest = new ReadOnlySequence<byte>([.. Enumerable.Range(0, 30).SelectMany(n => Frame(n % 3, isPlain: true))]);
            plain.Answer(ref rest);
            Assert.True(rest.IsEmpty);
            _places.Release();
            _answers.Flush();
            Assert.True(_wire.Reader.TryRead(out var written));
            _wire.Reader.AdvanceTo(written.Buffer.End);
        }

        Assert.False(seen.Changes.TryRead(out _));
    }

    /// <summary>Reads as a stream does, and leaves out what is left; how many those were.</summary>
    private async Task<int> AnswerAsync(byte[] body, Random random, int longest)
    {
        var from = new Pipe(new PipeOptions(pauseWriterThreshold: 0, minimumSegmentSize: 64, useSynchronizationContext: false));
        var (at, left) = (0, 0);
        await _places.WaitAsync();
        while (true)
        {
            if (from.Reader.TryRead(out var read))
            {
                var rest = read.Buffer;
                var stop = _plain.Answer(ref rest);
                _answers.Flush();
                if (stop == StreamStop.NotPlain)
                {
                    // It is whole, or comes: the framework's reader would wait for it.
                    var length = BinaryPrimitives.ReadInt32BigEndian(rest.Slice(1, 4).ToArray());
                    rest = rest.Slice(5 + length);
                    left++;
                }
                else if (stop == StreamStop.NoPlace)
                {
                    await _places.WaitAsync();
                }

                from.Reader.AdvanceTo(rest.Start, stop == StreamStop.NotThere ? rest.End : rest.Start);
                if (stop != StreamStop.NotThere)
                {
                    continue;
                }
            }

            if (at == body.Length)
            {
                _places.Release();
                return left;
            }

            var piece = Math.Min(random.Next(1, longest + 1), body.Length - at);
            await from.Writer.WriteAsync(body.AsMemory(at, piece));
            at += piece;
        }
    }

    private byte[] Frame(int n, bool isPlain)
    {
        var check = DirectRig.Request(_rig.Fleet.Pairs[n]);
        check.CorrelationId = n.ToString(CultureInfo.InvariantCulture);
        check.Explain = !isPlain;
        return DirectWire.Frame(new StreamCheckStatusRequest { Check = check }.ToByteArray());
    }
}
