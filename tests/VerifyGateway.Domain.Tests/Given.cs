using System.Collections.Immutable;
using System.Globalization;
using VerifyGateway.Domain.Deciding;
using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Domain.Policies;
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

    public static AppVersion Version(string text) =>
        AppVersion.TryParse(text, out var value, out var broken) ? value : throw new FormatException(broken.ToString());

    /// <summary>A policy in force at <see cref="Now"/>, without an end unless told.</summary>
    public static PolicyRule Rule(PolicyEffect effect, string id = "rule", int priority = 1_000, PolicyScope? scope = null) =>
        new(id, 1, effect, scope ?? new PolicyScope(), Now - 1_000, 0) { Priority = priority };

    /// <summary>A policy that sets a limit.</summary>
    public static PolicyRule Limit(LimitPer per, long? amountFen, int? count = null, string id = "limit", int priority = 1_000) =>
        Rule(PolicyEffect.Limit, id, priority) with { Limit = new PolicyLimit(per, amountFen, count) };

    /// <summary>A policy that asks for a verification made since an instant, by a deadline.</summary>
    public static PolicyRule Reverification(long since, long by, string id = "reverify") =>
        Rule(PolicyEffect.RequireReverification, id) with { VerifiedSinceUnixMs = since, ReverifyByUnixMs = by };

    /// <summary>A time in which a service is closed for everybody.</summary>
    public static MaintenanceWindow Window(long from, long until, GatewayService service = GatewayService.StatusCheck, WindowKind kind = WindowKind.Maintenance) =>
        new(service, kind, [], from, until);

    /// <summary>The snapshot of a set in which nothing is wrong.</summary>
    public static PolicySnapshot Compile(PolicySet set) =>
        PolicyCompiler.TryCompile(set, out var snapshot, out var errors) ? snapshot : throw new ArgumentException(string.Join(' ', errors));

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
