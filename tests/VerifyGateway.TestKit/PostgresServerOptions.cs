namespace VerifyGateway.TestKit;

/// <summary>How a PostgreSQL server of a test is set up.</summary>
public sealed record PostgresServerOptions
{
    /// <summary>False makes writing faster for tests that kill no server and copy none.</summary>
    public bool Fsync { get; init; } = true;

    /// <summary>How many connections the server accepts.</summary>
    public int MaxConnections { get; init; } = 50;

    /// <summary>Puts the cluster, which takes 40 MB when it is new, on a disk of this size, for <see cref="PostgresServer.FillDiskAsync"/>.</summary>
    public int? DiskMegabytes { get; init; }

    /// <summary>Further settings as <c>name=value</c>; they win over the others.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];
}
