using Grpc.Core;
using Npgsql;
using VerifyGateway.TestKit;
using VerifyGateway.V1;

namespace VerifyGateway.Interop.Tests.Honesty;

/// <summary>
/// Gateways on one PostgreSQL and one Redis, a fleet frozen and unfrozen under checks, and a watcher. Every check and every freeze is in a
/// history, and the history is judged afterwards.
/// </summary>
internal sealed class HonestyRig : IDisposable
{
    /// <summary>The bound on staleness that gateways have unless they are told another.</summary>
    public const int BoundMs = 2_000;

    private const int Seed = 20_260_101;

    private readonly TempFolder _folder = new();
    private readonly HonestyHistory _history = new();
    private readonly HonestyWriters _writers;
    private readonly HonestyWatcher _watcher = new();
    private string[] _settings = [];

    /// <summary>So many gateways.</summary>
    /// <param name="count">How many.</param>
    /// <param name="settingsOf">What each is told besides.</param>
    public HonestyRig(int count, Func<int, string[]>? settingsOf = null)
    {
        Gateways = new HonestyGateways(at => [.. _settings, .. settingsOf?.Invoke(at) ?? []], count);
        _writers = new HonestyWriters(Gateways, _history);
    }

    /// <summary>The gateways.</summary>
    public HonestyGateways Gateways { get; }

    /// <inheritdoc />
    public void Dispose()
    {
        Gateways.Dispose();
        _folder.Dispose();
    }

    /// <summary>Lets everything be as it is for a while.</summary>
    public static Task CalmAsync(int seconds) => Task.Delay(TimeSpan.FromSeconds(seconds), TestContext.Current.CancellationToken);

    /// <summary>Lets everything be as it is until so much more has been written.</summary>
    public Task UntilWrittenAsync(int writes)
    {
        var before = _history.Writes.Count;
        return Wait.UntilAsync(() => _history.Writes.Count >= before + writes, "holds to be placed and lifted");
    }

    /// <summary>Lets checks, freezes and a watcher run while everything between is broken, and judges them.</summary>
    /// <param name="redis">Where Redis is.</param>
    /// <param name="output">Where what was found is written.</param>
    /// <param name="breakAsync">What is broken, and when; all gateways are there when it has ended.</param>
    public async Task RunAsync(string redis, ITestOutputHelper output, Func<Task> breakAsync)
    {
        await using var server = await PostgresServer.StartAsync();
        await SetUpAsync(server, redis);
        await Gateways.BeginAsync();
        using var stop = new CancellationTokenSource();
        using var stopWatching = new CancellationTokenSource();
        var watching = _watcher.RunAsync(Gateways, stopWatching.Token);
        // From here on it has to be told of every write.
        await Wait.UntilAsync(() => _watcher.Checkpoint > 0 || watching.IsCompleted, "the watcher to have its snapshot");
        Task[] running = [.. new HonestyCallers(Gateways, _history, Seed).Start(stop.Token), .. _writers.Start(stop.Token)];
        try
        {
            await breakAsync();
            await stop.CancelAsync();
            await Task.WhenAll(running);
            await ExpectWatchedAsync(output, watching, stopWatching);
        }
        finally
        {
            await stop.CancelAsync();
            await stopWatching.CancelAsync();
            await Task.WhenAll([watching, .. running]);
        }

        ExpectHonest(output);
    }

    /// <summary>Lets gateways begin on a fleet that nobody checks or freezes, for what is done then.</summary>
    public async Task RunAsync(string redis, Func<PostgresServer, Task> doAsync)
    {
        await using var server = await PostgresServer.StartAsync();
        await SetUpAsync(server, redis);
        await Gateways.BeginAsync();
        await doAsync(server);
    }

    /// <summary>Stops a gateway for longer than the bound, and has a queue of checks wait for it.</summary>
    /// <param name="at">Which.</param>
    /// <param name="beforeItGoesOn">What is done while the queue waits.</param>
    public Task PauseAsync(int at, Func<Task>? beforeItGoesOn = null) => new HonestyPause(Gateways, _history, _writers).RunAsync(at, BoundMs, beforeItGoesOn);

    /// <summary>What is in the history so far.</summary>
    public HonestyVerdict Judge() => _history.Judge(BoundMs);

