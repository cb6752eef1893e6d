namespace VerifyGateway.Storage.Writing;

/// <summary>
/// A transaction in which rows are written in portions. Each row is put or refused on its own; some 50,000 rows, or those of one
/// portion, are in memory together. Valid only inside the call that hands it out; one thread at a time.
/// </summary>
public sealed class LongWrite
{
    private const int StepRows = 8_000;
    private const int StepRowsBeside = 10_000;
    private const int MostRowsOfSet = 50_000;

    private readonly IWriteTransaction _transaction;
    private readonly TimeProvider _time;
    private WorkingSet _set = new();
    private GroupWrite? _write;
    private int _rowsOfSet;

    internal LongWrite(IWriteTransaction transaction, TimeProvider time) => (_transaction, _time) = (transaction, time);

    /// <summary>The feed's head after what has been put; 0 before the first portion.</summary>
    public long Head { get; private set; }

    /// <summary>How many records have changed.</summary>
    public int ChangedRecords { get; private set; }

    /// <summary>Puts rows, one after the other.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="origin">Who asks.</param>
    /// <param name="refused">Told the place of each row that breaks a rule, and which; throws to end the whole write.</param>
    /// <param name="cancel">Ends the whole write with an <see cref="OperationCanceledException"/>.</param>
    public Task PutAsync(IReadOnlyList<object> rows, CommandOrigin origin, Action<int, WriteRefusedException> refused, CancellationToken cancel) =>
        PutAsync(rows, origin, refused, null, cancel);

    /// <summary>Puts rows, and notes how far the import of a source, named by 64 characters, is then, asked for after the last row; no point forgets all imports.</summary>
    public Task PutAsync(
        IReadOnlyList<object> rows, CommandOrigin origin, Action<int, WriteRefusedException> refused, string source, Func<ImportPoint?> point, CancellationToken cancel) =>
        PutAsync(rows, origin, refused, () => MarkOf(source, point()), cancel);

    internal async Task CommitAsync(CancellationToken cancel) => await _transaction.CommitAsync(cancel);

    private static ImportMark MarkOf(string source, ImportPoint? point)
    {
        if (point is not null)
        {
            RowRules.RequireSource(source);
        }

        return new ImportMark(source, point);
    }

    private async Task PutAsync(
        IReadOnlyList<object> rows, CommandOrigin origin, Action<int, WriteRefusedException> refused, Func<ImportMark>? mark, CancellationToken cancel)
    {
        // In small steps: what one looks at stays in the processor's caches, and an engine may write one while the next is prepared.
        var step = _transaction.LoadsWhileWriting ? StepRowsBeside : StepRows;
        var begin = 0;
        do
        {
            var count = Math.Min(step, rows.Count - begin);
            var (first, isLast) = (begin, begin + count == rows.Count);
            await PutStepAsync([.. rows.Skip(begin).Take(count)], origin, (at, refusal) => refused(first + at, refusal), isLast ? mark : null, cancel);
            begin += count;
        }
        while (begin < rows.Count);
    }

    private async Task PutStepAsync(
        IReadOnlyList<object> rows, CommandOrigin origin, Action<int, WriteRefusedException> refused, Func<ImportMark>? mark, CancellationToken cancel)
    {
        if (!_transaction.LoadsWhileWriting || _rowsOfSet + rows.Count > MostRowsOfSet)
        {
            (_set, _write, _rowsOfSet) = (new WorkingSet(), null, 0);
        }

        _rowsOfSet += rows.Count;
        var head = await _transaction.LoadAsync(Wanted.For(rows), _set, cancel);
        var write = _write ??= new GroupWrite(_set, head, _time.GetUtcNow().ToUnixTimeMilliseconds());
        var before = write.Head.Head;
        write.DoRows(
            origin,
            unit =>
            {
                for (var i = 0; i < rows.Count; i++)
                {
                    cancel.ThrowIfCancellationRequested();
                    try
                    {
                        unit.Put(rows[i]);
                    }
                    catch (WriteRefusedException one)
                    {
                        refused(i, one);
                    }
                }
            },
            areNamed: rows.Count <= 64);
        var import = mark?.Invoke();
        if (write.HasChanges || import is not null)
        {
            await _transaction.WriteAsync(write.TakeChanges(import), cancel);
        }

        ChangedRecords += (int)(write.Head.Head - before);
        Head = write.Head.Head;
    }
}
