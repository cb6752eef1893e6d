using System.Collections.Immutable;
using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Domain.Reasons;

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

    // Form 1 of each ends with the holds, which have no flags; the rest of form 2 then has its defaults. Form 3 is that of a record with a hold
    // that stands at once, which no older reader knows and must not read as one that waits for a clock; all others stay form 2.
    private const byte TerminalForm1 = 0x11;
    private const byte TerminalForm2 = 0x12;
    private const byte TerminalForm3 = 0x13;
    private const byte MerchantForm1 = 0x21;
    private const byte MerchantForm2 = 0x22;
    private const byte MerchantForm3 = 0x23;

    /// <summary>Packs a terminal record.</summary>
    /// <exception cref="ArgumentException">The record has more than <see cref="MaxHolds"/> holds.</exception>
    public static byte[] Pack(in TerminalRecord record)
    {
        var pack = new PackWriter(AnyStandsAtOnce(record.Holds.AsSpan()) ? TerminalForm3 : TerminalForm2);
        pack.Text(record.Key.Acquirer.ToString());
        pack.Text(record.Key.Sn.ToString());
        pack.Text(record.TerminalNo.ToString());
        pack.Text(record.MerchantNo.ToString());
        pack.Byte((byte)record.State);
        pack.Int64(record.BindingVersion);
        PackHolds(ref pack, record.Holds.AsSpan());
        PackLocation(ref pack, record.Location);
        pack.Day(record.EndedOn);
        return pack.ToArray();
    }

    /// <summary>Packs a merchant record.</summary>
    /// <exception cref="ArgumentException">The record has more than <see cref="MaxHolds"/> holds.</exception>
    public static byte[] Pack(in MerchantRecord record)
    {
        var pack = new PackWriter(AnyStandsAtOnce(record.Holds.AsSpan()) ? MerchantForm3 : MerchantForm2);
        pack.Text(record.Key.Acquirer.ToString());
        pack.Text(record.Key.No.ToString());
        pack.Byte((byte)record.State);
        pack.Byte((byte)record.Identity);
        pack.Int64(record.ReverifyByUnixMs);
        pack.Day(record.DocumentValidTo);
        PackHolds(ref pack, record.Holds.AsSpan());
        pack.Byte((byte)(record.Kind ?? 0));
        pack.Text(record.Region.ToString());
        pack.Text(record.Category.ToString());
        pack.Byte((byte)(record.AccountClass ?? 0));
        pack.Byte((byte)(record.Detail ?? 0));
        pack.Flag(record.SettlementCardDiffers);
        pack.Int64(record.VerifiedAtUnixMs);
        pack.Day(record.OpenedOn);
        pack.Day(record.LastActiveOn);
        pack.Day(record.EndedOn);
        return pack.ToArray();
    }

    /// <summary>Unpacks a terminal record; false when the bytes are not one.</summary>
    public static bool TryUnpack(ReadOnlySpan<byte> packed, out TerminalRecord record)
    {
        var pack = new PackReader(packed, TerminalForm1, TerminalForm3);
        var (acquirerText, snText) = (pack.String(), pack.String());
        record = default;
        return AcquirerId.TryParse(acquirerText, out var acquirer, out _) && TerminalSn.TryParse(snText, out var sn, out _)
            && TryUnpackRest(ref pack, new TerminalKey(acquirer, sn), out record);
    }

    /// <summary>Unpacks the record of a terminal; false when the bytes are not one, or are another's. Allocates nothing but what its holds are in.</summary>
    public static bool TryUnpack(ReadOnlySpan<byte> packed, in TerminalKey key, out TerminalRecord record)
    {
        var pack = new PackReader(packed, TerminalForm1, TerminalForm3);
        record = default;
        return pack.Is(key.Acquirer.ToString()) && pack.Is(key.Sn.ToString()) && TryUnpackRest(ref pack, key, out record);
    }

    /// <summary>Unpacks a merchant record; false when the bytes are not one.</summary>
    public static bool TryUnpack(ReadOnlySpan<byte> packed, out MerchantRecord record)
    {
        var pack = new PackReader(packed, MerchantForm1, MerchantForm3);
        var acquirerText = pack.String();
        record = default;
        return MerchantNo.TryRead(pack.Text(), out var no) && AcquirerId.TryParse(acquirerText, out var acquirer, out _)
            && TryUnpackRest(ref pack, new MerchantKey(acquirer, no), out record);
    }

    /// <summary>Unpacks the record of a merchant; false when the bytes are not one, or are another's. Allocates nothing but what its holds are in.</summary>
    public static bool TryUnpack(ReadOnlySpan<byte> packed, in MerchantKey key, out MerchantRecord record)
    {
        var pack = new PackReader(packed, MerchantForm1, MerchantForm3);
        record = default;
        return pack.Is(key.Acquirer.ToString()) && MerchantNo.TryRead(pack.Text(), out var no) && no == key.No && TryUnpackRest(ref pack, key, out record);
    }

    private static bool TryUnpackRest(ref PackReader pack, in TerminalKey key, out TerminalRecord record)
    {
        // Padding, which is dropped from numbers that come from outside, is damage here.
        var isNamed = TerminalNo.TryRead(pack.Text(), out var no) & MerchantNo.TryRead(pack.Text(), out var merchant);
        var state = (TerminalState)pack.Byte();
        var version = pack.Int64();
        var holds = UnpackHolds(ref pack, pack.Form - TerminalForm1);
        var location = pack.Form >= TerminalForm2 ? UnpackLocation(ref pack) : default;
        var endedOn = pack.Form >= TerminalForm2 ? pack.Day() : null;
        var isOne = isNamed && pack.IsWholeAndAtEnd && IsOwnForm(pack.Form - TerminalForm1, holds) && Enum.IsDefined(state) && version >= 1;
        record = isOne ? new TerminalRecord(key, no, merchant, state, version, holds) { Location = location, EndedOn = endedOn } : default;
        return isOne;
    }

    private static bool TryUnpackRest(ref PackReader pack, in MerchantKey key, out MerchantRecord record)
    {
        var state = (MerchantState)pack.Byte();
        var identity = (IdentityState)pack.Byte();
        var reverifyBy = pack.Int64();
        var validTo = pack.Day();
        var holds = UnpackHolds(ref pack, pack.Form - MerchantForm1);
        record = new MerchantRecord(key, state, identity, reverifyBy, validTo, holds);
        if (pack.Form >= MerchantForm2)
        {
            record = UnpackFacts(ref pack, record);
        }

        var isOne = pack.IsWholeAndAtEnd && IsOwnForm(pack.Form - MerchantForm1, holds) && Enum.IsDefined(state) && Enum.IsDefined(identity);
        record = isOne ? record : default;
        return isOne;
    }

    /// <summary>What form 2 says of a merchant beyond form 1.</summary>
    private static MerchantRecord UnpackFacts(ref PackReader pack, MerchantRecord record) => record with
    {
        Kind = pack.OneOf<MerchantKind>(),
        Region = UnpackRegion(ref pack),
        Category = UnpackCategory(ref pack),
        AccountClass = pack.OneOf<AccountClass>(),
        // One that only a newer gateway knows is kept as it is: the reason stands without it.
        Detail = (ReasonDetail)pack.Byte() is > 0 and var detail ? detail : null,
        SettlementCardDiffers = pack.Flag(),
        VerifiedAtUnixMs = pack.Int64(),
        OpenedOn = pack.Day(),
        LastActiveOn = pack.Day(),
        EndedOn = pack.Day(),
    };

    private static RegionCode UnpackRegion(ref PackReader pack)
    {
        var text = pack.Text();
        if (!RegionCode.TryRead(text, out var region) && text.Length > 0)
        {
            pack.Refuse();
        }

        return region;
    }

    private static CategoryCode UnpackCategory(ref PackReader pack)
    {
        var text = pack.Text();
        if (!CategoryCode.TryRead(text, out var category) && text.Length > 0)
        {
            pack.Refuse();
        }

        return category;
    }

    private static void PackLocation(ref PackWriter pack, in LocationRule rule)
    {
        pack.Byte((byte)rule.Kind);
        if (rule.Kind == LocationRuleKind.Address)
        {
            pack.Int32(rule.LatitudeMicrodegrees);
            pack.Int32(rule.LongitudeMicrodegrees);
            pack.Int32(rule.RadiusMetres);
        }
        else if (rule.Kind == LocationRuleKind.Region)
        {
            pack.Text(rule.Region.ToString());
        }
    }

    private static LocationRule UnpackLocation(ref PackReader pack)
    {
        switch (pack.OneOf<LocationRuleKind>())
        {
            case null:
                return default;
            case LocationRuleKind.Address:
                var rule = LocationRule.Around(pack.Int32(), pack.Int32(), pack.Int32());
                if (Math.Abs((long)rule.LatitudeMicrodegrees) > 90_000_000 || Math.Abs((long)rule.LongitudeMicrodegrees) > 180_000_000 || rule.RadiusMetres < 0)
                {
                    pack.Refuse();
                }

                return rule;
            default:
                var region = UnpackRegion(ref pack);
                if (region == default)
                {
                    // A rule without its region would let the terminal be nowhere, or anywhere.
                    pack.Refuse();
                }

                return LocationRule.Within(region);
        }
    }

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
            pack.Byte((byte)((hold.RefundsPass ? 1 : 0) | (hold.StandsAtOnce ? 2 : 0)));
        }
    }

    /// <summary>A record has one form: form 3, which begins at 2, is that of holds of which one stands at once.</summary>
    private static bool IsOwnForm(int form, ImmutableArray<Hold> holds) => form < 2 || AnyStandsAtOnce(holds.AsSpan());

    private static bool AnyStandsAtOnce(ReadOnlySpan<Hold> holds)
    {
        foreach (ref readonly var hold in holds)
        {
            if (hold.StandsAtOnce)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Holds with as many flags as the form has: none, one or two.</summary>
    private static ImmutableArray<Hold> UnpackHolds(ref PackReader pack, int flags)
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
            var set = flags > 0 ? pack.Flags(flags) : 0;
            hold = hold with { RefundsPass = (set & 1) != 0, StandsAtOnce = (set & 2) != 0 };
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
