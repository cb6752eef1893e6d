using System.Globalization;
using System.Text.RegularExpressions;
using Grpc.Net.Client;
using VerifyGateway.TestKit;
using VerifyGateway.V1;

namespace VerifyGateway.Interop.Tests;

/// <summary>The page of metrics as operators, promtool and a real Prometheus see it.</summary>
public sealed partial class MetricsTests : IAsyncLifetime
{
    private const int Terminals = 2_000;

    private readonly TempFolder _folder = new();
    private RedisServer _redis = null!;
    private GatewayProcess _gateway = null!;
    private string _fresh = "";

    /// <inheritdoc />
    public async ValueTask InitializeAsync()
    {
        Fleet.Write(_folder.File("fleet.ndjson"), Terminals);
        _redis = await RedisServer.StartAsync();
        _gateway = await GatewayProcess.StartAsync("Storage:SeedFile=" + _folder.File("fleet.ndjson"), "Redis:Endpoints=" + _redis.Endpoint, "Cache:MemoryMiB=1");
        _fresh = await _gateway.MetricsAsync();
    }

    [Fact]
    public async Task Page_BeforeAndAfterChecksOfAFleet_IsWhatDashboardsAndPrometheusNeed()
    {
        ExpectEveryMethodAndCode();
        ExpectNamesAndLabels(_fresh);
        await CheckFleetAsync();

        var page = await _gateway.MetricsAsync();
        Assert.Equal(SeriesOf("grpc_server_", _fresh), SeriesOf("grpc_server_", page));
        Assert.Equal(SeriesOf("verifygateway_", _fresh), SeriesOf("verifygateway_", page));
        Assert.InRange(page.Split('\n').Count(line => line.Length > 0 && line[0] != '#'), 500, 2_999);
        Assert.All(["01020000", "0000570228L", "8984403L", "ID-FLEET", "L0000001", "999999", "99999"], identifier => Assert.DoesNotContain(identifier, WithoutValues(page), StringComparison.Ordinal));
        await ExpectCountsAsync();
        await ExpectPromtoolIsContentAsync(page);
        await ExpectPrometheusScrapesAsync();
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        _gateway?.Dispose();
        _redis?.Dispose();
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Two passes over the fleet, which is larger than memory, and some that are declined.</summary>
    private async Task CheckFleetAsync()
    {
        using var channel = GrpcChannel.ForAddress(_gateway.Grpc);
        var client = new VerificationService.VerificationServiceClient(channel);
        for (var pass = 0; pass < 2; pass++)
        {
            for (var first = 0; first < Terminals; first += 500)
            {
                var batch = new BatchCheckStatusRequest { Checks = { Enumerable.Range(first, 500).Select(Check) } };
                var answer = await client.BatchCheckStatusAsync(batch);
                Assert.All(answer.Results, result => Assert.Equal(Decision.Allow, result.Answer.Decision));
            }
        }

        for (var i = 0; i < 100; i++)
        {
            Assert.Equal(Decision.Decline, (await client.CheckStatusAsync(Check(90_000 + i))).Decision);
        }
    }

    private static CheckStatusRequest Check(int i) => new()
    {
        AcquirerId = Sample.Acquirer,
        TerminalSn = string.Create(CultureInfo.InvariantCulture, $"0000570228L{i:D8}"),
        TerminalNo = string.Create(CultureInfo.InvariantCulture, $"L{i:D7}"),
        MerchantNo = string.Create(CultureInfo.InvariantCulture, $"8984403L{i / 10:D7}"),
        TransactionKind = TransactionKind.Sale,
    };

    /// <summary>Every series of a method and a code is there before the first call.</summary>
    private void ExpectEveryMethodAndCode()
    {
        (string Type, string Service, string Method)[] methods =
        [
            ("unary", "verifygateway.v1.VerificationService", "CheckStatus"), ("unary", "verifygateway.v1.VerificationService", "BatchCheckStatus"),
            ("bidi_stream", "verifygateway.v1.VerificationService", "StreamCheckStatus"),
            ("unary", "verifygateway.v1.BindingService", "GetBinding"), ("unary", "verifygateway.v1.BindingService", "BatchGetBindings"),
            ("unary", "verifygateway.v1.BindingService", "ListBindings"), ("server_stream", "verifygateway.v1.BindingService", "WatchBindings"),
            ("unary", "verifygateway.v1.HoldService", "PlaceHold"), ("unary", "verifygateway.v1.HoldService", "LiftHold"), ("unary", "verifygateway.v1.HoldService", "ListHolds"),
            ("unary", "grpc.health.v1.Health", "Check"), ("server_stream", "grpc.health.v1.Health", "Watch"),
            ("bidi_stream", "grpc.reflection.v1.ServerReflection", "ServerReflectionInfo"), ("bidi_stream", "grpc.reflection.v1alpha.ServerReflection", "ServerReflectionInfo"),
            ("unary", "unknown", "unknown"),
        ];
        var lines = _fresh.Split('\n').ToHashSet(StringComparer.Ordinal);
        foreach (var (type, service, method) in methods)
        {
            var labels = $"grpc_type=\"{type}\",grpc_service=\"{service}\",grpc_method=\"{method}\"";
            Assert.Contains($"grpc_server_started_total{{{labels}}} 0", lines);
            Assert.Contains($"grpc_server_handling_seconds_bucket{{{labels},le=\"0.05\"}} 0", lines);
            Assert.All(Enum.GetNames<Grpc.Core.StatusCode>(), code => Assert.Contains($"grpc_server_handled_total{{{labels},grpc_code=\"{code}\"}} 0", lines));
        }

        Assert.Equal(methods.Length * 17, lines.Count(line => line.StartsWith("grpc_server_handled_total{", StringComparison.Ordinal)));
    }

    private static void ExpectNamesAndLabels(string page) => Assert.All(
    [
        "verifygateway_decisions_total{decision=\"allow\",reason=\"OK\",source=\"redis\",freshness=\"fresh\"} 0",
        "verifygateway_decisions_total{decision=\"decline\",reason=\"NOT_VERIFIED\",source=\"memory\",freshness=\"stale\"} 0",
        "verifygateway_cache_requests_total{tier=\"memory\",entity=\"terminal\",outcome=\"hit\"} 0",
        "verifygateway_cache_requests_total{tier=\"redis\",entity=\"merchant\",outcome=\"miss\"} 0",
        "verifygateway_cache_entries{tier=\"memory\",entity=\"terminal\"} 0",
        "verifygateway_watchers 0",
        "verifygateway_direct_left_total{cause=\"fault\"} 0",
        "verifygateway_direct_frames_total 0",
        "verifygateway_stream_terminals 0",
        "verifygateway_stream_pushes_total 0",
        "verifygateway_watch_events_total 0",
        "verifygateway_watch_ends_total{reason=\"slow_reader\"} 0",
        "verifygateway_singleflight_total{role=\"leader\"} 0",
        "verifygateway_store_loads 0",
        "verifygateway_store_loads_most 0",
        "verifygateway_dependency_call_seconds_count{dependency=\"redis\",operation=\"read\"} 0",
        "verifygateway_dependency_errors_total{dependency=\"redis\",reason=\"timeout\"} 0",
        "verifygateway_dependency_up{dependency=\"db\"} 1",
        "verifygateway_circuit_state{dependency=\"redis\"} 0",
    ], series => Assert.Contains(series + "\n", page, StringComparison.Ordinal));

    private async Task ExpectCountsAsync()
    {
        Assert.Equal((2 * Terminals) + 100, await _gateway.MetricAsync("verifygateway_decisions_total"));
        Assert.Equal(100, await _gateway.MetricAsync("verifygateway_decisions_total", "reason=\"TERMINAL_NOT_REGISTERED\"", "decision=\"decline\""));
        Assert.Equal(8, await _gateway.MetricAsync("grpc_server_handled_total", "\"BatchCheckStatus\"", "\"OK\""));
        Assert.Equal(Terminals + 100, await _gateway.MetricAsync("verifygateway_cache_entries", "\"terminal\""));
        Assert.InRange(await _gateway.MetricAsync("verifygateway_cache_bytes", "\"terminal\""), Terminals * 30, 600_000);
        Assert.True(await _gateway.MetricAsync("verifygateway_lease_remaining_seconds") > 0);
        Assert.Equal(await _gateway.MetricAsync("verifygateway_feed_head_revision"), await _gateway.MetricAsync("verifygateway_feed_applied_revision"));
        Assert.Equal((2 * Terminals) + 100, await _gateway.MetricAsync("verifygateway_served_age_seconds_count"));
        // On a busy machine the circuit may have opened, and most reads never been made.
        Assert.InRange(await _gateway.MetricAsync("verifygateway_dependency_call_seconds_count", "dependency=\"redis\"", "\"read\""), 1, 200);
        Assert.InRange(await _gateway.MetricAsync("verifygateway_dependency_call_seconds_count", "dependency=\"db\""), 1, 200);
    }

    private async Task ExpectPromtoolIsContentAsync(string page)
    {
        var file = _folder.File("page.txt");
        await File.WriteAllTextAsync(file, page);
        var (code, output) = await ChildProcess.RunAsync("sh", ["-c", "promtool check metrics < \"$0\"", file], TimeSpan.FromSeconds(30));
        Assert.True(code == 0, output);
        Assert.Empty(output);
    }

    private async Task ExpectPrometheusScrapesAsync()
    {
        using var prometheus = await PrometheusServer.StartAsync($$"""
            global: { scrape_interval: 1s }
            scrape_configs:
              - job_name: gateway
                static_configs: [ { targets: [ "{{_gateway.Ops.Authority}}" ] } ]
            """);
        await Wait.UntilAsync(async () => (await prometheus.QueryAsync("up{job=\"gateway\"}")).Any(it => it.Value == "1"), "Prometheus to scrape the gateway");
        Assert.Equal("4100", (await prometheus.QueryAsync("sum(verifygateway_decisions_total)"))[0].Value);
        var build = Assert.Single(await prometheus.QueryAsync("verifygateway_build_info"));
        Assert.Equal("1", build.Value);
        Assert.Contains(build.Labels["packages"], (string[])["stand-ins", "official packages"]);
        Assert.Matches(@"^\d+\.\d+\.\d+", build.Labels["version"]);
        Assert.StartsWith(".NET 10", build.Labels["runtime"], StringComparison.Ordinal);
        Assert.Equal("8", (await prometheus.QueryAsync("sum(grpc_server_handling_seconds_count{grpc_method=\"BatchCheckStatus\"})"))[0].Value);
    }

    private static HashSet<string> SeriesOf(string prefix, string page) =>
        [.. page.Split('\n').Where(line => line.StartsWith(prefix, StringComparison.Ordinal)).Select(line => line[..line.LastIndexOf(' ')])];

    /// <summary>The page without the numbers behind its series, which may look like an identifier by chance.</summary>
    private static string WithoutValues(string page) => Value().Replace(page, "");

    [GeneratedRegex(@" \S+$", RegexOptions.Multiline)]
    private static partial Regex Value();
}
