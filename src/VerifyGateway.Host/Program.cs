using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Prometheus;
using VerifyGateway.Caching;
using VerifyGateway.Caching.Coherence;
using VerifyGateway.Caching.Roster;
using VerifyGateway.Caching.Store;
using VerifyGateway.Host;
using VerifyGateway.Host.Health;
using VerifyGateway.Host.Ops;
using VerifyGateway.Host.Policies;
using VerifyGateway.Host.Rehearsing;
using VerifyGateway.Host.Settings;
using VerifyGateway.Server.Rpc;
using VerifyGateway.Storage;
using VerifyGateway.Storage.Fleet;

// Exit codes as in sysexits.h.
const int Unavailable = 69;
const int Configuration = 78;

try
{
    var sources = GatewaySettings.Sources(args);
    var settings = GatewaySettings.Read(sources, args);

    var policies = LoadedPolicies.Read(settings.Policies);
    await using var store = await StoreChoice.OpenAsync(settings, CancellationToken.None);
    if (settings.Storage.SeedFile.Length > 0)
    {
        var loaded = await SeedLoader.LoadAsync(store, settings.Storage.SeedFile);
        Console.WriteLine($"Seed file {settings.Storage.SeedFile}: {loaded.Records} lines, {loaded.Write.ChangedRecords} records changed.");
    }

    var health = new GatewayHealth();
    var registry = Metrics.NewCustomRegistry();
    var metrics = ProcessMetrics.Factory(registry);
    await using var gateway = Gateway.Build(settings, sources, store, policies, health, metrics);
    using var bridge = ProcessMetrics.Register(registry, metrics, gateway.Services.GetRequiredService<Caches>());
    await using var ops = OpsServer.Build(settings.Listen, registry, health);

    // Beside the rest of the start; it touches nothing of it.
    var rehearsal = RehearseAsync(cancel => RehearsedGateway.RehearseAsync(store, policies.Snapshot, cancel));
    await ops.StartAsync();
    await gateway.StartAsync();
    await RehearseAsync(_ => gateway.Services.GetRequiredService<FirstCall>().MakeAsync());
    // Not ready before the feed has been followed to its end: no copy could answer, and every check would go to the system of record.
    var began = Stopwatch.GetTimestamp();
    await gateway.Services.GetRequiredService<Caches>().Follower.StartAsync(gateway.Lifetime.ApplicationStopping);
    await using var reporter = new GatewayReporter(
        store, gateway.Services.GetRequiredService<Caches>().Follower, Guid.NewGuid().ToString("N"), $"{Environment.MachineName} {Gateway.AddressOf(gateway)}",
        gateway.Services.GetRequiredService<CoherenceMetrics>(), TimeProvider.System);
    await reporter.StartAsync();
    // After what needs connections to go on at all: these are for speed.
    await StoreChoice.FillAsync(store, settings.Postgres);
    await rehearsal;
    await RehearseAsync(_ => gateway.Services.GetRequiredService<FirstCall>().MakeAsync());
    health.Set(isReady: true);
    // Last: when the gateway stops already, this is done at once.
    gateway.Lifetime.ApplicationStopping.Register(() => health.Set(isReady: false));

    Console.WriteLine($"VerifyGateway {ProcessMetrics.Version}, built with {ProcessMetrics.PackagesInUse}.");
    Console.WriteLine($"gRPC (HTTP/2 without TLS, for callers {settings.Callers.Served}): {Gateway.AddressOf(gateway)}");
    Console.WriteLine($"Operations: {Gateway.AddressOf(ops)}/metrics, /livez, /readyz");
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Change feed followed to revision {gateway.Services.GetRequiredService<Caches>().Follower.Applied} in {Stopwatch.GetElapsedTime(began).TotalSeconds:F1} s"));
    Console.WriteLine($"System of record: {store.Place}; Redis: {(settings.Redis.Endpoints.Length == 0 ? "none" : settings.Redis.Endpoints)}");

    if (settings.Policies.File.Length > 0)
    {
        Console.WriteLine($"Policies: {policies.Snapshot.Policies.Length} from {Path.GetFullPath(settings.Policies.File)}, looked at every {settings.Policies.LookEverySeconds} s");
    }

    await gateway.WaitForShutdownAsync();
    return 0;

    Task RehearseAsync(Func<CancellationToken, Task> rehearseAsync) => Rehearsal.RunAsync(
        TimeSpan.FromMilliseconds(settings.Listen.RehearsalLimitMs), TimeProvider.System, gateway.Services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(Rehearsal)),
        rehearseAsync);
}
catch (Exception refused) when (refused is SettingsException or StoreUnusableException or SeedException or StoreUnavailableException)
{
    Console.Error.WriteLine(refused.Message);
    return Configuration;
}
catch (IOException taken) when (taken.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
{
    Console.Error.WriteLine($"The gateway did not start: {taken.Message.TrimEnd('.')}; stop what listens there, or give another port with --Listen:GrpcPort and --Listen:OpsPort.");
    return Unavailable;
}
catch (SocketException notOurs)
{
    Console.Error.WriteLine($"The gateway did not start: it cannot listen on an address or port that it was given ({notOurs.Message.TrimEnd('.')}); give others with --Listen:GrpcAddress, --Listen:GrpcPort, --Listen:OpsAddress and --Listen:OpsPort.");
    return Unavailable;
}
