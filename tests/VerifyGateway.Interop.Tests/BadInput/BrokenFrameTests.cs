namespace VerifyGateway.Interop.Tests.BadInput;

/// <summary>
/// Frames that the framework takes for a fault of its own, and logs as one. They get a gateway for themselves: elsewhere the log
/// must hold no fault at all; here it must hold no value of a request.
/// </summary>
public class BrokenFrameTests(BadInputGateway bad) : IClassFixture<BadInputGateway>
{
    private const int Cancelled = 1;
    private const int Internal = 13;

    [Theory]
    [InlineData(RawCaller.CheckStatus, 0x7E, 10u, Internal)]
    [InlineData(RawCaller.CheckStatus, 0, uint.MaxValue, Internal)]
    [InlineData(RawCaller.StreamCheckStatus, 0x7E, 10u, Internal)]
    [InlineData(RawCaller.StreamCheckStatus, 0, uint.MaxValue, Cancelled)]
    public async Task AnyCall_FrameOfNoMeaning_EndsWithAStatus(string method, byte flag, uint length, int expected)
    {
        var answer = await bad.Caller.SendAsync(method, Frame.Of("ZQXJ7319.."u8, flag, length));
        Assert.Equal((200, expected), (answer.Http, answer.Grpc));
        await ExpectNoHarmAsync(answer);
    }

    [Fact]
    public async Task UnframedBodies_Random_AlwaysGetAStatus()
    {
        string[] methods = [RawCaller.CheckStatus, RawCaller.BatchCheckStatus, RawCaller.StreamCheckStatus, RawCaller.GetBinding, "/grpc.health.v1.Health/Watch"];
        var random = new Random(7_319);
        for (var i = 0; i < 500; i++)
        {
            var body = new byte[random.Next(60)];
            random.NextBytes(body);
            var answer = await bad.Caller.SendAsync(methods[i % methods.Length], body);
            Assert.True(answer.Http == 200 && answer.Grpc is not (null or 2), $"{i}: {answer.Text}");
            Assert.DoesNotContain("Exception", answer.Text, StringComparison.Ordinal);
        }

        await bad.Caller.ExpectGoodCallAsync();
    }

    private async Task ExpectNoHarmAsync(RawAnswer answer)
    {
        Assert.DoesNotContain("Exception", answer.Text, StringComparison.Ordinal);
        await bad.Caller.ExpectGoodCallAsync();
        Assert.DoesNotContain(BadInputGateway.Marker, bad.Gateway.Process.Output, StringComparison.Ordinal);
    }
}
