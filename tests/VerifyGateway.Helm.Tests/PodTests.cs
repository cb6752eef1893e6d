using System.Text.Json.Nodes;
using static VerifyGateway.Helm.Tests.Manifests;

namespace VerifyGateway.Helm.Tests;

/// <summary>What the Pod may do, how it is watched, and how it starts and ends.</summary>
public sealed class PodTests(Rendered rendered)
{
    public static TheoryData<string> Sets => [.. Rendered.Sets];

    [Theory]
    [MemberData(nameof(Sets))]
    public void Security_OfEverySet_IsRestricted(string set)
    {
        var (pod, container) = (rendered[set].Pod, rendered[set].Container);
        Same("""
            {
              "runAsNonRoot": true, "runAsUser": 1654, "runAsGroup": 1654, "fsGroup": 1654, "fsGroupChangePolicy": "OnRootMismatch",
              "seccompProfile": { "type": "RuntimeDefault" }
            }
            """, pod["securityContext"]);
        Same("""
            { "allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true, "runAsNonRoot": true, "capabilities": { "drop": ["ALL"] } }
            """, container["securityContext"]);
        Same("false", pod["automountServiceAccountToken"]);
        Assert.All((string[])["hostNetwork", "hostPID", "hostIPC", "initContainers"], field => Assert.Null(pod[field]));
        Assert.All(pod["volumes"]!.AsArray(), volume => Assert.Null(volume!["hostPath"]));
    }

    [Theory]
    [InlineData("startupProbe", "/livez")]
    [InlineData("livenessProbe", "/livez")]
    [InlineData("readinessProbe", "/readyz")]
    public void Probes_OfTheContainer_AskTheOpsPort(string probe, string path)
    {
        var container = rendered["default"].Container;
        Same($$"""{ "path": "{{path}}", "port": "ops" }""", container[probe]!["httpGet"]);
        Assert.True(container[probe]!["failureThreshold"]!.GetValue<int>() > 1);
        Same("9090", Named(container["ports"], "ops")!["containerPort"]);
    }

    [Fact]
    public void Stop_ByDefault_SleepsWithoutAShellAndHasTimeEnough()
    {
        var pod = rendered["default"].Pod;
        Same("""{ "preStop": { "sleep": { "seconds": 5 } } }""", rendered["default"].Container["lifecycle"]);
        Same("60", pod["terminationGracePeriodSeconds"]);
        Assert.Null(rendered["ephemeral"].Container["lifecycle"]);
    }

    [Fact]
    public async Task Stop_BeforeKubernetes130_DoesNotSleep()
    {
        var (exitCode, output) = await Tools.HelmAsync("template", "gateway", Tools.Chart, "--kube-version", "1.29.4", "--set", "terminationGracePeriodSeconds=26");
        Assert.True(exitCode == 0, output);
        Assert.DoesNotContain("preStop", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Replicas_ByDefault_AreOneThatStopsBeforeTheNextStarts()
    {
        var deployment = rendered["default"].Only("Deployment")["spec"]!;
        Same("1", deployment["replicas"]);
        Same("""{ "type": "Recreate" }""", deployment["strategy"]);
        Same(deployment["selector"]!["matchLabels"]!.ToJsonString(), Subset(rendered["default"].Template["metadata"]!["labels"]!, "app.kubernetes.io/name", "app.kubernetes.io/instance"));
    }

    [Fact]
    public void Volumes_ByDefault_AreAClaimForTheStoreAndMemoryForTmp()
    {
        var manifests = rendered["default"];
        Same("""{ "name": "data", "persistentVolumeClaim": { "claimName": "gateway-verify-gateway" } }""", Named(manifests.Pod["volumes"], "data"));
        Same("""{ "name": "tmp", "emptyDir": { "medium": "Memory", "sizeLimit": "64Mi" } }""", Named(manifests.Pod["volumes"], "tmp"));
        Same("""[{ "name": "data", "mountPath": "/data" }, { "name": "tmp", "mountPath": "/tmp" }]""", manifests.Container["volumeMounts"]);
        var claim = manifests.Only("PersistentVolumeClaim");
        Same("""{ "helm.sh/resource-policy": "keep" }""", claim["metadata"]!["annotations"]);
        Same("""{ "accessModes": ["ReadWriteOnce"], "resources": { "requests": { "storage": "8Gi" } } }""", claim["spec"]);
    }

    [Fact]
    public void Volumes_WithoutPersistence_HaveNoClaimAndWhatIsAddedToThem()
    {
        var manifests = rendered["ephemeral"];
        Assert.DoesNotContain(manifests.Names, name => name.StartsWith("PersistentVolumeClaim", StringComparison.Ordinal));
        Same("""{ "name": "data", "emptyDir": {} }""", Named(manifests.Pod["volumes"], "data"));
        Same("""{ "name": "seed", "mountPath": "/seed", "readOnly": true }""", Named(manifests.Container["volumeMounts"], "seed"));
        Same("\"registry.example.com/pos/verify-gateway:1.10@sha256:" + new string('0', 64) + "\"", manifests.Container["image"]);
    }

    [Theory]
    [InlineData("persistence.existingClaim=mine", "claimName: \"mine\"", "kind: PersistentVolumeClaim")]
    [InlineData("persistence.storageClass=fast", "storageClassName: \"fast\"", "storageClassName: \"\"")]
    [InlineData("persistence.storageClass=-", "storageClassName: \"\"", "storageClassName: \"-\"")]
    [InlineData("dotnetDiagnostics=true", "value: \"1\"", "value: \"0\"")]
    [InlineData("replicaCount=0", "replicas: 0", "replicas: 1")]
    public async Task Values_ThatAreSet_AreTaken(string value, string there, string notThere)
    {
        var (exitCode, output) = await Tools.RenderAsync(Tools.Chart, "--set", value);
        Assert.True(exitCode == 0, output);
        Assert.Contains(there, output, StringComparison.Ordinal);
        Assert.DoesNotContain(notThere, output, StringComparison.Ordinal);
    }

    private static JsonObject Subset(JsonNode labels, params string[] names) =>
        new(names.Select(name => KeyValuePair.Create<string, JsonNode?>(name, labels[name]!.DeepClone())));
}
