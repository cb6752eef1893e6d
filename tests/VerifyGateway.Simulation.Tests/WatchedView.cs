using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Domain.Records;
using VerifyGateway.V1;

namespace VerifyGateway.Simulation.Tests;

/// <summary>What one watcher asks for: everything of the acquirer, one merchant, or one terminal.</summary>
internal sealed record WatchedScope(AcquirerId Acquirer, MerchantNo? Merchant, TerminalSn? Sn);

/// <summary>
/// A watcher's copy, made from nothing but messages, and its judge: each message is compared with what the store has committed. Past the
/// revision that the watcher has come to, every change of its scope must be told once, and nothing else.
/// </summary>
internal sealed class WatchedView(WatchedScope scope, SimStore store, Action<string, string> violated)
{
    private Dictionary<string, WatchedMerchant> _merchants = [];
    private Dictionary<string, WatchedTerminal> _terminals = [];
    private long _exactFrom;
    private bool _isWithinWrite;

    /// <summary>The revision that the watcher has come to; null while its snapshot is not whole.</summary>
    public long? ResumeAfter { get; private set; }

    /// <summary>The newest checkpoint, or the end of the snapshot.</summary>
    public long Checkpoint { get; private set; }

    /// <summary>True when the copy is what stood at the checkpoint.</summary>
    public bool IsExact => ResumeAfter is { } at && at == Checkpoint && at >= _exactFrom;

    /// <summary>What is kept over a crash of the watcher.</summary>
    public WatchedView Clone() => new(scope, store, violated)
    {
        _merchants = new(_merchants), _terminals = new(_terminals), _exactFrom = _exactFrom, _isWithinWrite = _isWithinWrite, ResumeAfter = ResumeAfter, Checkpoint = Checkpoint,
    };

    /// <summary>Forgets everything, for a snapshot.</summary>
    public void Clear()
    {
        _merchants.Clear();
        _terminals.Clear();
        (ResumeAfter, Checkpoint, _exactFrom, _isWithinWrite) = (null, 0, 0, false);
    }

    /// <summary>Goes on from the newest checkpoint, though more has been received: that comes again.</summary>
    public void GoBack()
    {
        _exactFrom = Math.Max(_exactFrom, ResumeAfter ?? 0);
        (ResumeAfter, _isWithinWrite) = (ResumeAfter is null ? null : Checkpoint, false);
    }

    /// <summary>Goes on after the revision that the end of a stream has told.</summary>
    public void GoOnAfter(long told)
    {
        Require(ResumeAfter <= told && Expected(told).Count == 0, "told", $"a stream that was received up to {ResumeAfter} ended with revision {told} to go on after");
        ResumeAfter = told;
    }

    /// <summary>Applies a message.</summary>
    public void Apply(WatchBindingsResponse message)
    {
        switch (message.MessageCase)
        {
            case WatchBindingsResponse.MessageOneofCase.SnapshotPage:
                Require(ResumeAfter is null, "order", "a page of a snapshot after its end");
                Put(message.SnapshotPage.Merchants, message.SnapshotPage.Terminals);
                break;
            case WatchBindingsResponse.MessageOneofCase.SnapshotEnd:
                var end = message.SnapshotEnd;
                Require(ResumeAfter is null && end.ExactFromRevision >= end.Revision, "order", $"a snapshot that ends at {end.Revision} and is exact from {end.ExactFromRevision}");
                (ResumeAfter, Checkpoint, _exactFrom) = (end.Revision, end.Revision, end.ExactFromRevision);
                break;
            case WatchBindingsResponse.MessageOneofCase.Event:
                Apply(message.Event);
                break;
            default:
                Apply(message.Checkpoint);
                break;
        }
    }

    private void Apply(WatchEvent happened)
    {
        var revision = happened.Revision;
        Require(ResumeAfter < revision, "repeat", $"an event of revision {revision} came after {ResumeAfter}");
        Require(revision <= store.Head && store.Get(revision).EndsWrite == happened.EndsWrite, "halves", $"an event of revision {revision} that says ends_write={happened.EndsWrite}");
        var expected = Expected(revision);
        foreach (var (key, item, isTerminal) in happened.Merchants.Select(one => (KeyOf(one), one.Revision, false)).Concat(happened.Terminals.Select(one => (KeyOf(one), one.Revision, true))))
        {
            // Who watches a terminal gets the record of a merchant that the terminal has come to, whenever that has changed.
            var isBesides = scope.Sn is not null && !isTerminal && happened.Terminals.Count > 0 && item <= revision;
            Require((expected.Remove(item, out var change) && Equals(change, key)) || isBesides, "foreign", $"an event of revision {revision} after {ResumeAfter} has {key} of revision {item}");
        }

        Require(expected.Count == 0, "missing", $"an event of revision {revision} came after {ResumeAfter}, without {string.Join(", ", expected.Keys)}");
        Put(happened.Merchants, happened.Terminals);
        (ResumeAfter, _isWithinWrite) = (revision, !happened.EndsWrite);
    }

