using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Prometheus;
using VerifyGateway.Caching;
using VerifyGateway.Caching.Coherence;
using VerifyGateway.Caching.Redis;
using VerifyGateway.Caching.Roster;
using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Policies;
using VerifyGateway.Server.Callers;
using VerifyGateway.Server.Checks;
using VerifyGateway.Server.Metrics;
using VerifyGateway.Server.Policies;
using VerifyGateway.TestKit;

namespace VerifyGateway.Server.Tests;

/// <summary>One set of copies over a fleet, under a clock that stands still: what is asked twice is answered the same twice.</summary>
internal sealed class DirectRig : IAsyncDisposable
{
    /// <summary>The longest that a policy may say.</summary>
    public const string LongPolicy = "the-longest-name-that-a-policy-may-have-is-of-64-characters-0001";

    private readonly List<DirectApp> _apps = [];
    private readonly CollectorRegistry _registry = Prometheus.Metrics.NewCustomRegistry();

    private DirectRig(int seed, int terminals, Func<CacheMetrics, IRemoteTier>? remote)
    {
        Time = new ManualTime(DateTimeOffset.FromUnixTimeMilliseconds(DirectFleet.Now));
        Fleet = new DirectFleet(seed, Time, terminals);
        var metrics = Prometheus.Metrics.WithCustomRegistry(_registry);
        var counts = new CacheMetrics(metrics);
        Remote = remote?.Invoke(counts) ?? new NoRemoteTier();
        Caches = new Caches(Fleet, Fleet, Remote, new NoRevisionSignal(), new CacheOptions(), counts, new CoherenceMetrics(metrics), Time, NullLoggerFactory.Instance);
    }

    public ManualTime Time { get; }

    public DirectFleet Fleet { get; }

    public Caches Caches { get; }

    public IRemoteTier Remote { get; }

    public PolicyHolder Policies { get; } = new(PolicySnapshot.Default);

    /// <summary>Now, by both clocks.</summary>
    public LeaseInstant Now => new(Time.GetTimestamp(), Time.NowUnixMs);

    /// <summary>Begins to follow the feed, and has every record of the fleet in memory, its absence too.</summary>
    public static async Task<DirectRig> StartAsync(int seed, int terminals = 600)
    {
        var rig = await StartColdAsync(seed, terminals);
        await rig.WarmAsync();
        return rig;
    }

    /// <summary>Begins to follow the feed, with nothing in memory; and with Redis, which has answered once then.</summary>
    public static async Task<DirectRig> StartColdAsync(int seed, int terminals, RedisServer? redis = null)
    {
        var rig = new DirectRig(seed, terminals, redis is null ? null : metrics => new RedisTier(
            new RedisOptions { Endpoints = redis.Endpoint, CallLimitMs = 500 }, new string('0', 32), metrics, TimeProvider.System, NullLogger<RedisTier>.Instance));
        await rig.Caches.Follower.StartAsync(CancellationToken.None);
        if (redis is not null)
        {
            var good = KeyOf(rig.Fleet.Good);
            await Wait.UntilAsync(
                async () =>
                {
                    await rig.Remote.ReadAsync(good, CancellationToken.None);
                    return await rig.MetricAsync("verifygateway_cache_requests_total{tier=\"redis\",entity=\"terminal\",outcome=\"miss\"}")
                        + await rig.MetricAsync("verifygateway_cache_requests_total{tier=\"redis\",entity=\"terminal\",outcome=\"hit\"}") > 0;
                },
                "Redis to answer");
        }

        return rig;
    }

    /// <summary>Another gateway reads all records of the same fleet from its store, and gives them to Redis.</summary>
    public static async Task FillAsync(RedisServer redis, int seed, int terminals)
    {
        await using var other = await StartColdAsync(seed, terminals, redis);
        await other.WarmAsync();
        var records = other.Fleet.Pairs.SelectMany(static it => new[] { it.Acquirer + it.Sn, it.Acquirer + "/" + it.Merchant }).Distinct().Count();
        await Wait.UntilAsync(async () => int.Parse((await redis.CliAsync("DBSIZE")).Trim(), CultureInfo.InvariantCulture) == records, $"Redis to hold {records} records");
    }

    /// <summary>Reads every record of the fleet into memory.</summary>
    public async Task WarmAsync()
    {
        foreach (var pair in Fleet.Pairs)
        {
            await Caches.Reader.FindAsync(KeyOf(pair), 0, CancellationToken.None);
        }
    }

    private static PairKey KeyOf(DirectPair pair)
    {
        var query = StatusChecks.Admit(Request(pair), new Caller("test", null, null, CallerRoles.Check), new Rpc.Violations(""));
        return new PairKey(query.TerminalKey, query.MerchantKey);
    }

    public static V1.CheckStatusRequest Request(DirectPair pair) => new() { AcquirerId = pair.Acquirer, TerminalSn = pair.Sn, TerminalNo = pair.No, MerchantNo = pair.Merchant };

    /// <summary>The checks, counting into a registry.</summary>
    public StatusChecks Checks(CollectorRegistry registry) => new(Caches.Reader, Policies, new DecisionMetrics(Prometheus.Metrics.WithCustomRegistry(registry)), Time);

