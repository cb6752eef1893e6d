using Microsoft.Data.Sqlite;
using VerifyGateway.Storage.Writing;

namespace VerifyGateway.Storage.Sqlite;

/// <summary>One write transaction; holds the file's write lock from the beginning, so that nobody else changes what it has loaded.</summary>
internal sealed class SqliteWriteTransaction(WriterStatements to, SqliteWriteEngine engine) : IWriteTransaction
{
    private const int ConstraintFailed = 19;
    private const int ForeignKeyFailed = 787;
    private const int TriggerRaised = 1811;
    private const int UniqueFailed = 2067;

    private bool _isLost;

    /// <inheritdoc />
    public bool LoadsWhileWriting => false;

    /// <inheritdoc />
    public ValueTask<HeadState> LoadAsync(Wanted wanted, WorkingSet into, CancellationToken cancel) => Run(
        () =>
        {
            SqliteLoader.Load(to.Loads, wanted, into, cancel);
            return to.Loads.Head.One(static row => new HeadState(row.Number(0), row.Number(1), row.Number(2), row.Bytes(3)!), null!);
        }, isCommit: false);

    /// <inheritdoc />
    public async ValueTask WriteAsync(ChangeSet changes, CancellationToken cancel) => await Run(
        () =>
        {
            SqliteSaver.Save(to, changes, cancel);
            return true;
        }, isCommit: false);

    /// <inheritdoc />
    public async ValueTask CommitAsync(CancellationToken cancel) => await Run(() => to.Commit.Run() >= 0, isCommit: true);

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        try
        {
            if (_isLost)
            {
                engine.Drop();
            }
            else if (SqliteFile.IsInTransaction(to.Connection))
            {
                to.Rollback.Run();
            }
        }
        catch (SqliteException)
        {
            // Closing ends the transaction too.
            engine.Drop();
        }

        return ValueTask.CompletedTask;
    }

    private ValueTask<T> Run<T>(Func<T> work, bool isCommit)
    {
        if (!SqliteFile.IsInTransaction(to.Connection))
        {
            // What was written now would be committed on its own, without an entry in the feed.
            throw new WriteFailedException("The write's transaction has ended.");
        }

        try
        {
            return ValueTask.FromResult(work());
        }
        catch (SqliteException failed) when (failed.SqliteErrorCode == ConstraintFailed && !isCommit)
        {
            throw Explain(failed);
        }
        catch (SqliteException failed)
        {
            _isLost = true;
            throw engine.Failure(failed, isCommit);
        }
    }

    private static WriteRefusedException Explain(SqliteException failed) => failed.SqliteExtendedErrorCode switch
    {
        TriggerRaised when failed.Message.Contains("receipt_final", StringComparison.Ordinal) => RefusalOf.FinalReceipt(failed),
        ForeignKeyFailed or TriggerRaised => RefusalOf.MissingReference(failed),
        UniqueFailed when failed.Message.Contains("terminal_live_numbers", StringComparison.Ordinal) => RefusalOf.LiveNumbers(failed),
        UniqueFailed when failed.Message.Contains("terminal_sn", StringComparison.Ordinal) => RefusalOf.LiveSn(failed),
        UniqueFailed when failed.Message.Contains("subject", StringComparison.Ordinal) => RefusalOf.OpenMatter(failed),
        _ => RefusalOf.Check(failed.Message.TrimEnd('.', '\''), failed),
    };
}
