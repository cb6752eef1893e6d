using System.Globalization;
using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Caching.Tests.Support;

/// <summary>Keys, records and copies for tests.</summary>
internal static class Make
{
    public const string StoreId = "0123456789abcdef0123456789abcdef";

    public static AcquirerId Acquirer(string text) => AcquirerId.TryParse(text, out var value, out var broken) ? value : throw new ArgumentException(broken.ToString());

    public static TerminalSn Sn(string text) => TerminalSn.TryParse(text, out var value, out var broken) ? value : throw new ArgumentException(broken.ToString());

    public static MerchantNo MerchantNo(string text) =>
        Domain.Identifiers.MerchantNo.TryParse(text, out var value, out var broken) ? value : throw new ArgumentException(broken.ToString());

    public static TerminalNo TerminalNo(string text) =>
        Domain.Identifiers.TerminalNo.TryParse(text, out var value, out var broken) ? value : throw new ArgumentException(broken.ToString());

    public static TerminalKey TerminalKey(int number) =>
        new(Acquirer("48021000"), Sn("12345601" + number.ToString("D10", CultureInfo.InvariantCulture)));

    public static MerchantKey MerchantKey(int number) =>
        new(Acquirer("48021000"), MerchantNo(number.ToString("D15", CultureInfo.InvariantCulture)));

    public static PairKey Key(int number) => new(TerminalKey(number), MerchantKey(number));

    public static TerminalRecord Terminal(in TerminalKey key, TerminalState state = TerminalState.Active, params Hold[] holds) =>
        new(key, TerminalNo("T0000001"), MerchantNo("000000000000001"), state, 1, [.. holds]);

    public static MerchantRecord Merchant(in MerchantKey key, MerchantState state = MerchantState.Active, params Hold[] holds) =>
        new(key, state, IdentityState.Verified, 0, new DateOnly(2030, 12, 31), [.. holds]);

    public static RecordCopy<TerminalRecord> TerminalCopy(in TerminalKey key, long revision, long head, TerminalState state = TerminalState.Active) =>
        new(Terminal(key, state), revision, head);

    public static RecordCopy<MerchantRecord> MerchantCopy(in MerchantKey key, long revision, long head, MerchantState state = MerchantState.Active) =>
        new(Merchant(key, state), revision, head);

    /// <summary>Both records of a key with the same numbers.</summary>
    public static RecordPair Pair(in PairKey key, long revision, long head, TerminalState state = TerminalState.Active) =>
        new(TerminalCopy(key.Terminal, revision, head, state), MerchantCopy(key.Merchant, revision, head));

    /// <summary>Both records of a key absent.</summary>
    public static RecordPair Absent(long head) =>
        new(new RecordCopy<TerminalRecord>(null, 0, head), new RecordCopy<MerchantRecord>(null, 0, head));
}
