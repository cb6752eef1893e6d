using System.Globalization;
using System.Text;
using Prometheus;
using VerifyGateway.Caching.Coherence;

namespace VerifyGateway.Caching.Tests.Support;

/// <summary>A registry of its own with the cache's metrics, read the way a scraper reads it: as a page of text.</summary>
internal sealed class Page
{
    private readonly CollectorRegistry _registry = Prometheus.Metrics.NewCustomRegistry();

    public Page() => (Metrics, Coherence) = (new CacheMetrics(Prometheus.Metrics.WithCustomRegistry(_registry)), new CoherenceMetrics(Prometheus.Metrics.WithCustomRegistry(_registry)));

    public CacheMetrics Metrics { get; }

    public CoherenceMetrics Coherence { get; }

    public async Task<IReadOnlyDictionary<string, double>> ReadAsync()
    {
        using var text = new MemoryStream();
        await _registry.CollectAndExportAsTextAsync(text, TestContext.Current.CancellationToken);
        return Encoding.UTF8.GetString(text.ToArray()).Split('\n')
            .Where(line => line.Length > 0 && line[0] != '#')
            .ToDictionary(line => line[..line.LastIndexOf(' ')], line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
    }

    public async Task<double> ValueAsync(string series) => (await ReadAsync())[series];

    public Task<double> RedisErrorsAsync(string reason) => ValueAsync($"verifygateway_dependency_errors_total{{dependency=\"redis\",reason=\"{reason}\"}}");

    public Task<double> DatabaseErrorsAsync(string reason) => ValueAsync($"verifygateway_dependency_errors_total{{dependency=\"db\",reason=\"{reason}\"}}");

    public Task<double> CircuitAsync() => ValueAsync("verifygateway_circuit_state{dependency=\"redis\"}");

    public Task<double> NodeCircuitsAsync() => ValueAsync("verifygateway_redis_node_circuits_open");

    public Task<double> UpAsync(string dependency) => ValueAsync($"verifygateway_dependency_up{{dependency=\"{dependency}\"}}");

    public Task<double> DroppedAsync() => ValueAsync("verifygateway_redis_writes_dropped_total");

    public Task<double> RequestsAsync(string tier, string entity, string outcome) =>
        ValueAsync($"verifygateway_cache_requests_total{{tier=\"{tier}\",entity=\"{entity}\",outcome=\"{outcome}\"}}");
}
