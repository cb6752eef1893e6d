using System.Text;
using Prometheus;
using Microsoft.Extensions.Logging.Abstractions;
using VerifyGateway.Caching;
using VerifyGateway.Caching.Coherence;
using VerifyGateway.Caching.Redis;
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
using IdentityState = VerifyGateway.Domain.Records.IdentityState;
using ReasonDetailOfRecord = VerifyGateway.Domain.Reasons.ReasonDetail;

namespace VerifyGateway.Server.Tests;

/// <summary>What policies, settings and details of records do to an answer on the wire.</summary>
public sealed class PolicyAnswerTests : IAsyncLifetime
{
    private const string Rule = """
        {"policies": [{"id": "no-credit-for-micro", "version": 3, "effect": "DECLINE", "effective_from": "2020-01-01T00:00:00+08:00",
          "scope": {"merchant_kinds": ["MICRO"], "card_classes": ["CREDIT"]},
          "document": "Test rule 1", "message_zh": "小微商户不受理信用卡", "message_en": "Micro-merchants take no credit cards"}]}
        """;

    private static readonly Caller Caller = new("test", null, null, CallerRoles.Check | CallerRoles.Explain);
    private static readonly Caller Authorised = new("test", null, null, CallerRoles.Check | CallerRoles.Explain | CallerRoles.SeeConfidential);

    private readonly ManualTime _time = new();
    private readonly CollectorRegistry _registry = Prometheus.Metrics.NewCustomRegistry();
    private readonly ScriptedStore _store;
    private readonly Caches _caches;
    private readonly PolicyHolder _policies = new(PolicySnapshot.Default);
    private readonly StatusChecks _checks;

    public PolicyAnswerTests()
    {
        var metrics = Prometheus.Metrics.WithCustomRegistry(_registry);
        _store = new ScriptedStore(_time);
        _caches = new Caches(
            _store, _store, new NoRemoteTier(), new NoRevisionSignal(), new CacheOptions { FreshForMs = 2_000 }, new CacheMetrics(metrics), new CoherenceMetrics(metrics), _time, NullLoggerFactory.Instance);
        _checks = new StatusChecks(_caches.Reader, _policies, new DecisionMetrics(metrics), _time);
    }

    public async ValueTask InitializeAsync() => await _caches.Follower.StartAsync(CancellationToken.None);

    public ValueTask DisposeAsync() => _caches.DisposeAsync();

    [Theory]
    [InlineData(Locale.ZhCn, "依规定不支持此类卡请换卡", "小微商户不受理信用卡")]
    [InlineData(Locale.En, "Card class not allowed by policy", "Micro-merchants take no credit cards")]
    public async Task Check_APolicyInItsScope_NamesThePolicyAndTheCodeForACard(Locale locale, string prompt, string message)
    {
        Load(Rule);
        _store.Merchant = static record => record with { Kind = Domain.Records.MerchantKind.Micro };
        var answer = await CheckAsync(new CheckStatusRequest { Card = new PayerCard { CardClass = CardClass.Credit }, Locale = locale });
        Assert.Equal((Decision.Decline, "57", prompt), (answer.Decision, answer.De39, answer.Prompt));
        Assert.Equal([Reason.PolicyRestricted], answer.Reasons);
        Assert.Equal((ReasonDetail.CardClassRestricted, Remedy.OtherPayment), (answer.Detail, answer.Remedy));
        Assert.Equal(new PolicyReference { PolicyId = "no-credit-for-micro", Version = 3, Document = "Test rule 1", Message = message }, answer.Policy);
    }

    [Fact]
    public async Task Check_OutsideThePolicysScope_IsAllowedAndNamesNone()
    {
        Load(Rule);
        _store.Merchant = static record => record with { Kind = Domain.Records.MerchantKind.Micro };
        var answer = await CheckAsync(new CheckStatusRequest { Card = new PayerCard { CardClass = CardClass.Debit } });
        Assert.Equal((Decision.Allow, "00", ReasonDetail.Unspecified, null), (answer.Decision, answer.De39, answer.Detail, answer.Policy));
    }

