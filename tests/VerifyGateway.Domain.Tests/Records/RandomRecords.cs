using System.Collections.Immutable;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Domain.Tests;

/// <summary>Random records, every field of which takes unusual values as well.</summary>
internal static class RandomRecords
{
    private const string Digits = "0123456789";
    private const string Letters = Digits + "ABCXYZabcxyz";

    public static TerminalRecord Terminal(this Random random) =>
        new(new TerminalKey(random.Acquirer(), random.Sn()), random.TerminalNo(), random.MerchantNo(),
            random.Of(Enum.GetValues<TerminalState>()), random.NextInt64(1, random.Of(3, long.MaxValue)), random.Holds());

    public static MerchantRecord Merchant(this Random random) =>
        new(new MerchantKey(random.Acquirer(), random.MerchantNo()), random.Of(Enum.GetValues<MerchantState>()), random.Of(Enum.GetValues<IdentityState>()),
            random.Time(), random.Next(3) switch
            {
                0 => null,
                1 => new DateOnly(2026, 6, 1).AddDays(random.Next(-200, 200)),
                _ => DateOnly.FromDayNumber(random.Next(DateOnly.MaxValue.DayNumber + 1)),
            }, random.Holds());

    private static ImmutableArray<Hold> Holds(this Random random)
    {
        var holds = new Hold[random.Next(20) == 0 ? random.Next(RecordCodec.MaxHolds + 1) : random.Next(4)];
        for (var i = 0; i < holds.Length; i++)
        {
            holds[i] = new Hold(random.Of(Enum.GetValues<HoldKind>()), random.Of(Enum.GetValues<HoldTarget>()), random.Time(), random.Time());
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
