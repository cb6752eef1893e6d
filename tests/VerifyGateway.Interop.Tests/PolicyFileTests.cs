using VerifyGateway.TestKit;
using VerifyGateway.V1;

namespace VerifyGateway.Interop.Tests;

/// <summary>A policy file given to a running gateway: changed, broken, gone and mended.</summary>
public sealed class PolicyFileTests : IDisposable
{
    private const string None = """{"label": "none"}""";
    private const string NoCredit = """{"policies": [{"id": "no-credit", "effect": "DECLINE", "effective_from": "2020-01-01T00:00:00+08:00", "scope": {"card_classes": ["CREDIT"]}, "message_en": "No credit cards"}]}""";
    private const string Broken = """
        {"policies": [
          {"id": "a", "effect": "DECLINE", "effective_from": "2020-01-01T00:00:00+08:00", "surprise": 1},
          {"id": "b", "effect": "DECLINE", "effective_from": "2020-01-02T00:00:00+08:00", "effective_until": "2020-01-01T00:00:00+08:00"},
          {"id": "c", "effect": "WARN", "effective_from": "2020-01-01T00:00:00+08:00"},
          {"id": "c", "version": 2, "effect": "WARN", "effective_from": "2021-01-01T00:00:00+08:00"}],
         "acquirers": [{"acquirer_id": "01020000", "reasons": [{"code": "NOT_VERIFIED", "de39": "34"}]}]}
        """;

    /// <summary>Everything that is wrong with it, each with its place.</summary>
    private static readonly string[] ErrorsOfBroken =
    [
        "policies[0].surprise (line 2, column ", "FIELD_UNKNOWN", "policies[1] (line 3, column 3): END_BEFORE_START", "policies[3] (line 5, column 3): OVERLAP",
        "acquirers[0].reasons[0] (line 6, column 56): DE39_CAPTURES",
    ];

    private readonly TempFolder _folder = new();

    private string File => _folder.File("policies.json");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Policies_FileChanged_AreInForceWithoutAStart_AndABrokenOneChangesNothing()
    {
        await WriteAsync(None);
        using var gateway = await GatewayProcess.StartAsync("Storage:SeedFile=" + GatewayProcess.SampleSeed, "Policies:File=" + File, "Policies:LookEverySeconds=1");
        using var channel = Grpc.Net.Client.GrpcChannel.ForAddress(gateway.Grpc);
        var client = new VerificationService.VerificationServiceClient(channel);
        Assert.Equal(Decision.Allow, (await CheckAsync(client)).Decision);
        Assert.Equal((1, 0), await GaugesAsync(gateway));

        await WriteAsync(NoCredit);
        await Wait.UntilAsync(async () => (await CheckAsync(client)).Decision == Decision.Decline, "the new policies");
        var declined = await CheckAsync(client);
        Assert.Equal(("57", "no-credit", "No credit cards"), (declined.De39, declined.Policy.PolicyId, declined.Policy.Message));
        Assert.Equal((1, 1), await GaugesAsync(gateway));

        await WriteAsync(Broken);
        await Wait.UntilAsync(async () => await GaugesAsync(gateway) == (0, 1), "the broken file to be noticed");
        Assert.Equal(declined.Policy, (await CheckAsync(client)).Policy);
        // The log has it a moment after the metric.
        await Wait.UntilAsync(() => ErrorsOfBroken.All(error => gateway.Process.Output.Contains(error, StringComparison.Ordinal)), "the log to say what is wrong");

        await WriteAsync(NoCredit.Replace("no-credit", "no-credit-2", StringComparison.Ordinal));
        await Wait.UntilAsync(async () => await GaugesAsync(gateway) == (1, 1), "the file that is good again");
        System.IO.File.Delete(File);
        await Wait.UntilAsync(async () => await GaugesAsync(gateway) == (0, 1), "the file to be missed");
        Assert.Equal("no-credit-2", (await CheckAsync(client)).Policy.PolicyId);
        await Wait.UntilAsync(() => gateway.Process.Output.Contains("cannot be read", StringComparison.Ordinal), "the log to say that the file is gone");

        await WriteAsync(None);
        await Wait.UntilAsync(async () => await GaugesAsync(gateway) == (1, 0), "the mended file");
        Assert.Equal(Decision.Allow, (await CheckAsync(client)).Decision);
        gateway.Process.Signal("TERM");
        await gateway.Process.WaitForExitAsync(TimeSpan.FromSeconds(30));
        Assert.True(gateway.Process.ExitCode == 0, gateway.Process.Output);
    }

    [Fact]
    public async Task Start_WithABrokenPolicyFile_IsRefusedWithEveryErrorAndNothingTouched()
    {
        await WriteAsync(Broken);
        var (exitCode, output) = await RefusedAsync();
        Assert.Equal(78, exitCode);
        Assert.All(ErrorsOfBroken, error => Assert.Contains(error, output));
        Assert.DoesNotContain("   at ", output);
        Assert.Equal([File], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public async Task Start_WithoutThePolicyFile_IsRefusedAndNamesIt()
    {
        var (exitCode, output) = await RefusedAsync();
        Assert.Equal(78, exitCode);
        Assert.Contains("policies.json (Policies:File) cannot be read", output);
        Assert.DoesNotContain("   at ", output);
    }

    private static async Task<CheckStatusResponse> CheckAsync(VerificationService.VerificationServiceClient client)
    {
        var request = Sample.Good();
        request.Card = new PayerCard { CardClass = CardClass.Credit };
        request.Locale = Locale.En;
        return await client.CheckStatusAsync(request, deadline: DateTime.UtcNow.AddSeconds(10));
    }

    private static async Task<(double IsGood, double Count)> GaugesAsync(GatewayProcess gateway) =>
        (await gateway.MetricAsync("verifygateway_config_last_reload_successful"), await gateway.MetricAsync("verifygateway_policies"));

    private async Task<(int ExitCode, string Output)> RefusedAsync()
    {
        using var gateway = GatewayProcess.Launch("Policies:File=" + File, "Storage:Path=" + _folder.File("gateway.db"));
        await gateway.Process.WaitForExitAsync(TimeSpan.FromSeconds(30));
        return (gateway.Process.ExitCode, gateway.Process.Output);
    }

    /// <summary>Puts the file there whole, as tools that deploy do.</summary>
    private async Task WriteAsync(string text)
    {
        await System.IO.File.WriteAllTextAsync(File + ".new", text);
        System.IO.File.Move(File + ".new", File, overwrite: true);
    }
}
