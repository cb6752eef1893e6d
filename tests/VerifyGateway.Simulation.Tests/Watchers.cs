using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Domain.Records;
using VerifyGateway.Server.Watching;
using VerifyGateway.V1;

namespace VerifyGateway.Simulation.Tests;

/// <summary>What has happened to the watchers of one history.</summary>
internal sealed class WatchCounts
{
    /// <summary>Messages that watchers have received.</summary>
    public long Messages { get; set; }

    /// <summary>Streams that began after a revision.</summary>
    public long Resumes { get; set; }

    /// <summary>Streams that began with a snapshot.</summary>
    public long Snapshots { get; set; }

    /// <summary>Watchers that were cut off because they did not read.</summary>
    public long CutOffs { get; set; }

    /// <summary>Streams that were lost without an end.</summary>
    public long Losses { get; set; }

    /// <summary>Streams that ended because the feed did not have what was asked for.</summary>
    public long Restarts { get; set; }
}

/// <summary>The watchers of one history, the gateways that they watch at, and what goes wrong between them.</summary>
internal sealed class Watchers
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Scheduler _scheduler;
    private readonly Random _random;
    private readonly SimStore _store;
    private readonly WatchServer?[] _servers;
    private readonly SimWatcher[] _watchers;

    public Watchers(Scheduler scheduler, Random random, SimStore store, Guards guards, int gateways, PairKey pair, Action<string, string> violate)
    {
        (_scheduler, _random, _store, Guards, Violate) = (scheduler, random, store, guards, violate);
        _servers = new WatchServer?[gateways];
        var acquirer = pair.Terminal.Acquirer;
        WatchedScope[] scopes = [new(acquirer, null, null), new(acquirer, pair.Merchant.No, null), new(acquirer, null, pair.Terminal.Sn)];
        _watchers = [.. scopes.Select((scope, number) => new SimWatcher(number, scope, this, scheduler, random, store))];
    }

    public Guards Guards { get; }

    public Action<string, string> Violate { get; }

    /// <summary>What has happened.</summary>
    public WatchCounts Counts { get; } = new();

    /// <summary>All messages, in order, as one number.</summary>
    public ulong Fingerprint { get; private set; } = 14695981039346656037;

    /// <summary>Starts the watchers; the gateways are started one by one.</summary>
    public void Begin()
    {
        foreach (var watcher in _watchers)
        {
            watcher.Begin();
        }
    }

    /// <summary>Starts the watching code of a gateway; one that was there before is gone.</summary>
    public void Begin(int gateway, Node node)
    {
        _servers[gateway]?.Die();
        _servers[gateway] = null;
        var lagMs = _random.Next(4) == 0 ? _random.NextDouble() * 500 : 0;
        var options = new WatchOptions
        {
            MaxWatchers = 2, BufferedMessages = 1 + _random.Next(4), BufferedBytes = 1_024, SlowReaderAfterMs = _random.Next(400, 1_500), RecentChanges = 3 + _random.Next(10),
        };
        var port = _store.For(node);
        _scheduler.Post(node, () =>
        {
            var bindings = new SimBindings(_store, port, _scheduler, _random, Guards, node, lagMs);
            _servers[gateway] = new WatchServer(bindings, bindings, options, _scheduler, node);
        });
    }

    /// <summary>A gateway that takes watchers, or null.</summary>
    public WatchServer? PickServer() => _servers[_random.Next(_servers.Length)] is { IsStopping: false } server ? server : null;

    /// <summary>Breaks something between watchers and gateways. Of a gateway that stops in good order, the process has to be ended afterwards.</summary>
    public void Break(Action<int> end)
    {
        var watcher = _watchers[_random.Next(_watchers.Length)];
        switch (_random.Next(8))
        {
            case 0 or 1 or 2 or 3:
                watcher.Pause(_random.NextDouble() * 5_000);
                break;
            case 4:
                watcher.Crash();
                break;
            case 5:
                var gateway = _random.Next(_servers.Length);
                if (_servers[gateway] is { IsStopping: false } server)
                {
                    server.Stop();
                    _scheduler.After(null, TimeSpan.FromMilliseconds(_random.NextDouble() * 600), () =>
                    {
                        if (_servers[gateway] == server)
                        {
                            end(gateway);
                        }
                    });
                }

                break;
            default:
                watcher.LoseWire();
                break;
        }
    }

    /// <summary>One write of some distinct records, with terminals that move to another merchant and some of another acquirer.</summary>
    public void Write(PairKey[] keys, int records, Func<TerminalKey, MerchantNo, TerminalRecord> terminal, Func<MerchantKey, MerchantRecord> merchant)
    {
        var all = keys.Select(static key => (object)key.Terminal).Concat(keys.Select(static key => (object)key.Merchant).Distinct()).Append(Foreign(keys[0].Terminal)).ToArray();
        _random.Shuffle(all);
        for (var i = 0; i < records; i++)
        {
            var endsWrite = i == records - 1;
            if (all[i] is TerminalKey one)
            {
                _store.Commit(terminal(one, keys[_random.Next(keys.Length)].Merchant.No), null, endsWrite);
            }
            else
            {
                _store.Commit(null, merchant((MerchantKey)all[i]), endsWrite);
            }
        }
    }

    /// <summary>Lets every watcher come to the end, with nothing that goes wrong any more.</summary>
    public void Drain()
    {
        var end = _scheduler.NowMs + Patience.TotalMilliseconds;
        while (_scheduler.NowMs < end && !Array.TrueForAll(_watchers, static watcher => watcher.HasEverything))
        {
            foreach (var watcher in _watchers)
            {
                watcher.Resume();
            }

            _scheduler.RunUntil(_scheduler.NowMs + 200);
        }

        foreach (var watcher in _watchers.Where(static watcher => !watcher.HasEverything))
        {
            Violate("watch: end", $"after {Patience.TotalSeconds} quiet seconds a watcher has not everything up to {_store.Head}: {watcher}");
        }
    }

    /// <summary>Counts a message that a watcher has received.</summary>
    public void Count(int watcher, WatchedView view, WatchBindingsResponse message)
    {
        Counts.Messages++;
        var revision = message.Event?.Revision ?? message.Checkpoint?.Revision ?? message.SnapshotEnd?.Revision ?? 0;
        Fingerprint = (Fingerprint ^ (ulong)((revision * 64) + ((int)message.MessageCase * 8) + watcher)) * 1099511628211;
        Fingerprint = (Fingerprint ^ (ulong)(_scheduler.NowTicks + (view.ResumeAfter ?? -1))) * 1099511628211;
    }

    private static TerminalKey Foreign(in TerminalKey key)
    {
        _ = AcquirerId.TryParse("48029999", out var acquirer, out _);
        return new TerminalKey(acquirer, key.Sn);
    }
}
