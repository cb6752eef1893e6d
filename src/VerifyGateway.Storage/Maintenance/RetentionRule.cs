using System.Globalization;

namespace VerifyGateway.Storage.Maintenance;

/// <summary>What a rule of retention is about.</summary>
public enum RetentionKind
{
    /// <summary>Answers kept for callers who send a write again; each says itself until when. Of no use after that.</summary>
    Requests = 1,
    /// <summary>Entries of the change feed. Caches and followers read from it; the law asks for nothing, for records and their versions are kept elsewhere.</summary>
    Feed,
    /// <summary>Past versions of records.</summary>
    History,
    /// <summary>Receipts of deregistrations.</summary>
    Receipts,
    /// <summary>Deregistrations that have ended.</summary>
    Deregistrations,
    /// <summary>Verification cases that were decided.</summary>
    Cases,
    /// <summary>Policies that were withdrawn, and maintenance windows that are over.</summary>
    Policies,
    /// <summary>Lines of the audit trail.</summary>
    Audit,
    /// <summary>How far imports have come that were cut off; without it they begin anew, which is safe. Only when asked for.</summary>
    ImportProgress,
}

/// <summary>One rule: what, and for how long it is kept.</summary>
/// <remarks>
/// The Anti-Money Laundering Law (revised in 2024, in force since 2025-01-01), Article 34, has material about customers' identity
/// kept for at least ten years after the business relationship has ended, and information about transactions for at least ten
/// years after the transaction. So past versions, cases, deregistrations and receipts of a merchant go ten years or more after the
/// merchant was deregistered and nothing on it has changed since, and not while a hold stands on it. Who did what (audit) and by
/// which policies was decided is needed to tell why, and is kept as long.
/// </remarks>
public sealed record RetentionRule
{
    private RetentionRule(RetentionKind kind, int years, int days) => (Kind, Years, Days) = (kind, years, days);

    /// <summary>What it is about.</summary>
    public RetentionKind Kind { get; }

    /// <summary>Whole years that it is kept; with <see cref="Days"/>.</summary>
    public int Years { get; }

    /// <summary>Whole days that it is kept.</summary>
    public int Days { get; }

    /// <summary>True when the law sets the least time.</summary>
    public bool IsLaw => IsOfLaw(Kind);

    /// <summary>The rules unless told otherwise, in an order in which what refers to something goes before it.</summary>
    public static IReadOnlyList<RetentionRule> Defaults { get; } =
    [
        new(RetentionKind.Requests, 0, 0), new(RetentionKind.Feed, 0, 30), new(RetentionKind.History, 10, 0), new(RetentionKind.Receipts, 10, 0),
        new(RetentionKind.Deregistrations, 10, 0), new(RetentionKind.Cases, 10, 0), new(RetentionKind.Policies, 10, 0), new(RetentionKind.Audit, 10, 0),
    ];

    /// <summary>A rule that keeps years; for what the law keeps.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than ten where the law asks for ten, or not 1 to 1,000.</exception>
    public static RetentionRule OfYears(RetentionKind kind, int years)
    {
        var least = IsOfLaw(kind) ? 10 : 1;
        return years >= least && years <= 1000
            ? new RetentionRule(kind, years, 0)
            : throw new ArgumentOutOfRangeException(nameof(years), years, $"{kind} are kept for {least} years or more{(IsOfLaw(kind) ? ", by the Anti-Money Laundering Law, Article 34" : "")}.");
    }

    /// <summary>A rule that keeps days; for what the law does not keep.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The law keeps it for years, or not 1 to 36,500.</exception>
    public static RetentionRule OfDays(RetentionKind kind, int days) => !IsOfLaw(kind) && days is >= 1 and <= 36_500
        ? new RetentionRule(kind, 0, days)
        : throw new ArgumentOutOfRangeException(nameof(days), days, IsOfLaw(kind) ? $"{kind} are kept for years, by the Anti-Money Laundering Law, Article 34." : $"{kind} are kept for 1 day or more.");

    /// <summary>The rule that forgets how far imports have come.</summary>
    public static RetentionRule ForgetImports { get; } = new(RetentionKind.ImportProgress, 0, 0);

    /// <summary>What is older than this, Unix milliseconds, may go.</summary>
    internal long CutoffUnixMs(DateTimeOffset now) => now.AddYears(-Years).AddDays(-Days).ToUnixTimeMilliseconds();

    /// <summary>How long, for people.</summary>
    public override string ToString() => Kind switch
    {
        RetentionKind.Requests => "until the time that each says",
        RetentionKind.ImportProgress => "not at all",
        _ => Years > 0 ? string.Create(CultureInfo.InvariantCulture, $"{Years} years") : string.Create(CultureInfo.InvariantCulture, $"{Days} days"),
    };

    private static bool IsOfLaw(RetentionKind kind) =>
        kind is RetentionKind.History or RetentionKind.Receipts or RetentionKind.Deregistrations or RetentionKind.Cases or RetentionKind.Policies or RetentionKind.Audit;
}

/// <summary>Where a batch has ended, for the next to go on.</summary>
/// <param name="Number">A time or a number; what it means is the rule's affair.</param>
public readonly record struct PurgePoint(long Number);

/// <summary>What a batch has done.</summary>
/// <param name="Rows">How many rows it has removed.</param>
/// <param name="Next">Where the next batch goes on.</param>
/// <param name="IsLast">True when nothing was left after it.</param>
public readonly record struct PurgeBatch(int Rows, PurgePoint Next, bool IsLast);
