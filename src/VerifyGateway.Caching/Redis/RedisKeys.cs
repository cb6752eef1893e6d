using System.Globalization;
using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Caching.Redis;

/// <summary>
/// Names of the copies in Redis: the version of the naming, the store's id, then every part behind its own length, so that no
/// two records can share a name. Another database, or another version of the value's form, has other names.
/// </summary>
/// <param name="storeId">Id of the store that the copies are of.</param>
public sealed class RedisKeys(string storeId)
{
    private readonly string _channel = $"vg2:{storeId}:head";
    private readonly string _terminal = $"vg2:{storeId}:t";
    private readonly string _merchant = $"vg2:{storeId}:m";

    /// <summary>The name of a terminal record's copy.</summary>
    public string Of(in TerminalKey key) => Join(_terminal, key.Acquirer.ToString(), key.Sn.ToString());

    /// <summary>The name of a merchant record's copy.</summary>
    public string Of(in MerchantKey key) => Join(_merchant, key.Acquirer.ToString(), key.No.ToString());

    /// <summary>The name of the copy that an entry of the feed makes; null for a kind of record that is not known here.</summary>
    public string? Of(FeedEntry entry) => entry.Entity switch
    {
        FeedEntity.Terminal => Join(_terminal, entry.Acquirer.ToString(), entry.Key),
        FeedEntity.Merchant => Join(_merchant, entry.Acquirer.ToString(), entry.Key),
        _ => null,
    };

    /// <summary>The channel on which gateways tell each other that the feed has grown.</summary>
    public string Channel => _channel;

    private static string Join(string prefix, string first, string second) =>
        string.Create(CultureInfo.InvariantCulture, $"{prefix}:{first.Length}:{first}:{second.Length}:{second}");
}
