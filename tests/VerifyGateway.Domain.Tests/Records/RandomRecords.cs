using System.Collections.Immutable;
using VerifyGateway.Domain.Reasons;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Domain.Tests;

/// <summary>Random records, every field of which takes unusual values as well.</summary>
internal static class RandomRecords
{
    private const string Digits = "0123456789";
    private const string Letters = Digits + "ABCXYZabcxyz";

    public static TerminalRecord Terminal(this Random random) =>
        new(new TerminalKey(random.Acquirer(), random.Sn()), random.TerminalNo(), random.MerchantNo(),
            random.Of(Enum.GetValues<TerminalState>()), random.NextInt64(1, random.Of(3, long.MaxValue)), random.Holds())
        {
            Location = random.Next(3) switch
            {
                0 => default,
                1 => LocationRule.Around(random.Next(-90_000_000, 90_000_001), random.Next(-180_000_000, 180_000_001), random.Next(random.Of(2, int.MaxValue))),
                _ => LocationRule.Within(random.Region()),
            },
            EndedOn = random.Day(),
        };

    public static MerchantRecord Merchant(this Random random) =>
        new(new MerchantKey(random.Acquirer(), random.MerchantNo()), random.Of(Enum.GetValues<MerchantState>()), random.Of(Enum.GetValues<IdentityState>()),
            random.Time(), random.Day(), random.Holds())
        {
            Kind = random.Next(2) == 0 ? null : random.Of(Enum.GetValues<MerchantKind>()),
            Region = random.Next(2) == 0 ? default : random.Region(),
            Category = random.Next(2) == 0 ? default : Given.Category(random.Text(Digits, 4)),
            AccountClass = random.Next(2) == 0 ? null : random.Of(Enum.GetValues<AccountClass>()),
            // A number that only a newer gateway knows is kept as well.
            Detail = random.Next(3) switch { 0 => null, 1 => random.Of(Enum.GetValues<ReasonDetail>()), _ => (ReasonDetail)random.Next(1, 256) },
            SettlementCardDiffers = random.Next(2) == 0,
            VerifiedAtUnixMs = random.Time(),
            OpenedOn = random.Day(),
            LastActiveOn = random.Day(),
            EndedOn = random.Day(),
        };

    private static DateOnly? Day(this Random random) => random.Next(3) switch
    {
        0 => null,
        1 => new DateOnly(2026, 6, 1).AddDays(random.Next(-200, 200)),
        _ => DateOnly.FromDayNumber(random.Next(DateOnly.MaxValue.DayNumber + 1)),
    };

    private static Domain.Identifiers.RegionCode Region(this Random random) => Given.Region(random.Of("11", "31", "50", "65", "83") + random.Text(Digits, 4));

    private static ImmutableArray<Hold> Holds(this Random random)
    {
        var holds = new Hold[random.Next(20) == 0 ? random.Next(RecordCodec.MaxHolds + 1) : random.Next(4)];
        for (var i = 0; i < holds.Length; i++)
        {
            holds[i] = new Hold(random.Of(Enum.GetValues<HoldKind>()), random.Of(Enum.GetValues<HoldTarget>()), random.Time(), random.Time(), random.Next(2) == 0, random.Next(4) == 0);
        }

        return [.. holds];
    }

    private static long Time(this Random random) => random.Next(4) switch
    {
        0 => 0,
        1 => random.Of(long.MinValue, long.MaxValue, -1, 1),
        _ => Given.Now + random.NextInt64(-40_000_000_000, 40_000_000_000),
    };

    private static Domain.Identifiers.AcquirerId Acquirer(this Random random) => Given.Acquirer(random.Text(Digits, random.Next(8, 12)));

    private static Domain.Identifiers.TerminalSn Sn(this Random random) =>
        Given.Sn("9" + random.Text(Digits, 5) + random.Of("01", "02", "10", "13") + random.Text(Letters + "-", random.Next(1, 43)));

    private static Domain.Identifiers.TerminalNo TerminalNo(this Random random) => Given.TerminalNo("A" + random.Text(Letters, 7));

    private static Domain.Identifiers.MerchantNo MerchantNo(this Random random) => Given.MerchantNo(random.Text(Letters, 15));
}
