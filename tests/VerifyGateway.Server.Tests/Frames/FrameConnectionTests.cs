using Google.Protobuf;
using VerifyGateway.TestKit;
using VerifyGateway.V1;

namespace VerifyGateway.Server.Tests.Frames;

/// <summary>Over sockets, with the web server: who answers which call of a connection.</summary>
public sealed class FrameConnectionTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const string Batch = "/verifygateway.v1.VerificationService/BatchCheckStatus";

    private readonly int _seed = DirectComparisonTests.SeedOf(output);
    private DirectRig _rig = null!;
    private DirectApp _app = null!;

    public async ValueTask InitializeAsync()
    {
        _rig = await DirectRig.StartAsync(_seed, terminals: 40);
        _app = await _rig.ServeAsync(isDirect: true);
    }

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task Block_ThatReadsTheTable_MeansWhatTheTableSaysNow()
    {
        await using var connection = await RawConnection.OpenAsync(_app.Address);
        // Its path is the newest entry of the table.
        byte[] newest = [0x83, 0x86, 0xBE, .. Wire.Block("")[4..]];
        await AskAsync(connection, 1, [0x83, 0x86, .. Wire.Literal(0x40, 4, Wire.CheckStatus), .. newest[3..]]);
        await AskAsync(connection, 3, newest);
        await AskAsync(connection, 5, newest);
        Assert.Equal(1, await FramesAsync());
        await AskAsync(connection, 7, newest);
        Assert.Equal(2, await FramesAsync());

        // Now another path is the newest entry, and the same bytes ask for another method.
        await connection.SendAsync(Wire.Call(9, [0x83, 0x86, .. Wire.Literal(0x40, 4, Batch), .. newest[3..]], BatchOfOne()));
        await connection.AnswerAsync(9);
        await connection.SendAsync(Wire.Call(11, newest, BatchOfOne()));
        var answer = BatchCheckStatusResponse.Parser.ParseFrom((await connection.AnswerAsync(11)).Single(static it => it.Type == Wire.Data && it.Payload.Length > 0).Payload.AsSpan(5));
        Assert.Equal(Decision.Allow, answer.Results.Single().Answer.Decision);
        Assert.Equal(2, await FramesAsync());
        await Wait.UntilAsync(async () => await _app.MetricAsync("grpc_server_handled_total{grpc_type=\"unary\",grpc_service=\"verifygateway.v1.VerificationService\",grpc_method=\"BatchCheckStatus\",grpc_code=\"OK\"}") == 2, "two batches");
    }

    [Fact]
    public async Task Block_ThatTheWebServerDoesNotTakeForPlain_IsNeverKnown()
    {
        await using var connection = await RawConnection.OpenAsync(_app.Address);
        var compressed = Wire.Block(Wire.CheckStatus, ("grpc-encoding", "identity"));
        for (uint stream = 1; stream < 40; stream += 2)
        {
            await AskAsync(connection, stream, compressed);
        }

        Assert.Equal(0, await FramesAsync());
        for (uint stream = 41; stream < 80; stream += 2)
        {
            await AskAsync(connection, stream, Wire.PlainBlock);
        }

        Assert.InRange(await FramesAsync(), 15, 19);
    }

    [Fact]
    public async Task Connection_GoesOn_AfterStreamsThatWereAnsweredAreResetAndGranted()
    {
        await using var connection = await RawConnection.OpenAsync(_app.Address);
        for (uint stream = 1; stream < 2_000; stream += 2)
        {
            await AskAsync(connection, stream, Wire.PlainBlock);
            await connection.SendAsync([.. Wire.Grant(stream, 10), .. Wire.Frame(Wire.Reset, 0, stream, Wire.Number(8)), .. Wire.Frame(Wire.Ping, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8)]);
        }

        Assert.True(await FramesAsync() > 900);
        Assert.DoesNotContain(connection.Come, static frame => frame.Type is 7 or Wire.Reset);
    }

    [Fact]
    public async Task Answers_OfBothWays_ComeOnOneConnection_WithoutHarmToEither()
    {
        await using var connection = await RawConnection.OpenAsync(_app.Address);
        await AskAsync(connection, 1, Wire.PlainBlock);
        // Batches are the web server's and go on while checks are answered in front of it.
        var bytes = new List<byte>();
        for (uint stream = 3; stream < 3 + (2 * 150); stream += 2)
        {
            bytes.AddRange((stream / 2) % 3 == 0 ? Wire.Call(stream, Wire.Block(Batch), BatchOfOne()) : Wire.Call(stream, Wire.PlainBlock, Good()));
        }

        await connection.SendAsync([.. bytes]);
        for (uint stream = 3; stream < 3 + (2 * 150); stream += 2)
        {
            var message = (await connection.AnswerAsync(stream)).Where(static it => it.Type == Wire.Data).SelectMany(static it => it.Payload).Skip(5).ToArray();
            Assert.Equal(Decision.Allow, (stream / 2) % 3 == 0 ? BatchCheckStatusResponse.Parser.ParseFrom(message).Results.Single().Answer.Decision : CheckStatusResponse.Parser.ParseFrom(message).Decision);
        }
    }

    [Fact]
    public async Task Stop_WithACallThatIsHeld_ClosesTheConnectionAndLeavesTheCallToBeSentAgain()
    {
        await using var connection = await RawConnection.OpenAsync(_app.Address);
        await AskAsync(connection, 1, Wire.PlainBlock);
        await AskAsync(connection, 3, Wire.PlainBlock);
        var timers = _rig.Time.TimersWaiting;
        await connection.SendAsync(Wire.Frame(Wire.Headers, Wire.EndHeaders, 5, Wire.PlainBlock));
        await Wait.UntilAsync(() => _rig.Time.TimersWaiting > timers, "the call to be held for a time");
        var stopping = _app.StopAsync();
        WireFrame? last = null;
        while (await connection.ReadAsync() is { } frame)
        {
            last = frame.Type == 7 ? frame : last;
        }

        await stopping;
        // What the server says that it has seen last is before the call.
        Assert.NotNull(last);
        Assert.True(last.Number < 5);
    }

    private byte[] Good() => DirectWire.Frame(DirectRig.Request(_rig.Fleet.Good).ToByteArray());

    private byte[] BatchOfOne() => DirectWire.Frame(new BatchCheckStatusRequest { Checks = { DirectRig.Request(_rig.Fleet.Good) } }.ToByteArray());

    private Task<double> FramesAsync() => _app.MetricAsync("verifygateway_direct_frames_total");

    private async Task AskAsync(RawConnection connection, uint stream, byte[] block)
    {
        await connection.SendAsync(Wire.Call(stream, block, Good()));
        var data = (await connection.AnswerAsync(stream)).Where(static it => it.Type == Wire.Data).SelectMany(static it => it.Payload).ToArray();
        Assert.Equal(Decision.Allow, CheckStatusResponse.Parser.ParseFrom(data.AsSpan(5)).Decision);
    }
}
