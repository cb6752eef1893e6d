using System.Globalization;
using Npgsql;
using VerifyGateway.Storage.Writing;

namespace VerifyGateway.Storage.Postgres;

/// <summary>
/// Writes on one connection, which is made when it is needed and made anew after any failure, so that nothing of a failed
/// transaction is left on it. One transaction at a time.
/// </summary>
internal sealed class PostgresWriteEngine(NpgsqlDataSource source, PostgresStoreOptions options, PostgresFailure failure, TimeProvider time) : IWriteEngine
{
    // "remote_apply" promises more than "on"; everything else less.
    private const string MakeDurable =
        "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') NOT IN ('on', 'remote_apply')";

    private NpgsqlConnection? _connection;
    private NpgsqlConnection? _beside;

    /// <summary>How long the statements of a usual group are waited for.</summary>
    public TimeSpan UsualLimit { get; } = options.StatementTimeout + TimeSpan.FromSeconds(1);

    /// <summary>The same for a long write.</summary>
    public TimeSpan LongLimit { get; } = options.LongWriteStatementTimeout + TimeSpan.FromSeconds(1);

    /// <summary>Lets the statements of the transaction take as long as those of a long write.</summary>
    public string AllowLong { get; } =
        string.Create(CultureInfo.InvariantCulture, $"SET LOCAL statement_timeout = {(long)options.LongWriteStatementTimeout.TotalMilliseconds}");

    public async ValueTask<IWriteTransaction> BeginAsync(CancellationToken cancel)
    {
        if (_connection is { } kept)
        {
            return new PostgresWriteTransaction(this, kept);
        }

        var connection = await RunAsync(OpenAsync(cancel), options.ConnectTimeout + TimeSpan.FromSeconds(1), isCommitting: false, cancel);
        _connection = connection;
        return new PostgresWriteTransaction(this, connection);
    }

    /// <summary>A second connection, that only looks rows up while the first one is writing.</summary>
    public async Task<NpgsqlConnection> BesideAsync() => _beside ??= await source.OpenConnectionAsync(CancellationToken.None);

    /// <summary>Waits for a step of a transaction.</summary>
    /// <exception cref="WriteRefusedException">A rule of the database is broken.</exception>
    /// <exception cref="WriteFailedException">It failed, or has not ended in time, and then goes on by itself.</exception>
    public async ValueTask<T> RunAsync<T>(Task<T> step, TimeSpan limit, bool isCommitting, CancellationToken cancel)
    {
        using var late = new CancellationTokenSource(limit, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancel);
        try
        {
            return await Bounded.WaitAsync(step, end.Token);
        }
        catch (OperationCanceledException ended)
        {
            Drop(afterwards: step);
            throw new WriteFailedException(
                late.IsCancellationRequested ? failure.Silent(limit) : "The write took longer than it may, or was called off.", ended) { MayHaveCommitted = isCommitting, IsWorthRetrying = true };
        }
        catch (Exception failed) when (PostgresRefusal.Of(failed) is { } refused)
        {
            Drop(afterwards: step);
            throw refused;
        }
        catch (Exception failed) when (PostgresFailure.IsOfDatabase(failed))
        {
            Drop(afterwards: step);
            throw failure.OfWrite(failed, isCommitting);
        }
        catch
        {
            Drop(afterwards: step);
            throw;
        }
    }

    /// <summary>Gives the connection up, and with it whatever transaction is open on it.</summary>
    public void Drop(Task afterwards)
    {
        foreach (var connection in new[] { _connection, _beside }.OfType<NpgsqlConnection>())
        {
            Bounded.Forget(Bounded.CloseAsync(connection, afterwards));
        }

        (_connection, _beside) = (null, null);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in new[] { _connection, _beside }.OfType<NpgsqlConnection>())
        {
            await connection.DisposeAsync();
        }

        (_connection, _beside) = (null, null);
    }

    private async Task<NpgsqlConnection> OpenAsync(CancellationToken cancel)
    {
        var connection = await source.OpenConnectionAsync(cancel);
        try
        {
            await using var command = connection.Command(MakeDurable);
            await command.ExecuteNonQueryAsync(CancellationToken.None);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }
}
