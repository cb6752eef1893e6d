using System.ComponentModel.DataAnnotations;

namespace VerifyGateway.Host.Settings;

/// <summary>PostgreSQL as the system of record. Who turns them: whoever deploys the gateway, and an operator to fit the limits to the database.</summary>
public sealed class PostgresOptions
{
    /// <summary>How to reach the database, as Npgsql reads it (<c>Host=db;Database=gateway;Username=gateway;SSL Mode=VerifyFull</c>), with a role that may read and write rows and no more; empty for the SQLite file.</summary>
    public string Connection { get; set; } = "";

    /// <summary>A file that holds the password; empty for none. The password itself is never a setting.</summary>
    public string PasswordFile { get; set; } = "";

    /// <summary>The connections for the reads of checks: the most, opened before the gateway is ready and kept. 1 to 100.</summary>
    [Range(1, 100)]
    public int CheckConnections { get; set; } = 8;

    /// <summary>The most connections for all other reads; two more write and listen. 1 to 100.</summary>
    [Range(1, 100)]
    public int OtherConnections { get; set; } = 8;

    /// <summary>The longest that the database works on a read of a check, milliseconds. 50 to 60,000.</summary>
    [Range(50, 60_000)]
    public int CheckLimitMs { get; set; } = 500;

    /// <summary>The longest that the database works on any other statement, milliseconds. 50 to 600,000.</summary>
    [Range(50, 600_000)]
    public int CallLimitMs { get; set; } = 5_000;
}