    private void Apply(WatchCheckpoint promise)
    {
        var revision = promise.Revision;
        Require(ResumeAfter <= revision, "repeat", $"a checkpoint of {revision} came after {ResumeAfter}");
        var missing = Expected(revision);
        Require(missing.Count == 0, "missing", $"a checkpoint of {revision} came after {ResumeAfter}, without {string.Join(", ", missing.Keys)}");
        Require(!_isWithinWrite && (revision == 0 || (revision <= store.Head && store.Get(revision).EndsWrite)), "halves", $"a checkpoint of {revision} is within a write");
        ResumeAfter = Checkpoint = revision;
        if (IsExact)
        {
            ExpectExact();
        }
    }

    /// <summary>Compares the copy with what stood at the checkpoint.</summary>
    private void ExpectExact()
    {
        var then = store.Keys.Select(key => store.NewestUpTo(key, Checkpoint)).OfType<Change>().ToList();
        var terminals = then.Where(change => change.Terminal is { } terminal && terminal.Key.Acquirer == scope.Acquirer
            && (scope.Sn is null || terminal.Key.Sn == scope.Sn) && (scope.Merchant is null || terminal.MerchantNo == scope.Merchant)).ToList();
        var merchants = then.Where(change => change.Merchant is { } merchant && merchant.Key.Acquirer == scope.Acquirer
            && (scope.Merchant is null || merchant.Key.No == scope.Merchant) && (scope.Sn is null || terminals.Exists(one => one.Terminal!.Value.MerchantNo == merchant.Key.No))).ToList();
        var held = _terminals.Values.Where(one => scope.Merchant is null || one.MerchantNo == scope.Merchant.Value.ToString()).ToList();
        Require(held.Count == terminals.Count, "view", $"at the checkpoint {Checkpoint} the copy has {held.Count} terminals, and there were {terminals.Count}");
        foreach (var change in terminals)
        {
            Require(_terminals.TryGetValue(change.Terminal!.Value.Key.Sn.ToString(), out var one) && one.Revision == change.Revision, "view", $"at the checkpoint {Checkpoint} the copy has {change.Key} as of {one?.Revision}, which was of {change.Revision}");
        }

        foreach (var change in merchants)
        {
            Require(_merchants.TryGetValue(change.Merchant!.Value.Key.No.ToString(), out var one) && one.Revision == change.Revision, "view", $"at the checkpoint {Checkpoint} the copy has {change.Key} as of {one?.Revision}, which was of {change.Revision}");
        }
    }

    /// <summary>What the scope has of changes after the revision that the watcher has come to, up to another.</summary>
    private Dictionary<long, object> Expected(long upTo)
    {
        var found = new Dictionary<long, object>();
        for (var revision = (ResumeAfter ?? upTo) + 1; revision <= Math.Min(upTo, store.Head); revision++)
        {
            var change = store.Get(revision);
            if (change.Terminal is { } terminal ? Concerns(terminal, change.Left) : Concerns(change.Merchant!.Value.Key, revision))
            {
                found.Add(revision, change.Key);
            }
        }

        return found;
    }

    private bool Concerns(in TerminalRecord terminal, MerchantNo? left) =>
        terminal.Key.Acquirer == scope.Acquirer
        && (scope.Sn is null || terminal.Key.Sn == scope.Sn) && (scope.Merchant is null || terminal.MerchantNo == scope.Merchant || left == scope.Merchant);

    private bool Concerns(in MerchantKey merchant, long revision) =>
        merchant.Acquirer == scope.Acquirer
        && (scope.Merchant is null || merchant.No == scope.Merchant)
        && (scope.Sn is not { } sn || store.NewestUpTo(new TerminalKey(scope.Acquirer, sn), revision)?.Terminal?.MerchantNo == merchant.No);

    private void Put(IEnumerable<WatchedMerchant> merchants, IEnumerable<WatchedTerminal> terminals)
    {
        foreach (var merchant in merchants)
        {
            var change = store.Get(merchant.Revision);
            Require(
                Equals(change.Key, KeyOf(merchant)) && (change.Merchant!.Value.Holds.Length > 0) == (merchant.Holds.Count > 0), "content", $"merchant {merchant.MerchantNo} of revision {merchant.Revision} is not what was committed");
            _merchants[merchant.MerchantNo] = merchant;
        }

        foreach (var terminal in terminals)
        {
            var change = store.Get(terminal.Revision);
            Require(
                Equals(change.Key, KeyOf(terminal)) && change.Terminal is { } record && (int)record.State == (int)terminal.TerminalState && record.MerchantNo.ToString() == terminal.MerchantNo,
                "content", $"terminal {terminal.TerminalSn} of revision {terminal.Revision} is not what was committed");
            _terminals[terminal.TerminalSn] = terminal;
        }
    }

    private object KeyOf(WatchedMerchant merchant) => MerchantNo.TryParse(merchant.MerchantNo, out var no, out _) ? new MerchantKey(scope.Acquirer, no) : merchant;

    private object KeyOf(WatchedTerminal terminal) => TerminalSn.TryParse(terminal.TerminalSn, out var sn, out _) ? new TerminalKey(scope.Acquirer, sn) : terminal;

    private void Require(bool isSo, string rule, string what)
    {
        if (!isSo)
        {
            violated($"watch: {rule}", $"{scope}: {what}");
        }
    }
}
