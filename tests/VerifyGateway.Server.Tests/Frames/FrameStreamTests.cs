using VerifyGateway.TestKit;

namespace VerifyGateway.Server.Tests.Frames;

/// <summary>Connections as bytes come: in pieces of any length, read in pieces of any length; and what that costs.</summary>
public sealed class FrameStreamTests(ITestOutputHelper output) : IAsyncLifetime
{
    private static readonly byte[] BatchBlock = Wire.Block("/verifygateway.v1.VerificationService/BatchCheckStatus");

    private readonly int _seed = DirectComparisonTests.SeedOf(output);
    private FrameRig _rig = null!;

    public async ValueTask InitializeAsync() => _rig = await FrameRig.StartAsync(_seed);

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    /// <summary>
    /// Whatever is sent, and however it is cut: a call is answered here, or all its frames are passed on as they came; streams begin in order;
    /// and no other frame is lost, changed or moved past the headers that it came before.
    /// </summary>
    [Fact]
    public async Task Frames_InPiecesOfAnyLength_AreAnsweredOrPassedOnWhole()
    {
        var random = new Random(_seed);
        await _rig.LearnAsync();
        var (stream, answered, passedOn) = (3U, 0, 0);
        for (var round = 0; round < 400; round++)
        {
            var script = Script(random, ref stream);
            var passed = new List<byte>();
            var answers = new List<uint>();
            var bytes = script.SelectMany(static frame => frame.Bytes).ToArray();
            for (var at = 0; at < bytes.Length;)
            {
                var piece = Math.Min(bytes.Length - at, random.Next(4) == 0 ? random.Next(1, 12) : random.Next(1, 2_000));
                await _rig.SendAsync(bytes[at..(at + piece)]);
                passed.AddRange(await _rig.PassedAsync(random.Next(3) == 0 ? random.Next(1, 40) : int.MaxValue));
                answers.AddRange(_rig.Decisions().Keys);
                at += piece;
            }

            _rig.Time.Advance(TimeSpan.FromMilliseconds(100));
            passed.AddRange(await _rig.PassedAsync());
            var frames = Wire.Frames([.. passed]);
            var calls = script.Where(static frame => frame.Type == Wire.Headers).Select(static frame => frame.Stream).ToArray();
            Assert.Empty(answers.Intersect(frames.Select(static frame => frame.Stream)));
            Assert.Equal(calls.Except(answers), frames.Where(static frame => frame.Type == Wire.Headers).Select(static frame => frame.Stream));
            foreach (var of in calls.Except(answers).Append(0U))
            {
                Assert.Equal(script.Where(frame => frame.Stream == of).SelectMany(static frame => frame.Bytes), frames.Where(frame => frame.Stream == of).SelectMany(static frame => frame.Bytes));
            }

            foreach (var shown in frames.Where(static frame => frame.Type == Wire.Headers && frame.Payload.AsSpan().SequenceEqual(Wire.PlainBlock)))
            {
                _rig.Known.Confirm((int)shown.Stream, bodyBytes: null, mayWait: true);
            }

            answered += answers.Count;
            passedOn += calls.Length - answers.Count;
        }

        output.WriteLine($"{answered} calls were answered, {passedOn} passed on.");
        Assert.True(answered > 1_000 && passedOn > 1_000);
    }

    [Fact]
    public async Task Call_AnsweredHere_AllocatesNothing()
    {
        await _rig.LearnAsync();
        var call = Wire.Call(0, Wire.PlainBlock, _rig.Good);
        var data = 9 + Wire.PlainBlock.Length;
        var stream = 3U;
        // What a pipe keeps for its pieces, and code that is compiled anew, comes and goes; what each call needs comes every time.
        await Wait.UntilAsync(() => Allocated.Least(Ask) < 100, "a hundred calls to allocate less than one byte each");

        void Ask()
        {
            for (var one = 0; one < 100; one++, stream += 2)
            {
                Wire.Number(call, 5, stream);
                Wire.Number(call, data + 5, stream);
                _rig.Ask(call);
            }
        }
    }

    private List<WireFrame> Script(Random random, ref uint stream)
    {
        var script = new List<WireFrame>();
        var open = new List<(uint Stream, byte[] Body, int At)>();
        for (var step = random.Next(5, 60); step > 0 || open.Count > 0; step--)
        {
            var what = random.Next(10);
            if (what < 4 && step > 0)
            {
                // The same headers as those that are known, or others.
                script.Add(new WireFrame(Wire.Headers, Wire.EndHeaders, stream, random.Next(30) == 0 ? BatchBlock : Wire.PlainBlock));
                open.Add((stream, random.Next(15) == 0 ? _rig.Explained : _rig.Good, 0));
                stream += 2;
            }
            else if (what == 4 && step > 0)
            {
                script.Add(random.Next(2) == 0 ? new WireFrame(Wire.Ping, 0, 0, [1, 2, 3, 4, 5, 6, 7, (byte)step]) : new WireFrame(0xFA, 0, 0, [(byte)step]));
            }
            else if (open.Count > 0)
            {
                var at = random.Next(3) == 0 ? random.Next(open.Count) : 0;
                var (of, body, sent) = open[at];
                var piece = random.Next(6) == 0 ? random.Next(body.Length - sent + 1) : body.Length - sent;
                var isLast = sent + piece == body.Length && random.Next(4) != 0;
                script.Add(new WireFrame(Wire.Data, isLast ? Wire.EndStream : (byte)0, of, body[sent..(sent + piece)]));
                open[at] = (of, body, sent + piece);
                if (isLast)
                {
                    open.RemoveAt(at);
                }
            }
        }

        return script;
    }
}
