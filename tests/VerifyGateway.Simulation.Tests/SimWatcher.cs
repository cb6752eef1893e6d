using System.Globalization;
using Google.Rpc;
using VerifyGateway.Server.Watching;
using Start = VerifyGateway.V1.WatchBindingsRequest.StartOneofCase;

namespace VerifyGateway.Simulation.Tests;

/// <summary>
/// A back end that keeps a copy: it watches at one gateway after the other, reads quickly, slowly or not at all, goes away at any moment,
/// and crashes, after which it has what it had written down with a checkpoint.
/// </summary>
internal sealed class SimWatcher(int number, WatchedScope scope, Watchers all, Scheduler scheduler, Random random, SimStore store)
{
    private WatchedView _view = new(scope, store, all.Violate);
    private WatchedView? _durable;
    private Node _node = new(scheduler, 100 + number);
    private SimWire? _wire;

    /// <summary>True when the copy is what the store has now.</summary>
    public bool HasEverything => _view.IsExact && _view.Checkpoint == store.Head;

    /// <summary>Starts the process.</summary>
    public void Begin()
    {
        var node = _node;
        scheduler.Post(node, () => _ = RunAsync(node));
    }

    /// <summary>Loses the connection.</summary>
    public void LoseWire() => _wire?.Cut();

    /// <summary>Stands still for a time, and reads nothing.</summary>
    public void Pause(double ms)
    {
        var node = _node;
        node.IsPaused = true;
        scheduler.After(null, TimeSpan.FromMilliseconds(ms), () => node.IsPaused = false);
    }

    /// <summary>Goes on reading.</summary>
    public void Resume() => _node.IsPaused = false;

    /// <summary>Ends, and begins anew with what is on its disk.</summary>
    public void Crash()
    {
        LoseWire();
        _node.IsDead = true;
        _node = new Node(scheduler, 100 + number);
        _view = _durable?.Clone() ?? new WatchedView(scope, store, all.Violate);
        Begin();
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{scope}: after {_view.ResumeAfter}, checkpoint {_view.Checkpoint}, exact {_view.IsExact}");

    private async Task RunAsync(Node node)
    {
        while (true)
        {
            if (all.PickServer() is { } server)
            {
                var wire = _wire = new SimWire(scheduler, random, all.Guards, server.Node);
                GoOn(await ReadAsync(node, server, wire));
            }

            await scheduler.Delay(node, random.NextDouble() * 200);
        }
    }

    /// <summary>Watches until the stream ends; gives what the end says, null when there was none.</summary>
    private async Task<ErrorInfo?> ReadAsync(Node node, WatchServer server, SimWire wire)
    {
        if (_view.ResumeAfter is null)
        {
            _view.Clear();
            all.Counts.Snapshots++;
        }
        else
        {
            all.Counts.Resumes++;
        }

        var query = new WatchQuery(scope.Acquirer, _view.ResumeAfter is null ? Start.Snapshot : Start.AfterRevision, _view.ResumeAfter ?? 0, TimeSpan.FromMilliseconds(random.Next(100, 1_000)), TellsApart: true)
        {
            Merchant = scope.Merchant, Sn = scope.Sn,
        };
        server.Serve(query, wire);
        var mostMs = random.Next(3) == 0 ? random.NextDouble() * 400 : 0;
        while (true)
        {
            var (message, end) = await wire.TakeAsync();
            if (message is null)
            {
                return end;
            }

            if (mostMs > 0 && !store.IsCalm)
            {
                await scheduler.Delay(node, random.NextDouble() * mostMs);
            }

            all.Count(number, _view, message);
            _view.Apply(message);
            if (_view.IsExact && random.Next(3) == 0)
            {
                _durable = _view.Clone();
            }
        }
    }

    /// <summary>Decides where to go on.</summary>
    private void GoOn(ErrorInfo? end)
    {
        if (end is null)
        {
            all.Counts.Losses++;
        }
        else if (end.Type is "FEED_TRIMMED" or "FEED_FUTURE")
        {
            all.Counts.Restarts++;
            _view.Clear();
            return;
        }
        else if (end.Type is not ("SLOW_READER" or "GATEWAY_STOPPING" or "STORE_UNAVAILABLE" or "TOO_MANY_WATCHERS"))
        {
            all.Violate("watch: end", $"{scope}: the stream ended with {end.Type}");
        }
        else if (end.Metadata.TryGetValue("resume_after_revision", out var told))
        {
            _view.GoOnAfter(long.Parse(told, CultureInfo.InvariantCulture));
        }

        all.Counts.CutOffs += end?.Type == "SLOW_READER" ? 1 : 0;
        if (random.Next(4) == 0)
        {
            _view.GoBack();
        }
    }
}
