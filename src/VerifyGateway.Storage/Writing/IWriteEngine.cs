namespace VerifyGateway.Storage.Writing;

/// <summary>The part of a database engine that writes. One transaction at a time; whoever holds the turn may be on any thread.</summary>
internal interface IWriteEngine : IAsyncDisposable
{
    /// <summary>Begins a transaction. Disposing it takes back what has not been committed.</summary>
    /// <exception cref="WriteFailedException">The database cannot be written now.</exception>
    ValueTask<IWriteTransaction> BeginAsync(CancellationToken cancel);
}

/// <summary>One transaction of an engine. Every call is bounded in time.</summary>
internal interface IWriteTransaction : IAsyncDisposable
{
    /// <summary>True when a set that is used again can be loaded while changes of it are still being written.</summary>
    bool LoadsWhileWriting { get; }

    /// <summary>
    /// Locks the head, if that has not happened yet, and loads what is wanted and not yet known into the set, the absence of rows
    /// included. Nobody else changes a row until the transaction ends, so what the set does not know is as it was before: while
    /// changes of the same set are still being written, it may be looked up without them.
    /// </summary>
    /// <returns>The head as it was when it was locked, or as this transaction's last <see cref="WriteAsync"/> has left it.</returns>
    /// <exception cref="WriteFailedException">The database cannot be written now.</exception>
    ValueTask<HeadState> LoadAsync(Wanted wanted, WorkingSet into, CancellationToken cancel);

    /// <summary>Writes the changes. May be called several times, each with the head that the one before left.</summary>
    /// <exception cref="WriteRefusedException">A rule of the database is broken; the transaction is lost.</exception>
    /// <exception cref="WriteFailedException">The database cannot be written now.</exception>
    ValueTask WriteAsync(ChangeSet changes, CancellationToken cancel);

    /// <summary>Commits; when it returns, everything is durable.</summary>
    /// <exception cref="WriteFailedException">The database cannot be written now, or the outcome is not known.</exception>
    ValueTask CommitAsync(CancellationToken cancel);
}

/// <summary>A transaction has failed for a reason that lies with the database, not with what was written.</summary>
/// <param name="message">What failed, for the log.</param>
/// <param name="cause">The driver's exception.</param>
internal sealed class WriteFailedException(string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>True when the commit may have happened all the same: only looking tells.</summary>
    public bool MayHaveCommitted { get; init; }

    /// <summary>True when trying again soon may help.</summary>
    public bool IsWorthRetrying { get; init; }
}
