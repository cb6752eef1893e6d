using System.Diagnostics;
using System.Text;
using Google.Protobuf;
using VerifyGateway.Domain.Deciding;
using VerifyGateway.Server.Callers;
using VerifyGateway.Server.Checks;
using VerifyGateway.Server.Direct;
using VerifyGateway.Server.Faults;
using VerifyGateway.Server.Rpc;
using VerifyGateway.V1;

namespace VerifyGateway.Server.Tests;

/// <summary>Whatever the reader of bytes takes, generated code and the ordinary parser take too, with the same meaning.</summary>
public sealed class DirectParserTests(ITestOutputHelper output)
{
    private const int Cases = 600_000;

    private static readonly Caller Anybody = new("any", null, null, CallerRoles.Check);

    private readonly int _seed = DirectComparisonTests.SeedOf(output);
    private readonly AcquirerIds _acquirers = new();

    [Fact]
    public void Messages_ThatAreTaken_MeanTheSameToTheOrdinaryParser()
    {
        var watch = Stopwatch.StartNew();
        var random = new Random(_seed);
        var messages = new DirectMessages(random, new DirectFleet(_seed, TimeProvider.System).Pairs);
        PlainCheck check = default;
        var (taken, ordinary) = (0, 0);
        for (var at = 0; at < Cases; at++)
        {
            var message = messages.Next();
            // What was read before must not be left in the next.
            if (PlainCheck.TryRead(message, Anybody, _acquirers, ref check))
            {
                ExpectSame(message, check, Parsed(message, out var request) ?? throw new Xunit.Sdk.XunitException($"taken, and refused: {Convert.ToHexString(message)}"), request!);
                taken++;
            }
            else if (at % 8 == 0 && Parsed(message, out _) is not null)
            {
                ordinary++;
            }
        }

        output.WriteLine($"{Cases:N0} messages, {taken:N0} taken, some {ordinary * 8:N0} valid and left, in {watch.Elapsed.TotalSeconds:F1} s");
        Assert.InRange(taken, Cases / 2, Cases - 1);
    }

    [Fact]
    public void Messages_WithPartsThatClaimToBeHuge_AreNeverTaken()
    {
        var messages = new HugeMessages(_seed);
        PlainCheck check = default;
        for (var at = 0; at < 20_000; at++)
        {
            Assert.False(PlainCheck.TryRead(messages.Next(), Anybody, _acquirers, ref check));
        }
    }

    [Fact]
    public void Messages_OfTheContractsWriter_AreAllTakenUnlessTheyAskForMore()
    {
        // Without this, a reader that takes nothing would pass.
        var messages = new DirectMessages(new Random(_seed), new DirectFleet(_seed, TimeProvider.System).Pairs);
        PlainCheck check = default;
        for (var at = 0; at < 20_000; at++)
        {
            var request = messages.Valid();
            Assert.True(PlainCheck.TryRead(request.ToByteArray(), Anybody, _acquirers, ref check), request.ToString());
            request.Explain = true;
            Assert.False(PlainCheck.TryRead(request.ToByteArray(), Anybody, _acquirers, ref check));
        }
    }

    [Fact]
    public void Comparison_OfAReaderThatIsWrong_FindsIt()
    {
        var request = DirectRig.Request(new DirectFleet(_seed, TimeProvider.System).Pairs[0]);
        request.AmountMinor = 5;
        PlainCheck check = default;
        Assert.True(PlainCheck.TryRead(request.ToByteArray(), Anybody, _acquirers, ref check));
        var message = request.ToByteArray();
        ExpectSame(message, check, Parsed(message, out _)!.Value, request);
        request.AmountMinor = 6;
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => ExpectSame(message, check, Parsed(request.ToByteArray(), out _)!.Value, request));
    }

    /// <summary>The query, as the ordinary service reads it; null when it refuses.</summary>
    private static StatusQuery? Parsed(byte[] message, out CheckStatusRequest? request)
    {
        request = null;
        try
        {
            request = RequestParser.Parse<CheckStatusRequest>(message);
            var violations = new Violations("");
            var query = CheckParser.Parse(request, Anybody, ref violations);
            return violations.None ? query : null;
        }
        catch (GatewayException)
        {
            return null;
        }
    }

    private static void ExpectSame(byte[] message, in PlainCheck check, in StatusQuery expected, CheckStatusRequest request)
    {
        var terminal = check.TerminalIn(message);
        var merchant = check.MerchantIn(message);
        var isSame = check.Query == expected with { Sn = default }
            && terminal.Own.SequenceEqual(Encoding.UTF8.GetBytes(expected.Sn.ToString())) && terminal.Acquirer.SequenceEqual(Encoding.UTF8.GetBytes(expected.Acquirer.ToString()))
            && merchant.Own.SequenceEqual(Encoding.UTF8.GetBytes(expected.MerchantNo.ToString())) && merchant.Acquirer.SequenceEqual(terminal.Acquirer)
            && check.CorrelationIdIn(message).SequenceEqual(Encoding.UTF8.GetBytes(request.CorrelationId))
            && check.AtLeastRevision == request.AtLeastRevision && check.IsEnglish == (request.Locale == Locale.En) && !request.Explain;
        Assert.True(isSame, $"{Convert.ToHexString(message)}\n{check.Query}\n{expected}");
    }
}
