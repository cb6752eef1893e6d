using VerifyGateway.V1;

namespace VerifyGateway.Server.Tests.Frames;

/// <summary>Which calls are answered in front of the web server, and that it gets all others as they came, in the order of their streams.</summary>
public sealed class FrameReaderTests(ITestOutputHelper output) : IAsyncLifetime
{
    private readonly int _seed = DirectComparisonTests.SeedOf(output);
    private FrameRig _rig = null!;

    public async ValueTask InitializeAsync() => _rig = await FrameRig.StartAsync(_seed);

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task Call_WhoseHeadersAreKnown_IsAnsweredHere_AndCountedOnce()
    {
        await _rig.LearnAsync();
        await _rig.SendAsync(Wire.Call(3, Wire.PlainBlock, _rig.Good));
        await _rig.PassesAsync();
        Assert.Equal(new Dictionary<uint, Decision> { [3] = Decision.Allow }, _rig.Decisions());
        Assert.Equal(1, await _rig.App.MetricAsync("verifygateway_direct_frames_total"));
        Assert.Equal(1, await _rig.App.MetricAsync("grpc_server_started_total{grpc_type=\"unary\",grpc_service=\"verifygateway.v1.VerificationService\",grpc_method=\"CheckStatus\"}"));
        Assert.Equal(1, await _rig.App.MetricAsync("grpc_server_handled_total{"));
        Assert.Equal(1, await _rig.App.MetricAsync("verifygateway_decisions_total{decision=\"allow\""));
    }

    [Fact]
    public async Task Call_WhoseHeadersNobodyHasConfirmed_IsPassedOn()
    {
        byte[] calls = [.. Wire.Call(1, Wire.PlainBlock, _rig.Good), .. Wire.Call(3, Wire.PlainBlock, _rig.Good)];
        await _rig.SendAsync([.. Wire.Begin[..^13], .. calls]);
        await _rig.PassesAsync([.. Wire.Begin[..^13], .. calls]);
        Assert.Empty(_rig.Answers());
    }

    [Fact]
    public async Task Calls_WhoseHeadersComeBeforeTheBodyOfTheFirst_AreAnswered()
    {
        await _rig.LearnAsync();
        uint[] streams = [3, 5, 7, 9];
        await _rig.SendAsync([.. streams.SelectMany(static stream => Wire.Frame(Wire.Headers, Wire.EndHeaders, stream, Wire.PlainBlock))]);
        await _rig.PassesAsync();
        await _rig.SendAsync([.. new uint[] { 5, 9, 3, 7 }.SelectMany(stream => Wire.Frame(Wire.Data, Wire.EndStream, stream, _rig.Good))]);
        await _rig.PassesAsync();
        Assert.Equal(streams, _rig.Decisions().Keys.Order());
    }

    [Fact]
    public async Task Call_WhoseEndComesAfterItsBody_IsAnsweredThen()
    {
        await _rig.LearnAsync();
        await _rig.SendAsync([.. Wire.Frame(Wire.Headers, Wire.EndHeaders, 3, Wire.PlainBlock), .. Wire.Frame(Wire.Data, 0, 3, _rig.Good)]);
        await _rig.PassesAsync();
        Assert.Empty(_rig.Answers());
        await _rig.SendAsync(Wire.Frame(Wire.Data, Wire.EndStream, 3));
        await _rig.PassesAsync();
        Assert.Equal([3U], _rig.Decisions().Keys);
    }

    [Fact]
    public async Task Call_WhoseStreamIsGrantedRoom_IsAnswered_OrPassedOnWithAllOfIt()
    {
        await _rig.LearnAsync();
        byte[] headers = [.. Wire.Frame(Wire.Headers, Wire.EndHeaders, 3, Wire.PlainBlock), .. Wire.Grant(3, 5), .. Wire.Grant(3, 70)];
        await _rig.SendAsync([.. headers, .. Wire.Frame(Wire.Data, Wire.EndStream, 3, _rig.Good)]);
        await _rig.PassesAsync();
        Assert.Equal([3U], _rig.Decisions().Keys);

        headers = [.. Wire.Frame(Wire.Headers, Wire.EndHeaders, 5, Wire.PlainBlock), .. Wire.Grant(5, 5), .. Wire.Grant(5, 70)];
        var body = Wire.Frame(Wire.Data, Wire.EndStream, 5, _rig.Explained);
        await _rig.SendAsync([.. headers, .. body]);
        await _rig.PassesAsync([.. headers[..^26], .. Wire.Grant(5, 75), .. body]);

        // More than there can be is the web server's to refuse.
        headers = [.. Wire.Frame(Wire.Headers, Wire.EndHeaders, 7, Wire.PlainBlock), .. Wire.Grant(7, int.MaxValue), .. Wire.Grant(7, 1)];
        await _rig.SendAsync(headers);
        await _rig.PassesAsync(headers);
    }