    [Fact]
    public async Task Check_PoliciesSwapped_TheNextAnswerFollowsTheNewOnes()
    {
        _store.Merchant = static record => record with { Kind = Domain.Records.MerchantKind.Micro };
        var request = new CheckStatusRequest { Card = new PayerCard { CardClass = CardClass.Credit } };
        Assert.Equal(Decision.Allow, (await CheckAsync(request)).Decision);
        Load(Rule);
        Assert.Equal(Decision.Decline, (await CheckAsync(request)).Decision);
        _policies.Swap(PolicySnapshot.Default);
        Assert.Equal(Decision.Allow, (await CheckAsync(request)).Decision);
    }

    [Fact]
    public async Task Check_DuringMaintenance_SaysRetryLaterAndWhen()
    {
        var now = Now;
        Load($$"""{"maintenance": [{"service": "STATUS_CHECK", "from": "{{Instant(now - 1_000)}}", "until": "{{Instant(now + 60_000)}}"}]}""");
        var answer = await CheckAsync(new CheckStatusRequest());
        Assert.Equal((Decision.RetryLater, "91", "系统维护中请稍后再试"), (answer.Decision, answer.De39, answer.Prompt));
        Assert.Equal((60_000, now + 60_000), (answer.RetryAfterMs, answer.UntilUnixMs));
        Assert.Equal(1, Count("retry_later", "MAINTENANCE"));
    }

    [Fact]
    public async Task Check_BeforeMaintenance_IsGoodUntilItBegins()
    {
        Load($$"""{"maintenance": [{"service": "STATUS_CHECK", "from": "{{Instant(Now + 500)}}", "until": "{{Instant(Now + 60_000)}}"}]}""");
        var answer = await CheckAsync(new CheckStatusRequest());
        Assert.Equal((Decision.Allow, Now + 500), (answer.Decision, answer.ValidUntilUnixMs));
    }

    [Fact]
    public async Task Check_LongMaintenance_AsksToComeBackWithinTheHour()
    {
        Load($$"""{"maintenance": [{"service": "STATUS_CHECK", "from": "{{Instant(Now - 1_000)}}", "until": "{{Instant(Now + 86_400_000)}}"}]}""");
        Assert.Equal(3_600_000, (await CheckAsync(new CheckStatusRequest())).RetryAfterMs);
    }

    [Fact]
    public async Task Check_AcquirersOwnWords_StandBeforeTheTablesAndTheDetails()
    {
        Load("""{"acquirers": [{"acquirer_id": "01020000", "reasons": [{"code": "VERIFICATION_NEEDS_INFO", "de39": "58", "prompt_zh": "请致电客服补充资料", "prompt_en": "Call us to complete your papers"}]}]}""");
        _store.Merchant = static record => record with { Identity = IdentityState.NeedsInfo, Detail = ReasonDetailOfRecord.NameIdMismatch };
        var answer = await CheckAsync(new CheckStatusRequest());
        Assert.Equal(("58", "请致电客服补充资料", ReasonDetail.NameIdMismatch), (answer.De39, answer.Prompt, answer.Detail));
    }

    [Theory]
    [InlineData("\"prompt_en\": \"Ours\"", "57", "依规定不支持此类卡请换卡", "Ours")]
    [InlineData("\"prompt_zh\": \"我们的提示\"", "57", "我们的提示", "Card class not allowed by policy")]
    [InlineData("\"de39\": \"62\"", "62", "依规定不支持此类卡请换卡", "Card class not allowed by policy")]
    public async Task Check_AcquirersOwnWordsInPart_LeaveTheRestToTheDetail(string own, string de39, string zh, string en)
    {
        Load(Rule.TrimEnd()[..^1] + $$""", "acquirers": [{"acquirer_id": "01020000", "reasons": [{"code": "POLICY_RESTRICTED", {{own}}}]}]}""");
        _store.Merchant = static record => record with { Kind = Domain.Records.MerchantKind.Micro };
        foreach (var (locale, prompt) in new[] { (Locale.ZhCn, zh), (Locale.En, en) })
        {
            var answer = await CheckAsync(new CheckStatusRequest { Card = new PayerCard { CardClass = CardClass.Credit }, Locale = locale });
            Assert.Equal((de39, prompt), (answer.De39, answer.Prompt));
        }
    }

    [Fact]
    public async Task Check_AWarningWithADeadline_TellsIt()
    {
        _store.Merchant = record => record with { Identity = IdentityState.ReverifyDue, ReverifyByUnixMs = Now + 90_000_000 };
        var answer = await CheckAsync(new CheckStatusRequest());
        Assert.Equal((Decision.Allow, Now + 90_000_000, "请尽快重新实名认证"), (answer.Decision, answer.DeadlineUnixMs, answer.Prompt));
    }

