using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using VerifyGateway.Domain.Policies;
using VerifyGateway.Host.Rehearsing;
using VerifyGateway.Storage.Fleet;
using VerifyGateway.Storage.Sqlite;
using VerifyGateway.TestKit;

namespace VerifyGateway.Host.Tests;

/// <summary>The rehearsal of a check: that it goes the whole path, is nobody else's, and can harm no start.</summary>
public class RehearsalTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(30);

    private readonly ManualTime _time = new();
    private readonly Lines _log = new();

    [Fact]
    public async Task Ask_OverARealStore_IsAnsweredOnBothWays()
    {
        using var folder = new TempFolder();
        await using var store = SqliteStore.Open(new SqliteStoreOptions { Path = folder.File("gateway.db") }, TimeProvider.System);
        await using var gateway = await RehearsedGateway.StartAsync(store, PolicySnapshot.Default, TestContext.Current.CancellationToken);

        var (direct, ordinary) = await gateway.AskAsync(TestContext.Current.CancellationToken);

        Assert.True(direct > 0, "No check was answered directly.");
        Assert.True(ordinary > 0, "No check was answered by the ordinary service.");
        Assert.Equal(0, await store.ReadHeadAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task ReadOne_ReadsATerminalOfTheNewestChanges_WhereThereIsOne()
    {
        using var folder = new TempFolder();
        await using var store = SqliteStore.Open(new SqliteStoreOptions { Path = folder.File("gateway.db") }, TimeProvider.System);
        Assert.False(await RehearsedGateway.ReadOneAsync(store, TestContext.Current.CancellationToken));

        await SeedLoader.LoadAsync(store, GatewayProcess.SampleSeed);
        Assert.True(await RehearsedGateway.ReadOneAsync(store, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Listener_WhenAStrangerConnects_HangsUpWithoutAWord()
    {
        using var folder = new TempFolder();
        await using var store = SqliteStore.Open(new SqliteStoreOptions { Path = folder.File("gateway.db") }, TimeProvider.System);
        await using var gateway = await RehearsedGateway.StartAsync(store, PolicySnapshot.Default, TestContext.Current.CancellationToken);
        await gateway.AskAsync(TestContext.Current.CancellationToken);

        using var stranger = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = (int)Moment.TotalMilliseconds };
        await stranger.ConnectAsync(gateway.Address.Host, gateway.Address.Port, TestContext.Current.CancellationToken);

        // A server of HTTP/2 speaks first: it sends its settings.
        Assert.Equal(0, stranger.Receive(new byte[1]));
    }

    [Fact]
    public async Task Run_OfWhatFails_EndsWithOneLine()
    {
        await RunAsync(Limit, static _ => throw new InvalidOperationException("no room")).WaitAsync(Moment, TestContext.Current.CancellationToken);

        Assert.Contains("no room", Assert.Single(_log), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_OfWhatBlocksItsThread_EndsAtTheLimitAndNotBefore()
    {
        using var never = new ManualResetEventSlim();
        var told = new TaskCompletionSource();
        var run = RunAsync(Limit, cancel =>
        {
            cancel.Register(told.SetResult);
            never.Wait(TestContext.Current.CancellationToken);
            return Task.CompletedTask;
        });
        await Wait.UntilAsync(() => _time.TimersWaiting == 1, "the limit to be set");

        _time.Advance(Limit - TimeSpan.FromMilliseconds(1));
        Assert.False(run.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        await run.WaitAsync(Moment, TestContext.Current.CancellationToken);

        Assert.Contains("2000 ms", Assert.Single(_log), StringComparison.Ordinal);
        await told.Task.WaitAsync(Moment, TestContext.Current.CancellationToken);
        never.Set();
    }

    [Fact]
    public async Task Run_OfWhatGoesWell_SaysNothing()
    {
        await RunAsync(Limit, static _ => Task.CompletedTask).WaitAsync(Moment, TestContext.Current.CancellationToken);

        Assert.Empty(_log);
    }

    private Task RunAsync(TimeSpan limit, Func<CancellationToken, Task> rehearseAsync) => Rehearsal.RunAsync(limit, _time, _log, rehearseAsync);

    /// <summary>The lines of a log.</summary>
    private sealed class Lines : List<string>, ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Add(formatter(state, exception));
    }
}
