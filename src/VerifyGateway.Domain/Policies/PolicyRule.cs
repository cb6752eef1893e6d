using System.Collections.Immutable;
using VerifyGateway.Domain.Deciding;
using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Domain.Policies;

/// <summary>What a policy does to a transaction in its scope.</summary>
public enum PolicyEffect : byte
{
    /// <summary>It does not go on.</summary>
    Decline = 1,
    /// <summary>It goes on, with a warning.</summary>
    Warn = 2,
    /// <summary>It goes on up to a limit.</summary>
    Limit = 3,
    /// <summary>The merchant's identity must have been verified since a given instant: a warning before the deadline, a decline from it.</summary>
    RequireReverification = 4,
    /// <summary>Policies that come later in the order do not look at it.</summary>
    Exempt = 5,
}

/// <summary>What a policy's limit is compared with. The payer's totals are those that the caller states.</summary>
public enum LimitPer : byte
{
    /// <summary>The amount of this transaction alone.</summary>
    Transaction = 1,
    /// <summary>The payer's transactions of the day, this one included.</summary>
    PayerDay = 2,
    /// <summary>The payer's transactions of the month, this one included.</summary>
    PayerMonth = 3,
    /// <summary>The payer's transactions of the year, this one included.</summary>
    PayerYear = 4,
}

/// <summary>A limit that a policy sets.</summary>
/// <param name="Per">What is compared.</param>
/// <param name="AmountFen">The most that may be reached, fen, inclusive; null when only the number counts.</param>
/// <param name="Count">The most transactions, inclusive, with <see cref="LimitPer.PayerDay"/> only; null when only the amount counts.</param>
public sealed record PolicyLimit(LimitPer Per, long? AmountFen, int? Count);

/// <summary>
/// What a policy speaks of. An empty list means "any"; several lists must all hold; a merchant of which a fact is not known is in
/// no scope that names that fact.
/// </summary>
public sealed record PolicyScope
{
    /// <summary>Acquirers.</summary>
    public ImmutableArray<AcquirerId> Acquirers { get; init; } = [];

    /// <summary>Regions of the merchant; one that ends in 0000 is a whole province, one that ends in 00 a whole city.</summary>
    public ImmutableArray<RegionCode> Regions { get; init; } = [];

    /// <summary>Categories of the merchant (MCC).</summary>
    public ImmutableArray<CategoryCode> Categories { get; init; } = [];

    /// <summary>Kinds of merchant.</summary>
    public ImmutableArray<MerchantKind> MerchantKinds { get; init; } = [];

    /// <summary>Classes of the merchant's payment account.</summary>
    public ImmutableArray<AccountClass> AccountClasses { get; init; } = [];

    /// <summary>Classes of the payer's card.</summary>
    public ImmutableArray<CardClass> CardClasses { get; init; } = [];

    /// <summary>Kinds of collection code.</summary>
    public ImmutableArray<CodeKind> CodeKinds { get; init; } = [];

    /// <summary>Kinds of transaction; empty means those that take new value: sale, pre-authorisation and top-up.</summary>
    public ImmutableArray<TransactionKind> TransactionKinds { get; init; } = [];

    /// <summary>The smallest amount, inclusive, fen; 0 for any. An amount in another currency than CNY is in no scope that names amounts.</summary>
    public long AmountFromFen { get; init; }

    /// <summary>The largest amount, inclusive, fen; null for any.</summary>
    public long? AmountToFen { get; init; }

    /// <summary>How many facts the scope names: of two policies, the one that names more is the more special.</summary>
    public int NamedFacts =>
        Named(Acquirers.Length) + Named(Regions.Length) + Named(Categories.Length) + Named(MerchantKinds.Length) + Named(AccountClasses.Length)
        + Named(CardClasses.Length) + Named(CodeKinds.Length) + Named(TransactionKinds.Length) + (NamesAmounts ? 1 : 0);

    /// <summary>True when the scope names amounts.</summary>
    public bool NamesAmounts => AmountFromFen > 0 || AmountToFen.HasValue;

    private static int Named(int entries) => entries > 0 ? 1 : 0;
}

/// <summary>
/// One version of a policy: a rule of a regulator, a clearing organisation or the acquirer, in force for a time and for a scope.
/// Immutable, safe from any thread.
/// </summary>
/// <param name="Id">Names the policy over its versions: 1 to 64 lower-case letters, digits, hyphens and dots.</param>
/// <param name="Version">1 or more; versions of one policy are never in force at the same time.</param>
/// <param name="Effect">What it does.</param>
/// <param name="Scope">What it speaks of.</param>
/// <param name="EffectiveFromUnixMs">First instant at which it is in force, Unix milliseconds.</param>
/// <param name="EffectiveUntilUnixMs">First instant at which it no longer is, Unix milliseconds; 0 when it has no end.</param>
public sealed record PolicyRule(
    string Id, int Version, PolicyEffect Effect, PolicyScope Scope, long EffectiveFromUnixMs, long EffectiveUntilUnixMs)
{
    /// <summary>Where it stands in the order: 1 to 1,000,000, lower first.</summary>
    public int Priority { get; init; } = 1_000;

    /// <summary>The limit; there exactly with <see cref="PolicyEffect.Limit"/>.</summary>
    public PolicyLimit? Limit { get; init; }

    /// <summary>With <see cref="PolicyEffect.RequireReverification"/>: a verification made from this instant on is new enough, Unix milliseconds.</summary>
    public long VerifiedSinceUnixMs { get; init; }

    /// <summary>With <see cref="PolicyEffect.RequireReverification"/>: first instant at which a check is declined, Unix milliseconds.</summary>
    public long ReverifyByUnixMs { get; init; }

    /// <summary>The document that it comes from, as people cite it; may be empty.</summary>
    public string Document { get; init; } = "";

    /// <summary>What to tell a merchant that asks, in Chinese; may be empty.</summary>
    public string MessageZh { get; init; } = "";

    /// <summary>What to tell a merchant that asks, in English; may be empty.</summary>
    public string MessageEn { get; init; } = "";

    /// <summary>Where it was read, for messages about it; empty when it was not read from a file.</summary>
    public string Place { get; init; } = "";

    /// <summary>True when it is in force at that instant.</summary>
    public bool IsInForceAt(long unixMs) => unixMs >= EffectiveFromUnixMs && (EffectiveUntilUnixMs == 0 || unixMs < EffectiveUntilUnixMs);
}