    [Fact]
    public async Task Check_DeclinedForAConfidentialHold_DoesNotTellItsEndByHowLongItIsGood()
    {
        _store.Holds = [new Hold(HoldKind.Judicial, HoldTarget.Merchant, Now - 5, Now + 500)];
        var plain = await CheckAsync(new CheckStatusRequest());
        Assert.Equal((Decision.Decline, 0), (plain.Decision, plain.UntilUnixMs));
        Assert.True(plain.ValidUntilUnixMs > Now + 500);
        var authorised = await CheckAsync(new CheckStatusRequest(), Authorised);
        Assert.Equal((Now + 500, Now + 500), (authorised.UntilUnixMs, authorised.ValidUntilUnixMs));
    }

    [Fact]
    public async Task Check_TerminalThatIsOnlyAppliedFor_HasNoBindingVersion()
    {
        _store.Terminal = VerifyGateway.Domain.Records.TerminalState.Applied;
        var answer = await CheckAsync(new CheckStatusRequest());
        Assert.Equal((Reason.TerminalNotRegistered, 0), (answer.Reasons[0], answer.BindingVersion));
    }

    [Fact]
    public async Task Check_DetailOfTheCase_TellsTheMerchantWhichCauseItIs()
    {
        _store.Merchant = static record => record with { Identity = IdentityState.NeedsInfo, Detail = ReasonDetailOfRecord.PhoneMismatch };
        var answer = await CheckAsync(new CheckStatusRequest());
        Assert.Equal(("03", "手机号非本人请更换", ReasonDetail.PhoneMismatch, Remedy.Supplement), (answer.De39, answer.Prompt, answer.Detail, answer.Remedy));
    }

    [Fact]
    public async Task Check_DetailForTheCallerOnly_IsInTheAnswerAndNotOnTheScreen()
    {
        _store.Merchant = static record => record with { Identity = IdentityState.NeedsInfo, Detail = ReasonDetailOfRecord.PhoneShared };
        var answer = await CheckAsync(new CheckStatusRequest());
        Assert.Equal(("实名资料需补充请查看通知", ReasonDetail.PhoneShared), (answer.Prompt, answer.Detail));
    }

    [Fact]
    public async Task Check_ConfidentialDetail_IsSeenByTheAuthorisedAlone()
    {
        _store.Merchant = static record => record with { Identity = IdentityState.Rejected, Detail = ReasonDetailOfRecord.Blacklisted };
        var plain = await CheckAsync(new CheckStatusRequest());
        _store.Merchant = static record => record with { Identity = IdentityState.Rejected };
        _time.Advance(TimeSpan.FromSeconds(3));
        var without = await CheckAsync(new CheckStatusRequest());
        Assert.Equal(
            (without.Detail, without.Prompt, without.De39, without.Remedy, ReasonDetail.Unspecified),
            (plain.Detail, plain.Prompt, plain.De39, plain.Remedy, plain.Detail));
        _store.Merchant = static record => record with { Identity = IdentityState.Rejected, Detail = ReasonDetailOfRecord.Blacklisted };
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(ReasonDetail.Blacklisted, (await CheckAsync(new CheckStatusRequest(), Authorised)).Detail);
    }

    [Fact]
    public async Task Explanation_IsATreeThatSaysWhatWouldChange()
    {
        Load(Rule);
        _store.Merchant = static record => record with { Kind = Domain.Records.MerchantKind.Micro };
        _store.Holds = [new Hold(HoldKind.Holder, HoldTarget.Merchant, Now - 5, Now + 60_000)];
        var answer = await CheckAsync(new CheckStatusRequest { Card = new PayerCard { CardClass = CardClass.Credit }, Explain = true });
        var freeze = Assert.Single(answer.Explanation, step => step.Rule == Reason.FrozenByOwner);
        Assert.Equal((RuleSection.Holds, true), (freeze.Section, freeze.Applies));
        Assert.Contains("ends by itself at", Assert.Single(freeze.Children).Change);
        var policies = Assert.Single(answer.Explanation, step => step.Section == RuleSection.Policies);
        Assert.Contains("no-credit-for-micro version 3 (Test rule 1) declines", Assert.Single(policies.Children).Saw);
        Assert.All(answer.Explanation, step => Assert.NotEqual(RuleSection.Unspecified, step.Section));
    }

