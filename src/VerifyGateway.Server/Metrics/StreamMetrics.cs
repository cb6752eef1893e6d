using Prometheus;

namespace VerifyGateway.Server.Metrics;

/// <summary>Counts what streams of checks are told unasked. Every series exists from the start. Safe from any thread.</summary>
public sealed class StreamMetrics(IMetricFactory factory)
{
    private readonly Counter _pushes = factory.CreateCounter(
        "verifygateway_stream_pushes_total", "Answers that were sent on streams of checks without being asked for, because a record had changed.");

    private readonly Gauge _terminals = factory.CreateGauge("verifygateway_stream_terminals", "Terminals that streams are told of when they change.");

    /// <summary>So many answers were sent unasked.</summary>
    public void CountPushes(int pushes)
    {
        if (pushes > 0)
        {
            _pushes.Inc(pushes);
        }
    }

    /// <summary>A stream is told of so many more terminals, or fewer.</summary>
    public void CountTerminals(int more) => _terminals.Inc(more);
}
