using Grpc.Core;
using Prometheus;
using Microsoft.Extensions.Logging.Abstractions;
using VerifyGateway.Caching;
using VerifyGateway.Caching.Coherence;
using VerifyGateway.Caching.Redis;
using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Policies;
using VerifyGateway.Server.Callers;
using VerifyGateway.Server.Checks;
using VerifyGateway.Server.Faults;
using VerifyGateway.Server.Metrics;
using VerifyGateway.Server.Policies;
using VerifyGateway.TestKit;
using VerifyGateway.V1;
using Hold = VerifyGateway.Domain.Records.Hold;
using HoldKind = VerifyGateway.Domain.Records.HoldKind;
using HoldTarget = VerifyGateway.Domain.Records.HoldTarget;
using TerminalState = VerifyGateway.Domain.Records.TerminalState;

namespace VerifyGateway.Server.Tests;

/// <summary>The promise: old knowledge may say no, it never says yes.</summary>
public sealed class StaleKnowledgeTests : IAsyncLifetime
{
    private static readonly Caller Everyone = new("test", null, null, CallerRoles.Check);

    private readonly ManualTime _time = new();
    private readonly CollectorRegistry _registry = Prometheus.Metrics.NewCustomRegistry();
    private readonly ScriptedStore _store;
    private readonly Caches _caches;
    private readonly PolicyHolder _policies = new(PolicySnapshot.Default);
    private readonly StatusChecks _checks;

    public StaleKnowledgeTests()
    {
        var metrics = Prometheus.Metrics.WithCustomRegistry(_registry);
        _store = new ScriptedStore(_time);
        _caches = new Caches(
            _store, _store, new NoRemoteTier(), new NoRevisionSignal(), new CacheOptions { FreshForMs = 2_000 }, new CacheMetrics(metrics), new CoherenceMetrics(metrics), _time, NullLoggerFactory.Instance);
        _checks = new StatusChecks(_caches.Reader, _policies, new DecisionMetrics(metrics), _time);
    }

    public async ValueTask InitializeAsync() => await _caches.Follower.StartAsync(CancellationToken.None);

    public ValueTask DisposeAsync() => _caches.DisposeAsync();

    [Fact]
    public async Task Allow_WithinTheBound_IsAnsweredWithoutTheStore()
    {
        await CheckAsync();
        _store.Failure = Down;
        _time.Advance(TimeSpan.FromMilliseconds(1_999));
        var answer = await CheckAsync();
        Assert.Equal((Decision.Allow, AnswerSource.Memory, 1), (answer.Decision, answer.Source, _store.Reads));
    }

