using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using VerifyGateway.Server.Checks;
using VerifyGateway.Server.Direct;
using VerifyGateway.Server.Metrics;
using VerifyGateway.V1;

namespace VerifyGateway.Server.Tests;

/// <summary>What goes out on a stream: whole frames, in the order in which they were added, and all of them before the end.</summary>
public sealed class StreamAnswersTests : IDisposable
{
    private const int Places = 64;

    private readonly Pipe _wire = new(new PipeOptions(pauseWriterThreshold: 2_000, resumeWriterThreshold: 1_000, useSynchronizationContext: false));
    private readonly SemaphoreSlim _places = new(Places);
    private readonly CancellationTokenSource _ending = new();
    private readonly StreamAnswers _answers;

    public StreamAnswersTests() =>
        _answers = new StreamAnswers(_wire.Writer, _places, new StreamMetrics(Prometheus.Metrics.WithCustomRegistry(Prometheus.Metrics.NewCustomRegistry())), _ending.Token);

    public void Dispose()
    {
        _places.Dispose();
        _ending.Dispose();
    }

    [Fact]
    public async Task Answers_OfManyThreads_AreWrittenWholeAndEachThreadsInItsOrder()
    {
        const int Threads = 4, Each = 3_000;
        var writing = Task.WhenAll(Enumerable.Range(0, Threads).Select(thread => Task.Run(async () =>
        {
            for (var n = 0; n < Each; n++)
            {
                await _places.WaitAsync();
                Add(thread, n);
                _answers.Flush();
            }
        })));
        var next = new int[Threads];
        for (var read = 0; read < Threads * Each; read++)
        {
            var (thread, n) = await NextAsync();
            Assert.Equal(next[thread]++, n);
        }

        await writing;
        Assert.False(_answers.Over.IsCompleted);
        _answers.Close(fault: null);
        await _answers.Over;
        Assert.Equal(Places, _places.CurrentCount);
    }

    [Fact]
    public async Task Close_WithAFault_IsOverWhenAllThatWasAddedIsWritten()
    {
        for (var n = 0; n < Places; n++)
        {
            Add(0, n);
        }

        _answers.Flush();
        Add(0, Places);
        _answers.Close(new InvalidDataException("the end"));
        // The wire takes no more than a few of them before someone reads.
        Assert.False(_answers.Over.IsCompleted);
        for (var n = 0; n <= Places; n++)
        {
            Assert.Equal((0, n), await NextAsync());
        }

        await Assert.ThrowsAsync<InvalidDataException>(() => _answers.Over);
    }

    [Fact]
    public async Task Answer_ThatComesAfterTheClose_IsNotWritten()
    {
        // As of a terminal that changes while its stream ends: the call's output is handed on to another call by then.
        Add(0, 0);
        _answers.Close(fault: null);
        await _answers.Over;
        Assert.Equal((0, 0), await NextAsync());
        Add(0, 1);
        _answers.Flush();
        Assert.False(_wire.Reader.TryRead(out _));
    }

    [Fact]
    public async Task Ending_WhileNobodyReads_IsOverAtOnce()
    {
        using var ended = _ending.Token.Register(() => _answers.Break(new OperationCanceledException()));
        for (var n = 0; n < Places; n++)
        {
            Add(0, n);
        }

        _answers.Flush();
        Assert.False(_answers.Over.IsCompleted);
        await _ending.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _answers.Over);
        // Nothing is written from then on: the call's output is no longer the stream's.
        Add(0, 1);
        _answers.Flush();
        _answers.Close(fault: null);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _answers.Over);
    }

    [Fact]
    public async Task Ending_WhileNothingIsWritten_IsOverAtOnce()
    {
        using var ended = _ending.Token.Register(() => _answers.Break(new OperationCanceledException()));
        await _ending.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _answers.Over);
    }

    [Fact]
    public async Task Caller_WhoReadsNoMore_EndsIt()
    {
        await _wire.Reader.CompleteAsync();
        Add(0, 0);
        _answers.Flush();
        await Assert.ThrowsAsync<IOException>(() => _answers.Over);
    }

    /// <summary>Every other one as bytes, of lengths to which one, two and three bytes of length belong.</summary>
    private void Add(int thread, int n)
    {
        var answer = new CheckStatusResponse { Prompt = new string('x', new[] { 0, 100, 126, 127, 300 }[n % 5]), CorrelationId = "inner" };
        var id = n == 0 && thread == 0 ? "" : $"{thread}:{n}";
        if (n % 2 == 0)
        {
            var (correlationId, message) = (System.Text.Encoding.ASCII.GetBytes(id), Google.Protobuf.MessageExtensions.ToByteArray(answer));
            var frames = new StreamFrames(new byte[StreamFrames.MostBytes]);
            message.CopyTo(frames.Place(correlationId));
            frames.Take(correlationId, message.Length);
            _answers.Add(frames);
        }
        else
        {
            _answers.Add(new StreamCheckStatusResponse { CorrelationId = id, Result = new CheckResult { Answer = answer } });
        }
    }

    private async Task<(int Thread, int N)> NextAsync()
    {
        var head = await _wire.Reader.ReadAtLeastAsync(5);
        var length = BinaryPrimitives.ReadInt32BigEndian(head.Buffer.Slice(1, 4).ToArray());
        Assert.Equal(0, head.Buffer.FirstSpan[0]);
        _wire.Reader.AdvanceTo(head.Buffer.GetPosition(5));
        var body = await _wire.Reader.ReadAtLeastAsync(length);
        var message = StreamCheckStatusResponse.Parser.ParseFrom(body.Buffer.Slice(0, length));
        _wire.Reader.AdvanceTo(body.Buffer.GetPosition(length));
        var id = message.CorrelationId.Length == 0 ? [0, 0] : Array.ConvertAll(message.CorrelationId.Split(':'), int.Parse);
        Assert.Equal(new[] { 0, 100, 126, 127, 300 }[id[1] % 5], message.Result.Answer.Prompt.Length);
        return (id[0], id[1]);
    }
}
