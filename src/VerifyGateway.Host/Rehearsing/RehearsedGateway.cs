using System.Buffers.Binary;
using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Google.Protobuf;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Prometheus;
using VerifyGateway.Caching;
using VerifyGateway.Caching.Coherence;
using VerifyGateway.Caching.Redis;
using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Policies;
using VerifyGateway.Domain.Records;
using VerifyGateway.Server;
using VerifyGateway.Server.Callers;
using VerifyGateway.Server.Checks;
using VerifyGateway.Server.Policies;
using VerifyGateway.Storage;

namespace VerifyGateway.Host.Rehearsing;

/// <summary>
/// The path of a check, gone once before anybody asks: the runtime compiles code when it first runs, which makes a first answer slower than
/// all others. It is gone in a second gateway of the same parts, with a fleet that is <see cref="MadeUpFleet">made up</see> and metrics and logs
/// that nobody reads, so nothing of it is left and no setting of the first one stands in its way. It listens on loopback, and to itself alone.
/// </summary>
internal sealed class RehearsedGateway : IAsyncDisposable
{
    /// <summary>What is still on its way when its headers are looked at goes the ordinary way, so the direct one is not met at once.</summary>
    private const int MostTerminals = 50;
    private const int DirectAnswers = 3;
    private const int FrameHead = 5;

    private readonly WebApplication _app;
    private int _ownPort;
    private int _ordinary;

    private RehearsedGateway(IRecordStore store, PolicySnapshot policies)
    {
        // Empty: no sources of settings, and no watch over the signals that are to end the process.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            listen.Use(next => connection => (connection.RemoteEndPoint as IPEndPoint)?.Port == Volatile.Read(ref _ownPort) ? next(connection) : Task.CompletedTask);
            listen.UseDirectChecks();
        }));
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddProvider(new UnheardLog());
        var services = builder.Services;
        services.AddSingleton<IHostLifetime, NoLifetime>();
        services.AddSingleton<IMeterFactory, UnheardMeters>();
        services.AddRouting();
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<IMetricFactory>(Prometheus.Metrics.WithCustomRegistry(Prometheus.Metrics.NewCustomRegistry()));
        services.AddSingleton(provider => MakeCopies(new MadeUpFleet(store), provider.GetRequiredService<IMetricFactory>()));
        services.AddSingleton(static provider => provider.GetRequiredService<Caches>().Reader);
        services.AddSingleton(new PolicyHolder(policies));
        services.AddSingleton(new CallerOptions());
        services.AddVerifyGateway(new LimitOptions());
        services.AddDirectChecks();
        _app = builder.Build();
        _app.Use(next => context =>
        {
            Interlocked.Increment(ref _ordinary);
            return next(context);
        });
        _app.UseVerifyGateway();
        _app.MapCountedGrpcService<VerificationGrpcService>();
    }

    /// <summary>Where it listens.</summary>
    public Uri Address => new(Gateway.AddressOf(_app));

    /// <summary>Goes the path of a check on all its ways, and leaves nothing behind.</summary>
    /// <param name="store">The system of record; it is read only.</param>
    /// <param name="policies">The policies in force.</param>
    /// <param name="cancel">Ends it.</param>
    public static async Task RehearseAsync(ISystemOfRecord store, PolicySnapshot policies, CancellationToken cancel)
    {
        await using var gateway = await StartAsync(store, policies, cancel);
        await gateway.AskAsync(cancel);
        await ReadOneAsync(store, cancel);
    }

    /// <summary>Reads the records of a terminal that the store has, as a check reads them: what nobody has comes from there without a row.</summary>
    /// <returns>True when one of the newest changes was of a terminal.</returns>
    public static async Task<bool> ReadOneAsync(ISystemOfRecord store, CancellationToken cancel)
    {
        const int Newest = 50;
        var head = await store.ReadHeadAsync(cancel);
        IReadOnlyList<FeedEntry> newest;
        try
        {
            newest = (await store.ReadFeedAsync(Math.Max(0, head - Newest), Newest, cancel)).Entries;
        }
        catch (OutOfRetentionException)
        {
            return false;
        }

        foreach (var entry in newest)
        {
            if (entry.IsTerminal(out var key) && RecordCodec.TryUnpack(entry.Packed.Span, out TerminalRecord terminal))
            {
                await store.ReadPairsAsync([new PairKey(key, new MerchantKey(key.Acquirer, terminal.MerchantNo))], cancel);
                return true;
            }
        }

        return false;
    }

    /// <summary>Starts it.</summary>
    public static async Task<RehearsedGateway> StartAsync(IRecordStore store, PolicySnapshot policies, CancellationToken cancel)
    {
        var gateway = new RehearsedGateway(store, policies);
        try
        {
            await gateway._app.StartAsync(cancel);
            await gateway._app.Services.GetRequiredService<Caches>().Follower.StartAsync(cancel);
            return gateway;
        }
        catch
        {
            await gateway.DisposeAsync();
            throw;
        }
    }

    /// <summary>Asks for one terminal after the other, each twice: the first answer is the store's and the second memory's.</summary>
    /// <returns>How many were answered directly, and by the ordinary service.</returns>
    /// <exception cref="InvalidOperationException">A check was not answered.</exception>
    public async Task<(int Direct, int Ordinary)> AskAsync(CancellationToken cancel)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false, ConnectCallback = ConnectAsync, ActivityHeadersPropagator = null }) { BaseAddress = Address };
        var asked = 0;
        for (var terminal = 0; terminal < MostTerminals && asked - Volatile.Read(ref _ordinary) < DirectAnswers; terminal++)
        {
            var check = MadeUpFleet.Check(terminal);
            await AskAsync(client, check, cancel);
            await AskAsync(client, check, cancel);
            asked += 2;
        }

        return (asked - _ordinary, _ordinary);
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static async Task AskAsync(HttpClient client, V1.CheckStatusRequest check, CancellationToken cancel)
    {
        var frame = new byte[FrameHead + check.CalculateSize()];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), frame.Length - FrameHead);
        check.WriteTo(frame.AsSpan(FrameHead));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/verifygateway.v1.VerificationService/CheckStatus")
        {
            Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = new ByteArrayContent(frame),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        using var answer = await client.SendAsync(request, cancel);
        if (!answer.TrailingHeaders.TryGetValues("grpc-status", out var status) || status.Single() != "0")
        {
            throw new InvalidOperationException("a check of its own was not answered");
        }
    }

    private static Caches MakeCopies(MadeUpFleet fleet, IMetricFactory metrics) => new(
        fleet, fleet, new NoRemoteTier(), new NoRevisionSignal(), new CacheOptions { MemoryMiB = 1 }, new CacheMetrics(metrics), new CoherenceMetrics(metrics), TimeProvider.System,
        Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance);

    /// <summary>Connects from a port that is known before: whoever comes from another is not let in.</summary>
    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            Volatile.Write(ref _ownPort, ((IPEndPoint)socket.LocalEndPoint!).Port);
            await socket.ConnectAsync(context.DnsEndPoint, cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Kestrel's own counts, under a name that the gateway's metrics do not listen to.</summary>
    private sealed class UnheardMeters : IMeterFactory
    {
        private readonly Meter _meter = new("VerifyGateway.Rehearsal");

        public Meter Create(MeterOptions options) => _meter;

        public void Dispose() => _meter.Dispose();
    }

    /// <summary>A log that nobody reads but that is wanted, as the gateway's is: the framework does more for a call then.</summary>
    private sealed class UnheardLog : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
        }

        public void Dispose()
        {
        }
    }

    /// <summary>Begins at once and listens to no signals: those are for the gateway.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
