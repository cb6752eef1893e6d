namespace VerifyGateway.Host.Settings;

/// <summary>Parts the command line into what sets something, and what the configuration's reader would pass over in silence or fall over.</summary>
internal static class CommandLine
{
    /// <summary>Takes <c>--Section:Key=value</c> and <c>--Section:Key value</c>; everything else is a stray.</summary>
    public static (string[] Settings, string[] Strays) Part(string[] arguments)
    {
        var settings = new List<string>();
        var strays = new List<string>();
        for (var i = 0; i < arguments.Length; i++)
        {
            var isNamed = arguments[i].StartsWith("--", StringComparison.Ordinal);
            if (isNamed && arguments[i].Contains('=', StringComparison.Ordinal))
            {
                settings.Add(arguments[i]);
            }
            else if (isNamed && i + 1 < arguments.Length)
            {
                settings.AddRange(arguments[i], arguments[++i]);
            }
            else
            {
                strays.Add(arguments[i]);
            }
        }

        return ([.. settings], [.. strays]);
    }
}
