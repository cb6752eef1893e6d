using System.Text.Json.Nodes;

namespace VerifyGateway.Helm.Tests;

/// <summary>The objects of one rendering, and the parts of them that tests ask for.</summary>
public sealed class Manifests(IReadOnlyList<JsonNode> all)
{
    /// <summary>All objects.</summary>
    public IReadOnlyList<JsonNode> All => all;

    /// <summary>Kind and name of every object, in order of kind and name.</summary>
    public IEnumerable<string> Names => all.Select(it => $"{it["kind"]} {it["metadata"]!["name"]}").Order(StringComparer.Ordinal);

    /// <summary>The Pod of the Deployment: its template.</summary>
    public JsonNode Template => Only("Deployment")["spec"]!["template"]!;

    /// <summary>The specification of the Pod.</summary>
    public JsonNode Pod => Template["spec"]!;

    /// <summary>The one container.</summary>
    public JsonNode Container => Assert.Single(Pod["containers"]!.AsArray())!;

    /// <summary>The data of the ConfigMap.</summary>
    public IReadOnlyDictionary<string, string> Config => Only("ConfigMap")["data"]!.AsObject().ToDictionary(it => it.Key, it => it.Value!.GetValue<string>());

    /// <summary>The one object of a kind.</summary>
    public JsonNode Only(string kind) => Assert.Single(all, it => it["kind"]!.GetValue<string>() == kind);

    /// <summary>The Service of a name.</summary>
    public JsonNode Service(string name) =>
        Assert.Single(all, it => it["kind"]!.GetValue<string>() == "Service" && it["metadata"]!["name"]!.GetValue<string>() == name);

    /// <summary>What stands in a Pod under a name, among volumes or mounts; null when nothing does.</summary>
    public static JsonNode? Named(JsonNode? list, string name) => list?.AsArray().FirstOrDefault(it => it!["name"]!.GetValue<string>() == name);

    /// <summary>Compares a part of a manifest with what it should be, written as JSON.</summary>
    public static void Same(string json, JsonNode? part) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(json), part), $"expected {json}, found {part?.ToJsonString() ?? "nothing"}");
}