    /// <summary>Of these calls each is for the web server, and what comes before and after it is not.</summary>
    [Theory]
    [InlineData("explain")]
    [InlineData("no message")]
    [InlineData("in two pieces")]
    [InlineData("an empty piece first")]
    [InlineData("padded")]
    [InlineData("compressed")]
    [InlineData("a length that is not its own")]
    [InlineData("reset")]
    [InlineData("trailers")]
    [InlineData("a grant of nothing")]
    [InlineData("a grant of another length")]
    public async Task Call_ThatIsUnusual_IsPassedOnAsItCame(string what)
    {
        await _rig.LearnAsync();
        var good = _rig.Good;
        var headers = Wire.Frame(Wire.Headers, Wire.EndHeaders, 5, Wire.PlainBlock);
        byte[] rest = what switch
        {
            "explain" => Wire.Frame(Wire.Data, Wire.EndStream, 5, _rig.Explained),
            "no message" => Wire.Frame(Wire.Data, Wire.EndStream, 5),
            "in two pieces" => [.. Wire.Frame(Wire.Data, 0, 5, good[..9]), .. Wire.Frame(Wire.Data, Wire.EndStream, 5, good[9..])],
            "an empty piece first" => [.. Wire.Frame(Wire.Data, 0, 5), .. Wire.Frame(Wire.Data, Wire.EndStream, 5, good)],
            "padded" => Wire.Frame(Wire.Data, Wire.EndStream | 8, 5, [2, .. good, 0, 0]),
            "compressed" => Wire.Frame(Wire.Data, Wire.EndStream, 5, [1, .. good[1..]]),
            "a length that is not its own" => Wire.Frame(Wire.Data, Wire.EndStream, 5, good[..^1]),
            "reset" => Wire.Frame(Wire.Reset, 0, 5, Wire.Number(8)),
            "trailers" => [.. Wire.Frame(Wire.Data, 0, 5, good), .. Wire.Frame(Wire.Headers, Wire.EndHeaders | Wire.EndStream, 5, 0x00, 1, (byte)'x', 1, (byte)'y')],
            "a grant of nothing" => [.. Wire.Grant(5, 0), .. Wire.Frame(Wire.Data, Wire.EndStream, 5, good)],
            _ => [.. Wire.Frame(Wire.WindowUpdate, 0, 5, 0, 0, 1), .. Wire.Frame(Wire.Data, Wire.EndStream, 5, good)],
        };
        await _rig.SendAsync([.. Wire.Call(3, Wire.PlainBlock, good), .. headers, .. rest, .. Wire.Call(7, Wire.PlainBlock, good)]);
        await _rig.PassesAsync([.. headers, .. rest]);
        Assert.Equal([3U, 7U], _rig.Decisions().Keys);
    }

    [Fact]
    public async Task Calls_ThatAreHeld_GoBeforeHeadersThatArePassedOn_InTheirOrder()
    {
        await _rig.LearnAsync();
        var other = Wire.Call(7, Wire.Block("/verifygateway.v1.VerificationService/BatchCheckStatus"), _rig.Good);
        byte[] held = [.. Wire.Frame(Wire.Headers, Wire.EndHeaders, 3, Wire.PlainBlock), .. Wire.Frame(Wire.Headers, Wire.EndHeaders, 5, Wire.PlainBlock), .. Wire.Frame(Wire.Data, 0, 5, _rig.Good)];
        byte[] bodies = [.. Wire.Frame(Wire.Data, Wire.EndStream, 3, _rig.Good), .. Wire.Frame(Wire.Data, Wire.EndStream, 5)];
        await _rig.SendAsync([.. held, .. other, .. bodies, .. Wire.Call(9, Wire.PlainBlock, _rig.Good)]);
        await _rig.PassesAsync([.. held, .. other, .. bodies]);
        Assert.Equal([9U], _rig.Decisions().Keys);
    }

