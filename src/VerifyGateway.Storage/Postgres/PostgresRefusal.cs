using Npgsql;

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

        var (rule, sentence) = broken.ConstraintName switch
        {
            "terminal_live_sn" => ("STORE_SN_LIVE", "The device of this serial number has a live binding already; end that binding first."),
            "terminal_live_numbers" => ("STORE_NUMBERS_LIVE", "Another live terminal of the merchant has this terminal number; end its binding first."),
            "receipt_final" => ("STORE_RECEIPT_FINAL", "A receipt is written once and never changes."),
            "case_open" => ("STORE_OPEN", "The identity has a verification case that is not decided; decide that one first."),
            "deregistration_open" => ("STORE_OPEN", "The merchant has a deregistration under way; bring that one to its end first."),
            "receipt_of_deregistration" => ("STORE_OPEN", "The deregistration has a receipt already; it has only one."),
            _ when broken.SqlState == PostgresErrorCodes.ForeignKeyViolation =>
                ("STORE_REFERENCE", "The identity, card, merchant, terminal or matter that the row refers to is not in the store."),
            var name => ("STORE_CHECK", $"The row breaks a rule of the store: {name ?? broken.MessageText}."),
        };
        return new WriteRefusedException(rule, sentence, failure);
    }

    private static bool IsOfBooks(string? table) => table is "feed_head" or "feed" or "record_history" or "audit" or "request" or "import_progress";
}
