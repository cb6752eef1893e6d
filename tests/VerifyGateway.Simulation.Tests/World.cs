using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using VerifyGateway.Caching;
using VerifyGateway.Caching.Coherence;
using VerifyGateway.Caching.Memory;
using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Simulation.Tests;

/// <summary>
/// One history: writers, gateways of the real caching code, a database with replicas, Redis, messages, and everything that goes wrong
/// with them. Each answer is compared with the truth. One seed is one history. Some histories have watchers too.
/// </summary>
internal sealed class World
{
    private const int LengthMs = 14_000;
    private const int FreshForMs = 2_000;
    private const int Terminals = 4;
    private const int Merchants = 2;

    private static readonly CacheMetrics Metrics = new(Prometheus.Metrics.WithCustomRegistry(Prometheus.Metrics.NewCustomRegistry()));
    private static readonly CoherenceMetrics Coherence = new(Prometheus.Metrics.WithCustomRegistry(Prometheus.Metrics.NewCustomRegistry()));
    private static readonly PairKey[] Keys = MakeKeys();

    private readonly ulong _seed;
    private readonly Random _random;
    private readonly Guards _guards;
    private readonly Scheduler _scheduler;
    private readonly SimStore _store;
    private readonly SimRedis _redis;
    private readonly SimGateway[] _gateways;
    private readonly AnswerJudge _judge;
    private readonly SimChecks _checks;
    private readonly SimWriter[] _writers;
    private long _written;
    private long _told;
    private bool _isOver;

    public World(ulong seed, Guards guards)
    {
        _seed = seed;
        _random = new Random((int)(seed * 2654435761 % int.MaxValue));
        _guards = guards;
        _scheduler = new Scheduler(_random);
        _store = new SimStore(_scheduler, _random, guards, mostLagMs: 3 * FreshForMs);
        _redis = new SimRedis(_scheduler, _random, guards, Violate);
        _gateways = new SimGateway[2 + _random.Next(2)];
        _judge = new AnswerJudge(_scheduler, _store, FreshForMs, Violate);
        _checks = new SimChecks(_scheduler, _random, _judge, Keys, FreshForMs);
        _writers = [.. Enumerable.Range(0, 2).Select(i => new SimWriter(50 + i, _scheduler, _random, _store, FreshForMs))];
        Watchers = HasWatchers(seed) ? new Watchers(_scheduler, _random, _store, guards, _gateways.Length, Keys[0], Violate) : null;
    }

    /// <summary>The watchers of this history; null when it has none.</summary>
    public Watchers? Watchers { get; }

    /// <summary>Whether there are watchers in the history of a seed: they cost more than all the rest.</summary>
    public static bool HasWatchers(ulong seed) => seed % 5 == 0;

    /// <summary>What was broken.</summary>
    public List<Violation> Violations { get; } = [];

    /// <summary>Checks, writes and faults.</summary>
    public long Operations { get; private set; }

    /// <summary>How checks were answered.</summary>
    public CheckCounts Counts => _judge.Counts;

    /// <summary>Writes that were committed and never answered.</summary>
    public long Unanswered => _writers.Sum(static writer => writer.Unanswered);

    /// <summary>Everything that was answered, in order, as one number: the same for the same seed.</summary>
    public ulong Fingerprint => _judge.Fingerprint;

    /// <summary>Runs the history to its end.</summary>
    public void Run()
    {
        foreach (var (terminal, merchant) in Keys.Select(static key => (key.Terminal, key.Merchant)))
        {
            if (_store.HistoryOf(merchant).Count == 0)
            {
                _store.Commit(null, Merchant(merchant, frozenBy: null));
            }

            if (_random.Next(4) != 0)
            {
                _store.Commit(Terminal(terminal, merchant.No, isActive: true), null);
            }
        }

        for (var i = 0; i < _gateways.Length; i++)
        {
            Begin(i);
        }

        Every(120, Write);
        Every(120, Check);
        Every(300, Evict);
        Every(1_500, Break);
        if (Watchers is null)
        {
            _scheduler.RunUntil(LengthMs);
            return;
        }

        Watchers.Begin();
        Every(700, () => Watchers.Break(Crash));
        _scheduler.RunUntil(LengthMs);
        (_isOver, _store.IsDown, _store.IsFeedDown, _store.IsCalm) = (true, false, false, true);
        Array.ForEach(_gateways, static gateway => gateway.Node.IsPaused = false);
        Watchers.Drain();
    }

