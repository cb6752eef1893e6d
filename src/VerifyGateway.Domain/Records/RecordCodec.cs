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

    // Form 1 of each ends with the holds, which have no flag; the rest of form 2 then has its defaults.
    private const byte TerminalForm1 = 0x11;
    private const byte TerminalForm2 = 0x12;
    private const byte MerchantForm1 = 0x21;
    private const byte MerchantForm2 = 0x22;

    /// <summary>Packs a terminal record.</summary>
    /// <exception cref="ArgumentException">The record has more than <see cref="MaxHolds"/> holds.</exception>
    public static byte[] Pack(in TerminalRecord record)
    {
        var pack = new PackWriter(TerminalForm2);
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
        var pack = new PackWriter(MerchantForm2);
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
        record = default;
        var pack = new PackReader(packed, TerminalForm1, TerminalForm2);
        var acquirerText = pack.Text();
        var snText = pack.Text();
        var noText = pack.Text();
        var merchantText = pack.Text();
        var state = (TerminalState)pack.Byte();
        var version = pack.Int64();
        var holds = UnpackHolds(ref pack, pack.Form >= TerminalForm2);
        var location = pack.Form >= TerminalForm2 ? UnpackLocation(ref pack) : default;
        var endedOn = pack.Form >= TerminalForm2 ? pack.Day() : null;
        if (!pack.IsWholeAndAtEnd || !Enum.IsDefined(state) || version < 1
            || !AcquirerId.TryParse(acquirerText, out var acquirer, out _) || !TerminalSn.TryParse(snText, out var sn, out _)
            || !TerminalNo.TryParse(noText, out var no, out _) || !TryMerchantNo(merchantText, out var merchant))
        {
            return false;
        }

        record = new TerminalRecord(new TerminalKey(acquirer, sn), no, merchant, state, version, holds) { Location = location, EndedOn = endedOn };
        return true;
    }

    /// <summary>Unpacks a merchant record; false when the bytes are not one.</summary>
    public static bool TryUnpack(ReadOnlySpan<byte> packed, out MerchantRecord record)
    {
        record = default;
        var pack = new PackReader(packed, MerchantForm1, MerchantForm2);
        var acquirerText = pack.Text();
        var noText = pack.Text();
        var state = (MerchantState)pack.Byte();
        var identity = (IdentityState)pack.Byte();
        var reverifyBy = pack.Int64();
        var validTo = pack.Day();
        var holds = UnpackHolds(ref pack, pack.Form >= MerchantForm2);
        var facts = new MerchantRecord(default, state, identity, reverifyBy, validTo, holds);
        if (pack.Form >= MerchantForm2)
        {
            facts = UnpackFacts(ref pack, facts);
        }

        if (!pack.IsWholeAndAtEnd || !Enum.IsDefined(state) || !Enum.IsDefined(identity)
            || !AcquirerId.TryParse(acquirerText, out var acquirer, out _) || !TryMerchantNo(noText, out var no))
        {
            return false;
        }

        record = facts with { Key = new MerchantKey(acquirer, no) };
        return true;
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
        if (!RegionCode.TryParse(text, out var region, out _) && text.Length > 0)
        {
            pack.Refuse();
        }

        return region;
    }

    private static CategoryCode UnpackCategory(ref PackReader pack)
    {
        var text = pack.Text();
        if (!CategoryCode.TryParse(text, out var category, out _) && text.Length > 0)
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
            pack.Flag(hold.RefundsPass);
        }
    }

    private static ImmutableArray<Hold> UnpackHolds(ref PackReader pack, bool withFlag)
    {
        var count = pack.Byte();
        if (count == 0)
        {
            return [];
        }

        var holds = ImmutableArray.CreateBuilder<Hold>(count);
        for (var i = 0; i < count; i++)
        {
            var hold = new Hold((HoldKind)pack.Byte(), (HoldTarget)pack.Byte(), pack.Int64(), pack.Int64(), withFlag && pack.Flag());
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
