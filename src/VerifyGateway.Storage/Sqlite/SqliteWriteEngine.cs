using Microsoft.Data.Sqlite;
using VerifyGateway.Storage.Writing;

namespace VerifyGateway.Storage.Sqlite;

/// <summary>The one connection of this process that writes. Other processes may write the file too: SQLite's write lock lets one at a time.</summary>
internal sealed class SqliteWriteEngine(string path, TimeSpan wait) : IWriteEngine
{
    private const int Busy = 5;
    private const int Locked = 6;
    private const int IoFailed = 10;
    private const int Full = 13;
    private const int Interrupted = 9;

    private WriterStatements? _writer;

    /// <inheritdoc />
    public ValueTask<IWriteTransaction> BeginAsync(CancellationToken cancel)
    {
        try
        {
            _writer ??= new WriterStatements(path, wait);
            _writer.Begin.Run();
            return ValueTask.FromResult<IWriteTransaction>(new SqliteWriteTransaction(_writer, this));
        }
        catch (SqliteException failed)
        {
            Drop();
            throw Failure(failed, isCommit: false);
        }
    }

    /// <summary>Closes the connection, which ends its transaction; the next one opens another.</summary>
    public void Drop()
    {
        _writer?.Dispose();
        _writer = null;
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        Drop();
        return ValueTask.CompletedTask;
    }

    /// <summary>What a failure of the database means for the write.</summary>
    public WriteFailedException Failure(SqliteException failed, bool isCommit)
    {
        var why = failed.SqliteErrorCode switch
        {
            Busy or Locked => $"another process has been writing it for more than {wait.TotalSeconds:0} s",
            Full => "the disk is full; make room on it",
            _ => failed.Message.TrimEnd('.', '\''),
        };
        return new WriteFailedException($"Writing '{path}' failed: {why}.", failed)
        {
            // Where the disk fails at a commit, what was written may still be found there.
            MayHaveCommitted = isCommit && failed.SqliteErrorCode == IoFailed,
            // The waiting for other processes has been done by then.
            IsWorthRetrying = failed.SqliteErrorCode == Interrupted,
        };
    }
}