    [Fact]
    public async Task Allow_AtTheBoundAndStoreDown_IsNotGiven()
    {
        await CheckAsync();
        _store.Failure = Down;
        _time.Advance(TimeSpan.FromMilliseconds(2_000));
        var fault = await Assert.ThrowsAsync<GatewayException>(async () => await CheckAsync());
        Assert.Equal(StatusCode.Unavailable, fault.Code);
        Assert.True(fault.RetryAfter > TimeSpan.Zero);
        Assert.Contains("{decision=\"retry_later\",reason=\"GATEWAY_UNAVAILABLE\",source=\"store\",freshness=\"unknown\"} 1", await PageAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Decline_PastTheBoundAndStoreDown_IsStillGivenAndCountedAsStale()
    {
        _store.Terminal = TerminalState.Suspended;
        await CheckAsync();
        _store.Failure = Down;
        _time.Advance(TimeSpan.FromMinutes(10));
        var answer = await CheckAsync();
        Assert.Equal((Decision.Decline, Reason.TerminalSuspended), (answer.Decision, answer.Reasons[0]));
        Assert.Contains("verifygateway_decisions_total{decision=\"decline\",reason=\"TERMINAL_SUSPENDED\",source=\"memory\",freshness=\"stale\"} 1", await PageAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Allow_PastTheBoundAndStoreChanged_BecomesTheDecline()
    {
        await CheckAsync();
        _store.Commit(TerminalState.Lost);
        // The control: before the feed has been looked at, the old knowledge is what is answered.
        Assert.Equal(Decision.Allow, (await CheckAsync()).Decision);
        await Wait.UntilAsync(() =>
        {
            _time.AdvanceMs(200);
            return _caches.Follower.Applied == 11;
        }, "the feed to be followed");
        Assert.Equal((Reason.TerminalSuspended, AnswerSource.Memory), ((await CheckAsync()).Reasons[0], (await CheckAsync()).Source));
    }

    [Theory]
    [InlineData(HoldTarget.Identity)]
    [InlineData(HoldTarget.Merchant)]
    [InlineData(HoldTarget.Card)]
    public async Task ValidUntil_AHoldBeginsSooner_EndsThereAndItTakesEffectWithoutAMessage(HoldTarget target)
    {
        var begins = _time.NowUnixMs + 300;
        _store.Holds = [new Hold(HoldKind.Judicial, target, begins, begins + 500)];
        var answer = await CheckAsync();
        Assert.Equal((Decision.Allow, begins), (answer.Decision, answer.ValidUntilUnixMs));
        // Nobody can tell the gateway anything from here on: it decides over the record that it has.
        _store.Failure = Down;
        _time.Advance(TimeSpan.FromMilliseconds(299));
        Assert.Equal(Decision.Allow, (await CheckAsync()).Decision);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(Reason.FrozenByRisk, (await CheckAsync()).Reasons[0]);
        _time.Advance(TimeSpan.FromMilliseconds(500));
        Assert.Equal((Decision.Allow, 1), ((await CheckAsync()).Decision, _store.Reads));
    }

    [Theory]
    [InlineData(HoldKind.Judicial)]
    [InlineData(HoldKind.Regulator)]
    [InlineData(HoldKind.Risk)]
    public async Task Metrics_OfConfidentialHolds_AreAlike(HoldKind kind)
    {
        _store.Holds = [new Hold(kind, HoldTarget.Merchant, 1, 0)];
        await CheckAsync();
        var page = await PageAsync();
        Assert.Contains("reason=\"FROZEN_BY_RISK\",source=\"store\",freshness=\"fresh\"} 1", page, StringComparison.Ordinal);
        Assert.DoesNotContain("FROZEN_JUDICIAL", page, StringComparison.Ordinal);
        Assert.DoesNotContain("SANCTIONED", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AtLeastRevision_HigherThanTheCopy_AsksTheStoreAndReadsTheOwnWrite()
    {
        await CheckAsync();
        _store.Commit(TerminalState.Lost);
        Assert.Equal(Decision.Decline, (await CheckAsync(atLeast: 11)).Decision);
    }

    [Fact]
    public async Task AtLeastRevision_BeyondTheHead_IsUnavailableEvenForADecline()
    {
        _store.Terminal = TerminalState.Lost;
        var fault = await Assert.ThrowsAsync<GatewayException>(async () => await CheckAsync(atLeast: 11));
        Assert.Equal(StatusCode.Unavailable, fault.Code);
    }

    [Fact]
    public async Task Batch_StoreDown_AnswersWhatItMayAndSaysOfTheRestThatItCouldNotTell()
    {
        await CheckAsync();
        _store.Failure = Down;
        var results = await _checks.CheckManyAsync([(0, Request()), (1, Request(sn: "000057022801TEST0002"))], Everyone, default);
        Assert.Equal(Decision.Allow, results[0].Answer.Decision);
        Assert.Equal((int)StatusCode.Unavailable, results[1].Error.Code);
    }

    [Theory]
    [InlineData(TerminalState.Active, "allow")]
    [InlineData(TerminalState.Suspended, "decline")]
    public async Task ServedAge_OfAnAnswerFromMemory_IsTheTimeSinceTheLeasesInstantUnderItsDecision(TerminalState state, string decision)
    {
        _store.Terminal = state;
        await CheckAsync();
        // Less than the time of the poll: the lease is the same.
        _time.AdvanceMs(150);
        await CheckAsync();
        foreach (var name in new[] { "allow", "decline", "retry_later" })
        {
            var answers = name == decision ? 2 : 0;
            await AssertAgeAsync($"_count{{decision=\"{name}\"}}", answers);
            await AssertAgeAsync($"_sum{{decision=\"{name}\"}}", answers * 0.075);
            // The first knew it from just then, the second from 150 ms before.
            await AssertAgeAsync($"_bucket{{decision=\"{name}\",le=\"0.1\"}}", answers / 2);
            await AssertAgeAsync($"_bucket{{decision=\"{name}\",le=\"0.2\"}}", answers);
        }
    }

    [Fact]
    public async Task ServedAge_OfARetryLater_IsCountedUnderIt()
    {
        Assert.True(PolicyFile.TryLoad(
            """{"maintenance": [{"service": "STATUS_CHECK", "from": "2025-01-01T00:00:00Z", "until": "2027-01-01T00:00:00Z"}]}"""u8.ToArray(), out var closed, out var errors), string.Join('\n', errors));
        _policies.Swap(closed);
        _time.AdvanceMs(150);
        Assert.Equal(Decision.RetryLater, (await CheckAsync()).Decision);
        await AssertAgeAsync("_sum{decision=\"retry_later\"}", 0.15);
        await AssertAgeAsync("_count{decision=\"retry_later\"}", 1);
        await AssertAgeAsync("_count{decision=\"allow\"}", 0);
    }

    [Fact]
    public async Task ServedAge_OfADeclineFromOldKnowledge_IsNotCounted()
    {
        _store.Terminal = TerminalState.Suspended;
        await CheckAsync();
        _store.Failure = Down;
        _time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(Decision.Decline, (await CheckAsync()).Decision);
        await AssertAgeAsync("_count{decision=\"decline\"}", 1);
        await AssertAgeAsync("_sum{decision=\"decline\"}", 0);
    }

    [Fact]
    public async Task ValidUntil_OfAnAnswerFromMemory_IsTheEndOfTheLease()
    {
        var read = _time.NowUnixMs;
        await CheckAsync();
        // Less than the time of the poll: the lease is the same.
        _time.Advance(TimeSpan.FromMilliseconds(150));
        var answer = await CheckAsync();
        Assert.Equal((read, read + 2_000), (answer.AsOfUnixMs, answer.ValidUntilUnixMs));
    }

    private async Task AssertAgeAsync(string series, double value) =>
        Assert.Equal(value, await DirectApp.MetricAsync(_registry, "verifygateway_served_age_seconds" + series), 9);

    private static StoreUnavailableException Down() => new("Told to fail.");

    private static CheckStatusRequest Request(long atLeast = 0, string sn = ScriptedStore.Sn) => new()
    {
        AcquirerId = ScriptedStore.Acquirer,
        TerminalSn = sn,
        TerminalNo = ScriptedStore.TerminalNumber,
        MerchantNo = ScriptedStore.MerchantNumber,
        AtLeastRevision = atLeast,
    };

    private ValueTask<CheckStatusResponse> CheckAsync(long atLeast = 0) => _checks.CheckAsync(Request(atLeast), Everyone, default);

    private async Task<string> PageAsync()
    {
        using var page = new MemoryStream();
        await _registry.CollectAndExportAsTextAsync(page);
        return System.Text.Encoding.UTF8.GetString(page.ToArray());
    }
}
