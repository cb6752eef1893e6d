using System.Text.RegularExpressions;
using VerifyGateway.TestKit;
using static VerifyGateway.Helm.Tests.Manifests;

namespace VerifyGateway.Helm.Tests;

/// <summary>How settings and secrets reach the gateway.</summary>
public sealed partial class EnvironmentTests(Rendered rendered)
{
    public static TheoryData<string> Sets => [.. Rendered.Sets];

    [Theory]
    [MemberData(nameof(Sets))]
    public void Names_OfEverySet_AreSettingsThatExist(string set)
    {
        var direct = rendered[set].Container["env"]!.AsArray().Select(it => it!["name"]!.GetValue<string>());
        Assert.Equal(["DOTNET_EnableDiagnostics"], direct);
        Assert.NotEmpty(rendered[set].Config);
        Assert.Empty(rendered[set].Config.Keys.Except(Settings.Documented.Keys.Select(Settings.EnvironmentName)));
    }

    [Fact]
    public void Config_WithEverySetting_GivesEachItsValue()
    {
        var config = rendered["config"].Config;
        foreach (var (setting, value) in Settings.Documented.Where(it => !Settings.OfTheChart.Contains(it.Key)))
        {
            Assert.Equal((setting, value), (setting, config[Settings.EnvironmentName(setting)]), IgnoringCase);
        }

        static bool IgnoringCase((string, string) one, (string, string) other) =>
            one.Item1 == other.Item1 && one.Item2.Equals(other.Item2, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Config_ByDefault_ListensForOthersAndTrustsNobody()
    {
        var expected = new Dictionary<string, string>
        {
            ["VERIFYGATEWAY_Listen__GrpcAddress"] = "0.0.0.0",
            ["VERIFYGATEWAY_Listen__GrpcPort"] = "8081",
            ["VERIFYGATEWAY_Listen__OpsAddress"] = "0.0.0.0",
            ["VERIFYGATEWAY_Listen__OpsPort"] = "9090",
            ["VERIFYGATEWAY_Listen__StopWithinSeconds"] = "25",
            ["VERIFYGATEWAY_Storage__Path"] = "/data/verify-gateway.db",
        };
        Assert.Equal(expected, rendered["default"].Config);
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void Pod_OfEverySet_TakesTheConfigMapAndNoServiceLinks(string set)
    {
        var manifests = rendered[set];
        var name = manifests.Only("ConfigMap")["metadata"]!["name"]!.GetValue<string>();
        Same($$"""[{ "configMapRef": { "name": "{{name}}" } }]""", manifests.Container["envFrom"]);
        // A Service called verifygateway would give VERIFYGATEWAY_PORT, which the gateway takes for an unknown setting.
        Same("false", manifests.Pod["enableServiceLinks"]);
        Assert.Matches(Checksum(), manifests.Template["metadata"]!["annotations"]!["checksum/config"]!.GetValue<string>());
    }

    [Fact]
    public void Checksum_OfOtherSettings_IsAnother() =>
        Assert.NotEqual(ChecksumOf(rendered["default"]), ChecksumOf(rendered["config"]));

    [Fact]
    public void Redis_WithASecret_HasItsPasswordInAFileAndNowhereElse()
    {
        var manifests = rendered["redis"];
        const string Folder = "/etc/verify-gateway/secrets/redis";
        Assert.Equal("redis-0.redis:6379,redis-1.redis:6379", manifests.Config["VERIFYGATEWAY_Redis__Endpoints"]);
        Assert.Equal(Folder + "/password", manifests.Config["VERIFYGATEWAY_Redis__PasswordFile"]);
        Assert.Equal("10.1.0.0/16,fd00::/8", manifests.Config["VERIFYGATEWAY_Callers__TrustedNetworks"]);
        Same($$"""{ "name": "redis-password", "mountPath": "{{Folder}}", "readOnly": true }""", Named(manifests.Container["volumeMounts"], "redis-password"));
        Same("""
            {
              "name": "redis-password",
              "secret": { "secretName": "redis-credentials", "defaultMode": 288, "items": [{ "key": "password", "path": "password" }] }
            }
            """, Named(manifests.Pod["volumes"], "redis-password"));
        Assert.Equal(0b100_100_000, 288);
        Assert.All(manifests.All, it => Assert.DoesNotContain("secretKeyRef", it.ToJsonString(), StringComparison.Ordinal));
        Assert.DoesNotContain(manifests.Names, name => name.StartsWith("Secret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Config_WithALargeNumber_IsNotWrittenAsAPower()
    {
        var (exitCode, output) = await Tools.RenderAsync(Tools.Chart, "-s", "templates/configmap.yaml", "--set", "config.Cache.WindowChanges=100000000,config.Listen.Reflection=false");
        Assert.True(exitCode == 0, output);
        Assert.Contains("VERIFYGATEWAY_Cache__WindowChanges: \"100000000\"", output, StringComparison.Ordinal);
        Assert.Contains("VERIFYGATEWAY_Listen__Reflection: \"false\"", output, StringComparison.Ordinal);
        Assert.Equal("1000000", rendered["config"].Config["VERIFYGATEWAY_Cache__WindowChanges"]);
    }

    [Fact]
    public void Image_OfTheDockerfile_HasTheChartsUserPortsAndKnownSettings()
    {
        var dockerfile = Repository.Read("eng/docker/Dockerfile");
        var user = rendered["default"].Pod["securityContext"]!["runAsUser"]!.ToJsonString();
        Assert.Matches($"(?m)^USER {user}$", dockerfile);
        Assert.Matches("(?m)^EXPOSE 8081 9090$", dockerfile);
        Assert.Matches("(?m)^FROM .*/aspnet:10\\.0-noble-chiseled-extra$", dockerfile);
        var names = Variable().Matches(dockerfile).Select(found => found.Value).ToList();
        Assert.Equal(3, names.Count);
        Assert.Empty(names.Except(Settings.Documented.Keys.Select(Settings.EnvironmentName)));
    }

    private static string ChecksumOf(Manifests manifests) => manifests.Template["metadata"]!["annotations"]!["checksum/config"]!.GetValue<string>();

    [GeneratedRegex("^[0-9a-f]{64}$")]
    private static partial Regex Checksum();

    [GeneratedRegex(@"\bVERIFYGATEWAY_\w+")]
    private static partial Regex Variable();
}
