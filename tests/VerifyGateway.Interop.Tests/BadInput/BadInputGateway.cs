using VerifyGateway.TestKit;

namespace VerifyGateway.Interop.Tests.BadInput;

/// <summary>The gateway that gets all the bad input, and one connection to it that must live through it.</summary>
public sealed class BadInputGateway : IAsyncLifetime
{
    /// <summary>Stands in values of bad requests; neither an answer nor the log may repeat it.</summary>
    public const string Marker = "ZQXJ7319";

    private int _logSeen;

    /// <summary>The gateway.</summary>
    internal GatewayProcess Gateway { get; private set; } = null!;

    /// <summary>The connection.</summary>
    internal RawCaller Caller { get; private set; } = null!;

    /// <inheritdoc />
    public async ValueTask InitializeAsync()
    {
        Gateway = await GatewayProcess.StartAsync("Storage:SeedFile=" + GatewayProcess.SampleSeed);
        Caller = new RawCaller(Gateway.Grpc);
        await Caller.ExpectGoodCallAsync();
    }

    /// <summary>Sends a bad request; then a good one must succeed, and nothing of the gateway's inside or of the request may have come out.</summary>
    internal async Task<RawAnswer> SendAsync(string path, byte[] body, Action<HttpRequestMessage>? change = null)
    {
        var answer = await Caller.SendAsync(path, body, change);
        ExpectNoLeak(answer.Text);
        await Caller.ExpectGoodCallAsync();
        return answer;
    }

    /// <summary>Fails when the text, or what the gateway has logged since the last look, holds a value of a bad request, a stack trace or the name of an exception.</summary>
    internal void ExpectNoLeak(string text)
    {
        var log = Gateway.Process.Output;
        var since = log[Math.Min(_logSeen, log.Length)..];
        _logSeen = log.Length;
        foreach (var said in new[] { text, since })
        {
            Assert.DoesNotContain(Marker, said, StringComparison.Ordinal);
            Assert.DoesNotContain("Exception", said, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        Caller?.Dispose();
        Gateway?.Dispose();
        return ValueTask.CompletedTask;
    }
}