    [Fact]
    public async Task Calls_ThatCameTogetherAndAreNotAnswered_GoToTheWebServerTogether()
    {
        await _rig.LearnAsync();
        uint[] streams = [3, 5, 7, 9, 11, 13];
        await _rig.SendAsync([.. streams.SelectMany(static stream => Wire.Frame(Wire.Headers, Wire.EndHeaders, stream, Wire.PlainBlock))]);
        await _rig.PassesAsync();
        var reads = _rig.Reads;
        // Every third is answered.
        byte[] Body(uint stream) => Wire.Frame(Wire.Data, Wire.EndStream, stream, stream % 3 == 0 ? _rig.Good : _rig.Explained);
        await _rig.SendAsync([.. streams.SelectMany(Body), .. Wire.Frame(Wire.Ping, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8)]);
        await _rig.PassesAsync([
            .. streams.Where(static stream => stream % 3 != 0).SelectMany(stream => (byte[])[.. Wire.Frame(Wire.Headers, Wire.EndHeaders, stream, Wire.PlainBlock), .. Body(stream)]),
            .. Wire.Frame(Wire.Ping, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8)]);
        Assert.Equal(reads + 1, _rig.Reads);
        Assert.Equal([3U, 9U], _rig.Decisions().Keys);
    }

    [Fact]
    public async Task Calls_ThatAreHeld_GoNoFurtherThanTheOneThatIsPassedOn()
    {
        await _rig.LearnAsync();
        var heads = new uint[] { 3, 5, 7 }.Select(static stream => Wire.Frame(Wire.Headers, Wire.EndHeaders, stream, Wire.PlainBlock)).ToArray();
        var explained = Wire.Frame(Wire.Data, Wire.EndStream, 5, _rig.Explained);
        await _rig.SendAsync([.. heads.SelectMany(static it => it), .. explained]);
        await _rig.PassesAsync([.. heads[0], .. heads[1], .. explained]);
        var late = Wire.Frame(Wire.Data, Wire.EndStream, 3, _rig.Good);
        await _rig.SendAsync([.. late, .. Wire.Frame(Wire.Data, Wire.EndStream, 7, _rig.Good)]);
        await _rig.PassesAsync(late);
        Assert.Equal([7U], _rig.Decisions().Keys);
    }

    [Fact]
    public async Task Call_WhoseBodyDoesNotCome_GoesToTheWebServerAfterATenthOfASecond()
    {
        await _rig.LearnAsync();
        var headers = Wire.Frame(Wire.Headers, Wire.EndHeaders, 3, Wire.PlainBlock);
        await _rig.SendAsync(headers);
        await _rig.PassesAsync();
        _rig.Time.Advance(TimeSpan.FromMilliseconds(99));
        await _rig.PassesAsync();
        _rig.Time.Advance(TimeSpan.FromMilliseconds(1));
        await _rig.PassesAsync(headers);
        var body = Wire.Frame(Wire.Data, Wire.EndStream, 3, _rig.Good);
        await _rig.SendAsync(body);
        await _rig.PassesAsync(body);
        Assert.Empty(_rig.Answers());
    }

    [Fact]
    public async Task Call_HeldWhileAnotherIsLate_IsHeldForItsOwnTime()
    {
        await _rig.LearnAsync();
        var heads = new uint[] { 3, 5 }.Select(static stream => Wire.Frame(Wire.Headers, Wire.EndHeaders, stream, Wire.PlainBlock)).ToArray();
        await _rig.SendAsync(heads[0]);
        await _rig.PassesAsync();
        _rig.Time.Advance(TimeSpan.FromMilliseconds(60));
        await _rig.SendAsync(heads[1]);
        await _rig.PassesAsync();
        _rig.Time.Advance(TimeSpan.FromMilliseconds(40));
        await _rig.PassesAsync(heads[0]);
        _rig.Time.Advance(TimeSpan.FromMilliseconds(100));
        await _rig.PassesAsync(heads[1]);
    }

    [Fact]
    public async Task Calls_ThatAreHeld_AreTheWebServersWhenNothingMoreComes()
    {
        await _rig.LearnAsync();
        byte[] cutOff = [.. Wire.Frame(Wire.Headers, Wire.EndHeaders, 3, Wire.PlainBlock), .. Wire.Frame(Wire.Data, 0, 3, _rig.Good), .. Wire.Frame(Wire.Data, Wire.EndStream, 3)[..4]];
        await _rig.SendAsync(cutOff);
        await _rig.PassesAsync();
        _rig.EndSending();
        await _rig.PassesAsync(cutOff);
        Assert.True(_rig.IsEnded);
    }

