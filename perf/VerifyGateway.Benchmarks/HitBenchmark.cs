using BenchmarkDotNet.Attributes;
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

/// <summary>A check that memory answers, without sockets: by the ordinary way from message to message, and by the direct one from bytes to bytes.</summary>
[MemoryDiagnoser, InProcess] // A project of its own that builds the contracts again does not find their generated code.
public class HitBenchmark : IAsyncDisposable
{
    private const int Asked = 4_096;

    private static readonly Caller Anyone = new("benchmark", null, null, CallerRoles.Check);

    private readonly byte[][] _requests = new byte[Asked][];
    private readonly byte[] _room = new byte[PlainAnswer.MostBytes];
    private Caches _caches = null!;
    private StatusChecks _checks = null!;
    private PlainChecks _plain = null!;
    private int _next;

    /// <summary>Terminals in memory; of a thousand all lines are near, of a million hardly any.</summary>
    [Params(1_000, 1_000_000)]
    public int Terminals { get; set; }

    [GlobalSetup]
    public async Task Prepare()
    {
        var metrics = Metrics.WithCustomRegistry(Metrics.NewCustomRegistry());
        metrics.ExemplarBehavior = ExemplarBehavior.NoExemplars();
        var store = new BenchmarkStore();
        _caches = new Caches(
            store, store, new NoRemoteTier(), new NoRevisionSignal(), new CacheOptions { FreshForMs = 60_000 }, new CacheMetrics(metrics), new CoherenceMetrics(metrics),
            TimeProvider.System, NullLoggerFactory.Instance);
        await _caches.Follower.StartAsync(CancellationToken.None);
        for (var from = 0; from < Terminals; from += 1_000)
        {
            await _caches.Reader.FindManyAsync([.. Enumerable.Range(from, 1_000).Select(terminal => (BenchmarkStore.KeyOf(terminal), 0L))], CancellationToken.None);
        }

        _checks = new StatusChecks(_caches.Reader, new PolicyHolder(PolicySnapshot.Default), new DecisionMetrics(metrics), TimeProvider.System);
        _plain = new PlainChecks(_checks, _caches.Reader);
        var random = new Random(1);
        for (var i = 0; i < Asked; i++)
        {
            var terminal = random.Next(Terminals);
            _requests[i] = new CheckStatusRequest
            {
                AcquirerId = BenchmarkStore.Acquirer, TerminalSn = BenchmarkStore.SnOf(terminal), TerminalNo = BenchmarkStore.NoOf(terminal),
                MerchantNo = BenchmarkStore.MerchantOf(terminal), TransactionKind = TransactionKind.Sale,
            }.ToByteArray();
        }

        if (Ordinary() < 30 || Direct() < 30)
        {
            throw new InvalidOperationException("The benchmark does not measure what it says.");
        }
    }

    [GlobalCleanup]
    public async ValueTask DisposeAsync()
    {
        await _caches.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Benchmark(Baseline = true)]
    public int Ordinary()
    {
        var request = CheckStatusRequest.Parser.ParseFrom(_requests[_next++ % Asked]);
        var answering = _checks.CheckAsync(request, Anyone, CancellationToken.None);
        if (!answering.IsCompletedSuccessfully)
        {
            return 0;
        }

        var answer = answering.Result;
        answer.WriteTo(_room.AsSpan(0, answer.CalculateSize()));
        return (int)answer.Decision == 1 ? answer.CalculateSize() : 0;
    }

    [Benchmark]
    public int Direct()
    {
        var now = new LeaseInstant(TimeProvider.System.GetTimestamp(), TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
        return _plain.TryAnswer(_requests[_next++ % Asked], Anyone, now, _room, out var length) ? length : 0;
    }
}
