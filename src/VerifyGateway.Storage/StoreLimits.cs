using VerifyGateway.Caching.Store;

namespace VerifyGateway.Storage;

/// <summary>How much one call of a store may ask for.</summary>
public static class StoreLimits
{
    /// <summary>The most look-ups in one call, and the most bindings of a page.</summary>
    public const int MaxKeys = 1000;

    /// <summary>The most entries of the feed in one call.</summary>
    public const int MaxFeedEntries = 100_000;

    internal static void RequireKeys(int count, string name) => Require(count, MaxKeys, name);

    internal static void RequireEntries(int count, string name) => Require(count, MaxFeedEntries, name);

    internal static void RequirePoint(in AsOf point)
    {
        if (!point.IsPoint)
        {
            throw new ArgumentException("A point in the past is a revision or an instant; this one is neither.", nameof(point));
        }
    }

    private static void Require(int count, int most, string name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, most, name);
    }
}