    /// <summary>Does something again and again, at random times with that mean.</summary>
    private void Every(double meanMs, Action what) => _scheduler.After(null, TimeSpan.FromMilliseconds(-meanMs * Math.Log(1 - _random.NextDouble())), () =>
    {
        if (!_isOver)
        {
            Operations++;
            what();
            Every(meanMs, what);
        }
    });

    private void Begin(int number)
    {
        var node = new Node(_scheduler, number) { Time = { Skew = TimeSpan.FromMilliseconds(_random.Next(-5_000, 5_000)) } };
        var gateway = new SimGateway(node);
        _gateways[number] = gateway;
        _scheduler.Post(node, () => _ = StartAsync(gateway));
        Watchers?.Begin(number, node);
    }

    private void Crash(int number)
    {
        _gateways[number].Node.IsDead = true;
        Begin(number);
    }

    private async Task StartAsync(SimGateway gateway)
    {
        var node = gateway.Node;
        var options = new CacheOptions { FreshForMs = FreshForMs, PollMs = 200, WindowChanges = 1 + _random.Next(12), MemoryMiB = 1, LoadLimitMs = 2_000 };
        var port = _store.For(node);
        var redis = _redis.For(node);
        Span<byte> key = stackalloc byte[16];
        _random.NextBytes(key);
        var parts = new CachesParts(
            new Lease(FreshForMs, node.Time) { Ends = _guards.Lease, FindsGrowOld = _guards.FindsGrowOld }, new RecordHasher(key), _guards.Admission,
            TaskScheduler.FromCurrentSynchronizationContext())
        {
            AsksForHeads = _guards.ProofOfHead,
        };
        gateway.Caches = new Caches(port, port, redis, redis, options, Metrics, Coherence, node.Time, NullLoggerFactory.Instance, parts);
        while (!gateway.IsReady)
        {
            try
            {
                await gateway.Caches.Follower.StartAsync(CancellationToken.None);
                gateway.IsReady = true;
            }
            catch (StoreUnavailableException)
            {
                // As the process would be started again by whoever watches it.
                await Task.Delay(TimeSpan.FromMilliseconds(100), node.Time);
            }
        }
    }

    private void Write() => _writers[_random.Next(_writers.Length)].Write(Commit, revision => _told = Math.Max(_told, revision));

    /// <summary>Commits one write, now and then of several changes.</summary>
    private void Commit(TimeProvider clock)
    {
        if (_isOver)
        {
            return;
        }

        var burst = _random.Next(8) == 0 ? 6 : 1;
        if (Watchers is not null)
        {
            Watchers.Write(
                Keys, burst, (key, merchant) => Terminal(key, merchant, isActive: _random.Next(2) == 0), key => Merchant(key, _random.Next(2) == 0 ? clock : null));
            return;
        }

        for (; burst > 0; burst--)
        {
            var key = Keys[_random.Next(Keys.Length)];
            if (_random.Next(2) == 0)
            {
                _store.Commit(Terminal(key.Terminal, key.Merchant.No, isActive: _random.Next(2) == 0), null);
            }
            else
            {
                _store.Commit(null, Merchant(key.Merchant, _random.Next(2) == 0 ? clock : null));
            }
        }
    }

    private void Check()
    {
        for (var count = 1 + _random.Next(3); count > 0; count--)
        {
            var gateway = _gateways[_random.Next(_gateways.Length)];
            if (gateway.IsReady)
            {
                var key = Keys[_random.Next(Keys.Length)];
                // Some ask for what a write has answered, some for more.
                var atLeast = _random.Next(12) switch { 0 => _told, 1 or 2 => Math.Max(0, _store.Head - _random.Next(3)), _ => 0 };
                var patience = _random.Next(8) == 0 ? _random.NextDouble() * 20 : 0;
                Operations++;
                _scheduler.Post(gateway.Node, () => _ = _checks.CheckAsync(gateway, key, atLeast, patience));
            }
        }
    }