    [Fact]
    public async Task Explanation_OfConfidentialHolds_IsOneNeutralStepWithNothingBelow()
    {
        _store.Holds = [new Hold(HoldKind.Judicial, HoldTarget.Merchant, Now - 5, Now + 60_000)];
        var answer = await CheckAsync(new CheckStatusRequest { Explain = true });
        var neutral = Assert.Single(answer.Explanation, step => step.Rule is Reason.FrozenByRisk or Reason.FrozenJudicial or Reason.Sanctioned);
        Assert.Equal((Reason.FrozenByRisk, "a restriction is in force", "", 0), (neutral.Rule, neutral.Saw, neutral.Change, neutral.Children.Count));
        var open = await CheckAsync(new CheckStatusRequest { Explain = true }, Authorised);
        Assert.Single(Assert.Single(open.Explanation, step => step.Rule == Reason.FrozenJudicial).Children);
    }

    [Fact]
    public async Task Check_PayersTotals_ReachTheLimits()
    {
        var request = new CheckStatusRequest { AmountMinor = 3_000, Payer = new Payer { CodeKind = CodeKind.Static, CodeDayFen = 48_000 } };
        var answer = await CheckAsync(request);
        Assert.Equal((Decision.Decline, "61", ReasonDetail.StaticCode500), (answer.Decision, answer.De39, answer.Detail));
        request.AmountMinor = 2_000;
        Assert.Equal(Decision.Allow, (await CheckAsync(request)).Decision);
    }

    [Fact]
    public async Task Check_EveryNewFieldWrong_NamesEachOfThem()
    {
        var request = new CheckStatusRequest
        {
            TransactionKind = (TransactionKind)12,
            TransactionsOf = 20260230,
            Card = new PayerCard { Check = (CardCheck)4, ValidToMonth = 202613 },
            Location = new Location { Region = "990000" },
            Payer = new Payer
            {
                RealName = (PayerCheck)4, CodeKind = (CodeKind)3, AuthGrade = (AuthGrade)4, AccountClass = (AccountClass)4, BalanceTotalFen = -1, BalanceYearFen = -1,
                BalanceDayFen = -1, CodeDayFen = -1, DayFen = -1, MonthFen = -1, YearFen = -1, DayCount = -1,
            },
        };
        var fault = await Assert.ThrowsAsync<GatewayException>(async () => await CheckAsync(request));
        string[] fields =
        [
            "transaction_kind", "transactions_of", "card.check", "card.valid_to_month", "location.region", "payer.real_name", "payer.code_kind", "payer.auth_grade",
            "payer.account_class", "payer.balance_total_fen", "payer.balance_year_fen", "payer.balance_day_fen", "payer.code_day_fen", "payer.day_fen", "payer.month_fen",
            "payer.year_fen", "payer.day_count",
        ];
        Assert.Equal(fields.Order(), fault.Violations.Select(it => it.Field).Order());
    }

    private long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    private static string Instant(long unixMs) =>
        DateTimeOffset.FromUnixTimeMilliseconds(unixMs).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture);

    private void Load(string json)
    {
        Assert.True(PolicyFile.TryLoad(Encoding.UTF8.GetBytes(json), out var snapshot, out var errors), string.Join('\n', errors));
        _policies.Swap(snapshot);
    }

    private async Task<CheckStatusResponse> CheckAsync(CheckStatusRequest request, Caller? caller = null)
    {
        request.AcquirerId = ScriptedStore.Acquirer;
        request.TerminalSn = ScriptedStore.Sn;
        request.TerminalNo = ScriptedStore.TerminalNumber;
        request.MerchantNo = ScriptedStore.MerchantNumber;
        return await _checks.CheckAsync(request, caller ?? Caller, CancellationToken.None);
    }

    private double Count(string decision, string reason) =>
        Prometheus.Metrics.WithCustomRegistry(_registry).CreateCounter(
            "verifygateway_decisions_total", "Decisions by outcome, first reason, farthest source and freshness of the records.", ["decision", "reason", "source", "freshness"])
            .WithLabels(decision, reason, "store", "fresh").Value;
}
