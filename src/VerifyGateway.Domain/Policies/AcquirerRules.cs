namespace VerifyGateway.Domain.Policies;

/// <summary>What a check does about a place that is wrong or missing.</summary>
public enum LocationAction : byte
{
    /// <summary>The transaction does not go on.</summary>
    Decline = 1,
    /// <summary>The transaction goes on, with a warning.</summary>
    Warn = 2,
    /// <summary>Nothing is said.</summary>
    Ignore = 3,
}

/// <summary>
/// What an acquirer may set about the decision, beside its policies. Defaults are the published rules where there are any. Months
/// are counted by the calendar, days begin at midnight in China (UTC+8), money is in fen. Immutable; swapped whole.
/// </summary>
public sealed record AcquirerRules
{
    /// <summary>Days before the end of the identity document from which on a check carries a warning; 0 to 3,650.</summary>
    public int DocumentWarningDays { get; init; } = 30;

    /// <summary>Days after the end of the identity document in which a check is still allowed, with a warning; 0 to 3,650.</summary>
    public int DocumentGraceDays { get; init; } = 90;

    /// <summary>The oldest version of the terminals' program that may send; none when no terminal is too old.</summary>
    public AppVersion MinimumAppVersion { get; init; }

    /// <summary>What a terminal outside its registered place meets; it cannot be ignored.</summary>
    public LocationAction OutOfArea { get; init; } = LocationAction.Decline;

    /// <summary>What a terminal that has a place to keep and sends none meets.</summary>
    public LocationAction LocationMissing { get; init; } = LocationAction.Warn;

    /// <summary>Months without a transaction after which the identity is to be verified again (银发〔2019〕85号: 3); 0 switches it off.</summary>
    public int IdleReverifyMonths { get; init; } = 3;

    /// <summary>Days after that in which a check is still allowed, with a warning; 0 to 3,650.</summary>
    public int IdleReverifyGraceDays { get; init; } = 30;

    /// <summary>Months without a transaction after which business stops until the identity is verified again (银发〔2019〕85号: 12); 0 switches it off.</summary>
    public int IdleStopMonths { get; init; } = 12;

    /// <summary>Months after opening within which a first transaction is due, else business stops until the identity is verified again (银发〔2016〕261号: 6); 0 switches it off.</summary>
    public int UnusedStopMonths { get; init; } = 6;

    /// <summary>Balance payments from a class I account since its opening, fen (PBOC Announcement 2015 No. 43: CNY 1,000).</summary>
    public long ClassITotalFen { get; init; } = 100_000;

    /// <summary>Balance payments from a class II account in a year, fen (PBOC Announcement 2015 No. 43: CNY 100,000).</summary>
    public long ClassIIYearFen { get; init; } = 10_000_000;

    /// <summary>Balance payments from a class III account in a year, fen (PBOC Announcement 2015 No. 43: CNY 200,000).</summary>
    public long ClassIIIYearFen { get; init; } = 20_000_000;

    /// <summary>Balance payments of a day with two factors and no certificate, fen (PBOC Announcement 2015 No. 43: CNY 5,000).</summary>
    public long BalanceDayTwoFactorsFen { get; init; } = 500_000;

    /// <summary>Balance payments of a day with fewer than two factors, fen (PBOC Announcement 2015 No. 43: CNY 1,000).</summary>
    public long BalanceDayOneFactorFen { get; init; } = 100_000;

    /// <summary>Payments of a day by static code, whatever the factors, fen (银发〔2017〕296号, grade D: CNY 500).</summary>
    public long StaticCodeDayFen { get; init; } = 50_000;

    /// <summary>Payments of a day by dynamic code with two factors and no certificate, fen (银发〔2017〕296号, grade B: CNY 5,000).</summary>
    public long CodeGradeBDayFen { get; init; } = 500_000;

    /// <summary>Payments of a day by dynamic code with fewer than two factors, fen (银发〔2017〕296号, grade C: CNY 1,000).</summary>
    public long CodeGradeCDayFen { get; init; } = 100_000;
}
