using System.Globalization;
using StackExchange.Redis;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Caching.Redis;

/// <summary>
/// Names of the copies in Redis: the version of the naming, the store's id, then every part behind its own length, so that no
/// two records can share a name. Another database, or another version of the value's form, has other names.
/// </summary>
/// <param name="storeId">Id of the store that the copies are of.</param>
public sealed class RedisKeys(string storeId)
{
    private readonly string _terminal = $"vg1:{storeId}:t";
    private readonly string _merchant = $"vg1:{storeId}:m";

    /// <summary>The name of a terminal record's copy.</summary>
    public RedisKey Of(in TerminalKey key) => Join(_terminal, key.Acquirer.ToString(), key.Sn.ToString());

    /// <summary>The name of a merchant record's copy.</summary>
    public RedisKey Of(in MerchantKey key) => Join(_merchant, key.Acquirer.ToString(), key.No.ToString());

    private static string Join(string prefix, string first, string second) =>
        string.Create(CultureInfo.InvariantCulture, $"{prefix}:{first.Length}:{first}:{second.Length}:{second}");
}
