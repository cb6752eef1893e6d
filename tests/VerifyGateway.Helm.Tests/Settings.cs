using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using VerifyGateway.TestKit;

namespace VerifyGateway.Helm.Tests;

/// <summary>The gateway's settings as docs/settings.md has them; a test of the host holds that table to the program.</summary>
internal static partial class Settings
{
    /// <summary>Those that the chart sets from values of their own, or by itself; <c>config</c> takes all others.</summary>
    public static readonly string[] OfTheChart =
    [
        "Listen:GrpcAddress", "Listen:GrpcPort", "Listen:OpsAddress", "Listen:OpsPort", "Listen:StopWithinSeconds", "Storage:Path",
        "Redis:Endpoints", "Redis:PasswordFile", "Callers:TrustedNetworks",
    ];

    /// <summary>Each setting and its default.</summary>
    public static IReadOnlyDictionary<string, string> Documented { get; } =
        Row().Matches(Repository.Read("docs/settings.md")).ToDictionary(row => row.Groups[1].Value, row => row.Groups[2].Value);

    /// <summary>The name that a setting has in the environment.</summary>
    public static string EnvironmentName(string setting) => "VERIFYGATEWAY_" + setting.Replace(":", "__", StringComparison.Ordinal);

    /// <summary>Values that give every setting which <c>config</c> takes, each its default.</summary>
    public static string AllOfConfig()
    {
        var config = new JsonObject();
        foreach (var (setting, value) in Documented.Where(it => !OfTheChart.Contains(it.Key)))
        {
            var (section, name) = (setting.Split(':')[0], setting.Split(':')[1]);
            config.TryAdd(section, new JsonObject());
            config[section]![name] = long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
                : bool.TryParse(value, out var flag) ? flag
                : JsonValue.Create(value);
        }

        return new JsonObject { ["config"] = config }.ToJsonString();
    }

    [GeneratedRegex(@"^\| `(\w+:\w+)` \| (?:`([^`]*)`)? ?\|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
