using System.Collections.Immutable;
using VerifyGateway.Caching.Tests.Support;
using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Domain.Reasons;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Caching.Tests.Memory;

/// <summary>Random records, every field of which takes unusual values as well.</summary>
internal static class RandomRecords
{
    private const long Now = 1_780_000_000_000;
    private const string Digits = "0123456789";
    private const string Letters = Digits + "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    public static TerminalRecord Terminal(this Random random) =>
        new(new TerminalKey(random.Acquirer(), random.Sn()), random.TerminalNo(), random.MerchantNo(),
            random.Of(Enum.GetValues<TerminalState>()), random.Of(1, 127, 128, 255, 256, random.NextInt64(1, long.MaxValue), long.MaxValue), random.Holds())
        {
            Location = random.Next(3) switch
            {
                0 => default,
                1 => LocationRule.Around(random.Next(-90_000_000, 90_000_001), random.Next(-180_000_000, 180_000_001), random.Of(0, 1, 500, int.MaxValue, random.Next())),
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
            Category = random.Next(2) == 0 ? default : Category(random.Of("0000", "9999", random.Text(Digits, 4))),
            AccountClass = random.Next(2) == 0 ? null : random.Of(Enum.GetValues<AccountClass>()),
            Detail = random.Next(3) switch { 0 => null, 1 => random.Of(Enum.GetValues<ReasonDetail>()), _ => (ReasonDetail)random.Next(1, 256) },
            SettlementCardDiffers = random.Next(2) == 0,
            VerifiedAtUnixMs = random.Time(),
            OpenedOn = random.Day(),
            LastActiveOn = random.Day(),
            EndedOn = random.Day(),
        };

    /// <summary>A hold of which every field takes unusual values.</summary>
    public static Hold Hold(this Random random) =>
        new(random.Of(Enum.GetValues<HoldKind>()), random.Of(Enum.GetValues<HoldTarget>()), random.Time(), random.Time(), random.Next(2) == 0);

    public static T Of<T>(this Random random, params ReadOnlySpan<T> values) => values[random.Next(values.Length)];

    public static string Text(this Random random, string alphabet, int length) => new([.. Enumerable.Range(0, length).Select(_ => alphabet[random.Next(alphabet.Length)])]);

    private static DateOnly? Day(this Random random) => random.Next(3) switch
    {
        0 => null,
        1 => new DateOnly(2026, 6, 1).AddDays(random.Next(-200, 200)),
        _ => DateOnly.FromDayNumber(random.Of(0, DateOnly.MaxValue.DayNumber, random.Next(DateOnly.MaxValue.DayNumber + 1))),
    };

    private static RegionCode Region(this Random random) =>
        RegionCode.TryParse(random.Of("11", "31", "50", "65", "83") + random.Text(Digits, 4), out var value, out _) ? value : throw new ArgumentException("region");

    private static CategoryCode Category(string text) => CategoryCode.TryParse(text, out var value, out _) ? value : throw new ArgumentException(text);

    private static ImmutableArray<Hold> Holds(this Random random)
    {
        var holds = new Hold[random.Next(20) == 0 ? random.Next(RecordCodec.MaxHolds + 1) : random.Next(4)];
        for (var i = 0; i < holds.Length; i++)
        {
            holds[i] = random.Hold();
        }

        return [.. holds];
    }

    private static long Time(this Random random) => random.Next(4) switch
    {
        0 => 0,
        1 => random.Of(long.MinValue, long.MaxValue, -1, 1, -128, 127, 128, -129),
        _ => Now + random.NextInt64(-40_000_000_000, 40_000_000_000),
    };

    private static AcquirerId Acquirer(this Random random) => Make.Acquirer(random.Text(Digits, random.Next(8, 12)));

    private static TerminalSn Sn(this Random random) =>
        Make.Sn("9" + random.Text(Digits, 5) + random.Of("01", "02", "10", "13") + random.Text(Letters + "-", random.Next(1, 43)));

    private static TerminalNo TerminalNo(this Random random) =>
        Make.TerminalNo(random.Of("zzzzzzzz", "00000001", "99999999", "1" + random.Text(Digits, 7), random.Text(Letters, 7) + "A"));

    private static MerchantNo MerchantNo(this Random random) =>
        Make.MerchantNo(random.Of("zzzzzzzzzzzzzzz", "000000000000000", "999999999999999", random.Text(Digits, 15), random.Text(Letters, 15)));
}
