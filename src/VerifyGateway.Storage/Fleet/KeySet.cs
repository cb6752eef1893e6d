using VerifyGateway.Domain.Identifiers;

namespace VerifyGateway.Storage.Fleet;

/// <summary>
/// Which keys a file has had so far, by a hash of 8 bytes each: about 24 bytes of memory a line. Of a
/// hundred million lines, the chance that any two different keys are taken for the same one is below one in a thousand, and what
/// happens then is that a good line is reported.
/// </summary>
internal sealed class KeySet
{
    private const int Parts = 256;

    // In parts, so that growing never holds the whole twice.
    private readonly HashSet<ulong>[] _parts = [.. Enumerable.Range(0, Parts).Select(static _ => new HashSet<ulong>())];

    /// <summary>Adds a key; false when it was there.</summary>
    public bool Add(int field, AcquirerId acquirer, string key)
    {
        var hash = HashOf(field, acquirer.ToString(), key);
        return _parts[hash >> 56].Add(hash);
    }

    /// <summary>Two rounds of FNV-1a over 64 bits, each finished by a mixing step; the same on every machine and in every run.</summary>
    private static ulong HashOf(int field, string acquirer, string key)
    {
        var hash = Mix((Fold(14695981039346656037UL, acquirer) ^ (uint)field) * 1099511628211UL);
        return Mix(Fold(hash, key));
    }

    private static ulong Fold(ulong hash, string text)
    {
        foreach (var letter in text)
        {
            hash = (hash ^ letter) * 1099511628211UL;
        }

        return hash;
    }

    private static ulong Mix(ulong hash)
    {
        hash = (hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9UL;
        hash = (hash ^ (hash >> 27)) * 0x94D049BB133111EBUL;
        return hash ^ (hash >> 31);
    }
}
