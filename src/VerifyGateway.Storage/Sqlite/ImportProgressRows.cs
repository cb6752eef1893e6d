namespace VerifyGateway.Storage.Sqlite;

/// <summary>How far an import has come.</summary>
/// <param name="LastLine">The last line that is done, from 1; 0 before the first.</param>
/// <param name="Records">Lines that were good.</param>
/// <param name="BadLines">Lines that were not.</param>
internal readonly record struct ImportPoint(int LastLine, long Records, long BadLines);

/// <summary>The store's memory of imports that have not reached their end, written in the transaction of each batch.</summary>
internal readonly struct ImportProgressRows(WriterConnection to)
{
    /// <summary>The point that an import of this source has reached; the beginning when there is none.</summary>
    public ImportPoint Find(string source)
    {
        using var row = to.FindImport.Query(source);
        return row.Read() ? new ImportPoint(row.GetInt32(0), row.GetInt64(1), row.GetInt64(2)) : default;
    }

    /// <summary>
    /// Keeps the point of this import, and forgets those of others: what they had brought may be overwritten now, so that they
    /// would have to begin anew.
    /// </summary>
    public void Put(string source, ImportPoint point)
    {
        Clear();
        to.PutImport.Execute(source, point.LastLine, point.Records, point.BadLines);
    }

    /// <summary>Forgets all points: an import has reached its end.</summary>
    public void Clear() => to.RemoveImports.Execute();
}
