using Microsoft.Data.Sqlite;

namespace VerifyGateway.Storage.Sqlite;

/// <summary>SQLite's own searches of a file for damage.</summary>
internal static class SqliteFileSearch
{
    /// <summary>Tells each thing that is wrong, in a sentence: at most 100 of the file's structure, and all references that lead nowhere.</summary>
    public static void Run(SqliteConnection connection, Action<string> found, CancellationToken cancel)
    {
        using (var structure = new Statement(connection, "PRAGMA integrity_check(100)"))
        {
            while (structure.Read())
            {
                cancel.ThrowIfCancellationRequested();
                if (structure.Text(0) is var finding && finding != "ok")
                {
                    found($"The file is damaged: {finding.ReplaceLineEndings(" ").TrimEnd('.')}.");
                }
            }
        }

        using var references = new Statement(connection, "PRAGMA foreign_key_check");
        while (references.Read())
        {
            cancel.ThrowIfCancellationRequested();
            found($"A row of {references.Text(0)} refers to one of {references.Text(2)} that does not exist.");
        }
    }
}
