using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using VerifyGateway.Domain.Deciding;
using VerifyGateway.Domain.Records;
using VerifyGateway.V1;

namespace VerifyGateway.Server.Checks;

/// <summary>
/// The terminals that one stream has asked for, each with its last check; beyond a number the ones asked for longest ago are
/// forgotten. A terminal whose record, or whose merchant's, has changed is handed out once, and not while an answer for it is under way: so
/// the answer that a caller reads last is the newest. Safe from any thread.
/// </summary>
internal sealed class SeenTerminals : IDisposable
{
    private readonly StreamChanges _changes;
    private readonly int _atMost;
    private readonly Lock _gate = new();
    private readonly Dictionary<TerminalKey, SeenTerminal> _terminals = [];
    private readonly Dictionary<MerchantKey, HashSet<SeenTerminal>> _ofMerchant = [];
    private readonly LinkedList<SeenTerminal> _byAge = [];

    /// <summary>Each terminal is in it at most once.</summary>
    private readonly Channel<SeenTerminal> _changed = Channel.CreateUnbounded<SeenTerminal>();

    private bool _isOver;

    public SeenTerminals(StreamChanges changes, int atMost)
    {
        (_changes, _atMost) = (changes, atMost);
        changes.Add(this);
    }

    /// <summary>Terminals to be answered anew; each that is read is <see cref="Begin(SeenTerminal)">begun</see> next.</summary>
    public ChannelReader<SeenTerminal> Changes => _changed.Reader;

    /// <summary>A check was admitted and is answered next; null when the stream is told of nothing.</summary>
    public SeenTerminal? Begin(in StatusQuery query, CheckStatusRequest check)
    {
        if (_atMost == 0)
        {
            return null;
        }

        var (terminal, merchant) = (query.TerminalKey, query.MerchantKey);
        lock (_gate)
        {
            if (_isOver)
            {
                return null;
            }

            if (!_terminals.TryGetValue(terminal, out var seen))
            {
                seen = Add_NeedsLock(terminal, merchant);
            }
            else if (seen.Merchant != merchant)
            {
                Leave_NeedsLock(seen);
                seen.Merchant = merchant;
                Join_NeedsLock(seen);
            }

            seen.Check = check;
            seen.UnderWay++;
            _byAge.Remove(seen.Age);
            _byAge.AddLast(seen.Age);
            return seen;
        }
    }

    /// <summary>A terminal that has changed is answered next.</summary>
    /// <returns>Its last check.</returns>
    public CheckStatusRequest Begin(SeenTerminal seen)
    {
        lock (_gate)
        {
            (seen.IsHandedOut, seen.HasChanged) = (false, false);
            seen.UnderWay++;
            return seen.Check;
        }
    }

    /// <summary>An answer that was begun is on its way to the caller.</summary>
    public void End(SeenTerminal seen)
    {
        lock (_gate)
        {
            seen.UnderWay--;
            HandOut_NeedsLock(seen);
        }
    }

    /// <summary>A terminal's record has changed.</summary>
    public void Changed(in TerminalKey terminal)
    {
        lock (_gate)
        {
            if (_terminals.TryGetValue(terminal, out var seen))
            {
                Changed_NeedsLock(seen);
            }
        }
    }

    /// <summary>A merchant's record has changed.</summary>
    public void Changed(in MerchantKey merchant)
    {
        lock (_gate)
        {
            if (_ofMerchant.TryGetValue(merchant, out var terminals))
            {
                foreach (var seen in terminals)
                {
                    Changed_NeedsLock(seen);
                }
            }
        }
    }

    /// <summary>Every record may have changed.</summary>
    public void AllChanged()
    {
        lock (_gate)
        {
            foreach (var seen in _byAge)
            {
                Changed_NeedsLock(seen);
            }
        }
    }

    /// <summary>Forgets all.</summary>
    public void Dispose()
    {
        _changes.Remove(this);
        lock (_gate)
        {
            _isOver = true;
            while (_byAge.First is { } oldest)
            {
                Forget_NeedsLock(oldest.Value);
            }
        }

        _changed.Writer.TryComplete();
    }

    private SeenTerminal Add_NeedsLock(in TerminalKey terminal, in MerchantKey merchant)
    {
        if (_terminals.Count == _atMost)
        {
            Forget_NeedsLock(_byAge.First!.Value);
        }

        var seen = new SeenTerminal { Terminal = terminal, Merchant = merchant };
        seen.Age = _byAge.AddLast(seen);
        _terminals.Add(terminal, seen);
        _changes.Add(terminal, this);
        Join_NeedsLock(seen);
        _changes.Metrics.CountTerminals(1);
        return seen;
    }

    private void Forget_NeedsLock(SeenTerminal seen)
    {
        _byAge.Remove(seen.Age);
        _terminals.Remove(seen.Terminal);
        _changes.Remove(seen.Terminal, this);
        Leave_NeedsLock(seen);
        seen.IsForgotten = true;
        _changes.Metrics.CountTerminals(-1);
    }

    private void Join_NeedsLock(SeenTerminal seen)
    {
        if (!_ofMerchant.TryGetValue(seen.Merchant, out var terminals))
        {
            _ofMerchant.Add(seen.Merchant, terminals = []);
            _changes.Add(seen.Merchant, this);
        }

        terminals.Add(seen);
    }

    private void Leave_NeedsLock(SeenTerminal seen)
    {
        var terminals = _ofMerchant[seen.Merchant];
        terminals.Remove(seen);
        if (terminals.Count == 0)
        {
            _ofMerchant.Remove(seen.Merchant);
            _changes.Remove(seen.Merchant, this);
        }
    }

    private void Changed_NeedsLock(SeenTerminal seen)
    {
        seen.HasChanged = true;
        HandOut_NeedsLock(seen);
    }

    private void HandOut_NeedsLock(SeenTerminal seen)
    {
        if (seen.HasChanged && seen.UnderWay == 0 && !seen.IsHandedOut && !seen.IsForgotten)
        {
            seen.IsHandedOut = true;
            _changed.Writer.TryWrite(seen);
        }
    }
}

/// <summary>A terminal that a stream has asked for. Written by <see cref="SeenTerminals"/> only, under its lock.</summary>
internal sealed class SeenTerminal
{
    /// <summary>Its place among the others, the one asked for longest ago first.</summary>
    [AllowNull]
    public LinkedListNode<SeenTerminal> Age { get; set; }

    /// <summary>The terminal.</summary>
    public required TerminalKey Terminal { get; init; }

    /// <summary>The merchant of the last check.</summary>
    public required MerchantKey Merchant { get; set; }

    /// <summary>The last check.</summary>
    [AllowNull]
    public CheckStatusRequest Check { get; set; }

    /// <summary>Number of answers that are under way.</summary>
    public int UnderWay { get; set; }

    /// <summary>True when a record has changed since it was handed out.</summary>
    public bool HasChanged { get; set; }

    /// <summary>True while it waits to be answered anew.</summary>
    public bool IsHandedOut { get; set; }

    /// <summary>True when the stream does not tell of it any more.</summary>
    public bool IsForgotten { get; set; }
}
