using VerifyGateway.Domain.Records;

namespace VerifyGateway.Domain.Deciding;

/// <summary>
/// What the caller states of who pays. The gateway keeps no totals: they are the caller's, in fen, without this transaction, 0
/// when there were none or they are not known. What is not stated is null and is not looked at.
/// </summary>
public readonly record struct Payer
{
    /// <summary>Class of the payer's card.</summary>
    public CardClass? CardClass { get; init; }

    /// <summary>Whether the card can be used.</summary>
    public CardCheck? Card { get; init; }

    /// <summary>Last month in which the card is valid, months since year 0 (year × 12 + month − 1); 0 when not stated.</summary>
    public int CardValidToMonth { get; init; }

    /// <summary>The payer's real name.</summary>
    public PayerCheck? RealName { get; init; }

    /// <summary>Kind of collection code; null when none is used.</summary>
    public CodeKind? Code { get; init; }

    /// <summary>How the payment is authenticated.</summary>
    public AuthGrade? Grade { get; init; }

    /// <summary>Class of the payment account whose balance pays; null when a bank card pays.</summary>
    public AccountClass? Account { get; init; }

    /// <summary>Balance payments since the account's opening, fen, 0 or more.</summary>
    public long BalanceTotalFen { get; init; }

    /// <summary>Balance payments of the year, fen, 0 or more.</summary>
    public long BalanceYearFen { get; init; }

    /// <summary>Balance payments of the day, fen, 0 or more.</summary>
    public long BalanceDayFen { get; init; }

    /// <summary>Code payments of the day, of the same kind of code and grade, fen, 0 or more.</summary>
    public long CodeDayFen { get; init; }

    /// <summary>All payments of the day that a policy's limit counts, fen, 0 or more.</summary>
    public long DayFen { get; init; }

    /// <summary>All payments of the month that a policy's limit counts, fen, 0 or more.</summary>
    public long MonthFen { get; init; }

    /// <summary>All payments of the year that a policy's limit counts, fen, 0 or more.</summary>
    public long YearFen { get; init; }

    /// <summary>Number of payments of the day that a policy's limit counts, 0 or more.</summary>
    public int DayCount { get; init; }

    /// <summary>True when there is a total that counts anew with a day, a month or a year.</summary>
    internal bool StatesTotals =>
        BalanceYearFen > 0 || BalanceDayFen > 0 || CodeDayFen > 0 || DayFen > 0 || MonthFen > 0 || YearFen > 0 || DayCount > 0;
}

/// <summary>Where a terminal says it is.</summary>
public readonly record struct TerminalPlace
{
    /// <summary>True when coordinates are stated.</summary>
    public bool HasPoint { get; init; }

    /// <summary>Latitude, WGS 84, millionths of a degree.</summary>
    public int LatitudeMicrodegrees { get; init; }

    /// <summary>Longitude, WGS 84, millionths of a degree.</summary>
    public int LongitudeMicrodegrees { get; init; }

    /// <summary>Region (GB/T 2260), where the caller has looked it up; empty when not stated.</summary>
    public Identifiers.RegionCode Region { get; init; }
}
