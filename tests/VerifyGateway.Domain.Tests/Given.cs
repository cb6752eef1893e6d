using System.Collections.Immutable;
using System.Globalization;
using VerifyGateway.Domain.Deciding;
using VerifyGateway.Domain.Policies;
using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Domain.Reasons;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Domain.Tests;

/// <summary>A terminal and a merchant against which nothing stands, and ways to change them.</summary>
internal static class Given
{
    public const string AcquirerText = "48025840";
    public const string SnText = "00005702280117638929";
    public const string TerminalNoText = "77770291";
    public const string MerchantNoText = "898440359120003";

    /// <summary>The instant that most tests decide for: 10:00 in China on 1 June 2026.</summary>
    public static readonly long Now = China("2026-06-01 10:00:00.000");

    public static readonly PolicySnapshot Policy = PolicySnapshot.Default;

    public static AcquirerId Acquirer(string text = AcquirerText) =>
        AcquirerId.TryParse(text, out var value, out var broken) ? value : throw new FormatException(broken.ToString());

    public static TerminalSn Sn(string text = SnText) =>
        TerminalSn.TryParse(text, out var value, out var broken) ? value : throw new FormatException(broken.ToString());

    public static TerminalNo TerminalNo(string text = TerminalNoText) =>
        Domain.Identifiers.TerminalNo.TryParse(text, out var value, out var broken) ? value : throw new FormatException(broken.ToString());

    public static MerchantNo MerchantNo(string text = MerchantNoText) =>
        Domain.Identifiers.MerchantNo.TryParse(text, out var value, out var broken) ? value : throw new FormatException(broken.ToString());

    public static RegionCode Region(string text) =>
        RegionCode.TryParse(text, out var value, out var broken) ? value : throw new FormatException(broken.ToString());

    public static CategoryCode Category(string text) =>
        CategoryCode.TryParse(text, out var value, out var broken) ? value : throw new FormatException(broken.ToString());

    public static TerminalRecord Terminal(TerminalState state = TerminalState.Active, params ImmutableArray<Hold> holds) =>
        new(new TerminalKey(Acquirer(), Sn()), TerminalNo(), MerchantNo(), state, 7, holds);

    public static MerchantRecord Merchant(
        MerchantState state = MerchantState.Active, IdentityState identity = IdentityState.Verified, params ImmutableArray<Hold> holds) =>
        new(new MerchantKey(Acquirer(), MerchantNo()), state, identity, 0, null, holds);

    /// <summary>A hold that stands at <see cref="Now"/>; it does not end unless told.</summary>
    public static Hold Hold(HoldKind kind, long until = 0, HoldTarget target = HoldTarget.Merchant) => new(kind, target, Now - 1_000, until);

    public static StatusQuery Query(TransactionKind kind = TransactionKind.Sale) => new(Acquirer(), Sn(), TerminalNo(), MerchantNo(), kind);

    /// <summary>The verdict on the records; a record not given is the one against which nothing stands.</summary>
    public static Verdict Decide(
        TerminalRecord? terminal = null, MerchantRecord? merchant = null, TransactionKind kind = TransactionKind.Sale, long? now = null) =>
        StatusDecision.Decide(Query(kind), terminal ?? Terminal(), merchant ?? Merchant(), Policy, now ?? Now);

    /// <summary>The reasons of a set in the order of precedence.</summary>
    public static Reason[] Listed(this ReasonSet set)
    {
        var list = new List<Reason>();
        foreach (var reason in set)
        {
            list.Add(reason);
        }

        return [.. list];
    }

    /// <summary>Unix milliseconds of a time in China, to the millisecond.</summary>
    public static long China(string time) =>
        DateTimeOffset.ParseExact(time + "+08:00", "yyyy-MM-dd HH:mm:ss.fffzzz", CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();

    public static DateOnly Day(string day) => DateOnly.ParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture);
}
