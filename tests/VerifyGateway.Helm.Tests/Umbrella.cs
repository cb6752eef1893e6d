namespace VerifyGateway.Helm.Tests;

/// <summary>A chart that has ours as a dependency, with what such charts do to it: a condition, global values, a value of its own.</summary>
internal static class Umbrella
{
    private const string Chart = """
        apiVersion: v2
        name: umbrella
        version: 1.0.0
        dependencies:
          - name: verify-gateway
            version: "*"
            condition: verify-gateway.enabled
        """;

    private const string Values = """
        global:
          imageRegistry: registry.example.com
          anything: [at, all]
        verify-gateway:
          enabled: true
          callers:
            trustedNetworks: [10.0.0.0/8]
        """;

    /// <summary>Writes it into a folder, and returns the folder.</summary>
    public static string Make(string folder)
    {
        Tools.Copy(Tools.Chart, Path.Combine(folder, "charts", "verify-gateway"));
        File.WriteAllText(Path.Combine(folder, "Chart.yaml"), Chart);
        File.WriteAllText(Path.Combine(folder, "values.yaml"), Values);
        return folder;
    }
}
