using Grpc.Core;
using Prometheus;

namespace VerifyGateway.Server.Metrics;

/// <summary>
/// The counts of gRPC calls under the names that the field's dashboards know. Every method × code series exists from the start.
/// Safe from any thread; updates allocate nothing.
/// </summary>
public sealed class RpcMetrics
{
    private static readonly double[] Buckets = [.0005, .001, .002, .005, .01, .02, .05, .1, .2, .5, 1, 5, 30];

    private static readonly StatusCode[] Codes = Enum.GetValues<StatusCode>();

    private readonly Counter _started;
    private readonly Counter _handled;
    private readonly Histogram _seconds;

    /// <summary>Registers the metrics.</summary>
    public RpcMetrics(IMetricFactory factory)
    {
        _started = factory.CreateCounter("grpc_server_started_total", "Calls begun.", ["grpc_type", "grpc_service", "grpc_method"]);
        _handled = factory.CreateCounter("grpc_server_handled_total", "Calls ended, by status.", ["grpc_type", "grpc_service", "grpc_method", "grpc_code"]);
        _seconds = factory.CreateHistogram("grpc_server_handling_seconds", "Time from the begin of a call to its end.",
            ["grpc_type", "grpc_service", "grpc_method"], new HistogramConfiguration { Buckets = Buckets });
        Unknown = new MethodCounts(this, "unary", "unknown", "unknown");
    }

    /// <summary>The counts of calls to methods that do not exist: one series, whatever they are called.</summary>
    internal MethodCounts Unknown { get; }

    /// <summary>Makes the counts of one method.</summary>
    internal MethodCounts For(IMethod method) => For(TypeOf(method.Type), method.ServiceName, method.Name);

    /// <summary>Makes the counts of one method.</summary>
    internal MethodCounts For(string type, string service, string method) => new(this, type, service, method);

    private static string TypeOf(MethodType type) => type switch
    {
        MethodType.Unary => "unary",
        MethodType.ClientStreaming => "client_stream",
        MethodType.ServerStreaming => "server_stream",
        _ => "bidi_stream",
    };

    /// <summary>The counts of one method, bound once.</summary>
    internal sealed class MethodCounts(RpcMetrics all, string type, string service, string method)
    {
        private readonly Counter.Child[] _handled = [.. Codes.Select(code => all._handled.WithLabels(type, service, method, code.ToString()))];

        public Counter.Child Started { get; } = all._started.WithLabels(type, service, method);

        public Histogram.Child Seconds { get; } = all._seconds.WithLabels(type, service, method);

        /// <summary>Counts a call that has ended with OK after so long.</summary>
        public void Count(TimeSpan took)
        {
            Started.Inc();
            Seconds.Observe(took.TotalSeconds);
            _handled[(int)StatusCode.OK].Inc();
        }

        public Counter.Child Handled(StatusCode code) => _handled[(int)code is >= 0 and < 17 ? (int)code : (int)StatusCode.Unknown];
    }
}
