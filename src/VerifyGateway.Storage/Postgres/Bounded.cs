namespace VerifyGateway.Storage.Postgres;

/// <summary>
/// Waiting for the database with an end. What is waited for goes on by itself and cleans up after itself: a server that says
/// nothing holds a connection, and neither a caller nor a thread.
/// </summary>
internal static class Bounded
{
    /// <summary>Waits for work until the token ends the waiting.</summary>
    /// <exception cref="OperationCanceledException">It has.</exception>
    public static async ValueTask<T> WaitAsync<T>(Task<T> work, CancellationToken end)
    {
        if (!work.IsCompleted)
        {
            try
            {
                return await work.WaitAsync(end);
            }
            catch (OperationCanceledException) when (!work.IsCompleted)
            {
                Forget(LeaveAsync(work));
                throw;
            }
        }

        return await work;
    }

    /// <summary>Closes a connection once what still runs on it has ended.</summary>
    public static async Task CloseAsync(IAsyncDisposable connection, Task afterwards)
    {
        try
        {
            await afterwards;
        }
        finally
        {
            await connection.DisposeAsync();
        }
    }

    /// <summary>Nobody waits any more; a failure is nobody's.</summary>
    public static void Forget(Task work) =>
        _ = work.ContinueWith(static ended => _ = ended.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    /// <summary>A connection that is made after all is closed.</summary>
    private static async Task LeaveAsync<T>(Task<T> work)
    {
        if (await work is IAsyncDisposable late)
        {
            await late.DisposeAsync();
        }
    }
}
