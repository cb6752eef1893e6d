using System.Globalization;
using System.Security.Cryptography;
using Npgsql;

namespace VerifyGateway.Storage.Postgres;

/// <summary>
/// Hears of other processes' commits, on a connection of its own that is made anew for as long as it takes. While there is none,
/// nobody is told anything. Safe from many threads.
/// </summary>
internal sealed class PostgresListener : IAsyncDisposable
{
    /// <summary>The channel on which a writer says the new head.</summary>
    public const string Channel = "verify_gateway_feed";

    // How often a connection that says nothing is asked whether it lives.
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly NpgsqlDataSource _source;
    private readonly FeedSignal _signal;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;

    /// <summary>Begins to listen.</summary>
    public PostgresListener(NpgsqlDataSource source, FeedSignal signal, TimeProvider time)
    {
        (_source, _signal, _time) = (source, signal, time);
        _loop = Task.Run(LoopAsync);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_loop.IsCompleted)
        {
            await _stop.CancelAsync();
            await _loop;
            _stop.Dispose();
        }
    }

    private async Task LoopAsync()
    {
        var failures = 0;
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await ListenAsync(() => failures = 0);
            }
            catch (Exception failed) when (PostgresFailure.IsOfDatabase(failed) || failed is OperationCanceledException)
            {
                await PauseAsync(failures++);
            }
        }
    }

    /// <summary>Listens until the connection fails.</summary>
    private async Task ListenAsync(Action isListening)
    {
        var connection = await BoundAsync(OpenAsync());
        var asking = Task.CompletedTask;
        try
        {
            while (true)
            {
                // Also right after LISTEN: what was committed before it was not heard of.
                var head = PostgresReads.HeadAsync(connection);
                asking = head;
                _signal.Tell(await BoundAsync(head));
                isListening();
                while (await connection.WaitAsync(Quiet, _stop.Token))
                {
                    // Told by the handler.
                }
            }
        }
        finally
        {
            Bounded.Forget(Bounded.CloseAsync(connection, asking));
        }
    }

    private async Task<NpgsqlConnection> OpenAsync()
    {
        var connection = await _source.OpenConnectionAsync(_stop.Token);
        try
        {
            connection.Notification += (_, heard) =>
            {
                if (long.TryParse(heard.Payload, NumberStyles.None, CultureInfo.InvariantCulture, out var head))
                {
                    _signal.Tell(head);
                }
            };
            await using var command = connection.Command("LISTEN " + Channel);
            await command.ExecuteNonQueryAsync();
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits for an answer for a while.</summary>
    private async Task<T> BoundAsync<T>(Task<T> work)
    {
        using var late = new CancellationTokenSource(AnswerLimit, _time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(late.Token, _stop.Token);
        return await Bounded.WaitAsync(work, end.Token);
    }

    private async Task PauseAsync(int failures)
    {
        var most = Math.Min(LongestPause.TotalMilliseconds, 100 << Math.Min(failures, 6));
        try
        {
            await Task.Delay(TimeSpan.FromMilliseconds(RandomNumberGenerator.GetInt32((int)most / 2, (int)most + 1)), _time, _stop.Token);
        }
        catch (OperationCanceledException)
        {
            // The listener is disposed of.
        }
    }
}
