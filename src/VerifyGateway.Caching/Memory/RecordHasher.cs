using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Caching.Memory;

/// <summary>
/// Hashes the names of records under a key of this process (SipHash-2-4, 128 bits), so that nobody outside can choose names that fall
/// onto one place. Terminals and merchants never share a hash's input. Immutable, safe from any thread, allocates nothing.
/// </summary>
public sealed class RecordHasher
{
    /// <summary>Length of a key, bytes.</summary>
    public const int KeyBytes = 16;

    private const byte TerminalDomain = 0x10;
    private const byte MerchantDomain = 0x20;
    // One byte of domain, an acquirer of at most 11 characters, a serial number of at most 50.
    private const int MostBytes = 64;

    private readonly ulong _key0;
    private readonly ulong _key1;

    /// <summary>A hasher under a given key: for tests, simulations and measurements that are to be repeated.</summary>
    /// <param name="key">The key, <see cref="KeyBytes"/> bytes.</param>
    /// <exception cref="ArgumentException">The key has another length.</exception>
    public RecordHasher(ReadOnlySpan<byte> key)
    {
        if (key.Length != KeyBytes)
        {
            throw new ArgumentException($"A key has {KeyBytes} bytes, not {key.Length}.", nameof(key));
        }

        _key0 = BinaryPrimitives.ReadUInt64LittleEndian(key);
        _key1 = BinaryPrimitives.ReadUInt64LittleEndian(key[8..]);
    }

    /// <summary>A hasher under a new random key, for a process that serves.</summary>
    public static RecordHasher Random()
    {
        Span<byte> key = stackalloc byte[KeyBytes];
        RandomNumberGenerator.Fill(key);
        return new RecordHasher(key);
    }

    /// <summary>The hash of a terminal's name; of no use for the default of the key. Never fails.</summary>
    public RecordHash Of(in TerminalKey key) => Of(TerminalDomain, key.Acquirer.ToString(), key.Sn.ToString());

    /// <summary>The hash of a merchant's name; of no use for the default of the key. Never fails.</summary>
    public RecordHash Of(in MerchantKey key) => Of(MerchantDomain, key.Acquirer.ToString(), key.No.ToString());

    /// <summary>The first byte tells how long the acquirer is, so that different names are different inputs.</summary>
    [SkipLocalsInit]
    private RecordHash Of(byte domain, string acquirer, string own)
    {
        Span<byte> bytes = stackalloc byte[MostBytes];
        bytes[0] = (byte)(domain + acquirer.Length);
        Ascii.FromUtf16(acquirer, bytes[1..], out var first);
        Ascii.FromUtf16(own, bytes[(1 + first)..], out var second);
        return SipHash128.Of(_key0, _key1, bytes[..(1 + first + second)]);
    }
}
