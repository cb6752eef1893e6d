namespace VerifyGateway.TestKit;

/// <summary>A database of a test, and how its two roles connect.</summary>
/// <param name="Name">The database's name.</param>
/// <param name="Owner">Connection string of the role that owns the database and may change its schema.</param>
/// <param name="Service">Connection string of the role that may read and write the rows of the owner's tables and create nothing.</param>
public sealed record PostgresDatabase(string Name, string Owner, string Service);
