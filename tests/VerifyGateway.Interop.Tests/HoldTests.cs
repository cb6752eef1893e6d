using VerifyGateway.TestKit;

namespace VerifyGateway.Interop.Tests;

/// <summary>Holds as an acquirer's back end places and lifts them, over two gateways on one store: one for those who may, one for who may not.</summary>
public sealed class HoldTests : IDisposable
{
    private const string Card = "c0ffeec0ffeec0ffeec0ffeec0ffeec0ffeec0ffeec0ffeec0ffeec0ffeec0ff";

    private readonly TempFolder _folder = new();

    [Fact]
    public async Task Holds_ByPython_AreSeenByChecksOfEveryGatewayAndToldToWhoMayKnow()
    {
        string[] common = ["Storage:Path=" + _folder.File("shared.db"), "Callers:LoopbackAcquirer=01020000"];
        using var python = await PythonScripts.PrepareAsync();
        using var back = await GatewayProcess.StartAsync(
            [.. common, "Storage:SeedFile=" + Seed(), "Callers:LoopbackRoles=Check,ReadBindings,HolderChannel,RiskControl,Judicial"]);
        using var front = await GatewayProcess.StartAsync([.. common, "Callers:LoopbackRoles=Check,ReadBindings"]);
        Assert.Equal(11, await python.RunTestsAsync("holds.py", back.Grpc, ("FRONT", front.Grpc.Authority), ("CARD", Card)));
        foreach (var gateway in new[] { back, front })
        {
            Assert.DoesNotContain("Exception", gateway.Process.Output, StringComparison.Ordinal);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _folder.Dispose();

    /// <summary>The sample, with a settlement card that the merchants of two identities share.</summary>
    private string Seed()
    {
        var lines = File.ReadAllLines(GatewayProcess.SampleSeed).ToList();
        var firstMerchant = lines.FindIndex(static line => line.Contains("\"kind\":\"merchant\"", StringComparison.Ordinal));
        lines.Insert(firstMerchant, $$"""{"kind":"card","acquirer_id":"01020000","identity_id":"ID-GOOD","card_fingerprint":"{{Card}}","card_fingerprint_key":"k1"}""");
        foreach (var merchant in new[] { Sample.Merchant, "898440300000005" })
        {
            var at = lines.FindIndex(line => line.Contains("\"kind\":\"merchant\"", StringComparison.Ordinal) && line.Contains(merchant, StringComparison.Ordinal));
            Assert.True(at >= 0, merchant);
            lines[at] = lines[at][..^1] + $",\"card_fingerprint\":\"{Card}\"}}";
        }

        var file = _folder.File("seed.ndjson");
        File.WriteAllLines(file, lines);
        return file;
    }
}
