using System.Security.Cryptography;
using System.Text;
using VerifyGateway.Storage.Rows;

namespace VerifyGateway.Storage.Maintenance;

/// <summary>A hash, and the key that it was made with.</summary>
/// <param name="Key">The name of the key.</param>
/// <param name="Hash">The hash.</param>
public readonly record struct NamedHash(HashKeyId Key, KeyedHash Hash);

/// <summary>
/// The keys that numbers of documents, cards and telephones are hashed with. The numbers themselves are not stored, so that a new
/// key is laid over the one before: hash under k2 = HMAC(k2, hash under k1), and hash under k1 = HMAC(k1, number). Immutable;
/// safe from many threads. Prints no secret.
/// </summary>
public sealed class HashKeys
{
    /// <summary>The fewest bytes of a key.</summary>
    public const int LeastKeyBytes = 32;

    // From the one that numbers are hashed with to the current one.
    private readonly IReadOnlyList<(HashKeyId Id, byte[] Secret)> _chain;

    /// <summary>Keys in the order in which they lie over each other, the current one last.</summary>
    internal HashKeys(IReadOnlyList<(HashKeyId Id, byte[] Secret)> chain) => _chain = chain;

    /// <summary>The key that new hashes are made with.</summary>
    public HashKeyId Current => _chain[^1].Id;

    /// <summary>All keys, the current one first.</summary>
    public IReadOnlyList<HashKeyId> Ids => [.. _chain.Select(static key => key.Id).Reverse()];

    /// <summary>The hash of a number under the current key.</summary>
    /// <param name="number">The number in its normal form: the same number must always be written in the same way.</param>
    public NamedHash Compute(string number) => Candidates(number)[0];

    /// <summary>Every hash that a row of this number may have while keys are changed, the newest first: a look-up tries one after the other.</summary>
    /// <param name="number">The number in its normal form.</param>
    public IReadOnlyList<NamedHash> Candidates(string number)
    {
        ArgumentException.ThrowIfNullOrEmpty(number);
        var hash = Encoding.UTF8.GetBytes(number);
        var all = new NamedHash[_chain.Count];
        for (var i = 0; i < all.Length; i++)
        {
            hash = HMACSHA256.HashData(_chain[i].Secret, hash);
            all[^(i + 1)] = new NamedHash(_chain[i].Id, KeyedHash.Of(hash));
        }

        return all;
    }

    /// <summary>The hash under the current key, from the hash under an earlier one.</summary>
    /// <exception cref="ArgumentException">There is no such key.</exception>
    public NamedHash Renew(NamedHash old)
    {
        var at = Array.FindIndex([.. _chain], key => key.Id == old.Key);
        if (at < 0 || old.Hash.IsEmpty)
        {
            throw new ArgumentException($"There is no key '{old.Key}', or no hash.");
        }

        var hash = old.Hash.ToBytes()!;
        foreach (var (_, secret) in _chain.Skip(at + 1))
        {
            hash = HMACSHA256.HashData(secret, hash);
        }

        return new NamedHash(Current, KeyedHash.Of(hash));
    }

    /// <summary>True when there is a key of that name.</summary>
    public bool Knows(HashKeyId id) => _chain.Any(key => key.Id == id);

    /// <summary>The names of the keys; no secret.</summary>
    public override string ToString() => string.Join(" over ", Ids);
}
