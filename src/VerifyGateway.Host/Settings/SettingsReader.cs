using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;

namespace VerifyGateway.Host.Settings;

/// <summary>Settings that cannot be used; the message names every one of them, and what to do.</summary>
public sealed class SettingsException(string message) : Exception(message);

/// <summary>Reads sections of settings into objects and collects everything that is wrong, so that one run shows it all.</summary>
internal sealed class SettingsReader(IConfigurationRoot sources)
{
    private readonly List<string> _problems = [];
    private readonly List<string> _sections = [];

    /// <summary>Sets the properties of an object from the section of that name; checks ranges; refuses keys that no property has.</summary>
    public void Section(string name, object target)
    {
        _sections.Add(name);
        var properties = Array.FindAll(target.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance), it => it.CanWrite);
        if (sources[name] is not null)
        {
            Problem(name, $"is a section and takes no value; name a setting of it, such as {name}:{properties[0].Name}");
        }

        foreach (var entry in sources.GetSection(name).GetChildren())
        {
            var property = Array.Find(properties, it => it.Name.Equals(entry.Key, StringComparison.OrdinalIgnoreCase));
            if (property is null)
            {
                Problem(entry.Path, "is not a setting" + DidYouMean(entry.Key, properties.Select(it => it.Name)));
            }
            else
            {
                Set(entry, property, target);
            }
        }
    }

    /// <summary>Refuses arguments of the command line that set nothing.</summary>
    public void RefuseStrays(IEnumerable<string> arguments)
    {
        foreach (var argument in arguments)
        {
            _problems.Add($"  {(MaySay(argument) ? $"\"{argument}\"" : "An argument")} on the command line sets nothing; a setting is --Section:Key=value");
        }
    }

    /// <summary>Lets a section pass that others read.</summary>
    public void Ignore(string name) => _sections.Add(name);

    /// <summary>Refuses sections that nobody has asked for.</summary>
    public void RefuseUnknownSections()
    {
        foreach (var section in sources.GetChildren().Where(it => !_sections.Contains(it.Key, StringComparer.OrdinalIgnoreCase)))
        {
            Problem(section.Path, "is not a section of settings" + DidYouMean(section.Key, _sections));
        }
    }

    /// <summary>Adds a problem unless the condition holds.</summary>
    public void Require(bool holds, string path, string problem)
    {
        if (!holds && !_problems.Exists(it => it.StartsWith("  " + path, StringComparison.Ordinal)))
        {
            Problem(path, problem);
        }
    }

    /// <summary>Throws with every problem that was found.</summary>
    public void ThrowIfWrong()
    {
        if (_problems.Count > 0)
        {
            throw new SettingsException(string.Create(CultureInfo.InvariantCulture,
                $"The gateway did not start: {_problems.Count} setting(s) to correct.\n{string.Join('\n', _problems)}"));
        }
    }

    private void Set(IConfigurationSection entry, PropertyInfo property, object target)
    {
        object? value;
        try
        {
            value = TypeDescriptor.GetConverter(property.PropertyType).ConvertFromString(null, CultureInfo.InvariantCulture, entry.Value ?? "");
        }
        catch (Exception notOne) when (notOne is FormatException or ArgumentException or OverflowException)
        {
            Problem(entry.Path, $"is not {Expected(property.PropertyType)}");
            return;
        }

        if (value is Enum && !value.ToString()!.All(letter => char.IsLetter(letter) || letter is ',' or ' '))
        {
            // A number that no name stands for.
            Problem(entry.Path, $"is not {Expected(property.PropertyType)}");
            return;
        }

        if (property.GetCustomAttribute<RangeAttribute>() is { } range && !range.IsValid(value))
        {
            Problem(entry.Path, $"is not within {range.Minimum} to {range.Maximum}");
            return;
        }

        property.SetValue(target, value);
    }

    private void Problem(string path, string problem)
    {
        var value = sources[path];
        var origin = sources.Providers.Reverse().FirstOrDefault(provider => provider.TryGet(path, out _)) switch
        {
            null => "",
            Microsoft.Extensions.Configuration.EnvironmentVariables.EnvironmentVariablesConfigurationProvider => $" (from VERIFYGATEWAY_{path.Replace(":", "__", StringComparison.Ordinal)} in the environment)",
            Microsoft.Extensions.Configuration.CommandLine.CommandLineConfigurationProvider => $" (from --{path} on the command line)",
            _ => " (from appsettings.json)",
        };
        var shown = value is null || !MaySay(value) ? "" : $" = \"{value}\"";
        _problems.Add($"  {path}{shown} {problem}{origin}");
    }

    /// <summary>False for what looks like a secret.</summary>
    private static bool MaySay(string text) => !text.Contains("password", StringComparison.OrdinalIgnoreCase);

    private static string Expected(Type type) =>
        type == typeof(int) ? "a whole number"
        : type == typeof(bool) ? "true or false"
        : type.IsEnum ? "one or more of " + string.Join(", ", Enum.GetNames(type))
        : "of the right kind";

    /// <summary>The known name that is at most three letters away.</summary>
    private static string DidYouMean(string name, IEnumerable<string> known)
    {
        var nearest = known.MinBy(it => Distance(name, it));
        return nearest is not null && Distance(name, nearest) <= 3 ? $"; did you mean {nearest}?" : "";
    }

    /// <summary>Number of letters to change, add or leave out to come from one word to the other.</summary>
    private static int Distance(string from, string to)
    {
        var row = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var same = char.ToUpperInvariant(from[i - 1]) == char.ToUpperInvariant(to[j - 1]);
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (same ? 0 : 1)));
            }
        }

        return row[to.Length];
    }
}
