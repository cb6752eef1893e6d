using System.Globalization;
using System.Net;
using VerifyGateway.TestKit;

namespace VerifyGateway.Helm.Tests;

/// <summary>The gateway itself, started with what a Pod of the chart gives it.</summary>
public sealed class StartTests(Rendered rendered)
{
    [Theory]
    [InlineData("default")]
    [InlineData("redis")]
    [InlineData("config")]
    public async Task Start_WithTheEnvironmentOfAPod_BecomesReady(string set)
    {
        using var folder = new TempFolder();
        var environment = rendered[set].Config.ToDictionary(it => it.Key, it => (string?)it.Value);
        foreach (var variable in rendered[set].Container["env"]!.AsArray())
        {
            environment[variable!["name"]!.GetValue<string>()] = variable["value"]!.GetValue<string>();
        }

        // As the image has it: with ICU, which the start needs then.
        environment["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "0";
        // Ports, paths and addresses of a Pod's surroundings are not those of this machine.
        Replace("Listen:GrpcPort", "0");
        Replace("Listen:OpsPort", "0");
        Replace("Storage:Path", folder.File("gateway.db"));
        Replace("Redis:Endpoints", "127.0.0.1:" + FreePort.Next().ToString(CultureInfo.InvariantCulture));
        await File.WriteAllTextAsync(folder.File("password"), "generated-for-this-test");
        Replace("Redis:PasswordFile", folder.File("password"));

        using var gateway = await GatewayProcess.StartAsync(environment, [.. Arguments()]);
        Assert.Equal("0.0.0.0", gateway.Grpc.Host);
        await Wait.UntilAsync(async () => await StatusAsync(gateway.Ops.Port, rendered[set].Container["readinessProbe"]!["httpGet"]!["path"]!.GetValue<string>()) == HttpStatusCode.OK, "the gateway to be ready");
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(gateway.Ops.Port, rendered[set].Container["livenessProbe"]!["httpGet"]!["path"]!.GetValue<string>()));

        void Replace(string setting, string value)
        {
            var name = Settings.EnvironmentName(setting);
            if (environment.ContainsKey(name))
            {
                environment[name] = value;
            }
        }

        // The settings that a start of the test kit would choose itself, as the environment has them.
        IEnumerable<string> Arguments() =>
            ((string[])["Listen:GrpcPort", "Listen:OpsPort", "Storage:Path"]).Select(setting => $"{setting}={environment[Settings.EnvironmentName(setting)]}");
    }

    [Fact]
    public async Task Start_WithTheVariablesOfAServiceLink_IsRefused()
    {
        // Why the Pod has no service links: Kubernetes makes this variable for a Service called verifygateway.
        using var gateway = GatewayProcess.Launch(new Dictionary<string, string?> { ["VERIFYGATEWAY_SERVICE_HOST"] = "10.0.0.1" });
        await gateway.Process.WaitForExitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(78, gateway.Process.ExitCode);
        Assert.Contains("SERVICE_HOST", gateway.Process.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Icu_OfThisRuntime_WritesAChineseDate() =>
        Assert.StartsWith("2026年11月22日", new DateTime(2026, 11, 22).ToString("D", CultureInfo.GetCultureInfo("zh-CN")), StringComparison.Ordinal);

    private static async Task<HttpStatusCode> StatusAsync(int port, string path)
    {
        using var client = new HttpClient();
        using var answer = await client.GetAsync(new Uri($"http://127.0.0.1:{port}{path}"));
        return answer.StatusCode;
    }
}
