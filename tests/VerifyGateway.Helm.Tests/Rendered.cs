using System.Text.Json.Nodes;
using VerifyGateway.Helm.Tests;
using VerifyGateway.TestKit;

[assembly: AssemblyFixture(typeof(Rendered))]

namespace VerifyGateway.Helm.Tests;

/// <summary>The chart, rendered once for each set of values, and what models and compiler say of it.</summary>
public sealed class Rendered : IAsyncLifetime
{
    /// <summary>Every set of values.</summary>
    public static readonly string[] Sets = ["default", "redis", "monitored", "ephemeral", "config", "subchart"];

    private readonly TempFolder _folder = new();
    private readonly Dictionary<string, Manifests> _manifests = [];

    /// <summary>What the models' schemas found, one line each; a line begins with the name of the set.</summary>
    public IReadOnlyList<string> Findings { get; private set; } = [];

    /// <summary>What the compiler found.</summary>
    public IReadOnlyList<string> CompilerLines { get; private set; } = [];

    /// <summary>The manifests of a set.</summary>
    public Manifests this[string set] => _manifests[set];

    /// <inheritdoc />
    public async ValueTask InitializeAsync()
    {
        await RenderAsync("default", Tools.Chart);
        foreach (var set in (string[])["redis", "monitored", "ephemeral"])
        {
            await RenderAsync(set, Tools.Chart, "-f", Path.Combine(Tools.Chart, "ci", set + "-values.yaml"));
        }

        await File.WriteAllTextAsync(_folder.File("config.values"), Settings.AllOfConfig());
        await RenderAsync("config", Tools.Chart, "-f", _folder.File("config.values"));
        await RenderAsync("subchart", Umbrella.Make(_folder.File("umbrella")));
        await SpoilAsync("monitored", "control-probe", "readinessProbe:", "readinessProb:");
        await SpoilAsync("monitored", "control-interval", "interval:", "intervall:");
        await SpoilAsync("default", "control-type", "replicas: 1", "replicas: one");

        var (exitCode, output) = await Tools.NodeAsync(Repository.PathOf("tests", "VerifyGateway.Helm.Tests", "node", "check.cjs"), _folder.Path, Tools.Folder);
        Assert.True(exitCode == 0, output);
        Findings = [.. Parse("findings").Select(finding => finding!.GetValue<string>())];
        foreach (var set in Sets)
        {
            _manifests[set] = new Manifests([.. Parse(set).Select(document => document!)]);
        }

        CompilerLines = (await Tools.TscAsync(_folder.Path)).Output.Split('\n');
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    private JsonArray Parse(string name) => JsonNode.Parse(File.ReadAllText(_folder.File(name + ".json")))!.AsArray();

    private async Task RenderAsync(string set, string chart, params string[] arguments)
    {
        var (exitCode, output) = await Tools.RenderAsync(chart, arguments);
        Assert.True(exitCode == 0, $"{set}: {output}");
        await File.WriteAllTextAsync(_folder.File(set + ".yaml"), output);
    }

    private async Task SpoilAsync(string set, string control, string before, string after)
    {
        var text = await File.ReadAllTextAsync(_folder.File(set + ".yaml"));
        Assert.Contains(before, text, StringComparison.Ordinal);
        await File.WriteAllTextAsync(_folder.File(control + ".yaml"), text.Replace(before, after, StringComparison.Ordinal));
    }
}
