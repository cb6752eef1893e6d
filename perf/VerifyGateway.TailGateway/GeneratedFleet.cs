using System.Globalization;
using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.TailGateway;

/// <summary>
/// Terminals that are made of their numbers, three merchants for four of them, nothing against any. The generator of the load makes the same
/// names of the same numbers.
/// </summary>
internal static class GeneratedFleet
{
    private const string Sn = "00005702";
    private static readonly AcquirerId Acquirer = Of<AcquirerId>(AcquirerId.TryParse, "48025840");

    private static readonly MerchantRecord Merchant =
        new(default, MerchantState.Active, IdentityState.Verified, 0, new DateOnly(2036, 5, 10), [])
        {
            Kind = MerchantKind.SoleTrader,
            Region = Of<RegionCode>(RegionCode.TryParse, "310101"),
            Category = Of<CategoryCode>(CategoryCode.TryParse, "5812"),
            AccountClass = AccountClass.Class2,
            VerifiedAtUnixMs = new DateTimeOffset(2025, 6, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds(),
        };

    /// <summary>Names of the records that a check of a terminal needs.</summary>
    public static PairKey KeyOf(int terminal) => new(
        new TerminalKey(Acquirer, Of<TerminalSn>(TerminalSn.TryParse, string.Create(CultureInfo.InvariantCulture, $"{Sn}{terminal:D12}"))),
        new MerchantKey(Acquirer, Of<MerchantNo>(MerchantNo.TryParse, string.Create(CultureInfo.InvariantCulture, $"898440{(long)terminal * 3 / 4:D9}"))));

    /// <summary>True when it is named as a terminal of this fleet is.</summary>
    public static bool Has(in PairKey key) => key.Terminal.Acquirer == Acquirer && key.Terminal.Sn.ToString().StartsWith(Sn, StringComparison.Ordinal);

    /// <summary>The records of those names, in a store whose feed has that head.</summary>
    public static RecordPair PairOf(in PairKey key, long head)
    {
        var number = long.Parse(key.Terminal.Sn.ToString().AsSpan(Sn.Length), CultureInfo.InvariantCulture);
        var terminal = new TerminalRecord(
            key.Terminal, Of<TerminalNo>(TerminalNo.TryParse, string.Create(CultureInfo.InvariantCulture, $"{(number % 99_999_999) + 1:D8}")), key.Merchant.No, TerminalState.Active, 7, []);
        return new RecordPair(new RecordCopy<TerminalRecord>(terminal, 1, head), new RecordCopy<MerchantRecord>(Merchant with { Key = key.Merchant }, 1, head));
    }

    private static T Of<T>(Parser<T> parser, string text) => parser(text, out var value, out var broken) ? value : throw new FormatException(broken!.ToString());

    private delegate bool Parser<T>(string text, out T value, out IdentifierRule? broken);
}
