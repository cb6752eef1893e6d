using Prometheus;

namespace VerifyGateway.Server.Metrics;

/// <summary>
/// Counts the calls of CheckStatus that were left to the ordinary service, by why: what is answered directly is the rest of the method's
/// calls. Every series exists from the start. Safe from any thread.
/// </summary>
public sealed class DirectMetrics
{
    /// <summary>Registers the metric.</summary>
    public DirectMetrics(IMetricFactory factory)
    {
        var left = factory.CreateCounter(
            "verifygateway_direct_left_total",
            "Checks that the short way left to the ordinary service: headers (they ask for more), body (not there yet, not whole, or too long), message (not plain, or not valid), records (not in memory, or too old), fault (a fault of the short way).",
            ["cause"]);
        Frames = factory.CreateCounter("verifygateway_direct_frames_total", "Checks answered from the frames of their connection, from memory or Redis, which the web server has not seen.");
        (Headers, Body, Message) = (left.WithLabels("headers"), left.WithLabels("body"), left.WithLabels("message"));
        (Records, Fault) = (left.WithLabels("records"), left.WithLabels("fault"));
    }

    /// <summary>Answered in front of the web server.</summary>
    internal Counter Frames { get; }

    /// <summary>The headers ask for something more, or the caller may not ask.</summary>
    internal Counter.Child Headers { get; }

    /// <summary>The body is not there yet, breaks off, is compressed or too long.</summary>
    internal Counter.Child Body { get; }

    /// <summary>The message is not plain or not valid.</summary>
    internal Counter.Child Message { get; }

    /// <summary>The records are not in memory, or too old.</summary>
    internal Counter.Child Records { get; }

    /// <summary>The short way threw something.</summary>
    internal Counter.Child Fault { get; }
}
