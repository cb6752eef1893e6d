using System.Collections.Immutable;
using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Domain.Reasons;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Caching.Memory;

/// <summary>
/// The form of records in the <see cref="FleetTable"/>: without the key, which the reader knows, and as short as is cheap, so that a usual
/// record fits into one line. It never leaves the process, so it has no version. The first four bytes are a CRC-32C of key and value: a
/// value that is damaged, or another key's, is refused. What cannot be (an undefined state, an empty number) is refused in both directions,
/// as <see cref="RecordCodec"/> refuses it. Pure functions, safe from any thread.
/// <code>
/// terminal  check 4 | state 4 bits, ended, holds, location 2 bits | letters in merchant number, letters in terminal number, bytes of version 4 bits
///           | version 1 to 8 | terminal number 4 or 6 | merchant number 7 or 12 | ended 3 | latitude 4, longitude 4, radius, or region 3 | holds
/// merchant  check 4 | state 3 bits, identity 4 bits, card differs, kind 3 bits, class 2 bits, holds, detail, ended
///           | valid to, opened, last active, region, category: are they there | bytes of verified at and of reverify by, 4 bits each
///           | verified at | reverify by | detail 1 | days 3 each | region 3 | category 2 | holds
/// holds     number 1, then of each: kind 3 bits, target 3 bits, refunds pass, stands at once | bytes of both times, 4 bits each | times
/// </code>
/// </summary>
public static class SlotCodec
{
    /// <summary>Packs a terminal record without its key.</summary>
    /// <param name="record">The record.</param>
    /// <param name="into">Room of <see cref="FleetTable.MaxValueBytes"/> or more.</param>
    /// <returns>Length of what was packed, bytes.</returns>
    /// <exception cref="ArgumentException">The record is none that <see cref="RecordCodec"/> carries, or the room is too small.</exception>
    public static int Pack(in TerminalRecord record, Span<byte> into)
    {
        Span<char> no = stackalloc char[8];
        Span<char> merchant = stackalloc char[15];
        record.TerminalNo.CopyTo(no);
        record.MerchantNo.CopyTo(merchant);
        var location = record.Location.Kind;
        Require(
            Enum.IsDefined(record.State) && record.BindingVersion >= 1 && record.TerminalNo != default && record.MerchantNo != default && IsWhole(record.Location), nameof(record));
        var (noLetters, merchantLetters) = (!IsDigits(no), !IsDigits(merchant));
        var versionBytes = SlotWriter.BytesOf(record.BindingVersion);
        var pack = new SlotWriter(into);
        pack.Byte((int)record.State | Bit(record.EndedOn is not null, 4) | Bit(!record.Holds.IsDefaultOrEmpty, 5) | ((int)location << 6));
        pack.Byte(Bit(merchantLetters, 0) | Bit(noLetters, 1) | (versionBytes << 2));
        pack.Number(record.BindingVersion, versionBytes);
        pack.Text(no, noLetters, 4);
        pack.Text(merchant, merchantLetters, 7);
        pack.Day(record.EndedOn);
        if (location == LocationRuleKind.Address)
        {
            var radiusBytes = SlotWriter.BytesOf(record.Location.RadiusMetres);
            pack.Number(record.Location.LatitudeMicrodegrees, 4);
            pack.Number(record.Location.LongitudeMicrodegrees, 4);
            pack.Byte(radiusBytes);
            pack.Number(record.Location.RadiusMetres, radiusBytes);
        }
        else if (location == LocationRuleKind.Region)
        {
            pack.Number(record.Location.Region.Number, 3);
        }

        PackHolds(ref pack, record.Holds.AsSpan(), nameof(record));
        Span<byte> name = stackalloc byte[RecordName.MostBytes];
        return pack.Seal(RecordName.Of(record.Key, name));
    }