    /// <summary>A web application on these copies, built as the gateway builds its own.</summary>
    public async Task<DirectApp> ServeAsync(bool isDirect, CallerOptions? callers = null, LimitOptions? limits = null, params (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(settings.Select(static it => KeyValuePair.Create(it.Key, (string?)it.Value)));
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(static kestrel =>
        {
            kestrel.AddServerHeader = false;
            (kestrel.Limits.MaxRequestBodySize, kestrel.Limits.MinRequestBodyDataRate) = (null, null);
            kestrel.Limits.Http2.MaxStreamsPerConnection = 200;
            kestrel.Listen(IPAddress.Loopback, 0, static listen =>
            {
                listen.Protocols = HttpProtocols.Http2;
                listen.UseDirectChecks();
            });
        });
        var app = new DirectApp();
        var services = builder.Services;
        services.AddSingleton<TimeProvider>(Time).AddSingleton<IMetricFactory>(Prometheus.Metrics.WithCustomRegistry(app.Registry));
        services.AddSingleton<IRecordStore>(Fleet).AddSingleton<IChangeFeed>(Fleet).AddSingleton<IBindingStore>(new ScriptedStore(Time));
        services.AddSingleton<IHoldStore>(new ScriptedHolds()).AddSingleton<IGatewayRoster>(new ScriptedRoster());
        services.AddSingleton(static provider => new GatewayWait(provider.GetRequiredService<IGatewayRoster>(), TimeProvider.System, TimeSpan.FromSeconds(5)));
        services.AddSingleton(Caches).AddSingleton(Caches.Reader).AddSingleton(Policies).AddSingleton(callers ?? new CallerOptions());
        services.AddVerifyGateway(limits ?? new LimitOptions());
        if (isDirect)
        {
            services.AddDirectChecks();
        }

        var web = builder.Build();
        web.Use(next => context =>
        {
            app.Ordinary();
            return next(context);
        });
        web.UseVerifyGateway();
        web.MapVerifyGateway();
        await web.StartAsync();
        app.Serve(web);
        _apps.Add(app);
        return app;
    }

    /// <summary>Puts policies in force.</summary>
    public void Load(string json)
    {
        Assert.True(PolicyFile.TryLoad(Encoding.UTF8.GetBytes(json), out var snapshot, out var errors), string.Join('\n', errors));
        Policies.Swap(snapshot);
    }

    /// <summary>Policies of every effect, words and settings of acquirers' own.</summary>
    public static string AllPolicies { get; } = $$$"""
        {"defaults": {"document_warning_days": 45, "minimum_app_version": "1.0", "location_missing": "WARN"},
         "acquirers": [
          {"acquirer_id": "01020000", "rules": {"document_grace_days": 0, "out_of_area": "WARN", "location_missing": "DECLINE", "minimum_app_version": "2.0"}, "reasons": [
            {"code": "NOT_VERIFIED", "de39": "58", "prompt_zh": "请先完成实名认证", "prompt_en": "Finish the real-name check first"},
            {"code": "FROZEN_BY_RISK", "prompt_en": "Call your acquirer"}, {"code": "POLICY_RESTRICTED", "prompt_zh": "十六个汉字以内的自己的提示语言呀"}]}],
         "policies": [
          {"id": "exempt", "effect": "EXEMPT", "priority": 10, "effective_from": "2020-01-01T00:00:00Z", "scope": {"merchant_kinds": ["INSTITUTION"]}},
          {"id": "limit", "version": 2, "effect": "LIMIT", "priority": 100, "effective_from": "2020-01-01T00:00:00Z", "scope": {"card_classes": ["CREDIT"]},
           "limit": {"per": "PAYER_DAY", "amount_fen": 100000, "count": 5}, "document": "银发〔2021〕259号", "message_zh": "每日限额1000元。", "message_en": "CNY 1,000 a day."},
          {"id": "reverify", "effect": "REQUIRE_REVERIFICATION", "effective_from": "2020-01-01T00:00:00Z", "scope": {"acquirers": ["01030000"]},
           "reverify": {"verified_since": "2026-01-01T00:00:00Z", "by": "2026-06-01T08:00:01Z"}},
          {"id": "gaming", "effect": "DECLINE", "priority": 200, "effective_from": "2020-01-01T00:00:00Z", "effective_until": "2026-06-01T08:00:00.700Z", "scope": {"code_kinds": ["STATIC"], "amount_from_fen": 50000}},
          {"id": "{{{LongPolicy}}}", "version": 2147483647, "effect": "DECLINE", "effective_from": "2020-01-01T00:00:00Z", "scope": {"card_classes": ["PREPAID"]},
           "document": "{{{new string('号', 200)}}}", "message_zh": "{{{new string('龘', 500)}}}", "message_en": "{{{new string('龘', 500)}}}"},
          {"id": "large-refund", "effect": "WARN", "effective_from": "2020-01-01T00:00:00Z", "scope": {"transaction_kinds": ["REFUND"], "amount_from_fen": 100000}, "document": "D"}]}
        """;

    /// <summary>One acquirer's checks are closed, and another's will be.</summary>
    public static string Maintenance { get; } = """
        {"maintenance": [
          {"service": "STATUS_CHECK", "acquirers": ["01020000"], "from": "2026-06-01T07:00:00Z", "until": "2026-06-01T08:00:00.900Z"},
          {"service": "STATUS_CHECK", "kind": "CUT_OVER", "acquirers": ["01030000"], "from": "2026-06-01T07:00:00Z", "until": "2026-06-03T08:00:00Z"},
          {"service": "STATUS_CHECK", "acquirers": ["480258401"], "from": "2026-06-01T08:00:00.500Z", "until": "2026-06-01T09:00:00Z"}]}
        """;

    /// <summary>The value of a series of the copies' metrics.</summary>
    public Task<double> MetricAsync(string series) => DirectApp.MetricAsync(_registry, series);

    public async ValueTask DisposeAsync()
    {
        foreach (var app in _apps)
        {
            await app.DisposeAsync();
        }

        await Caches.DisposeAsync();
        if (Remote is IAsyncDisposable remote)
        {
            await remote.DisposeAsync();
        }
    }
}
