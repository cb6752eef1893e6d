using System.Globalization;
using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.FleetTable;

/// <summary>Records of the usual shape, each made of its number: most without a hold, half of the terminals with a registered address.</summary>
internal static class Fleet
{
    private const long Now = 1_780_000_000_000;
    private static readonly AcquirerId Acquirer = Of<AcquirerId>(AcquirerId.TryParse, "48025840");

    public static TerminalKey TerminalKey(int number) =>
        new(Acquirer, Of<TerminalSn>(TerminalSn.TryParse, string.Create(CultureInfo.InvariantCulture, $"0009900{(number % 9) + 1}TEST{number:D9}")));

    public static MerchantKey MerchantKey(int number) => new(Acquirer, MerchantNo(number));

    public static TerminalRecord Terminal(int number) =>
        new(TerminalKey(number), Of<TerminalNo>(TerminalNo.TryParse, string.Create(CultureInfo.InvariantCulture, $"{10_000_000 + (number % 80_000_000)}")),
            MerchantNo(number / 4 * 3), TerminalState.Active, 1 + (number % 5), number % 200 == 7 ? [new Hold(HoldKind.Risk, HoldTarget.Terminal, Now, 0)] : [])
        {
            Location = number % 2 == 0 ? LocationRule.Around(31_000_000 + (number % 999_983), 121_000_000 + (number % 999_979), 500) : default,
        };

    public static MerchantRecord Merchant(int number) =>
        new(MerchantKey(number), MerchantState.Active, IdentityState.Verified, 0, number % 7 == 0 ? null : new DateOnly(2030, 1, 1).AddDays(number % 4_000),
            number % 100 == 7 ? [new Hold(HoldKind.Risk, HoldTarget.Merchant, Now, Now + 86_400_000)] : [])
        {
            Kind = (MerchantKind)(1 + (number % 5)),
            Region = Of<RegionCode>(RegionCode.TryParse, "310101"),
            Category = Of<CategoryCode>(CategoryCode.TryParse, "5812"),
            AccountClass = AccountClass.Class2,
            VerifiedAtUnixMs = Now - (number * 1_000L),
            OpenedOn = new DateOnly(2020, 1, 1).AddDays(number % 2_000),
            LastActiveOn = new DateOnly(2026, 5, 31),
        };

    private static MerchantNo MerchantNo(int number) =>
        Of<MerchantNo>(Domain.Identifiers.MerchantNo.TryParse, string.Create(CultureInfo.InvariantCulture, $"8984403{number:D8}"));

    private static T Of<T>(Parser<T> parser, string text) => parser(text, out var value, out var broken) ? value : throw new FormatException(broken!.ToString());

    private delegate bool Parser<T>(string text, out T value, out IdentifierRule? broken);
}
