using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using VerifyGateway.Caching.Store;

namespace VerifyGateway.Storage.Sql;

/// <summary>
/// Tokens that go on with a list: where, until when, and signed for one list of one store, so that neither a forged one nor one of
/// another list is taken. Safe from many threads.
/// </summary>
internal sealed class PageTokens(byte[] key, TimeProvider time)
{
    /// <summary>How long a token can be used.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    private const byte Form = 1;
    private const int TimeBytes = 8;
    private const int SignatureBytes = 16;
    private const int MostCharacters = 256;

    /// <summary>A token that goes on after a serial number.</summary>
    public string Make(string list, string after)
    {
        var text = Encoding.UTF8.GetBytes(after);
        var token = new byte[1 + TimeBytes + text.Length + SignatureBytes];
        token[0] = Form;
        BinaryPrimitives.WriteInt64BigEndian(token.AsSpan(1), (time.GetUtcNow() + Lifetime).ToUnixTimeMilliseconds());
        text.CopyTo(token, 1 + TimeBytes);
        Sign(list, token.AsSpan(0, token.Length - SignatureBytes)).CopyTo(token, token.Length - SignatureBytes);
        return Base64Url.EncodeToString(token);
    }

    /// <summary>The serial number that the list goes on after; empty for the beginning.</summary>
    /// <exception cref="PageTokenException">The token is not one of this list, or has expired.</exception>
    public string Read(string list, string token)
    {
        if (token.Length == 0)
        {
            return "";
        }

        if (token.Length > MostCharacters || !Base64Url.IsValid(token))
        {
            throw NotOne();
        }

        // White space, padding and stray bits at the end are decoded over: one token has one form.
        var bytes = Base64Url.DecodeFromChars(token);
        if (Base64Url.EncodeToString(bytes) != token || bytes.Length <= 1 + TimeBytes + SignatureBytes || bytes[0] != Form)
        {
            throw NotOne();
        }

        var content = bytes.AsSpan(0, bytes.Length - SignatureBytes);
        if (!CryptographicOperations.FixedTimeEquals(Sign(list, content), bytes.AsSpan(content.Length)))
        {
            throw NotOne();
        }

        return BinaryPrimitives.ReadInt64BigEndian(content[1..]) > time.GetUtcNow().ToUnixTimeMilliseconds()
            ? Encoding.UTF8.GetString(content[(1 + TimeBytes)..])
            : throw new PageTokenException($"The page token has expired: one can be used for {Lifetime.TotalHours:0} hours. Begin the list anew.");
    }

    private byte[] Sign(string list, ReadOnlySpan<byte> content)
    {
        using var mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        mac.AppendData(SHA256.HashData(Encoding.UTF8.GetBytes(list)));
        mac.AppendData(content);
        return mac.GetHashAndReset()[..SignatureBytes];
    }

    private static PageTokenException NotOne() =>
        new("The page token is not one of this list: send it with the same filter as the page that it came with, and unchanged, or begin the list anew.");
}
