namespace VerifyGateway.Storage.Sql;

/// <summary>The row that a query stands on, whichever driver reads it. Columns count from 0; one thread at a time.</summary>
internal interface ISqlRow
{
    /// <summary>True when the column is NULL.</summary>
    bool IsNull(int at);

    /// <summary>A text that is not NULL.</summary>
    string Text(int at);

    /// <summary>A whole number of any size that is not NULL.</summary>
    long Number(int at);

    /// <summary>True or false.</summary>
    bool Flag(int at);

    /// <summary>A day; null for NULL.</summary>
    DateOnly? Day(int at);

    /// <summary>Bytes; null for NULL.</summary>
    byte[]? Bytes(int at);

    /// <summary>The column's name, for messages.</summary>
    string NameOf(int at);
}
