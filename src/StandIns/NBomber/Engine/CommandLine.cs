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
                    value ??= index + 1 < arguments.Count ? arguments[++index] : throw new ArgumentException("--config (or -c) needs a file.");
                    config = value;
                    break;
                default:
                    throw new ArgumentException(
                        $"'{arguments[index]}' is not known here; --target name … (or -t) runs only these scenarios, --config file (or -c) reads settings.");
            }
        }

        context = config is null ? context : JsonConfig.Apply(context, JsonConfig.Read(config));
        return targets is null ? context : context with { TargetScenarios = targets };
    }
}
