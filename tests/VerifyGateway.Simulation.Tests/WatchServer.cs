using Google.Rpc;
using VerifyGateway.Caching.Store;
using VerifyGateway.Server.Faults;
using VerifyGateway.Server.Metrics;
using VerifyGateway.Server.Watching;

namespace VerifyGateway.Simulation.Tests;

/// <summary>The watching code of one gateway, from the start of its process to its end.</summary>
internal sealed class WatchServer
{
    private static readonly WatchMetrics Metrics = new(Prometheus.Metrics.WithCustomRegistry(Prometheus.Metrics.NewCustomRegistry()));

    private readonly Action _stop;
    private readonly CancellationToken _stopping;
    private readonly List<SimWire> _wires = [];
    private readonly BindingWatches _watches;
    private readonly Scheduler _scheduler;

    /// <summary>Made on the node itself, whose thread everything then runs on.</summary>
    public WatchServer(IBindingStore store, IChangeFeed feed, WatchOptions options, Scheduler scheduler, Node node)
    {
        var stopping = new CancellationTokenSource();
        (_scheduler, Node, _stop, _stopping) = (scheduler, node, stopping.Cancel, stopping.Token);
        var parts = new WatchParts { Scheduler = TaskScheduler.FromCurrentSynchronizationContext(), MostChanges = 3, SnapshotItems = 2 };
        _watches = new BindingWatches(store, feed, new FeedTail(feed, options, node.Time) { Parts = parts }, options, Metrics, node.Time);
    }

    public Node Node { get; }

    /// <summary>True once it takes no new watchers.</summary>
    public bool IsStopping { get; private set; }

    /// <summary>Begins to stop in good order.</summary>
    public void Stop()
    {
        IsStopping = true;
        _scheduler.Post(Node, _stop);
    }

    /// <summary>Serves a watcher.</summary>
    public void Serve(WatchQuery query, SimWire wire)
    {
        _wires.Add(wire);
        _scheduler.Post(Node, () => _ = ServeAsync(query, wire));
    }

    /// <summary>The process is gone, and its connections with it.</summary>
    public void Die()
    {
        IsStopping = true;
        _wires.ForEach(static wire => wire.Cut());
    }

    private async Task ServeAsync(WatchQuery query, SimWire wire)
    {
        ErrorInfo end;
        try
        {
            await _watches.RunAsync(query, wire, wire.Gone, _stopping);
            end = new ErrorInfo { Type = "ENDED" };
        }
        catch (GatewayException ended)
        {
            end = ended.ToStatus().Details.Single(static detail => detail.Is(ErrorInfo.Descriptor)).Unpack<ErrorInfo>();
        }
        catch (OperationCanceledException) when (wire.IsCut)
        {
            return;
        }
        catch (Exception fault)
        {
            end = new ErrorInfo { Type = fault.ToString() };
        }

        wire.End(end);
    }
}
