using System.Globalization;

namespace VerifyGateway.LoadTests;

/// <summary>Durations as people write them: 500ms, 30s, 5m, 8h.</summary>
internal static class Durations
{
    private static readonly (string Unit, TimeSpan One)[] Units =
        [("ms", TimeSpan.FromMilliseconds(1)), ("s", TimeSpan.FromSeconds(1)), ("m", TimeSpan.FromMinutes(1)), ("h", TimeSpan.FromHours(1))];

    /// <summary>Reads one; false when it is none.</summary>
    public static bool TryParse(string text, out TimeSpan time)
    {
        var (unit, one) = Array.Find(Units, unit => text.EndsWith(unit.Unit, StringComparison.Ordinal));
        var count = 0.0;
        var isOne = unit is not null && double.TryParse(text.AsSpan(0, text.Length - unit.Length), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out count);
        time = isOne ? one * count : TimeSpan.Zero;
        return isOne;
    }

    /// <summary>Writes one.</summary>
    public static string Text(TimeSpan time)
    {
        var (unit, one) = Array.FindLast(Units, unit => time >= unit.One && (time / unit.One) % 1 == 0);
        return unit is null ? "0s" : string.Create(CultureInfo.InvariantCulture, $"{time / one}{unit}");
    }
}
