using Npgsql;
using VerifyGateway.Storage.Writing;

namespace VerifyGateway.Storage.Postgres;

/// <summary>
/// A transaction on the writer's connection. A usual group takes two round trips: the beginning, the head's lock and all loading
/// in one, all writing and the commit in the other; so changes are sent when the next call comes, and what is wrong with them is
/// said by that call. Many changes are sent at once and written while the caller prepares the next ones.
/// </summary>
internal sealed class PostgresWriteTransaction(PostgresWriteEngine engine, NpgsqlConnection connection) : IWriteTransaction
{
    private const int ManyKeys = 1_000;

    // Each statement sees what was committed before it began: those after the lock see all that was committed under it.
    private const string Lock = "SELECT head, head_at_unix_ms, audit_seq, audit_hash FROM feed_head WHERE id = 1 FOR UPDATE";

    private HeadState? _head;
    private ChangeSet? _waiting;
    private Task<bool>? _running;
    private WorkingSet? _first;
    private bool _isLong;
    private int _loads;
    private bool _isOver;

    public bool LoadsWhileWriting => true;

    public async ValueTask<HeadState> LoadAsync(Wanted wanted, WorkingSet into, CancellationToken cancel)
    {
        _first ??= into;
        if (_running is { IsCompleted: false } && ReferenceEquals(into, _first))
        {
            return await RunAsync(LoadBesideAsync(wanted, into), isCommitting: false, cancel);
        }

        await SettleAsync(cancel);
        var isFirst = _head is null;
        var becomesLong = !_isLong && (!isFirst || CountOf(wanted) > ManyKeys);
        _isLong |= becomesLong;
        return _head = await RunAsync(LoadAsync(wanted, into, isFirst, becomesLong), isCommitting: false, cancel);
    }

    public async ValueTask WriteAsync(ChangeSet changes, CancellationToken cancel)
    {
        await SettleAsync(cancel);
        _head = changes.After;
        if (PostgresChanges.AreMany(changes))
        {
            _running = Task.Run(() => SendAsync(changes, commit: false), CancellationToken.None);
        }
        else
        {
            _waiting = changes;
        }
    }

    public async ValueTask CommitAsync(CancellationToken cancel)
    {
        if (_waiting is { } last)
        {
            _waiting = null;
            await RunAsync(SendAsync(last, commit: true), isCommitting: true, cancel);
        }
        else
        {
            await SettleAsync(cancel);
            await RunAsync(ExecuteAsync("COMMIT"), isCommitting: true, cancel);
        }

        _isOver = true;
    }

    public async ValueTask DisposeAsync()
    {
        if (_isOver)
        {
            return;
        }

        _isOver = true;
        if (_running is { } running)
        {
            engine.Drop(afterwards: running);
        }
        else if (_head is not null)
        {
            try
            {
                await engine.RunAsync(ExecuteAsync("ROLLBACK"), engine.UsualLimit, isCommitting: false, CancellationToken.None);
            }
            catch (WriteFailedException)
            {
                // The connection is gone, and the transaction with it.
            }
        }
    }

    private static int CountOf(Wanted wanted) =>
        wanted.Identities.Count + wanted.IdentitiesWithMerchants.Count + wanted.Cards.Count + wanted.CardsWithMerchants.Count + wanted.Merchants.Count + wanted.Terminals.Count + wanted.Holds.Count + wanted.Documents.Count;

    /// <summary>Brings the changes that were handed over before to their end.</summary>
    private async ValueTask SettleAsync(CancellationToken cancel)
    {
        if (_running is { } running)
        {
            await RunAsync(running, isCommitting: false, cancel);
            _running = null;
        }
        else if (_waiting is { } waiting)
        {
            _waiting = null;
            await RunAsync(SendAsync(waiting, commit: false), isCommitting: false, cancel);
        }
    }

    private async ValueTask<T> RunAsync<T>(Task<T> step, bool isCommitting, CancellationToken cancel)
    {
        try
        {
            return await engine.RunAsync(step, _isLong ? engine.LongLimit : engine.UsualLimit, isCommitting, cancel);
        }
        catch
        {
            // The engine has given the connection up.
            _isOver = true;
            throw;
        }
    }

    private async Task<HeadState> LoadAsync(Wanted wanted, WorkingSet into, bool isFirst, bool becomesLong)
    {
        await using var batch = connection.CreateBatch();
        if (isFirst)
        {
            batch.Add("BEGIN ISOLATION LEVEL READ COMMITTED");
        }

        if (becomesLong)
        {
            batch.Add(engine.AllowLong);
        }

        if (isFirst)
        {
            batch.Add(Lock);
        }
        else if (int.IsPow2(++_loads))
        {
            // What is written may have made the tables many times as large as they were when the plans were made.
            batch.Add("DISCARD PLANS");
        }

        var load = new PostgresLoad(batch, wanted, into);
        if (batch.BatchCommands.Count == 0)
        {
            return _head!;
        }

        await using var reader = await batch.ExecuteReaderAsync();
        var head = _head;
        if (isFirst)
        {
            head = await reader.ReadAsync()
                ? new HeadState(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetFieldValue<byte[]>(3))
                : throw PostgresReads.NoHead();
        }

        await load.ReadAsync(reader, isBefore: isFirst);
        return head!;
    }

    /// <summary>
    /// Looks up on another connection while the writer's is busy with changes. The head's lock keeps everyone from changing what is
    /// looked for, and what this transaction has changed the set knows already, as long as it is the first one.
    /// </summary>
    private async Task<HeadState> LoadBesideAsync(Wanted wanted, WorkingSet into)
    {
        var beside = await engine.BesideAsync();
        await using var batch = beside.CreateBatch();
        if (int.IsPow2(++_loads))
        {
            batch.Add("DISCARD PLANS");
        }

        var load = new PostgresLoad(batch, wanted, into);
        if (batch.BatchCommands.Count > 0)
        {
            await using var reader = await batch.ExecuteReaderAsync();
            await load.ReadAsync(reader, isBefore: false);
        }

        return _head!;
    }

    private async Task<bool> SendAsync(ChangeSet changes, bool commit)
    {
        await new PostgresChanges(connection).WriteAsync(changes, commit);
        return true;
    }

    private async Task<bool> ExecuteAsync(string sql)
    {
        await using var command = connection.Command(sql);
        await command.ExecuteNonQueryAsync();
        return true;
    }
}
