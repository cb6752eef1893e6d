using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Caching.Memory;

/// <summary>
/// The name of a record as the ASCII bytes of its two parts: what is hashed, and what a value in memory is checked against. It lives on the
/// stack, so that a check that comes as bytes is looked up without a string.
/// </summary>
/// <param name="acquirer">The acquirer, 8 to 11 digits.</param>
/// <param name="own">The serial number of a terminal or the number of a merchant, at most 50 characters.</param>
public readonly ref struct RecordName(ReadOnlySpan<byte> acquirer, ReadOnlySpan<byte> own)
{
    /// <summary>The most bytes of both parts.</summary>
    public const int MostBytes = 61;

    /// <summary>The acquirer.</summary>
    public ReadOnlySpan<byte> Acquirer { get; } = acquirer;

    /// <summary>The number within the acquirer.</summary>
    public ReadOnlySpan<byte> Own { get; } = own;

    /// <summary>The name of a terminal record; of no use for the default of the key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="room">Room of <see cref="MostBytes"/> or more, which the name is in from then on.</param>
    public static RecordName Of(scoped in TerminalKey key, Span<byte> room) => Of(key.Acquirer.ToString(), key.Sn.ToString(), room);

    /// <summary>The name of a merchant record; of no use for the default of the key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="room">Room of <see cref="MostBytes"/> or more, which the name is in from then on.</param>
    public static RecordName Of(scoped in MerchantKey key, Span<byte> room)
    {
        Span<char> no = stackalloc char[15];
        key.No.CopyTo(no);
        return Of(key.Acquirer.ToString(), no, room);
    }

    private static RecordName Of(scoped ReadOnlySpan<char> acquirer, scoped ReadOnlySpan<char> own, Span<byte> room)
    {
        Narrow(acquirer, room);
        Narrow(own, room[acquirer.Length..]);
        return new RecordName(room[..acquirer.Length], room.Slice(acquirer.Length, own.Length));
    }

    /// <summary>Eight characters at a time, and the last eight once more: identifiers are ASCII and have eight or more.</summary>
    private static void Narrow(scoped ReadOnlySpan<char> text, Span<byte> into)
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
    private static void NarrowStep(scoped ReadOnlySpan<char> text, Span<byte> into)
    {
        var letters = Vector128.Create(MemoryMarshal.Cast<char, ushort>(text));
        BinaryPrimitives.WriteUInt64LittleEndian(into, Vector128.Narrow(letters, letters).AsUInt64().ToScalar());
    }
}
