using System.Text.RegularExpressions;
using VerifyGateway.TestKit;

namespace VerifyGateway.Helm.Tests;

/// <summary>What the chart says of itself: lint, NOTES.txt, README.md, versions.</summary>
public sealed partial class DocumentTests
{
    public static TheoryData<string> ValueFiles => ["", .. Directory.EnumerateFiles(Path.Combine(Tools.Chart, "ci")).Select(path => Path.GetFileName(path)!)];

    [Theory]
    [MemberData(nameof(ValueFiles))]
    public async Task Lint_Strict_FindsNothing(string file)
    {
        var (exitCode, output) = await Tools.HelmAsync(["lint", "--strict", Tools.Chart, .. file.Length == 0 ? (string[])[] : ["-f", Path.Combine(Tools.Chart, "ci", file)]]);
        Assert.True(exitCode == 0, output);
        Assert.DoesNotContain("[WARNING]", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1.31.0", "", "every caller outside the Pod gets UNAUTHENTICATED. All traffic is plaintext.", "preStopSleepSeconds")]
    [InlineData("1.31.0", "callers.trustedNetworks={10.0.0.0/8}", "Callers in 10.0.0.0/8 are served without credentials; all traffic is plaintext.", "UNAUTHENTICATED")]
    [InlineData("1.31.0", "persistence.enabled=false", "the records end with the Pod", "preStopSleepSeconds")]
    [InlineData("1.31.0", "grpc.port=8443", "dns:///gateway-verify-gateway-grpc.pos.svc:8443", "persistence.enabled")]
    [InlineData("1.29.4", "", "preStopSleepSeconds is left out: Kubernetes v1.29.4", "persistence.enabled")]
    public async Task Notes_OfAnInstallation_SayWhoIsServed(string kubernetes, string value, string expected, string notThere)
    {
        // helm 3.6.2 renders notes only with a cluster; as a manifest it renders them without.
        using var folder = new TempFolder();
        var chart = folder.File("verify-gateway");
        Tools.Copy(Tools.Chart, chart);
        var notes = await File.ReadAllTextAsync(Path.Combine(chart, "templates", "NOTES.txt"));
        await File.WriteAllTextAsync(Path.Combine(chart, "templates", "notes.yaml"),
            "{{- define \"notes\" }}" + notes + "{{ end -}}\nkind: Notes\ntext: |\n{{ include \"notes\" . | indent 2 }}\n");
        var (exitCode, output) = await Tools.HelmAsync(
            "template", "gateway", chart, "--namespace", "pos", "--kube-version", kubernetes, "-s", "templates/notes.yaml", "--set", value);
        Assert.True(exitCode == 0, output);
        Assert.Contains(expected, output, StringComparison.Ordinal);
        Assert.DoesNotContain(notThere, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Readme_TableOfValues_IsWhatValuesYamlSays()
    {
        var (exitCode, output) = await Tools.NodeAsync(Repository.PathOf("eng", "chart-readme.cjs"), "--check");
        Assert.True(exitCode == 0, output);
    }

    [Fact]
    public void Version_OfTheApp_IsTheGateways() =>
        Assert.Equal(GatewayVersion().Match(Repository.Read("Directory.Build.props")).Groups[1].Value, AppVersion().Match(Repository.Read("helm/verify-gateway/Chart.yaml")).Groups[1].Value);

    [GeneratedRegex("<Version>([^<]+)</Version>")]
    private static partial Regex GatewayVersion();

    [GeneratedRegex(@"(?m)^appVersion: (\S+)$")]
    private static partial Regex AppVersion();
}
