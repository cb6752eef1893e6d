using System.Buffers;
using System.IO.Pipelines;
using VerifyGateway.Server.Frames;

namespace VerifyGateway.Server.Tests.Frames;

/// <summary>
/// What may be sent to a caller, and by a caller, is counted by two: by the web server, and here. Neither ever believes that there is more
/// than there is.
/// </summary>
public sealed class FrameWindowTests(ITestOutputHelper output) : IAsyncLifetime
{
    private readonly int _seed = DirectComparisonTests.SeedOf(output);
    private FrameRig _rig = null!;

    public async ValueTask InitializeAsync() => _rig = await FrameRig.StartAsync(_seed);

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task Caller_WhoGrantsNothing_IsAnsweredByTheWebServer()
    {
        await _rig.LearnAsync(begin: [.. Wire.Preface, .. Wire.Frame(Wire.Settings, 0, 0)]);
        var call = Wire.Call(3, Wire.PlainBlock, _rig.Good);
        await _rig.SendAsync(call);
        await _rig.PassesAsync(call);
    }

    [Fact]
    public async Task Caller_WhoGrantsStreamsTooLittle_IsAnsweredByTheWebServer_UntilThereIsMore()
    {
        await _rig.LearnAsync(begin: [.. Wire.Begin, .. Wire.Frame(Wire.Settings, 0, 0, [0, 3, 0, 0, 0, 9, 0, 4, 0, 0, 0, 100])]);
        var call = Wire.Call(3, Wire.PlainBlock, _rig.Good);
        await _rig.SendAsync(call);
        await _rig.PassesAsync(call);
        // An acknowledgement has no settings; the next settings have.
        var settings = Wire.Frame(Wire.Settings, 0, 0, [0, 4, 0, 0, 0xFF, 0xFF]);
        await _rig.SendAsync([.. settings, .. Wire.Call(5, Wire.PlainBlock, _rig.Good)]);
        await _rig.PassesAsync(settings);
        Assert.Equal([5U], _rig.Decisions().Keys);
    }

    [Fact]
    public async Task Grants_AreDividedAndNotCountedTwice()
    {
        var random = new Random(_seed);
        var ofServer = Grants(await _rig.LearnAsync(begin: [.. Wire.Preface, .. Wire.Frame(Wire.Settings, 0, 0), .. Wire.Grant(0, 20_000)]));
        var (granted, sentHere, answered) = (20_000L, 0L, 0);
        for (uint stream = 3; stream < 20_000; stream += 2)
        {
            await _rig.SendAsync(Wire.Call(stream, Wire.PlainBlock, _rig.Good));
            ofServer += Grants(await _rig.PassedAsync());
            foreach (var data in _rig.Answers().Where(static it => it.Type == Wire.Data))
            {
                sentHere += data.Payload.Length;
                answered++;
            }

            Assert.True(ofServer + sentHere <= granted, "more was given and sent than there was");
            if (random.Next(40) == 0)
            {
                var more = (uint)random.Next(1, 6_000);
                granted += more;
                await _rig.SendAsync(Wire.Grant(0, more));
                ofServer += Grants(await _rig.PassedAsync());
            }
        }

        Assert.True(answered > 1_000, $"only {answered} were answered");
        // What is kept here is bounded: the web server has the rest.
        Assert.InRange(granted - ofServer - sentHere, 0, 33_000);
    }

    [Fact]
    public void Reserve_OfALargeGrant_IsHalfOfIt()
    {
        var reserve = new SendReserve();
        Assert.False(reserve.MaySend(1));
        Assert.True(reserve.IsWanting(1 << 30));
        Assert.Equal(1U << 29, reserve.Take(1 << 30));
        Assert.True(reserve.MaySend(65_535));
        Assert.False(reserve.IsWanting(1 << 20));
        reserve.Spend((1 << 29) - 10);
        Assert.True(reserve.MaySend(10));
        Assert.False(reserve.MaySend(11));
        Assert.True(reserve.IsWanting(5));
        Assert.Equal(0U, reserve.Take(5));
        Assert.True(reserve.MaySend(15));
    }

    [Fact]
    public async Task Caller_IsGrantedWhatItSent()
    {
        await _rig.LearnAsync();
        var (sent, granted) = (0L, 0L);
        for (uint stream = 3; stream < 6_000; stream += 2)
        {
            await _rig.SendAsync(Wire.Call(stream, Wire.PlainBlock, _rig.Good));
            await _rig.PassesAsync();
            sent += _rig.Good.Length;
            granted += _rig.Answers().Where(static it => it.Type == Wire.WindowUpdate).Sum(static it => it.Stream == 0 ? it.Number : throw new InvalidOperationException("not of the connection"));
            Assert.InRange(sent - granted, 0, 32 * 1024);
        }

        Assert.True(granted > 100_000);
    }

    [Fact]
    public async Task Caller_WhoDoesNotReadItsAnswers_IsNotRead()
    {
        await using var rig = await FrameRig.StartAsync(_seed, new PipeOptions(pauseWriterThreshold: 10_000, resumeWriterThreshold: 5_000, useSynchronizationContext: false));
        await rig.LearnAsync();
        for (uint stream = 3; stream < 6_000; stream += 2)
        {
            await rig.SendAsync(Wire.Call(stream, Wire.PlainBlock, rig.Good));
            await rig.PassesAsync();
        }

        var read = await rig.Sent.ReadAtLeastAsync(10_000);
        Assert.InRange(read.Buffer.Length, 10_000, 10_000 + (40 * 1024));
        long answers = Count(read.Buffer.ToArray());
        rig.Sent.AdvanceTo(read.Buffer.End);
        // Then all are answered.
        while (answers < 2_999)
        {
            await rig.PassedAsync();
            read = await rig.Sent.ReadAsync();
            answers += Count(read.Buffer.ToArray());
            rig.Sent.AdvanceTo(read.Buffer.End);
        }
    }

    private static int Count(byte[] frames) => Wire.Frames(frames).Count(static it => it.Type == Wire.Data);

    /// <summary>What the web server was given of the caller's grants for the connection.</summary>
    private static long Grants(byte[] passed) => Wire.Frames(passed).Where(static it => it is { Type: Wire.WindowUpdate, Stream: 0 }).Sum(static it => (long)it.Number);
}
