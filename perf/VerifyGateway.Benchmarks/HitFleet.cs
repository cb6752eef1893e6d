using Google.Protobuf;
using Microsoft.Extensions.Logging.Abstractions;
using Prometheus;
using VerifyGateway.Caching;
using VerifyGateway.Caching.Coherence;
using VerifyGateway.Caching.Redis;
using VerifyGateway.Domain.Policies;
using VerifyGateway.Server.Callers;
using VerifyGateway.Server.Checks;
using VerifyGateway.Server.Direct;
using VerifyGateway.Server.Metrics;
using VerifyGateway.Server.Policies;
using VerifyGateway.V1;

namespace VerifyGateway.Benchmarks;

/// <summary>So many terminals in memory, the checks over them, and requests for terminals here and there.</summary>
internal sealed class HitFleet : IAsyncDisposable
{
    /// <summary>Requests, of which each is another terminal's: twice as many lines as a core keeps at hand.</summary>
    public const int Asked = 4_096;

    private readonly Caches _caches;

    private HitFleet(Caches caches, DecisionMetrics metrics)
    {
        _caches = caches;
        Checks = new StatusChecks(caches.Reader, new PolicyHolder(PolicySnapshot.Default), metrics, TimeProvider.System);
        Plain = new PlainChecks(Checks, caches.Reader);
    }

    public static Caller Anyone { get; } = new("benchmark", null, null, CallerRoles.Check);

    public StatusChecks Checks { get; }

    public PlainChecks Plain { get; }

    public RecordReader Records => _caches.Reader;

    public byte[][] Requests { get; } = new byte[Asked][];

    public static LeaseInstant Now => new(TimeProvider.System.GetTimestamp(), TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());

    public static async Task<HitFleet> MakeAsync(int terminals)
    {
        var metrics = Metrics.WithCustomRegistry(Metrics.NewCustomRegistry());
        metrics.ExemplarBehavior = ExemplarBehavior.NoExemplars();
        var store = new BenchmarkStore();
        var caches = new Caches(
            store, store, new NoRemoteTier(), new NoRevisionSignal(), new CacheOptions { FreshForMs = 60_000 }, new CacheMetrics(metrics), new CoherenceMetrics(metrics),
            TimeProvider.System, NullLoggerFactory.Instance);
        var fleet = new HitFleet(caches, new DecisionMetrics(metrics));
        await caches.Follower.StartAsync(CancellationToken.None);
        for (var from = 0; from < terminals; from += 1_000)
        {
            await caches.Reader.FindManyAsync([.. Enumerable.Range(from, 1_000).Select(terminal => (BenchmarkStore.KeyOf(terminal), 0L))], CancellationToken.None);
        }

        var random = new Random(1);
        for (var i = 0; i < Asked; i++)
        {
            var terminal = random.Next(terminals);
            fleet.Requests[i] = new CheckStatusRequest
            {
                AcquirerId = BenchmarkStore.Acquirer, TerminalSn = BenchmarkStore.SnOf(terminal), TerminalNo = BenchmarkStore.NoOf(terminal),
                MerchantNo = BenchmarkStore.MerchantOf(terminal), TransactionKind = TransactionKind.Sale,
            }.ToByteArray();
        }

        return fleet;
    }

    public ValueTask DisposeAsync() => _caches.DisposeAsync();
}
