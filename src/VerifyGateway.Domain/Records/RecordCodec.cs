using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using VerifyGateway.Domain.Identifiers;

namespace VerifyGateway.Domain.Records;

/// <summary>
/// The packed form of records, as the change feed and Redis hold them: little-endian, the first byte the version of the form.
/// A packed record names itself, so that a reader can check that it is the one that was asked for. What is damaged, cut off or
/// of another version is refused, never guessed.
/// </summary>
public static class RecordCodec
{
    /// <summary>The most holds that one record carries.</summary>
    public const int MaxHolds = 255;

    private const byte TerminalForm = 0x11;
    private const byte MerchantForm = 0x21;

    /// <summary>Packs a terminal record.</summary>
    /// <exception cref="ArgumentException">The record has more than <see cref="MaxHolds"/> holds.</exception>
    public static byte[] Pack(TerminalRecord record)
    {
        var pack = new PackWriter(TerminalForm);
        pack.Text(record.Key.Acquirer.ToString());
        pack.Text(record.Key.Sn.ToString());
        pack.Text(record.TerminalNo.ToString());
        pack.Text(record.MerchantNo.ToString());
        pack.Byte((byte)record.State);
        pack.Int64(record.BindingVersion);
        PackHolds(ref pack, record.Holds.AsSpan());
        return pack.ToArray();
    }

    /// <summary>Packs a merchant record.</summary>
    /// <exception cref="ArgumentException">The record has more than <see cref="MaxHolds"/> holds.</exception>
    public static byte[] Pack(MerchantRecord record)
    {
        var pack = new PackWriter(MerchantForm);
        pack.Text(record.Key.Acquirer.ToString());
        pack.Text(record.Key.No.ToString());
        pack.Byte((byte)record.State);
        pack.Byte((byte)record.Identity);
        pack.Int64(record.ReverifyByUnixMs);
        pack.Int32(record.DocumentValidTo?.DayNumber ?? -1);
        PackHolds(ref pack, record.Holds.AsSpan());
        return pack.ToArray();
    }

    /// <summary>Unpacks a terminal record; false when the bytes are not one.</summary>
    public static bool TryUnpack(ReadOnlySpan<byte> packed, [NotNullWhen(true)] out TerminalRecord? record)
    {
        record = null;
        var pack = new PackReader(packed, TerminalForm);
        var acquirerText = pack.Text();
        var snText = pack.Text();
        var noText = pack.Text();
        var merchantText = pack.Text();
        var state = (TerminalState)pack.Byte();
        var version = pack.Int64();
        var holds = UnpackHolds(ref pack);
        if (!pack.IsWholeAndAtEnd || !Enum.IsDefined(state) || version < 1
            || !AcquirerId.TryParse(acquirerText, out var acquirer, out _) || !TerminalSn.TryParse(snText, out var sn, out _)
            || !TerminalNo.TryParse(noText, out var no, out _) || !TryMerchantNo(merchantText, out var merchant))
        {
            return false;
        }

        record = new TerminalRecord(new TerminalKey(acquirer, sn), no, merchant, state, version, holds);
        return true;
    }

    /// <summary>Unpacks a merchant record; false when the bytes are not one.</summary>
    public static bool TryUnpack(ReadOnlySpan<byte> packed, [NotNullWhen(true)] out MerchantRecord? record)
    {
        record = null;
        var pack = new PackReader(packed, MerchantForm);
        var acquirerText = pack.Text();
        var noText = pack.Text();
        var state = (MerchantState)pack.Byte();
        var identity = (IdentityState)pack.Byte();
        var reverifyBy = pack.Int64();
        var day = pack.Int32();
        var holds = UnpackHolds(ref pack);
        if (!pack.IsWholeAndAtEnd || !Enum.IsDefined(state) || !Enum.IsDefined(identity) || day < -1 || day > DateOnly.MaxValue.DayNumber
            || !AcquirerId.TryParse(acquirerText, out var acquirer, out _) || !TryMerchantNo(noText, out var no))
        {
            return false;
        }

        record = new MerchantRecord(new MerchantKey(acquirer, no), state, identity, reverifyBy, day < 0 ? null : DateOnly.FromDayNumber(day), holds);
        return true;
    }

    /// <summary>Takes a merchant number as it was packed: padding, which is dropped from what comes from outside, is damage here.</summary>
    private static bool TryMerchantNo(string text, out MerchantNo no) => MerchantNo.TryParse(text, out no, out _) && no.ToString() == text;

    private static void PackHolds(ref PackWriter pack, ReadOnlySpan<Hold> holds)
    {
        if (holds.Length > MaxHolds)
        {
            throw new ArgumentException($"A record carries at most {MaxHolds} holds, not {holds.Length}.", nameof(holds));
        }

        pack.Byte((byte)holds.Length);
        foreach (var hold in holds)
        {
            pack.Byte((byte)hold.Kind);
            pack.Byte((byte)hold.Target);
            pack.Int64(hold.EffectiveAtUnixMs);
            pack.Int64(hold.UntilUnixMs);
        }
    }

    private static ImmutableArray<Hold> UnpackHolds(ref PackReader pack)
    {
        var count = pack.Byte();
        if (count == 0)
        {
            return [];
        }

        var holds = ImmutableArray.CreateBuilder<Hold>(count);
        for (var i = 0; i < count; i++)
        {
            var hold = new Hold((HoldKind)pack.Byte(), (HoldTarget)pack.Byte(), pack.Int64(), pack.Int64());
            if (!Enum.IsDefined(hold.Kind) || !Enum.IsDefined(hold.Target))
            {
                // A hold that is not understood must not be dropped: the whole record is refused.
                pack.Refuse();
                return [];
            }

            holds.Add(hold);
        }

        return holds.MoveToImmutable();
    }
}