    /// <summary>Packs a merchant record without its key.</summary>
    /// <param name="record">The record.</param>
    /// <param name="into">Room of <see cref="FleetTable.MaxValueBytes"/> or more.</param>
    /// <returns>Length of what was packed, bytes.</returns>
    /// <exception cref="ArgumentException">The record is none that <see cref="RecordCodec"/> carries, or the room is too small.</exception>
    public static int Pack(in MerchantRecord record, Span<byte> into)
    {
        var (kind, account, detail) = (record.Kind ?? 0, record.AccountClass ?? 0, record.Detail ?? 0);
        Require(
            Enum.IsDefined(record.State) && Enum.IsDefined(record.Identity) && (kind == 0 || Enum.IsDefined(kind)) && (account == 0 || Enum.IsDefined(account)), nameof(record));
        var (verifiedBytes, reverifyBytes) = (SlotWriter.BytesOf(record.VerifiedAtUnixMs), SlotWriter.BytesOf(record.ReverifyByUnixMs));
        var pack = new SlotWriter(into);
        pack.Byte((int)record.State | ((int)record.Identity << 3) | Bit(record.SettlementCardDiffers, 7));
        pack.Byte((int)kind | ((int)account << 3) | Bit(!record.Holds.IsDefaultOrEmpty, 5) | Bit(detail != 0, 6) | Bit(record.EndedOn is not null, 7));
        pack.Byte(
            Bit(record.DocumentValidTo is not null, 0) | Bit(record.OpenedOn is not null, 1) | Bit(record.LastActiveOn is not null, 2)
            | Bit(record.Region != default, 3) | Bit(record.Category != default, 4));
        pack.Byte(verifiedBytes | (reverifyBytes << 4));
        pack.Number(record.VerifiedAtUnixMs, verifiedBytes);
        pack.Number(record.ReverifyByUnixMs, reverifyBytes);
        pack.Number((long)detail, detail != 0 ? 1 : 0);
        pack.Day(record.DocumentValidTo);
        pack.Day(record.OpenedOn);
        pack.Day(record.LastActiveOn);
        pack.Day(record.EndedOn);
        pack.Number(record.Region.Number, record.Region != default ? 3 : 0);
        pack.Number(record.Category.Number, record.Category != default ? 2 : 0);
        PackHolds(ref pack, record.Holds.AsSpan(), nameof(record));
        Span<byte> name = stackalloc byte[RecordName.MostBytes];
        return pack.Seal(RecordName.Of(record.Key, name));
    }

    /// <summary>Unpacks a terminal record; false when the bytes are not one of this name.</summary>
    /// <param name="packed">What was packed.</param>
    /// <param name="name">The record's name.</param>
    /// <param name="key">What the record says that it is called.</param>
    /// <param name="record">The record.</param>
    public static bool TryUnpack(ReadOnlySpan<byte> packed, scoped in RecordName name, in TerminalKey key, out TerminalRecord record)
    {
        record = default;
        var pack = new SlotReader(packed, name);
        var first = pack.Byte();
        var second = pack.Byte();
        var version = pack.Number(second >> 2);
        var isNamed = UnpackNumbers(ref pack, second, out var no, out var merchant);
        var endedOn = pack.Day((first & 16) != 0);
        var location = UnpackLocation(ref pack, first >> 6);
        var holds = UnpackHolds(ref pack, (first & 32) != 0);
        var state = (TerminalState)(first & 15);
        if (!pack.IsWholeAndAtEnd || !Enum.IsDefined(state) || version < 1 || !isNamed)
        {
            return false;
        }

        record = new TerminalRecord(key, no, merchant, state, version, holds) { Location = location, EndedOn = endedOn };
        return true;
    }

    /// <summary>Unpacks a merchant record; false when the bytes are not one of this name.</summary>
    /// <param name="packed">What was packed.</param>
    /// <param name="name">The record's name.</param>
    /// <param name="key">What the record says that it is called.</param>
    /// <param name="record">The record.</param>
    public static bool TryUnpack(ReadOnlySpan<byte> packed, scoped in RecordName name, in MerchantKey key, out MerchantRecord record)
    {
        record = default;
        var pack = new SlotReader(packed, name);
        var first = pack.Byte();
        var second = pack.Byte();
        var third = pack.Byte();
        var times = pack.Byte();
        var verifiedAt = pack.Number(times & 15);
        var reverifyBy = pack.Number(times >> 4);
        var detail = (ReasonDetail)pack.Number((second & 64) != 0 ? 1 : 0);
        var validTo = pack.Day((third & 1) != 0);
        var openedOn = pack.Day((third & 2) != 0);
        var lastActiveOn = pack.Day((third & 4) != 0);
        var endedOn = pack.Day((second & 128) != 0);
        var region = UnpackRegion(ref pack, (third & 8) != 0);
        var category = UnpackCategory(ref pack, (third & 16) != 0);
        var holds = UnpackHolds(ref pack, (second & 32) != 0);
        var (state, identity) = ((MerchantState)(first & 7), (IdentityState)((first >> 3) & 15));
        var (kind, account) = ((MerchantKind)(second & 7), (AccountClass)((second >> 3) & 3));
        if (!pack.IsWholeAndAtEnd || third >= 32 || !Enum.IsDefined(state) || !Enum.IsDefined(identity)
            || (kind != 0 && !Enum.IsDefined(kind)) || (account != 0 && !Enum.IsDefined(account)))
        {
            return false;
        }

        record = new MerchantRecord(key, state, identity, reverifyBy, validTo, holds)
        {
            Kind = kind == 0 ? null : kind,
            Region = region,
            Category = category,
            AccountClass = account == 0 ? null : account,
            Detail = detail == 0 ? null : detail,
            SettlementCardDiffers = (first & 128) != 0,
            VerifiedAtUnixMs = verifiedAt,
            OpenedOn = openedOn,
            LastActiveOn = lastActiveOn,
            EndedOn = endedOn,
        };
        return true;
    }

