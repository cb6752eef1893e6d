using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
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
    // An acquirer of at most 11 characters, a serial number of at most 50, one byte of domain.
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
    public RecordHash Of(in MerchantKey key) => OfMerchant(key);

    private RecordHash OfMerchant(in MerchantKey key)
    {
        Span<char> no = stackalloc char[15];
        key.No.CopyTo(no);
        return Of(MerchantDomain, key.Acquirer.ToString(), no);
    }

    /// <summary>The last byte tells the kind and how long the acquirer is, so that different names are different inputs.</summary>
    [SkipLocalsInit]
    private RecordHash Of(byte domain, ReadOnlySpan<char> acquirer, ReadOnlySpan<char> own)
    {
        Span<byte> bytes = stackalloc byte[MostBytes];
        Narrow(acquirer, bytes);
        Narrow(own, bytes[acquirer.Length..]);
        var length = acquirer.Length + own.Length;
        bytes[length] = (byte)(domain + acquirer.Length);
        return SipHash128.Of(_key0, _key1, bytes[..(length + 1)]);
    }

    /// <summary>Eight characters at a time, and the last eight once more: identifiers are ASCII and have eight or more.</summary>
    private static void Narrow(ReadOnlySpan<char> text, Span<byte> into)
    {
        const int Step = 8;
        if (text.Length < Step)
        {
            Encoding.Latin1.GetBytes(text, into);
            return;
        }

        for (var at = 0; at < text.Length - Step; at += Step)
        {
            NarrowStep(text[at..], into[at..]);
        }

        NarrowStep(text[^Step..], into[(text.Length - Step)..]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void NarrowStep(ReadOnlySpan<char> text, Span<byte> into)
    {
        var letters = Vector128.Create(MemoryMarshal.Cast<char, ushort>(text));
        BinaryPrimitives.WriteUInt64LittleEndian(into, Vector128.Narrow(letters, letters).AsUInt64().ToScalar());
    }
}
