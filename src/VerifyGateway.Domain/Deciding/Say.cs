using System.Globalization;
using VerifyGateway.Domain.Policies;
using VerifyGateway.Domain.Reasons;

namespace VerifyGateway.Domain.Deciding;

/// <summary>Values in words, for explanations.</summary>
internal static class Say
{
    private static readonly long LastInstant = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();
    private static readonly long FirstInstant = DateTimeOffset.MinValue.ToUnixTimeMilliseconds();

    public static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>The instant in UTC; one past the end of the calendar, which is how "never" may be stored, as the calendar's last.</summary>
    public static string Instant(long unixMs) =>
        DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(unixMs, FirstInstant, LastInstant)).ToString("yyyy-MM-ddTHH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>An amount in yuan.</summary>
    public static string Yuan(long fen) => string.Create(CultureInfo.InvariantCulture, $"CNY {fen / 100}.{fen % 100:00}");

    /// <summary>A value of an enum in lower case.</summary>
    public static string Word<TEnum>(TEnum value)
        where TEnum : struct, Enum => Codes.Of(value).ToLowerInvariant().Replace('_', ' ');

    /// <summary>A policy by its name.</summary>
    public static string Policy(PolicyRule policy) => string.Create(CultureInfo.InvariantCulture, $"{policy.Id} version {policy.Version}{(policy.Document.Length == 0 ? "" : $" ({policy.Document})")}");
}
