using System.Net;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Prometheus;
using VerifyGateway.Caching;
using VerifyGateway.Caching.Coherence;
using VerifyGateway.Caching.Roster;
using VerifyGateway.Caching.Redis;
using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Policies;
using VerifyGateway.Server.Callers;
using VerifyGateway.Server.Policies;
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

    /// <summary>Calls the services.</summary>
    public BindingService.BindingServiceClient Client { get; }

    /// <summary>The file of the store.</summary>
    public string Path => _folder.File("store.db");

    /// <summary>Starts it.</summary>
    public static async Task<StoreServer> StartAsync(WatchOptions? watch = null, CallerOptions? callers = null)
    {
        var folder = new TempFolder();
        var store = SqliteStore.Open(new SqliteStoreOptions { Path = folder.File("store.db") }, TimeProvider.System);
        var observed = new ObservedStore(store);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddSingleton<IRecordStore>(store).AddSingleton<IBindingStore>(observed).AddSingleton<IChangeFeed>(observed).AddSingleton<IRemoteTier>(new NoRemoteTier()).AddSingleton<IRevisionSignal>(new NoRevisionSignal());
        builder.Services.AddSingleton<IHoldStore>(store).AddSingleton(new GatewayWait(store, TimeProvider.System, TimeSpan.FromSeconds(5)));
        builder.Services.AddSingleton(TimeProvider.System).AddSingleton(new CacheOptions()).AddSingleton<CacheMetrics>().AddSingleton<CoherenceMetrics>().AddSingleton<Caches>();
        builder.Services.AddSingleton(static provider => provider.GetRequiredService<Caches>().Reader);
        builder.Services.AddSingleton<ICollectorRegistry>(Prometheus.Metrics.NewCustomRegistry());
        builder.Services.AddSingleton<IMetricFactory>(services => Prometheus.Metrics.WithCustomRegistry((CollectorRegistry)services.GetRequiredService<ICollectorRegistry>()));
        builder.Services.AddSingleton(new PolicyHolder(PolicySnapshot.Default)).AddSingleton(callers ?? new CallerOptions());
        builder.Services.AddVerifyGateway(new LimitOptions(), watch);
        var app = builder.Build();
        app.UseVerifyGateway();
        app.MapVerifyGateway();
        await app.StartAsync();
        var channel = GrpcChannel.ForAddress(
            app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single(), new GrpcChannelOptions { MaxReceiveMessageSize = 64 << 20 });
        return new StoreServer(folder, store, observed, app, channel);
    }

    /// <summary>Begins to stop.</summary>
    public Task StopAsync() => _app.StopAsync();

    /// <summary>The value of a series of the metrics page.</summary>
    public async Task<double> MetricAsync(string series)
    {
        using var page = new MemoryStream();
        await ((CollectorRegistry)_app.Services.GetRequiredService<ICollectorRegistry>()).CollectAndExportAsTextAsync(page);
        var line = System.Text.Encoding.UTF8.GetString(page.ToArray()).Split('\n').Single(one => one.StartsWith(series + " ", StringComparison.Ordinal));
        return double.Parse(line.AsSpan(series.Length + 1), System.Globalization.CultureInfo.InvariantCulture);
    }

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
