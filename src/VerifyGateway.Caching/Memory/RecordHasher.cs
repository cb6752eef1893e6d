using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
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
    [SkipLocalsInit]
    public RecordHash Of(in TerminalKey key)
    {
        Span<byte> room = stackalloc byte[RecordName.MostBytes];
        return OfTerminal(RecordName.Of(key, room));
    }

    /// <summary>The hash of a merchant's name; of no use for the default of the key. Never fails.</summary>
    [SkipLocalsInit]
    public RecordHash Of(in MerchantKey key)
    {
        Span<byte> room = stackalloc byte[RecordName.MostBytes];
        return OfMerchant(RecordName.Of(key, room));
    }

    /// <summary>The hash of a terminal's name.</summary>
    /// <exception cref="ArgumentException">The name is longer than <see cref="RecordName.MostBytes"/>.</exception>
    [SkipLocalsInit]
    public RecordHash OfTerminal(scoped in RecordName name) => SipHash128.Of(_key0, _key1, Input(TerminalDomain, name, stackalloc byte[RecordName.MostBytes + 1]));

    /// <summary>The hash of a merchant's name.</summary>
    /// <exception cref="ArgumentException">The name is longer than <see cref="RecordName.MostBytes"/>.</exception>
    [SkipLocalsInit]
    public RecordHash OfMerchant(scoped in RecordName name) => SipHash128.Of(_key0, _key1, Input(MerchantDomain, name, stackalloc byte[RecordName.MostBytes + 1]));

    /// <summary>The hashes of both names of a check.</summary>
    /// <exception cref="ArgumentException">A name is longer than <see cref="RecordName.MostBytes"/>.</exception>
    [SkipLocalsInit, MethodImpl(MethodImplOptions.NoInlining)]
    public RecordHashes Of(scoped in RecordName terminal, scoped in RecordName merchant) => SipHash128.OfBoth(
        _key0, _key1, Input(TerminalDomain, terminal, stackalloc byte[RecordName.MostBytes + 1]), Input(MerchantDomain, merchant, stackalloc byte[RecordName.MostBytes + 1]));

    /// <summary>The last byte tells the kind and how long the acquirer is, so that different names are different inputs.</summary>
    private static ReadOnlySpan<byte> Input(byte domain, scoped in RecordName name, Span<byte> room)
    {
        name.Acquirer.CopyTo(room);
        name.Own.CopyTo(room[name.Acquirer.Length..]);
        var length = name.Acquirer.Length + name.Own.Length;
        room[length] = (byte)(domain + name.Acquirer.Length);
        return room[..(length + 1)];
    }
}
