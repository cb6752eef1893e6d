using NBomber.Contracts;

namespace NBomber.Engine;

/// <summary>The arguments of a run.</summary>
internal static class CommandLine
{
    public static NBomberContext Apply(NBomberContext context, IReadOnlyList<string> arguments)
    {
        List<string>? targets = null;
        for (var index = 0; index < arguments.Count; index++)
        {
            var (name, value) = arguments[index].Split('=', 2) is [var left, var right] ? (left, right) : (arguments[index], null);
            if (name is not ("--target" or "-t"))
            {
                throw new ArgumentException($"'{arguments[index]}' is not known here; --target name … (or -t) runs only these scenarios.");
            }

            targets ??= [];
            if (value is not null)
            {
                targets.Add(value);
            }

            while (index + 1 < arguments.Count && !arguments[index + 1].StartsWith('-'))
            {
                targets.Add(arguments[++index]);
            }
        }

        return targets is null ? context : context with { TargetScenarios = targets };
    }
}
