using System.Globalization;
using NBomber.Config;
using NBomber.Contracts;

namespace NBomber.Engine;

/// <summary>The arguments of a run.</summary>
internal static class CommandLine
{
    /// <summary>The run with its configuration and its arguments applied: arguments outrank the configuration, and that the program.</summary>
    public static NBomberContext Apply(NBomberContext context, IReadOnlyList<string> arguments)
    {
        List<string>? targets = null;
        var config = context.Config;
        for (var index = 0; index < arguments.Count; index++)
        {
            var (name, value) = arguments[index].Split('=', 2) is [var left, var right] ? (left, right) : (arguments[index], null);
            switch (name)
            {
                case "--target" or "-t":
                    targets = [.. targets ?? [], .. value is null ? [] : new[] { value }];
                    while (index + 1 < arguments.Count && !arguments[index + 1].StartsWith('-'))
                    {
                        targets.Add(arguments[++index]);
                    }

                    break;
                case "--config" or "-c":
                    config = value ?? Next(arguments, ref index, "--config (or -c) needs a file.");
                    break;
                case "--baseline":
                    context = context with { Baseline = value ?? Next(arguments, ref index, "--baseline needs a file.") };
                    break;
                case "--noise":
                    value ??= Next(arguments, ref index, "--noise needs a percentage.");
                    context = context with { NoisePercent = double.TryParse(value, CultureInfo.InvariantCulture, out var noise) ? noise : throw new ArgumentException($"--noise is '{value}', and that is no percentage.") };
                    break;
                default:
                    throw new ArgumentException(
                        $"'{arguments[index]}' is not known here; --target name … (or -t) runs only these scenarios, --config file (or -c) reads settings, --baseline file and --noise percent compare with an earlier run.");
            }
        }

        context = config is null ? context : JsonConfig.Apply(context, JsonConfig.Read(config));
        return targets is null ? context : context with { TargetScenarios = targets };
    }

    private static string Next(IReadOnlyList<string> arguments, ref int index, string problem) =>
        index + 1 < arguments.Count ? arguments[++index] : throw new ArgumentException(problem);
}
