using VerifyGateway.TestKit;

namespace VerifyGateway.Helm.Tests;

/// <summary>Values that the chart does not take, and that it says why.</summary>
public sealed class RefusalTests
{
    [Theory]
    [InlineData("replicaCount=2", "replicaCount: Must be less than or equal to 1")]
    [InlineData("replicas=1", "Additional property replicas is not allowed")]
    [InlineData("image.name=x", "Additional property name is not allowed")]
    [InlineData("grpc.port=0", "grpc.port: Must be greater than or equal to 1")]
    [InlineData("ops.port=65536", "ops.port: Must be less than or equal to 65535")]
    [InlineData("service.grpcPort=grpc", "service.grpcPort: Invalid type")]
    [InlineData("metrics.serviceMonitor.interval=abc", "metrics.serviceMonitor.interval: Does not match pattern")]
    [InlineData("metrics.serviceMonitor.scrapeTimeout=10", "metrics.serviceMonitor.scrapeTimeout: Invalid type")]
    [InlineData("config.Cahce.FreshForMs=100", "config: Additional property Cahce is not allowed")]
    [InlineData("config.Cache.FreshFormMs=100", "config.Cache: Additional property FreshFormMs is not allowed")]
    [InlineData("config.Cache.FreshForMs=soon", "config.Cache.FreshForMs: Invalid type")]
    [InlineData("config.Listen.GrpcPort=1", "config.Listen: Additional property GrpcPort is not allowed")]
    [InlineData("callers.trustedNetworks={everybody}", "callers.trustedNetworks.0: Does not match pattern")]
    [InlineData("listenAddress=127.0.0.1", "listenAddress must be one of")]
    [InlineData("persistence.size=much", "persistence.size: Does not match pattern")]
    [InlineData("persistence.accessMode=ReadWriteMany", "persistence.accessMode must be one of")]
    [InlineData("image.digest=sha256:12", "image.digest: Does not match pattern")]
    [InlineData("image.pullPolicy=Sometimes", "image.pullPolicy must be one of")]
    [InlineData("fullnameOverride=Pos", "fullnameOverride: Does not match pattern")]
    [InlineData("probes.liveness.periodSeconds=0", "probes.liveness.periodSeconds: Must be greater than or equal to 1")]
    public async Task Schema_BadValue_IsRefused(string value, string expected) => Refused(expected, await Tools.RenderAsync(Tools.Chart, "--set", value));

    [Theory]
    [InlineData("terminationGracePeriodSeconds=30", "terminationGracePeriodSeconds is 30, but stopping takes up to 30 seconds")]
    [InlineData("stopWithinSeconds=600", "terminationGracePeriodSeconds is 60, but stopping takes up to 605 seconds")]
    [InlineData("ops.port=8081", "grpc.port and ops.port are both 8081")]
    [InlineData("service.opsPort=8081", "service.grpcPort and service.opsPort are both 8081")]
    [InlineData("redis.existingSecret=x", "redis.existingSecret is set and redis.endpoints is empty")]
    [InlineData("redis.endpoints=redis:6379\\,Password=x", "redis.endpoints holds a password")]
    public async Task Template_ValuesThatDoNotGoTogether_AreRefused(string value, string expected) => Refused(expected, await Tools.RenderAsync(Tools.Chart, "--set", value));

    [Fact]
    public async Task Template_SeveralReplicasPastTheSchema_AreRefused()
    {
        using var folder = new TempFolder();
        var chart = folder.File("verify-gateway");
        Tools.Copy(Tools.Chart, chart);
        File.Delete(Path.Combine(chart, "values.schema.json"));
        Refused("replicaCount is 2, but the store is one SQLite file", await Tools.RenderAsync(chart, "--set", "replicaCount=2"));
    }

    [Fact]
    public async Task SubChart_BadValue_IsRefused()
    {
        using var folder = new TempFolder();
        var umbrella = Umbrella.Make(folder.File("umbrella"));
        Refused("Additional property replicas is not allowed", await Tools.RenderAsync(umbrella, "--set", "verify-gateway.replicas=1"));
    }

    [Fact]
    public async Task SubChart_SwitchedOff_LeavesNothing()
    {
        using var folder = new TempFolder();
        var (exitCode, output) = await Tools.RenderAsync(Umbrella.Make(folder.File("umbrella")), "--set", "verify-gateway.enabled=false");
        Assert.True(exitCode == 0 && string.IsNullOrWhiteSpace(output), output);
    }

    [Fact]
    public async Task Kubernetes_ThatIsTooOld_IsRefused()
    {
        // Without a cluster and without being told, helm 3.6.2 takes Kubernetes to be 1.20.
        Refused("chart requires kubeVersion: >=1.29.0-0 which is incompatible with Kubernetes v1.20.0", await Tools.HelmAsync("template", "gateway", Tools.Chart));
        Refused("chart requires kubeVersion", await Tools.HelmAsync("template", "gateway", Tools.Chart, "--kube-version", "1.28.9"));
    }

    private static void Refused(string expected, (int ExitCode, string Output) run)
    {
        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains(expected, run.Output, StringComparison.Ordinal);
    }
}
