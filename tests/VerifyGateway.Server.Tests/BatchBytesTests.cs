using VerifyGateway.V1;

namespace VerifyGateway.Server.Tests;

/// <summary>Over real connections: a batch that is answered from bytes to bytes has the status, the trailers and the bytes of one that is parsed.</summary>
public sealed class BatchBytesTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int Batches = 200;

    private readonly int _seed = DirectComparisonTests.SeedOf(output);
    private DirectRig _rig = null!;

    public async ValueTask InitializeAsync()
    {
        _rig = await DirectRig.StartAsync(_seed);
        _rig.Load(DirectRig.AllPolicies);
    }

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task Batches_OfEveryKindOfCheck_AreAnsweredAsParsedOnes()
    {
        var app = await _rig.ServeAsync(isDirect: true);
        var random = new Random(_seed);
        var messages = new DirectMessages(random, _rig.Fleet.Pairs);
        var (answered, refused) = (0, 0);
        for (var round = 0; round < Batches; round++)
        {
            // Messages that cannot be parsed refuse the whole batch: in most batches there are none. In one of too many checks there is none either:
            // it is refused for its size before anything of it is parsed.
            var size = random.Next(20) == 0 ? random.Next(900, 1_010) : random.Next(0, 40);
            byte[] batch = [.. Enumerable.Range(0, size).SelectMany(_ => DirectWire.Counted(BatchCheckStatusRequest.ChecksFieldNumber, size <= 1_000 && random.Next(200) == 0 ? messages.Next() : Parseable(messages)))];
            byte[] odd = [.. batch, .. DirectWire.UnknownField];
            // Whatever is not in memory yet is there afterwards.
            await SendAsync(app, odd);
            var (expected, actual) = (await SendAsync(app, odd), await SendAsync(app, batch));
            Assert.True(expected.IsAs(actual), $"round {round}, {size} checks\nparsed   {Short(expected)}\nas bytes {Short(actual)}");
            (answered, refused) = actual.Body.Length > 0 ? (answered + 1, refused) : (answered, refused + 1);
        }

        output.WriteLine($"{answered} batches answered, {refused} refused");
        Assert.InRange(answered, Batches / 2, Batches - 1);
    }

    private static string Short(DirectAnswer answer) => answer.ToString() is { Length: > 2_000 } text ? text[..2_000] : answer.ToString();

    private static byte[] Parseable(DirectMessages messages)
    {
        while (true)
        {
            var message = messages.Next();
            if (Rpc.WireLengths.Fit(CheckStatusRequest.Descriptor, message) && Record.Exception(() => CheckStatusRequest.Parser.ParseFrom(message)) is null)
            {
                return message;
            }
        }
    }

    private static Task<DirectAnswer> SendAsync(DirectApp app, byte[] batch) =>
        app.SendAsync(new DirectRequest(DirectWire.Frame(batch)) { Path = "/verifygateway.v1.VerificationService/BatchCheckStatus" });
}