    /// <summary>Redis or a gateway has no room for one of the records.</summary>
    private void Evict()
    {
        var (key, ofTerminal) = (Keys[_random.Next(Keys.Length)], _random.Next(2) == 0);
        if (_random.Next(4) == 0)
        {
            _redis.Evict(ofTerminal ? key.Terminal : key.Merchant);
            return;
        }

        var gateway = _gateways[_random.Next(_gateways.Length)];
        _scheduler.Post(gateway.Node, () =>
        {
            if (gateway.Caches?.Memory is not { } memory)
            {
                return;
            }

            // Of a load that was ahead of the feed, memory may now take an older copy: what it holds is the newest as of what has been applied, no more.
            gateway.Seen.Remove(ofTerminal ? key.Terminal : key.Merchant);
            var (terminal, merchant) = (memory.Hasher.Of(key.Terminal), memory.Hasher.Of(key.Merchant));
            _judge.Counts.Evicted += ofTerminal ? memory.HoldsTerminal(terminal) ? 1 : 0 : memory.HoldsMerchant(merchant) ? 1 : 0;
            if (ofTerminal)
            {
                memory.RemoveTerminal(terminal, long.MaxValue);
            }
            else
            {
                memory.RemoveMerchant(merchant, long.MaxValue);
            }
        });
    }

    /// <summary>Breaks something, or mends it.</summary>
    private void Break()
    {
        var at = _random.Next(_gateways.Length);
        var node = _gateways[at].Node;
        switch (_random.Next(14))
        {
            case 0 or 1:
                node.IsPaused = true;
                _scheduler.After(null, TimeSpan.FromMilliseconds(_random.NextDouble() * 3 * FreshForMs), () => node.IsPaused = false);
                break;
            case 2:
                Crash(at);
                break;
            case 3:
                _store.IsDown = true;
                _scheduler.After(null, TimeSpan.FromMilliseconds(_random.NextDouble() * 3 * FreshForMs), () => _store.IsDown = false);
                break;
            case 4:
                _redis.IsDown = true;
                _scheduler.After(null, TimeSpan.FromMilliseconds(_random.NextDouble() * 3 * FreshForMs), () => _redis.IsDown = false);
                break;
            case 5 or 6:
                _redis.Dump();
                break;
            case 7 or 8:
                _redis.FallBack();
                break;
            case 9:
                _redis.Flush();
                break;
            case 10:
                // Clocks are set, by little or by much.
                node.Time.Skew += TimeSpan.FromMilliseconds(_random.Next(2) == 0 ? _random.Next(-50, 50) : _random.Next(-10_000, 10_000));
                break;
            case 11:
                _store.IsFeedDown = true;
                _scheduler.After(null, TimeSpan.FromMilliseconds(_random.NextDouble() * 3 * FreshForMs), () => _store.IsFeedDown = false);
                break;
            case 12:
                _writers[_random.Next(_writers.Length)].Crash();
                break;
            default:
                _store.Floor = Math.Max(_store.Floor, _store.Head - 2 - _random.Next(20));
                break;
        }
    }

    private void Violate(string rule, string what) => Violations.Add(new Violation(_seed, _scheduler.NowMs, rule, what));

    private static PairKey[] MakeKeys()
    {
        _ = AcquirerId.TryParse("48021000", out var acquirer, out _);
        return
        [
            .. Enumerable.Range(0, Terminals).Select(i =>
            {
                _ = TerminalSn.TryParse("12345601" + i.ToString("D10", CultureInfo.InvariantCulture), out var sn, out _);
                _ = MerchantNo.TryParse((i % Merchants).ToString("D15", CultureInfo.InvariantCulture), out var no, out _);
                return new PairKey(new TerminalKey(acquirer, sn), new MerchantKey(acquirer, no));
            }),
        ];
    }

    /// <summary>No two records that are written are the same.</summary>
    private TerminalRecord Terminal(in TerminalKey key, MerchantNo merchant, bool isActive) =>
        new(key, FreezeJudge.TerminalNo, merchant, isActive ? TerminalState.Active : TerminalState.Suspended, ++_written, []);

    /// <summary>A merchant, or one that is frozen at once: the product stamps that with the clock of who writes it.</summary>
    private MerchantRecord Merchant(in MerchantKey key, TimeProvider? frozenBy) =>
        new(key, MerchantState.Active, IdentityState.Verified, 0, null, frozenBy is null ? [] : [new Hold(HoldKind.Risk, HoldTarget.Merchant, frozenBy.GetUtcNow().ToUnixTimeMilliseconds(), 0, StandsAtOnce: true)])
        {
            VerifiedAtUnixMs = ++_written,
        };
}
