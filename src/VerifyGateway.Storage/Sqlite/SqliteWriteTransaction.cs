using Microsoft.Data.Sqlite;
using VerifyGateway.Storage.Writing;

namespace VerifyGateway.Storage.Sqlite;

/// <summary>
/// One write transaction; holds the file's write lock from the beginning, so that nobody else changes what it has loaded. Many
/// changes are written while the caller prepares the next ones: what those want and is not in their set yet was not changed by this
/// transaction, and is read from the snapshot that stood before it.
/// </summary>
internal sealed class SqliteWriteTransaction(WriterStatements to, SqliteWriteEngine engine) : IWriteTransaction
{
    private const int ConstraintFailed = 19;
    private const int ForeignKeyFailed = 787;
    private const int TriggerRaised = 1811;
    private const int UniqueFailed = 2067;
    private const int Many = 500;

    private WorkingSet? _first;
    private HeadState? _head;
    private Task? _saving;
    private bool _isLost;

    /// <inheritdoc />
    public async ValueTask<HeadState> LoadAsync(Wanted wanted, WorkingSet into, CancellationToken cancel)
    {
        _first ??= into;
        if (_saving is { IsCompleted: false } && ReferenceEquals(into, _first))
        {
            var before = engine.Snapshot();
            Run(() => SqliteLoader.Load(before, wanted, into, cancel), isCommit: false);
            return _head!;
        }

        await SettleAsync();
        Run(() => SqliteLoader.Load(to.Loads, wanted, into, cancel), isCommit: false);
        Run(() => _head = to.Loads.Head.One(static row => new HeadState(row.Number(0), row.Number(1), row.Number(2), row.Bytes(3)!), null!), isCommit: false);
        return _head!;
    }

    /// <inheritdoc />
    public async ValueTask WriteAsync(ChangeSet changes, CancellationToken cancel)
    {
        await SettleAsync();
        _head = changes.After;
        if (changes.Feed.Count < Many)
        {
            Run(() => SqliteSaver.Save(to, changes, cancel), isCommit: false);
        }
        else
        {
            _saving = Task.Run(() => Run(() => SqliteSaver.Save(to, changes, CancellationToken.None), isCommit: false), CancellationToken.None);
        }
    }

    /// <inheritdoc />
    public async ValueTask CommitAsync(CancellationToken cancel)
    {
        await SettleAsync();
        // Or the log could not be folded into the file as far as this commit.
        engine.EndSnapshot();
        Run(() => to.Commit.Run(), isCommit: true);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        try
        {
            engine.EndSnapshot();
            await ((_saving ?? Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing));
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
    }

    private async ValueTask SettleAsync()
    {
        if (_saving is { } saving)
        {
            await saving;
            _saving = null;
        }
    }

    private void Run(Action work, bool isCommit)
    {
        if (!SqliteFile.IsInTransaction(to.Connection))
        {
            // What was written now would be committed on its own, without an entry in the feed.
            throw new WriteFailedException("The write's transaction has ended.");
        }

        try
        {
            work();
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
