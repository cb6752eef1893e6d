using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using VerifyGateway.Caching;
using VerifyGateway.Caching.Store;
using VerifyGateway.Server.Callers;
using VerifyGateway.Server.Watching;
using VerifyGateway.Storage.Sqlite;
using VerifyGateway.TestKit;
using VerifyGateway.V1;

namespace VerifyGateway.Server.Tests;

/// <summary>The services on a real connection over a real store in a file of its own.</summary>
internal sealed class StoreServer : IAsyncDisposable
{
    private readonly TempFolder _folder;
    private readonly WebApplication _app;
    private readonly GrpcChannel _channel;

    private StoreServer(TempFolder folder, SqliteStore store, ObservedStore observed, WebApplication app, GrpcChannel channel)
    {
        (_folder, Store, Observed, _app, _channel) = (folder, store, observed, app, channel);
        Client = new BindingService.BindingServiceClient(channel);
    }

    /// <summary>The store, to write to.</summary>
    public SqliteStore Store { get; }

    /// <summary>What stands between the services and the store.</summary>
    public ObservedStore Observed { get; }

    /// <summary>Calls BindingService.</summary>
    public BindingService.BindingServiceClient Client { get; }

    /// <summary>Calls VerificationService.</summary>
    public VerificationService.VerificationServiceClient Checks => new(_channel);

    /// <summary>The copies of the server and what keeps them; the feed is followed once the test starts to.</summary>
    public Caches Caches => _app.Services.GetRequiredService<Caches>();

    /// <summary>The file of the store.</summary>
    public string Path => _folder.File("store.db");

    /// <summary>Starts it, with further services when they are given.</summary>
    public static async Task<StoreServer> StartAsync(
        WatchOptions? watch = null, CallerOptions? callers = null, LimitOptions? limits = null, Action<IServiceCollection>? further = null)
    {
        var folder = new TempFolder();
        var store = SqliteStore.Open(new SqliteStoreOptions { Path = folder.File("store.db") }, TimeProvider.System);
        var observed = new ObservedStore(store);
        var app = await TestServer.StartAsync(
            services =>
            {
                services.AddSingleton<IRecordStore>(store).AddSingleton<IBindingStore>(observed).AddSingleton<IChangeFeed>(observed);
                services.AddSingleton<IHoldStore>(store).AddSingleton<IGatewayRoster>(store);
                further?.Invoke(services);
            },
            callers,
            limits,
            watch);
        return new StoreServer(folder, store, observed, app, TestServer.Connect(app, new GrpcChannelOptions { MaxReceiveMessageSize = 64 << 20 }));
    }

    /// <summary>Begins to stop.</summary>
    public Task StopAsync() => _app.StopAsync();

    /// <summary>The value of a series of the metrics page.</summary>
    public Task<double> MetricAsync(string series) => TestServer.MetricAsync(_app, series);

    /// <summary>The google.rpc.ErrorInfo of a failed call.</summary>
    public static Google.Rpc.ErrorInfo InfoOf(RpcException fault) => Google.Rpc.Status.Parser.ParseFrom(fault.Trailers.GetValueBytes("grpc-status-details-bin"))
        .Details.Single(detail => detail.Is(Google.Rpc.ErrorInfo.Descriptor)).Unpack<Google.Rpc.ErrorInfo>();

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await _app.DisposeAsync();
        await Store.DisposeAsync();
        _folder.Dispose();
    }
}
