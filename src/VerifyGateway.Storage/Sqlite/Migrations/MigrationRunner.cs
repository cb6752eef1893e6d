using System.Globalization;
using Microsoft.Data.Sqlite;

namespace VerifyGateway.Storage.Sqlite.Migrations;

/// <summary>One step of the schema. Steps only go forward; an applied one is never edited.</summary>
/// <param name="Version">1, 2, 3 … without holes.</param>
/// <param name="Name">The name of its file, for people.</param>
/// <param name="Sql">Its statements.</param>
internal sealed record Migration(int Version, string Name, string Sql);

/// <summary>Brings a database to the newest schema that this program knows.</summary>
internal static class MigrationRunner
{
    /// <summary>All steps, in order.</summary>
    public static IReadOnlyList<Migration> All { get; } = ReadAll();

    /// <summary>The newest schema that this program knows.</summary>
    public static int NewestVersion => All[^1].Version;

    /// <summary>The schema of the database; 0 when it has none yet.</summary>
    public static int VersionOf(SqliteConnection connection)
    {
        var hasTable = SqliteFile.Number(connection, "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'schema_migrations'") > 0;
        return hasTable ? (int)SqliteFile.Number(connection, "SELECT coalesce(max(version), 0) FROM schema_migrations") : 0;
    }

    /// <summary>Applies what is missing, each step in its own transaction.</summary>
    public static void Run(SqliteConnection connection, TimeProvider time, IReadOnlyList<Migration>? steps = null)
    {
        foreach (var step in steps ?? All)
        {
            // Asking first keeps an ordinary start from taking the write lock.
            if (VersionOf(connection) < step.Version)
            {
                Apply(connection, step, time);
            }
        }
    }

    private static void Apply(SqliteConnection connection, Migration step, TimeProvider time)
    {
        SqliteFile.Execute(connection, "BEGIN IMMEDIATE");
        try
        {
            // Another process may have applied the step while this one waited for the write lock: only under the lock is it certain.
            if (VersionOf(connection) < step.Version)
            {
                SqliteFile.Execute(connection, string.Create(CultureInfo.InvariantCulture, $"PRAGMA application_id = {SqliteFile.ApplicationId}"));
                SqliteFile.Execute(connection, step.Sql);
                using var remember = new Statement(connection, "INSERT INTO schema_migrations (version, name, applied_at_unix_ms) VALUES ($1, $2, $3)");
                remember.With(step.Version).With(step.Name).With(time.GetUtcNow().ToUnixTimeMilliseconds()).Run();
            }

            SqliteFile.Execute(connection, "COMMIT");
        }
        catch
        {
            RollBackIfOpen(connection);
            throw;
        }
    }

    private static void RollBackIfOpen(SqliteConnection connection)
    {
        if (SqliteFile.IsInTransaction(connection))
        {
            SqliteFile.Execute(connection, "ROLLBACK");
        }
    }

    private static List<Migration> ReadAll()
    {
        const string Folder = "Sqlite/Migrations/";
        var assembly = typeof(MigrationRunner).Assembly;
        var steps = new List<Migration>();
        foreach (var file in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Folder, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            // 0001_initial.sql: the number, then the name.
            var name = Path.GetFileNameWithoutExtension(file[Folder.Length..]);
            using var text = new StreamReader(assembly.GetManifestResourceStream(file)!);
            steps.Add(new Migration(int.Parse(name[..4], NumberStyles.None, CultureInfo.InvariantCulture), name[5..], text.ReadToEnd()));
        }

        return steps;
    }
}
