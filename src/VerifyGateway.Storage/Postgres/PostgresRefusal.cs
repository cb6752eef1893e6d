using Npgsql;
using VerifyGateway.Storage.Writing;

namespace VerifyGateway.Storage.Postgres;

/// <summary>Turns a broken rule of the database into the rule of the store.</summary>
internal static class PostgresRefusal
{
    /// <summary>The refusal; null when the failure is not that of a row.</summary>
    public static WriteRefusedException? Of(Exception failure)
    {
        // Classes 22 and 23: what is in a value, and integrity. The store's own books are nobody's rows.
        if (failure is not PostgresException { SqlState: [.. "22" or "23", _, _, _] } broken || IsOfBooks(broken.TableName))
        {
            return null;
        }

        return broken.ConstraintName switch
        {
            "terminal_live_sn" => RefusalOf.LiveSn(failure),
            "terminal_live_numbers" => RefusalOf.LiveNumbers(failure),
            "receipt_final" => RefusalOf.FinalReceipt(failure),
            "case_open" or "deregistration_open" or "receipt_of_deregistration" => RefusalOf.OpenMatter(failure),
            _ when broken.SqlState == PostgresErrorCodes.ForeignKeyViolation => RefusalOf.MissingReference(failure),
            var name => RefusalOf.Check(name ?? broken.MessageText, failure),
        };
    }

    private static bool IsOfBooks(string? table) => table is "feed_head" or "feed" or "record_history" or "audit" or "request" or "import_progress";
}
