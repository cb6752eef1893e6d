using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Prometheus;
using VerifyGateway.Caching;
using VerifyGateway.Caching.Coherence;
using VerifyGateway.Caching.Roster;
using VerifyGateway.Host;
using VerifyGateway.Host.Health;
using VerifyGateway.Host.Ops;
using VerifyGateway.Host.Policies;
using VerifyGateway.Host.Settings;
using VerifyGateway.Storage.Fleet;
using VerifyGateway.TailGateway;

// The gateway as its own program starts it, over a store that makes the records of a fleet when they are asked for, with the first so many
// terminals of it asked for before it is ready: arguments are their number, and the gateway's settings. Ends with its standard input.
var terminals = int.Parse(args[0], NumberStyles.None, CultureInfo.InvariantCulture);
var arguments = args[1..];
var sources = GatewaySettings.Sources(arguments);
var settings = GatewaySettings.Read(sources, arguments);
var policies = LoadedPolicies.Read(settings.Policies);
await using var store = new GeneratedStore(await StoreChoice.OpenAsync(settings, CancellationToken.None));
// The feed has a head then, as that of every store that is in use.
await SeedLoader.LoadAsync(store, settings.Storage.SeedFile);

var health = new GatewayHealth();
var registry = Metrics.NewCustomRegistry();
var metrics = ProcessMetrics.Factory(registry);
await using var gateway = Gateway.Build(settings, sources, store, policies, health, metrics);
var caches = gateway.Services.GetRequiredService<Caches>();
using var bridge = ProcessMetrics.Register(registry, metrics, caches);
await using var ops = OpsServer.Build(settings.Listen, registry, health);
await ops.StartAsync();
await gateway.StartAsync();
await caches.Follower.StartAsync(gateway.Lifetime.ApplicationStopping);
await using var reporter = new GatewayReporter(
    store, caches.Follower, Guid.NewGuid().ToString("N"), Gateway.AddressOf(gateway), gateway.Services.GetRequiredService<CoherenceMetrics>(), TimeProvider.System);
await reporter.StartAsync();

var began = Stopwatch.GetTimestamp();
// More at once would take arrays of the large object heap, and each of them brings a full collection nearer.
const int Portion = 200;
await Parallel.ForEachAsync(
    Enumerable.Range(0, (terminals + Portion - 1) / Portion), new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount },
    async (portion, cancel) => await caches.Reader.FindManyAsync(
        [.. Enumerable.Range(portion * Portion, Math.Min(Portion, terminals - (portion * Portion))).Select(static it => (GeneratedFleet.KeyOf(it), 0L))], cancel));
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Loaded {terminals} terminals in {Stopwatch.GetElapsedTime(began).TotalSeconds:F1} s"));
// What loading has left in the heap is of the filling and not of the load.
GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);

health.Set(isReady: true);
Console.WriteLine($"gRPC: {Gateway.AddressOf(gateway)}");
Console.WriteLine($"Operations: {Gateway.AddressOf(ops)}/metrics");
Console.WriteLine("Ready");
// Ends with whoever has started it, however that ends.
await Console.In.ReadToEndAsync();
await gateway.StopAsync();
