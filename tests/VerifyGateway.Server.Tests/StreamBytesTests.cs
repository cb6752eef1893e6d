using System.Globalization;
using Google.Protobuf;
using VerifyGateway.V1;

namespace VerifyGateway.Server.Tests;

/// <summary>Over real connections: who streams checks cannot tell which of them are answered from bytes to bytes.</summary>
public sealed class StreamBytesTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int Cases = 4_000;
    private const string Path = "/verifygateway.v1.VerificationService/StreamCheckStatus";

    private readonly int _seed = DirectComparisonTests.SeedOf(output);
    private DirectRig _rig = null!;

    public async ValueTask InitializeAsync()
    {
        _rig = await DirectRig.StartAsync(_seed);
        _rig.Load(DirectRig.AllPolicies);
    }

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Theory]
    [InlineData(64, 1_000)]
    [InlineData(1, 3)]
    [InlineData(17, 0)]
    public async Task Checks_OfEveryKind_AreAnsweredAsTheOrdinaryWayDoes(int underWay, int terminals)
    {
        var app = await _rig.ServeAsync(isDirect: true, limits: new LimitOptions { MaxStreamChecksUnderWay = underWay, MaxStreamTerminals = terminals });
        var checks = Checks();
        // Whatever is not in memory yet is there afterwards.
        await AskAsync(app, checks, DirectWire.UnknownField);
        var ordinary = await AskAsync(app, checks, DirectWire.UnknownField);
        var plain = await AskAsync(app, checks, []);
        Assert.Equal(Cases, ordinary.Count);
        Assert.Equal(Cases, plain.Count);
        foreach (var (id, message) in plain)
        {
            Assert.True(ordinary[id].AsSpan().SequenceEqual(message), $"{id}: {StreamCheckStatusResponse.Parser.ParseFrom(ordinary[id])} {StreamCheckStatusResponse.Parser.ParseFrom(message)} {Convert.ToHexString(checks[int.Parse(id, CultureInfo.InvariantCulture)])}");
        }

        var answered = plain.Values.Count(static it => StreamCheckStatusResponse.Parser.ParseFrom(it).Result.ResultCase == CheckResult.ResultOneofCase.Answer);
        output.WriteLine($"{answered} of {Cases} answered");
        Assert.InRange(answered, Cases / 2, Cases - 1);
    }

    [Fact]
    public async Task Comparison_OfAServerThatDiffers_FindsIt()
    {
        // The caller of the other sees what is confidential: only a few answers differ.
        var app = await _rig.ServeAsync(isDirect: true);
        var other = await _rig.ServeAsync(isDirect: true, new Callers.CallerOptions { LoopbackRoles = Callers.CallerRoles.Check | Callers.CallerRoles.SeeConfidential });
        var checks = Checks();
        await AskAsync(app, checks, []);
        var (some, others) = (await AskAsync(app, checks, []), await AskAsync(other, checks, []));
        Assert.InRange(some.Count(it => !others[it.Key].AsSpan().SequenceEqual(it.Value)), 1, Cases / 2);
    }

    [Fact]
    public async Task Frame_ThatIsNone_EndsTheStreamAfterTheAnswersOfThoseBefore()
    {
        var app = await _rig.ServeAsync(isDirect: true);
        var good = DirectRig.Request(_rig.Fleet.Good).ToByteArray();
        byte[][] ends = [[0, 0, 0, 0, 2, 0xFF, 0xFF], [9, 0, 0, 0, 0], [0, 0x7F, 0xFF, 0xFF, 0xFF], [0, 0, 0]];
        int[] statuses = [3, 13, 8, 13];
        for (var i = 0; i < ends.Length; i++)
        {
            byte[] body = [.. Enumerable.Repeat(Frame(good, []), 300).SelectMany(static it => it), .. ends[i]];
            var answer = await app.SendAsync(new DirectRequest(body) { Path = Path });
            Assert.Contains($"grpc-status: {statuses[i]}", answer.Text, StringComparison.Ordinal);
            Assert.Equal(300, DirectWire.Messages(answer.Body).Count());
        }
    }

    [Fact]
    public async Task Messages_ThatComeByteForByteOrOddly_AreAnswered()
    {
        var app = await _rig.ServeAsync(isDirect: true);
        var good = DirectRig.Request(_rig.Fleet.Good).ToByteArray();
        // Empty, with a part, longer than any check, twice in one message.
        byte[][] odd = [DirectWire.Frame([]), DirectWire.Frame([0x0A, 0x00]), Frame(good, new byte[] { 0xA2, 0x1F, 0x80, 0x20 }.Concat(new byte[4_096]).ToArray()), DirectWire.Frame([.. Field(good), .. Field(good)])];
        byte[] body = [.. Frame(good, []), .. odd.SelectMany(it => (byte[])[.. it, .. Frame(good, [])])];
        var random = new Random(_seed);
        var answer = await app.SendAsync(new DirectRequest(body) { Path = Path, Content = () => new InPieces(body, random, 40) });
        Assert.Contains("grpc-status: 0", answer.Text, StringComparison.Ordinal);
        var kinds = DirectWire.Messages(answer.Body).Select(static it => StreamCheckStatusResponse.Parser.ParseFrom(it).Result.ResultCase).ToArray();
        Assert.Equal([1, 2, 1, 2, 1, 1, 1, 1, 1], kinds.Select(static it => (int)it));
    }

    /// <summary>Checks, valid and not; each has its place as its correlation id.</summary>
    private List<byte[]> Checks()
    {
        var messages = new DirectMessages(new Random(_seed), _rig.Fleet.Pairs);
        var checks = new List<byte[]>();
        while (checks.Count < Cases)
        {
            var message = messages.Next();
            try
            {
                var request = CheckStatusRequest.Parser.ParseFrom(message);
                request.CorrelationId = checks.Count.ToString(CultureInfo.InvariantCulture);
                // What the writer of the contract would not have written stays so, and its id comes last.
                checks.Add(request.CalculateSize() == message.Length ? request.ToByteArray() : [.. message, .. Field(System.Text.Encoding.ASCII.GetBytes(request.CorrelationId))]);
            }
            catch (Exception thrown) when (thrown is InvalidProtocolBufferException or IndexOutOfRangeException or ArgumentOutOfRangeException or OutOfMemoryException)
            {
                // It would end the stream.
            }
        }

        return checks;
    }

    /// <summary>The answers by their correlation ids, the stream sent in pieces.</summary>
    private async Task<Dictionary<string, byte[]>> AskAsync(DirectApp app, List<byte[]> checks, byte[] beside)
    {
        byte[] body = [.. checks.SelectMany(it => Frame(it, beside))];
        var random = new Random(_seed);
        var answer = await app.SendAsync(new DirectRequest(body) { Path = Path, Content = () => new InPieces(body, random, 20_000) });
        Assert.Contains("grpc-status: 0", answer.Text, StringComparison.Ordinal);
        return DirectWire.Messages(answer.Body).ToDictionary(static it => StreamCheckStatusResponse.Parser.ParseFrom(it).CorrelationId);
    }

    private static byte[] Frame(byte[] check, byte[] beside) => DirectWire.Frame([.. Field(check), .. beside]);

    private static byte[] Field(byte[] bytes) => DirectWire.Counted(1, bytes);

    /// <summary>A body that is sent piece by piece, so that messages break off anywhere.</summary>
    private sealed class InPieces(byte[] body, Random random, int longest) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context)
        {
            for (var at = 0; at < body.Length;)
            {
                var piece = Math.Min(random.Next(1, longest), body.Length - at);
                await stream.WriteAsync(body.AsMemory(at, piece));
                await stream.FlushAsync();
                at += piece;
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