    private async Task SetUpAsync(PostgresServer server, string redis)
    {
        HonestyFleet.Write(_folder.File("fleet.ndjson"));
        var database = await server.CreateDatabaseAsync("gateway");
        var (owner, service) = (Without(database.Owner, "owner.password"), Without(database.Service, "service.password"));
        await VgctlAsync("store", "migrate", "--postgres", owner.Connection, "--password-file", owner.File, "--service-role", service.User);
        await VgctlAsync("fleet", "import", _folder.File("fleet.ndjson"), "--postgres", service.Connection, "--password-file", service.File);
        // Or pages of terminals are read by a bad plan, seconds each, until the server looks at the tables by itself.
        await server.AskAsync(database.Name, "ANALYZE");
        _settings =
        [
            "Postgres:Connection=" + service.Connection, "Postgres:PasswordFile=" + service.File, "Redis:Endpoints=" + redis, "Redis:CircuitOpenForMs=500",
            // The window is short, so that copies fall out of it, and memory small, so that Redis is asked.
            "Cache:WindowChanges=2000", "Cache:MemoryMiB=1", "Callers:LoopbackRoles=" + HonestyWriters.Roles,
        ];
    }

    private static async Task VgctlAsync(params string[] arguments)
    {
        var (code, output) = await ChildProcess.RunAsync("dotnet", [PythonScripts.Vgctl, .. arguments], TimeSpan.FromMinutes(2));
        Assert.True(code == 0, output);
    }

    private (string Connection, string File, string User) Without(string connection, string file)
    {
        var settings = new NpgsqlConnectionStringBuilder(connection);
        File.WriteAllText(_folder.File(file), settings.Password + "\n");
        settings.Remove("Password");
        return (settings.ConnectionString, _folder.File(file), settings.Username!);
    }

    /// <summary>Nobody writes any more: the watcher's copy is what the store lists, and it was told of every write.</summary>
    private async Task ExpectWatchedAsync(ITestOutputHelper output, Task watching, CancellationTokenSource stopWatching)
    {
        var client = new BindingService.BindingServiceClient(Gateways.PlaceOf(0).Channel);
        var (listed, head) = (new List<Binding>(), 0L);
        var request = new ListBindingsRequest { AcquirerId = HonestyFleet.Acquirer, PageSize = 1_000 };
        await Wait.UntilAsync(async () =>
        {
            try
            {
                var page = await client.ListBindingsAsync(request);
                listed.AddRange(page.Bindings);
                (head, request.PageToken) = (page.Revision, page.NextPageToken);
                return request.PageToken.Length == 0;
            }
            catch (RpcException fault) when (HonestyGateways.IsNoAnswer(fault))
            {
                return false;
            }
        }, "all bindings to be listed", TimeSpan.FromMinutes(1));

        await Wait.UntilAsync(() => _watcher.Checkpoint >= head || watching.IsCompleted, "the watcher to have come to the end");
        await stopWatching.CancelAsync();
        await watching;
        output.WriteLine($"History: a watcher was told {_watcher.Events} events on {_watcher.Streams} streams, up to revision {_watcher.Checkpoint}; {_history.Writes.Count} writes");
        Assert.True(_watcher.Broken.Count == 0, string.Join('\n', _watcher.Broken.Take(10)));
        Assert.Equal([], _watcher.Missing(_history.Writes));
        Assert.Equal([], _watcher.Differences(listed).Take(10));
        Assert.Equal(HonestyFleet.Terminals, listed.Count);
        Assert.True(_watcher.Streams > 1, "the watcher never had to go on at another gateway");
    }

    private void ExpectHonest(ITestOutputHelper output)
    {
        var verdict = Judge();
        output.WriteLine("History: " + verdict.Line);
        Assert.True(verdict.Stale.Count == 0, string.Join('\n', verdict.Stale.Take(10)));
        Assert.True(verdict.Back.Count == 0, string.Join('\n', verdict.Back.Take(10)));
        // Or nothing is shown.
        Assert.True(verdict is { Late: > 2_000, Asked: > 50, Freezes: > 300, HasAllowed: true, Kinds.Count: 5, Targets.Count: 4 }, verdict.Line);
    }
}