    private static int Bit(bool value, int at) => value ? 1 << at : 0;

    private static bool IsDigits(ReadOnlySpan<char> text) => !text.ContainsAnyExceptInRange('0', '9');

    private static bool IsWhole(in LocationRule rule) => rule.Kind switch
    {
        LocationRuleKind.None => true,
        LocationRuleKind.Address =>
            Math.Abs((long)rule.LatitudeMicrodegrees) <= 90_000_000 && Math.Abs((long)rule.LongitudeMicrodegrees) <= 180_000_000 && rule.RadiusMetres >= 0,
        LocationRuleKind.Region => rule.Region != default,
        _ => false,
    };

    private static void Require(bool ok, string parameter)
    {
        if (!ok)
        {
            throw new ArgumentException("The record holds a value that is not defined.", parameter);
        }
    }

    private static bool UnpackNumbers(ref SlotReader pack, int kinds, out TerminalNo no, out MerchantNo merchant)
    {
        Span<char> letters = stackalloc char[15];
        if ((kinds & 3) == 0)
        {
            return TerminalNo.TryRead(pack.Number(4), out no) & MerchantNo.TryRead(pack.Number(7), out merchant);
        }

        var isTerminal = (kinds & 2) == 0 ? TerminalNo.TryRead(pack.Number(4), out no) : pack.TryLetters(letters[..8]) & TerminalNo.TryRead(letters[..8], out no);
        var isMerchant = (kinds & 1) == 0 ? MerchantNo.TryRead(pack.Number(7), out merchant) : pack.TryLetters(letters) & MerchantNo.TryRead(letters, out merchant);
        return isTerminal && isMerchant;
    }

    private static LocationRule UnpackLocation(ref SlotReader pack, int kind)
    {
        switch ((LocationRuleKind)kind)
        {
            case LocationRuleKind.None:
                return default;
            case LocationRuleKind.Address:
                var (latitude, longitude) = ((int)pack.Number(4), (int)pack.Number(4));
                var radius = pack.Number(pack.Byte());
                var rule = LocationRule.Around(latitude, longitude, (int)radius);
                if (radius != rule.RadiusMetres || !IsWhole(rule))
                {
                    pack.Refuse();
                }

                return rule;
            case LocationRuleKind.Region:
                return LocationRule.Within(UnpackRegion(ref pack, isThere: true));
            default:
                pack.Refuse();
                return default;
        }
    }

    private static RegionCode UnpackRegion(ref SlotReader pack, bool isThere)
    {
        if (!isThere)
        {
            return default;
        }

        var region = RegionCode.FromNumber((int)pack.Number(3));
        if (region == default)
        {
            pack.Refuse();
        }

        return region;
    }

    private static CategoryCode UnpackCategory(ref SlotReader pack, bool isThere)
    {
        if (!isThere)
        {
            return default;
        }

        var category = CategoryCode.FromNumber((int)pack.Number(2));
        if (category == default)
        {
            pack.Refuse();
        }

        return category;
    }

    private static void PackHolds(ref SlotWriter pack, ReadOnlySpan<Hold> holds, string parameter)
    {
        if (holds.Length > RecordCodec.MaxHolds)
        {
            throw new ArgumentException($"A record carries at most {RecordCodec.MaxHolds} holds, not {holds.Length}.", parameter);
        }

        if (holds.IsEmpty)
        {
            return;
        }

        pack.Byte(holds.Length);
        foreach (var hold in holds)
        {
            Require(Enum.IsDefined(hold.Kind) && Enum.IsDefined(hold.Target), parameter);
            var (from, until) = (SlotWriter.BytesOf(hold.EffectiveAtUnixMs), SlotWriter.BytesOf(hold.UntilUnixMs));
            pack.Byte((int)hold.Kind | ((int)hold.Target << 3) | Bit(hold.RefundsPass, 6) | Bit(hold.StandsAtOnce, 7));
            pack.Byte(from | (until << 4));
            pack.Number(hold.EffectiveAtUnixMs, from);
            pack.Number(hold.UntilUnixMs, until);
        }
    }

    private static ImmutableArray<Hold> UnpackHolds(ref SlotReader pack, bool areThere)
    {
        if (!areThere)
        {
            return [];
        }

        var holds = ImmutableArray.CreateBuilder<Hold>(pack.Byte());
        for (var i = 0; i < holds.Capacity; i++)
        {
            var first = pack.Byte();
            var times = pack.Byte();
            var hold = new Hold((HoldKind)(first & 7), (HoldTarget)((first >> 3) & 7), pack.Number(times & 15), pack.Number(times >> 4), (first & 64) != 0, (first & 128) != 0);
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
