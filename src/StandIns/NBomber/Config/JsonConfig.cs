using System.Text.Json;
using Microsoft.Extensions.Configuration;
using NBomber.Contracts;
using NBomber.Contracts.Stats;

namespace NBomber.Config;

/// <summary>
/// Settings of a run in JSON, which outrank those of the program: the load may change without a build. A name that is not known is
/// refused, with its place: a misspelt setting that is passed over in silence changes what is measured.
/// </summary>
internal static class JsonConfig
{
    private static readonly JsonDocumentOptions Options = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <param name="pathOrContent">A file, or the JSON itself.</param>
    public static string Read(string pathOrContent)
    {
        if (pathOrContent.TrimStart().StartsWith('{'))
        {
            return pathOrContent;
        }

        try
        {
            return File.ReadAllText(pathOrContent);
        }
        catch (Exception missing) when (missing is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new ArgumentException($"The configuration '{pathOrContent}' cannot be read: {missing.Message}", missing);
        }
    }

    /// <summary>The run with the settings in the place of its own.</summary>
    public static NBomberContext Apply(NBomberContext context, string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Options);
            foreach (var (name, value, where) in Members(document.RootElement, ""))
            {
                context = name switch
                {
                    "TestSuite" => context with { TestSuite = Text(value, where) },
                    "TestName" => context with { TestName = Text(value, where) },
                    "TargetScenarios" => context with { TargetScenarios = Texts(value, where) },
                    "GlobalSettings" => Global(context, value, where),
                    _ => throw Unknown(where),
                };
            }

            return context;
        }
        catch (JsonException problem)
        {
            throw new ArgumentException($"The configuration is not JSON: {problem.Message}", problem);
        }
    }

    private static NBomberContext Global(NBomberContext context, JsonElement global, string path)
    {
        foreach (var (name, value, where) in Members(global, path))
        {
            context = name switch
            {
                "ScenariosSettings" => Elements(value, where).Aggregate(context, static (run, one) => Scenario(run, one.Value, one.Where)),
                "ReportFileName" => context with { ReportFileName = Text(value, where) },
                "ReportFolder" => context with { ReportFolder = Text(value, where) },
                "ReportFormats" => context with { ReportFormats = [.. Texts(value, where).Select(format => Format(format, where)).Distinct()] },
                "ReportingInterval" => context with { ReportingInterval = Time(value, where) },
                _ => throw Unknown(where),
            };
        }

        return context;
    }

    private static NBomberContext Scenario(NBomberContext context, JsonElement settings, string path)
    {
        var named = Members(settings, path).FirstOrDefault(member => member.Name == "ScenarioName");
        var name = named.Name is null ? throw new ArgumentException($"{path} has no ScenarioName.") : Text(named.Value, named.Where);
        if (context.Scenarios.All(scenario => scenario.ScenarioName != name))
        {
            throw new ArgumentException($"{named.Where}: there is no scenario '{name}'.");
        }

        return context with { Scenarios = [.. context.Scenarios.Select(scenario => scenario.ScenarioName == name ? Apply(scenario, settings, path) : scenario)] };
    }

    private static ScenarioProps Apply(ScenarioProps scenario, JsonElement settings, string path)
    {
        foreach (var (name, value, where) in Members(settings, path))
        {
            scenario = name switch
            {
                "ScenarioName" => scenario,
                "WarmUpDuration" => scenario with { WarmUpDuration = Time(value, where) },
                "LoadSimulationsSettings" => scenario with { LoadSimulations = [.. Elements(value, where).Select(static one => SimulationConfig.Of(one.Value, one.Where))] },
                "ThresholdSettings" => scenario with { Thresholds = [.. Elements(value, where).Select(static one => ThresholdConfig.Of(one.Value, one.Where))] },
                "MaxFailCount" => scenario with { MaxFailCount = Number(value, where) },
                "CustomSettings" => scenario with { CustomSettings = Custom(value) },
                _ => throw Unknown(where),
            };
        }

        return scenario;
    }

    public static ArgumentException Unknown(string where) => new($"The configuration has {where}, which is not known here.");

    public static IEnumerable<(string Name, JsonElement Value, string Where)> Members(JsonElement of, string path) => of.ValueKind == JsonValueKind.Object
        ? of.EnumerateObject().Select(member => (member.Name, member.Value, path.Length == 0 ? member.Name : $"{path}.{member.Name}"))
        : throw Wrong(path, "an object");

    public static IEnumerable<(JsonElement Value, string Where)> Elements(JsonElement of, string path) => of.ValueKind == JsonValueKind.Array
        ? of.EnumerateArray().Select((value, index) => (value, $"{path}[{index}]"))
        : throw Wrong(path, "a list");

    public static string Text(JsonElement value, string where) => value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Wrong(where, "a text");

    public static int Number(JsonElement value, string where) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number : throw Wrong(where, "a whole number");

    public static TimeSpan Time(JsonElement value, string where) =>
        TimeSpan.TryParse(Text(value, where), System.Globalization.CultureInfo.InvariantCulture, out var time) ? time : throw Wrong(where, "a time such as \"00:00:10\"");

    public static ArgumentException Wrong(string where, string wanted) => new($"{where} in the configuration should be {wanted}.");

    private static string[] Texts(JsonElement value, string where) => [.. Elements(value, where).Select(static one => Text(one.Value, one.Where))];

    private static ReportFormat Format(string name, string where) =>
        Enum.TryParse<ReportFormat>(name, ignoreCase: true, out var format) && Enum.IsDefined(format) ? format : throw Wrong(where, "a list of Txt, Html, Csv and Md");

    private static IConfiguration Custom(JsonElement value) =>
        new ConfigurationBuilder().AddJsonStream(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(value.GetRawText()))).Build();
}
