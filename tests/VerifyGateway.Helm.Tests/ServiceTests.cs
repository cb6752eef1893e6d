using static VerifyGateway.Helm.Tests.Manifests;

namespace VerifyGateway.Helm.Tests;

/// <summary>Which objects there are, how callers find the gateway, and how Prometheus does.</summary>
public sealed class ServiceTests(Rendered rendered)
{
    private const string Selector = """{ "app.kubernetes.io/name": "verify-gateway", "app.kubernetes.io/instance": "gateway" }""";

    [Fact]
    public void Objects_ByDefault_AreTheseFive() => Assert.Equal(
        [
            "ConfigMap gateway-verify-gateway", "Deployment gateway-verify-gateway", "PersistentVolumeClaim gateway-verify-gateway",
            "Service gateway-verify-gateway", "Service gateway-verify-gateway-grpc",
        ],
        rendered["default"].Names);

    [Fact]
    public void Objects_AsASubChart_AreTheSame()
    {
        Assert.Equal(rendered["default"].Names, rendered["subchart"].Names);
        Assert.Equal("10.0.0.0/8", rendered["subchart"].Config["VERIFYGATEWAY_Callers__TrustedNetworks"]);
    }

    [Fact]
    public void Service_ForAll_HasBothPorts() => Same($$"""
        {
          "type": "ClusterIP",
          "selector": {{Selector}},
          "ports": [
            { "name": "grpc", "port": 8081, "targetPort": "grpc", "protocol": "TCP", "appProtocol": "kubernetes.io/h2c" },
            { "name": "ops", "port": 9090, "targetPort": "ops", "protocol": "TCP", "appProtocol": "http" }
          ]
        }
        """, rendered["default"].Service("gateway-verify-gateway")["spec"]);

    [Theory]
    [InlineData("default")]
    [InlineData("ephemeral")]
    public void Service_Headless_HasThePodsOwnPortOfGrpcOnly(string set) => Same($$"""
        {
          "type": "ClusterIP",
          "clusterIP": "None",
          "publishNotReadyAddresses": false,
          "selector": {{Selector}},
          "ports": [{ "name": "grpc", "port": 8081, "targetPort": "grpc", "protocol": "TCP", "appProtocol": "kubernetes.io/h2c" }]
        }
        """, rendered[set].Service("gateway-verify-gateway-grpc")["spec"]);

    [Fact]
    public void ServiceMonitor_WhenAskedFor_ScrapesTheOpsPort()
    {
        var monitor = rendered["monitored"].Only("ServiceMonitor");
        Same("\"prometheus\"", monitor["metadata"]!["labels"]!["release"]);
        Same($$"""
            {
              "jobLabel": "app.kubernetes.io/name",
              "sampleLimit": 5000,
              "namespaceSelector": { "matchNames": ["pos"] },
              "selector": { "matchLabels": {{Selector}} },
              "endpoints": [{
                "port": "ops", "path": "/metrics", "scheme": "http", "interval": "15s", "scrapeTimeout": "10s",
                "relabelings": [{ "sourceLabels": ["__meta_kubernetes_pod_node_name"], "targetLabel": "node" }],
                "metricRelabelings": [{ "action": "drop", "sourceLabels": ["__name__"], "regex": "dotnet_.*" }]
              }]
            }
            """, monitor["spec"]);
    }

    [Fact]
    public void Labels_OfEveryObject_AreTheChartsOwnAndThoseGiven()
    {
        Assert.All(rendered["ephemeral"].All, it =>
        {
            var labels = it["metadata"]!["labels"]!;
            Same("\"payments\"", labels["team"]);
            Same("\"verify-gateway\"", labels["app.kubernetes.io/name"]);
            Same("\"Helm\"", labels["app.kubernetes.io/managed-by"]);
            Same("\"pos\"", it["metadata"]!["namespace"]);
        });
    }

    [Theory]
    [InlineData("fullnameOverride=pos", "name: pos-grpc")]
    [InlineData("nameOverride=check", "name: gateway-check-grpc")]
    [InlineData("fullnameOverride=a23456789-123456789-123456789-123456789-123456789-123456789", "name: a23456789-123456789-123456789-123456789-123456789-12345678-grpc")]
    [InlineData("commonLabels.app\\.kubernetes\\.io/name=other", "app.kubernetes.io/name: verify-gateway")]
    public async Task Names_ThatAreGiven_AreTaken(string value, string expected)
    {
        var (exitCode, output) = await Tools.RenderAsync(Tools.Chart, "-s", "templates/service-headless.yaml", "--set", value);
        Assert.True(exitCode == 0, output);
        Assert.Contains(expected, output, StringComparison.Ordinal);
    }
}