    [Fact]
    public async Task Calls_WhileTheGatewayStops_AreTheWebServers()
    {
        await _rig.LearnAsync();
        byte[] held = Wire.Frame(Wire.Headers, Wire.EndHeaders, 3, Wire.PlainBlock);
        await _rig.SendAsync(held);
        await _rig.PassesAsync();
        await _rig.App.StopAsync();
        byte[] more = [.. Wire.Frame(Wire.Data, Wire.EndStream, 3, _rig.Good), .. Wire.Call(5, Wire.PlainBlock, _rig.Good)];
        await _rig.SendAsync(more);
        await _rig.PassesAsync([.. held, .. more]);
        Assert.Empty(_rig.Answers());
    }

    [Fact]
    public async Task Headers_ThatAreKnown_AreShownToTheWebServerAgain()
    {
        await _rig.LearnAsync();
        _rig.Time.Advance(TimeSpan.FromSeconds(10));
        var call = Wire.Call(3, Wire.PlainBlock, _rig.Good);
        await _rig.SendAsync(call);
        await _rig.PassesAsync(call);
    }

    [Fact]
    public async Task FramesOfAStream_ThatWasAnsweredHere_AreNotForTheWebServer()
    {
        await _rig.LearnAsync();
        byte[] after = [.. Wire.Frame(Wire.Reset, 0, 3, Wire.Number(8)), .. Wire.Grant(3, 70)];
        await _rig.SendAsync([.. Wire.Call(3, Wire.PlainBlock, _rig.Good), .. after]);
        await _rig.PassesAsync();
        // Of streams that it knows, and that nobody knows, they are.
        byte[] others = [.. Wire.Grant(1, 70), .. Wire.Frame(Wire.Reset, 0, 5, Wire.Number(8)), .. Wire.Grant(4, 70)];
        await _rig.SendAsync(others);
        await _rig.PassesAsync(others);
    }

    [Theory]
    [InlineData(5U, Wire.EndHeaders, 1U)]
    [InlineData(3U, Wire.EndHeaders, 4U)]
    [InlineData(3U, (byte)(Wire.EndHeaders | Wire.EndStream), 5U)]
    [InlineData(3U, (byte)0, 5U)]
    public async Task Headers_OfAStreamThatCannotBegin_OrThatEndOrGoOn_ArePassedOn(uint before, byte flags, uint stream)
    {
        await _rig.LearnAsync();
        var headers = Wire.Frame(Wire.Headers, flags, stream, Wire.PlainBlock);
        await _rig.SendAsync([.. Wire.Call(before, Wire.PlainBlock, _rig.Good), .. headers]);
        await _rig.PassesAsync(headers);
        Assert.Equal([before], _rig.Decisions().Keys);
    }

    [Fact]
    public async Task Message_ThatIsLongerThanTheLimit_IsPassedOn()
    {
        await using var rig = await FrameRig.StartAsync(_seed, mostMessageBytes: _rig.Good.Length - 6);
        await rig.LearnAsync();
        var call = Wire.Call(3, Wire.PlainBlock, rig.Good);
        await rig.SendAsync(call);
        await rig.PassesAsync(call);
    }

    [Fact]
    public async Task Bytes_ThatAreNotHttp2_ArePassedOnAtOnce()
    {
        await _rig.SendAsync([.. "GET / HT"u8]);
        await _rig.PassesAsync("GET / HT"u8.ToArray());
        await _rig.SendAsync(Wire.Begin);
        await _rig.PassesAsync(Wire.Begin);
    }

    [Fact]
    public async Task Frame_ThatIsTooLong_IsPassedOnBeforeItIsThere()
    {
        await _rig.LearnAsync();
        byte[] head = [0, 0x40, 1, Wire.Data, 0, 0, 0, 0, 1, 7];
        await _rig.SendAsync(head);
        await _rig.PassesAsync(head);
    }

    [Fact]
    public async Task Read_ThatTheWebServerCancels_IsCancelled()
    {
        await _rig.LearnAsync();
        await _rig.PassesAsync();
        _rig.Reader.CancelPendingRead();
        await _rig.PassesAsync();
        Assert.True(_rig.IsEnded);
    }
}
