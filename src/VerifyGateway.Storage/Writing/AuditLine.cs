using VerifyGateway.Caching.Store;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace VerifyGateway.Storage.Writing;

/// <summary>One line of the audit trail: who did what.</summary>
/// <param name="Seq">1, 2, 3 … without holes.</param>
/// <param name="AtUnixMs">When it was committed, Unix milliseconds; never goes back.</param>
/// <param name="Actor">Who did it.</param>
/// <param name="Action">What was done.</param>
/// <param name="Acquirer">For which acquirer; empty for every one.</param>
/// <param name="Request">The caller's id of it.</param>
/// <param name="Changes">The rows that were written, by name and version.</param>
/// <param name="ChangesHash">SHA-256 over the feed's entries of it, see <see cref="AuditHash"/>.</param>
/// <param name="FirstRevision">Revision of its first entry in the feed; more than the last when it has none.</param>
/// <param name="LastRevision">Revision of its last entry.</param>
/// <param name="Hash">SHA-256 over this line and the hash of the one before.</param>
public sealed record AuditLine(
    long Seq, long AtUnixMs, string Actor, string Action, string Acquirer, string Request, string Changes, byte[] ChangesHash,
    long FirstRevision, long LastRevision, byte[] Hash)
{
    /// <summary>The hash that this line must have after one with <paramref name="previous"/>.</summary>
    public byte[] HashAfter(ReadOnlySpan<byte> previous)
    {
        using var hash = new AuditHash();
        hash.Add(previous);
        hash.Add(Seq);
        hash.Add(AtUnixMs);
        hash.Add(Actor);
        hash.Add(Action);
        hash.Add(Acquirer);
        hash.Add(Request);
        hash.Add(Changes);
        hash.Add(ChangesHash);
        hash.Add(FirstRevision);
        hash.Add(LastRevision);
        return hash.Finish();
    }
}

/// <summary>SHA-256 over fields, each with its length before it, so that no two lists of fields look alike.</summary>
internal sealed class AuditHash : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    // A call into the library costs more than what a short field has to say.
    private readonly byte[] _waiting = new byte[4096];
    private int _used;

    public void Add(FeedEntry entry) => AddEntry(entry.Revision, (long)entry.Entity, entry.Acquirer.ToString(), entry.Key, entry.Packed.Span);

    public void AddEntry(long revision, long entity, string acquirer, string key, ReadOnlySpan<byte> packed)
    {
        Add(revision);
        Add(entity);
        Add(acquirer);
        Add(key);
        Add(packed);
    }

    public void Add(long number)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        Append(bytes);
    }

    public void Add(string text)
    {
        const int Short = 128;
        if (text.Length <= Short)
        {
            Span<byte> bytes = stackalloc byte[Short * 3];
            Add(bytes[..Encoding.UTF8.GetBytes(text, bytes)]);
        }
        else
        {
            Add(Encoding.UTF8.GetBytes(text));
        }
    }

    public void Add(ReadOnlySpan<byte> bytes)
    {
        Add((long)bytes.Length);
        Append(bytes);
    }

    public byte[] Finish()
    {
        Flush();
        return _hash.GetHashAndReset();
    }

    public void Dispose() => _hash.Dispose();

    private void Append(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > _waiting.Length - _used)
        {
            Flush();
        }

        if (bytes.Length > _waiting.Length)
        {
            _hash.AppendData(bytes);
            return;
        }

        bytes.CopyTo(_waiting.AsSpan(_used));
        _used += bytes.Length;
    }

    private void Flush()
    {
        _hash.AppendData(_waiting.AsSpan(0, _used));
        _used = 0;
    }
}
