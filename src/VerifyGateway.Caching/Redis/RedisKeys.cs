using System.Buffers.Text;
using System.Text;
using VerifyGateway.Caching.Memory;
using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Caching.Redis;

/// <summary>
/// Names of the copies in Redis: the version of the naming, the store's id, then every part behind its own length, so that no
/// two records can share a name. Another database, or another version of the value's form, has other names. ASCII, as the bytes that go
/// to Redis.
/// </summary>
/// <param name="storeId">Id of the store that the copies are of.</param>
public sealed class RedisKeys(string storeId)
{
    private readonly byte[] _terminal = Encoding.ASCII.GetBytes($"vg2:{storeId}:t");
    private readonly byte[] _merchant = Encoding.ASCII.GetBytes($"vg2:{storeId}:m");

    /// <summary>The name of a terminal record's copy.</summary>
    public byte[] Of(in TerminalKey key) => Join(_terminal, RecordName.Of(key, stackalloc byte[RecordName.MostBytes]));

    /// <summary>The name of a merchant record's copy.</summary>
    public byte[] Of(in MerchantKey key) => Join(_merchant, RecordName.Of(key, stackalloc byte[RecordName.MostBytes]));

    /// <summary>The name of the copy that an entry of the feed makes; null for a kind of record that is not known here.</summary>
    public byte[]? Of(FeedEntry entry) => entry.Entity switch
    {
        FeedEntity.Terminal => Join(_terminal, new RecordName(Encoding.ASCII.GetBytes(entry.Acquirer.ToString()), Encoding.ASCII.GetBytes(entry.Key))),
        FeedEntity.Merchant => Join(_merchant, new RecordName(Encoding.ASCII.GetBytes(entry.Acquirer.ToString()), Encoding.ASCII.GetBytes(entry.Key))),
        _ => null,
    };

    /// <summary>The channel on which gateways tell each other that the feed has grown.</summary>
    public string Channel { get; } = $"vg2:{storeId}:head";

    private static byte[] Join(byte[] prefix, scoped in RecordName name)
    {
        var joined = new byte[prefix.Length + LengthOf(name.Acquirer) + LengthOf(name.Own)];
        prefix.CopyTo(joined, 0);
        var at = Add(name.Acquirer, joined, prefix.Length);
        Add(name.Own, joined, at);
        return joined;
    }

    /// <summary>Bytes of a part with its length, both behind a colon.</summary>
    private static int LengthOf(ReadOnlySpan<byte> part) => (part.Length < 10 ? 3 : 4) + part.Length;

    private static int Add(ReadOnlySpan<byte> part, Span<byte> to, int at)
    {
        to[at++] = (byte)':';
        Utf8Formatter.TryFormat(part.Length, to[at..], out var digits);
        at += digits;
        to[at++] = (byte)':';
        part.CopyTo(to[at..]);
        return at + part.Length;
    }
}
