using System.Buffers.Binary;
using System.Numerics;

namespace VerifyGateway.Caching.Memory;

/// <summary>Characters of identifiers as numbers, and the check that a value carries.</summary>
internal static class SlotBytes
{
    public const int CheckBytes = 4;
    public const int Radix = 62;

    private const string Letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    public static char LetterOf(int value) => Letters[value];

    public static int ValueOf(char letter) => letter switch
    {
        >= '0' and <= '9' => letter - '0',
        >= 'A' and <= 'Z' => letter - 'A' + 10,
        _ => letter - 'a' + 36,
    };

    /// <summary>CRC-32C of both parts of the key and of the bytes: finds every change of up to four bytes in a row, and all but one in 2^32 of others.</summary>
    public static uint Check(scoped in RecordName name, ReadOnlySpan<byte> bytes) => ~Check(Check(Check(~0u, name.Acquirer), name.Own), bytes);

    private static uint Check(uint check, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length >= 8)
        {
            check = BitOperations.Crc32C(check, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[8..];
        }

        foreach (var one in bytes)
        {
            check = BitOperations.Crc32C(check, one);
        }

        return check;
    }
}

/// <summary>Writes a value after the room for its check.</summary>
internal ref struct SlotWriter(Span<byte> into)
{
    private readonly Span<byte> _into = into;
    private int _at = SlotBytes.CheckBytes;

    /// <summary>Bytes that a number takes, sign included: 0 for zero, at most 8.</summary>
    public static int BytesOf(long value)
    {
        var bits = 65 - BitOperations.LeadingZeroCount((ulong)(value ^ (value >> 63)));
        return value == 0 ? 0 : (bits + 7) / 8;
    }

    public void Byte(int value) => _into[_at++] = checked((byte)value);

    public void Number(long value, int bytes)
    {
        for (var i = 0; i < bytes; i++)
        {
            _into[_at++] = (byte)(value >> (8 * i));
        }
    }

    /// <summary>A day that is there; nothing for one that is not.</summary>
    public void Day(DateOnly? day)
    {
        if (day is { } there)
        {
            Number(there.DayNumber, 3);
        }
    }

    /// <summary>Letters and digits as one number: of digits alone in the short form, or 8 and 7 characters of 62 kinds in 6 bytes each.</summary>
    public void Text(scoped ReadOnlySpan<char> text, bool letters, int shortBytes)
    {
        if (!letters)
        {
            Number(NumberOf(text, 10), shortBytes);
            return;
        }

        Number(NumberOf(text[..8], SlotBytes.Radix), 6);
        if (text.Length > 8)
        {
            Number(NumberOf(text[8..], SlotBytes.Radix), 6);
        }
    }

    /// <summary>Writes the check; the length of the whole.</summary>
    public readonly int Seal(scoped in RecordName name)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_into, SlotBytes.Check(name, _into[SlotBytes.CheckBytes.._at]));
        return _at;
    }

    private static long NumberOf(ReadOnlySpan<char> text, int radix)
    {
        var number = 0L;
        foreach (var letter in text)
        {
            number = (number * radix) + SlotBytes.ValueOf(letter);
        }

        return number;
    }
}

/// <summary>Reads a value whose check is right; after the first thing that is not there, everything reads as zero and the whole counts as refused.</summary>
internal ref struct SlotReader
{
    private ReadOnlySpan<byte> _rest;
    private bool _refused;

    public SlotReader(ReadOnlySpan<byte> packed, scoped in RecordName name)
    {
        if (packed.Length < SlotBytes.CheckBytes || BinaryPrimitives.ReadUInt32LittleEndian(packed) != SlotBytes.Check(name, packed[SlotBytes.CheckBytes..]))
        {
            _refused = true;
            return;
        }

        _rest = packed[SlotBytes.CheckBytes..];
    }

    public readonly bool IsWholeAndAtEnd => !_refused && _rest.IsEmpty;

    public void Refuse() => _refused = true;

    public int Byte() => (int)(Number(1) & 0xFF);

    /// <summary>A number of so many bytes, 0 to 8, with its sign.</summary>
    public long Number(int bytes)
    {
        if (_refused || bytes > 8 || _rest.Length < bytes)
        {
            _refused = true;
            return 0;
        }

        var value = 0L;
        if (_rest.Length >= 8)
        {
            value = BinaryPrimitives.ReadInt64LittleEndian(_rest);
        }
        else
        {
            for (var i = 0; i < bytes; i++)
            {
                value |= (long)_rest[i] << (8 * i);
            }
        }

        _rest = _rest[bytes..];
        return bytes == 0 ? 0 : value << (64 - (8 * bytes)) >> (64 - (8 * bytes));
    }

    /// <summary>A day, or null when it is not there.</summary>
    public DateOnly? Day(bool isThere)
    {
        if (!isThere)
        {
            return null;
        }

        var number = Number(3);
        _refused |= number < 0 || number > DateOnly.MaxValue.DayNumber;
        return _refused ? null : DateOnly.FromDayNumber((int)number);
    }

    /// <summary>Letters and digits that were written as a number of the first eight and one of the others; false when they are not there.</summary>
    public bool TryLetters(scoped Span<char> text)
    {
        SpellLetters(Number(6) & 0xFFFF_FFFF_FFFF, text[..8]);
        SpellLetters(text.Length > 8 ? Number(6) & 0xFFFF_FFFF_FFFF : 0, text[8..]);
        return !_refused;
    }

    private void SpellLetters(long number, scoped Span<char> text)
    {
        var rest = _refused ? 0 : (ulong)number;
        for (var i = text.Length - 1; i >= 0; i--)
        {
            (rest, var digit) = Math.DivRem(rest, (ulong)SlotBytes.Radix);
            text[i] = SlotBytes.LetterOf((int)digit);
        }

        _refused |= rest != 0;
    }
}
