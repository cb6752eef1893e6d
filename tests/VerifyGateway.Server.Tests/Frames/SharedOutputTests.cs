using System.Buffers;
using System.IO.Pipelines;
using VerifyGateway.Server.Frames;
using VerifyGateway.TestKit;

namespace VerifyGateway.Server.Tests.Frames;

/// <summary>Two who send on one connection.</summary>
public sealed class SharedOutputTests(ITestOutputHelper output)
{
    private readonly int _seed = DirectComparisonTests.SeedOf(output);

    [Fact]
    public async Task Frames_OfBoth_AreSentWholeAndInTheOrderOfEach()
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 3_000, resumeWriterThreshold: 1_000, useSynchronizationContext: false));
        using var shared = new SharedOutput(pipe.Writer);
        var server = Task.Run(async () =>
        {
            var random = new Random(_seed);
            for (uint sent = 0; sent < 3_000; sent++)
            {
                // In the pieces that the web server writes in, and several frames at once at times.
                var frame = Wire.Frame(Wire.Data, 0, 1, [.. Wire.Number(sent), .. new byte[random.Next(300)]]);
                var cut = random.Next(frame.Length);
                frame.AsSpan(0, cut).CopyTo(shared.GetSpan(cut));
                shared.Advance(cut);
                await Task.Yield();
                frame.AsSpan(cut).CopyTo(shared.GetMemory(frame.Length - cut).Span);
                shared.Advance(frame.Length - cut);
                if (random.Next(3) != 0)
                {
                    Assert.False((await shared.FlushAsync()).IsCompleted);
                    Assert.Equal(0, shared.UnflushedBytes);
                }
            }

            shared.Complete();
        });
        var other = Task.Run(async () =>
        {
            var frames = new ArrayBufferWriter<byte>();
            for (uint sent = 0; ; sent++)
            {
                frames.Write(Wire.Frame(Wire.Data, 0, 3, Wire.Number(sent)));
                if ((await shared.SendAsync(frames, CancellationToken.None)).IsCompleted)
                {
                    return;
                }
            }
        });
        var bytes = new List<byte>();
        for (var isEnd = false; !isEnd;)
        {
            var read = await pipe.Reader.ReadAsync();
            bytes.AddRange(read.Buffer.ToArray());
            pipe.Reader.AdvanceTo(read.Buffer.End);
            isEnd = read.IsCompleted;
        }

        await server;
        await other.WaitAsync(TimeSpan.FromSeconds(20));
        var got = Wire.Frames([.. bytes]);
        Assert.Equal(Enumerable.Range(0, 3_000), got.Where(static it => it.Stream == 1).Select(static it => (int)it.Number));
        var others = got.Where(static it => it.Stream == 3).Select(static it => (int)it.Number).ToArray();
        Assert.Equal(Enumerable.Range(0, others.Length), others);
        Assert.NotEmpty(others);
    }

    [Fact]
    public async Task Control_FramesOfBothOnOneOutput_AreTornApart()
    {
        var pipe = new Pipe();
        pipe.Writer.Write(Wire.Frame(Wire.Data, 0, 1, 1, 2, 3).AsSpan(0, 5));
        pipe.Writer.Write(Wire.Frame(Wire.Data, 0, 3, 4));
        pipe.Writer.Write(Wire.Frame(Wire.Data, 0, 1, 1, 2, 3).AsSpan(5));
        await pipe.Writer.FlushAsync();
        var read = await pipe.Reader.ReadAsync();
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => Wire.Frames(read.Buffer.ToArray()));
    }

    [Fact]
    public async Task End_WhileSomebodyWaitsForRoom_EndsTheWait()
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 10, resumeWriterThreshold: 5, useSynchronizationContext: false));
        using var shared = new SharedOutput(pipe.Writer);
        var frames = new ArrayBufferWriter<byte>();
        frames.Write(new byte[20]);
        var waits = shared.SendAsync(frames, CancellationToken.None).AsTask();
        Assert.False(waits.IsCompleted);
        shared.Complete();
        await waits.WaitAsync(TimeSpan.FromSeconds(20));
        await Wait.UntilAsync(() => pipe.Reader.TryRead(out var read) && (Advanced(read), read.IsCompleted).IsCompleted, "the output to be complete");
        frames.Write(new byte[20]);
        Assert.True((await shared.SendAsync(frames, CancellationToken.None)).IsCompleted);

        bool Advanced(ReadResult read)
        {
            pipe.Reader.AdvanceTo(read.Buffer.Start, read.Buffer.Start);
            return true;
        }
    }

    [Fact]
    public async Task End_WithAnError_IsTheOutputsEnd()
    {
        var pipe = new Pipe();
        using var shared = new SharedOutput(pipe.Writer);
        shared.Complete(new InvalidOperationException("broken"));
        Assert.Equal("broken", (await Assert.ThrowsAsync<InvalidOperationException>(async () => await pipe.Reader.ReadAsync())).Message);
    }

    [Fact]
    public async Task End_WithFramesThatWereNotSent_SendsThem()
    {
        var pipe = new Pipe();
        using var shared = new SharedOutput(pipe.Writer);
        shared.Write(new byte[] { 1, 2, 3 });
        shared.Complete();
        var read = await pipe.Reader.ReadAsync();
        Assert.Equal([1, 2, 3], read.Buffer.ToArray());
        Assert.True(read.IsCompleted);
    }
}
