using System.Threading.Channels;
using VerifyGateway.Caching.Memory;
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

    /// <summary>Those that the stream tells of, and those that are forgotten and not yet <see cref="SeenTerminal.IsDone"/>.</summary>
    private readonly Dictionary<RecordHash, SeenTerminal> _terminals = [];

    private readonly LinkedList<SeenTerminal> _byAge = [];

    /// <summary>Each terminal is in it at most once.</summary>
    private readonly Channel<SeenTerminal> _changed = Channel.CreateUnbounded<SeenTerminal>();

    private bool _isOver;

    public SeenTerminals(StreamChanges changes, int atMost)
    {
        (_changes, _atMost) = (changes, atMost);
        changes.Add(this);
    }

    /// <summary>The most terminals that are told of; 0 when none are.</summary>
    public int AtMost => _atMost;

    /// <summary>Terminals to be answered anew; each that is read is <see cref="Begin(SeenTerminal)">begun</see> next.</summary>
    public ChannelReader<SeenTerminal> Changes => _changed.Reader;

    /// <summary>A check was admitted and is answered next; null when the stream is told of nothing.</summary>
    /// <param name="records">The check's records.</param>
    /// <param name="check">The check, as its bytes.</param>
    public SeenTerminal? Begin(in RecordHashes records, ReadOnlySpan<byte> check)
    {
        lock (_gate)
        {
            return Begin_NeedsLock(records, check);
        }
    }

    /// <summary>For several <see cref="Begin_NeedsLock"/> or <see cref="End_NeedsLock"/> at once; nothing else is done meanwhile.</summary>
    public Lock.Scope Enter() => _gate.EnterScope();

    /// <inheritdoc cref="Begin(in RecordHashes, ReadOnlySpan{byte})" />
    public SeenTerminal? Begin_NeedsLock(in RecordHashes records, ReadOnlySpan<byte> check)
    {
        if (_atMost == 0 || _isOver)
        {
            return null;
        }

        if (!_terminals.TryGetValue(records.Terminal, out var seen))
        {
            seen = new SeenTerminal(this, records);
            _terminals.Add(records.Terminal, seen);
            Remember_NeedsLock(seen);
        }
        else if (seen.IsForgotten)
        {
            // What has changed meanwhile is not known, and the answers under way may not know it.
            (seen.Merchant, seen.HasChanged) = (new Concern(records.Merchant, seen), seen.UnderWay > 0);
            Remember_NeedsLock(seen);
        }
        else
        {
            if (seen.Merchant.Record != records.Merchant)
            {
                _changes.Index.Remove(seen.Merchant);
                seen.Merchant = new Concern(records.Merchant, seen);
                _changes.Index.Add(seen.Merchant);
            }

            _byAge.Remove(seen.Age);
            _byAge.AddLast(seen.Age);
        }

        seen.Keep(check);
        seen.UnderWay++;
        return seen;
    }

    /// <summary>A terminal that has changed is answered next.</summary>
    /// <returns>Its last check.</returns>
    public CheckStatusRequest Begin(SeenTerminal seen)
    {
        lock (_gate)
        {
            seen.IsHandedOut = false;
            // This answer knows the change. One that is under way may not, and may come last.
            seen.HasChanged &= seen.UnderWay > 0;
            seen.UnderWay++;
            return seen.Check;
        }
    }

    /// <summary>An answer that was begun is on its way to the caller.</summary>
    public void End(SeenTerminal seen)
    {
        lock (_gate)
        {
            End_NeedsLock(seen);
        }
    }

    /// <inheritdoc cref="End" />
    public void End_NeedsLock(SeenTerminal seen)
    {
        seen.UnderWay--;
        HandOut_NeedsLock(seen);
        Drop_NeedsLock(seen);
    }

    /// <summary>A record that concerns a terminal of this stream has changed.</summary>
    public void Changed(SeenTerminal seen)
    {
        lock (_gate)
        {
            Changed_NeedsLock(seen);
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

    private void Remember_NeedsLock(SeenTerminal seen)
    {
        if (_byAge.Count == _atMost)
        {
            Forget_NeedsLock(_byAge.First!.Value);
        }

        seen.IsForgotten = false;
        _byAge.AddLast(seen.Age);
        _changes.Index.Add(seen.Terminal);
        _changes.Index.Add(seen.Merchant);
        _changes.Metrics.CountTerminals(1);
    }

    private void Forget_NeedsLock(SeenTerminal seen)
    {
        _byAge.Remove(seen.Age);
        _changes.Index.Remove(seen.Terminal);
        _changes.Index.Remove(seen.Merchant);
        seen.IsForgotten = true;
        _changes.Metrics.CountTerminals(-1);
        Drop_NeedsLock(seen);
    }

    /// <summary>
    /// Until then one that is asked for again is the same again: were it another, it would be handed out while an answer of the first is under
    /// way.
    /// </summary>
    private void Drop_NeedsLock(SeenTerminal seen)
    {
        if (seen.IsForgotten && seen.IsDone)
        {
            _terminals.Remove(seen.Terminal.Record);
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
            (seen.IsHandedOut, seen.HasChanged) = (true, false);
            _changed.Writer.TryWrite(seen);
        }
    }
}

/// <summary>A terminal that a stream has asked for. Written by <see cref="SeenTerminals"/> only, under its lock.</summary>
internal sealed class SeenTerminal
{
    private byte[] _check = [];
    private int _length;

    public SeenTerminal(SeenTerminals stream, in RecordHashes records)
    {
        (Stream, Terminal, Merchant) = (stream, new Concern(records.Terminal, this), new Concern(records.Merchant, this));
        Age = new LinkedListNode<SeenTerminal>(this);
    }

    /// <summary>Its stream.</summary>
    public SeenTerminals Stream { get; }

    /// <summary>Its place among the others, the one asked for longest ago first.</summary>
    public LinkedListNode<SeenTerminal> Age { get; }

    /// <summary>That its own record concerns it.</summary>
    public Concern Terminal { get; }

    /// <summary>That the record of the merchant of the last check concerns it.</summary>
    public Concern Merchant { get; set; }

    /// <summary>The last check.</summary>
    public CheckStatusRequest Check => CheckStatusRequest.Parser.ParseFrom(_check, 0, _length);

    /// <summary>Number of answers that are under way.</summary>
    public int UnderWay { get; set; }

    /// <summary>True when a record has changed since it was handed out.</summary>
    public bool HasChanged { get; set; }

    /// <summary>True while it waits to be answered anew.</summary>
    public bool IsHandedOut { get; set; }

    /// <summary>True when no answer is under way, and none waits to be.</summary>
    public bool IsDone => UnderWay == 0 && !IsHandedOut;

    /// <summary>True when the stream does not tell of it any more.</summary>
    public bool IsForgotten { get; set; }

    /// <summary>Keeps the bytes of the last check.</summary>
    public void Keep(ReadOnlySpan<byte> check)
    {
        if (_check.Length < check.Length)
        {
            _check = new byte[check.Length];
        }

        check.CopyTo(_check);
        _length = check.Length;
    }
}
