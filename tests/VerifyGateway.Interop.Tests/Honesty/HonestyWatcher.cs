using System.Globalization;
using Grpc.Core;
using VerifyGateway.V1;

namespace VerifyGateway.Interop.Tests.Honesty;

/// <summary>
/// Keeps a copy of all bindings, and goes on from its last checkpoint at another gateway when its own is gone or silent. One use: run once,
/// and looked at when that has ended; but for <see cref="Checkpoint"/>.
/// </summary>
internal sealed class HonestyWatcher
{
    /// <summary>A gateway that has sent nothing for so long is taken for stopped; checkpoints come much more often.</summary>
    private const int SilentMs = 2_000;

    /// <summary>A page of a snapshot may take longer; nothing is broken yet.</summary>
    private const int FirstSilentMs = 20_000;

    private readonly Dictionary<string, WatchedMerchant> _merchants = [];
    private readonly Dictionary<string, WatchedTerminal> _terminals = [];
    private readonly HashSet<long> _ends = [];
    private readonly List<string> _broken = [];
    private bool _isWhole;
    private bool _isWithinWrite;
    private long _first;
    private long _told;
    private long _checkpoint;

    /// <summary>What was told against the promises.</summary>
    public IReadOnlyList<string> Broken => _broken;

    /// <summary>The last checkpoint; 0 for none. May be asked from any thread.</summary>
    public long Checkpoint => Volatile.Read(ref _checkpoint);

    /// <summary>How many streams there were.</summary>
    public int Streams { get; private set; }

    /// <summary>How many events came.</summary>
    public int Events { get; private set; }

    /// <summary>Watches at one gateway after the other until it is stopped.</summary>
    public async Task RunAsync(HonestyGateways gateways, CancellationToken stop)
    {
        for (var at = 1; !stop.IsCancellationRequested; at = (at + 1) % gateways.Count)
        {
            using var silence = CancellationTokenSource.CreateLinkedTokenSource(stop);
            try
            {
                using var call = new BindingService.BindingServiceClient(gateways.PlaceOf(at).Channel).WatchBindings(Begin(), cancellationToken: silence.Token);
                silence.CancelAfter(_isWhole ? SilentMs : FirstSilentMs);
                while (await call.ResponseStream.MoveNext(silence.Token))
                {
                    Apply(call.ResponseStream.Current);
                    silence.CancelAfter(_isWhole ? SilentMs : FirstSilentMs);
                }

                _broken.Add("a stream ended without a status that says why");
            }
            catch (RpcException fault) when (HonestyGateways.IsNoAnswer(fault))
            {
                await Task.Delay(20, CancellationToken.None);
            }
            catch (OperationCanceledException)
            {
                // Silent for too long, or the end.
            }
        }
    }

    /// <summary>Asks for a stream: what has been applied since the last checkpoint comes again.</summary>
    public WatchBindingsRequest Begin()
    {
        Streams++;
        (_told, _isWithinWrite) = (_checkpoint, false);
        var request = new WatchBindingsRequest { AcquirerId = HonestyFleet.Acquirer, CheckpointIntervalMs = 200 };
        if (_isWhole)
        {
            request.AfterRevision = _checkpoint;
        }
        else
        {
            _merchants.Clear();
            _terminals.Clear();
            request.Snapshot = new WatchFromSnapshot();
        }

        return request;
    }

    /// <summary>Applies a message.</summary>
    public void Apply(WatchBindingsResponse message)
    {
        switch (message.MessageCase)
        {
            case WatchBindingsResponse.MessageOneofCase.SnapshotPage:
                Require(!_isWhole, "a page of a snapshot after its end");
                Put(message.SnapshotPage.Merchants, message.SnapshotPage.Terminals);
                break;
            case WatchBindingsResponse.MessageOneofCase.SnapshotEnd:
                (_isWhole, _first, _told) = (true, message.SnapshotEnd.Revision, message.SnapshotEnd.Revision);
                // As good as one: the stream can be resumed after it.
                Volatile.Write(ref _checkpoint, _told);
                break;
            case WatchBindingsResponse.MessageOneofCase.Event:
                var happened = message.Event;
                Require(happened.Revision > _told, $"an event of revision {happened.Revision} came after {_told}, the last checkpoint was {_checkpoint}");
                Put(happened.Merchants, happened.Terminals);
                Events++;
                (_told, _isWithinWrite) = (happened.Revision, !happened.EndsWrite);
                if (happened.EndsWrite)
                {
                    _ends.Add(happened.Revision);
                }

                break;
            default:
                var revision = message.Checkpoint.Revision;
                Require(revision >= _told && !_isWithinWrite, $"a checkpoint of {revision} came after {_told}, within a write: {_isWithinWrite}");
                _told = revision;
                Volatile.Write(ref _checkpoint, revision);
                break;
        }
    }

    /// <summary>The writes that were never told of.</summary>
    public IEnumerable<long> Missing(IEnumerable<long> writes) => writes.Where(revision => revision > _first && revision <= _checkpoint && !_ends.Contains(revision));

    /// <summary>Where the copy differs from what the store lists.</summary>
    public IEnumerable<string> Differences(IReadOnlyList<Binding> listed)
    {
        var held = _terminals.Values.Select(Text).ToHashSet(StringComparer.Ordinal);
        var there = listed.Select(Text).ToHashSet(StringComparer.Ordinal);
        return held.Except(there).Select(static line => "held: " + line).Concat(there.Except(held).Select(static line => "listed: " + line)).Order(StringComparer.Ordinal);
    }

    private void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            _broken.Add(otherwise);
        }
    }

    private void Put(IEnumerable<WatchedMerchant> merchants, IEnumerable<WatchedTerminal> terminals)
    {
        foreach (var merchant in merchants)
        {
            _merchants[merchant.MerchantNo] = merchant;
        }

        foreach (var terminal in terminals)
        {
            _terminals[terminal.TerminalSn] = terminal;
        }
    }

    private string Text(WatchedTerminal one)
    {
        var merchant = _merchants.GetValueOrDefault(one.MerchantNo) ?? new WatchedMerchant();
        return Text(new Binding
        {
            TerminalSn = one.TerminalSn, TerminalNo = one.TerminalNo, MerchantNo = one.MerchantNo, TerminalState = one.TerminalState, MerchantState = merchant.MerchantState,
            IdentityState = merchant.IdentityState, Version = one.Version, Revision = Math.Max(one.Revision, merchant.Revision), Holds = { one.Holds, merchant.Holds },
        });
    }

    private static string Text(Binding one) => string.Create(CultureInfo.InvariantCulture,
        $"{one.TerminalSn} {one.TerminalNo} {one.MerchantNo} {one.TerminalState} {one.MerchantState} {one.IdentityState} version {one.Version} revision {one.Revision} holds [{string.Join("; ", one.Holds.Select(static hold => $"{hold.Kind} {hold.Target} {hold.EffectiveAtUnixMs} {hold.UntilUnixMs}"))}]");
}
