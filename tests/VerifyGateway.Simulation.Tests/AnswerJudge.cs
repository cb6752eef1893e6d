using VerifyGateway.Caching;
using VerifyGateway.Caching.Coherence;
using VerifyGateway.Caching.Store;

namespace VerifyGateway.Simulation.Tests;

/// <summary>How many checks were answered in which way.</summary>
internal sealed class CheckCounts
{
    /// <summary>Answers that may say ALLOW.</summary>
    public long Fresh { get; set; }

    /// <summary>Of them, from memory.</summary>
    public long Memory { get; set; }

    /// <summary>Of them, from memory by the bytes of names.</summary>
    public long Held { get; set; }

    /// <summary>Of them, from Redis.</summary>
    public long Redis { get; set; }

    /// <summary>Of them, from what had been found a while before.</summary>
    public long Waited { get; set; }

    /// <summary>Of them, from the store without a lease, by the proof of the head.</summary>
    public long Proven { get; set; }

    /// <summary>What was found and had grown old when it was to be used.</summary>
    public long GrewOld { get; set; }

    /// <summary>Checks that were allowed.</summary>
    public long Allowed { get; set; }

    /// <summary>Checks that were declined because of a freeze.</summary>
    public long Frozen { get; set; }

    /// <summary>Copies that were evicted from memory.</summary>
    public long Evicted { get; set; }

    /// <summary>Adds those of another history.</summary>
    public void Add(CheckCounts other)
    {
        Fresh += other.Fresh;
        Memory += other.Memory;
        Held += other.Held;
        Redis += other.Redis;
        Waited += other.Waited;
        Proven += other.Proven;
        GrewOld += other.GrewOld;
        Evicted += other.Evicted;
        Allowed += other.Allowed;
        Frozen += other.Frozen;
    }
}

/// <summary>Compares answers with the truth.</summary>
internal sealed class AnswerJudge(Scheduler scheduler, SimStore store, int freshForMs, Action<string, string> violate)
{
    private readonly FreezeJudge _freezes = new(store, freshForMs, violate);

    public CheckCounts Counts { get; } = new();

    /// <summary>Everything that was answered, in order, as one number: the same for the same seed.</summary>
    public ulong Fingerprint { get; private set; } = 14695981039346656037;

    /// <summary>Judges one answer.</summary>
    /// <param name="gateway">Who has answered.</param>
    /// <param name="key">The records' names.</param>
    /// <param name="answer">The answer.</param>
    /// <param name="fromMs">When the check began; where something is used that was found before, when it was looked at whether it still may be.</param>
    /// <param name="atLeast">The revision that was asked for.</param>
    /// <param name="decidedAt">The instant that it is decided for.</param>
    public void Judge(SimGateway gateway, in PairKey key, in RecordAnswer answer, double fromMs, long atLeast, LeaseInstant decidedAt)
    {
        Fingerprint = (Fingerprint ^ (ulong)((answer.Pair.Terminal.Revision * 31) + answer.Pair.Merchant.Revision + (answer.IsFresh ? 7 : 3) + ((int)answer.Source << 20))) * 1099511628211;
        Fingerprint = (Fingerprint ^ (ulong)scheduler.NowTicks) * 1099511628211;
        if (!answer.IsFresh)
        {
            return;
        }

        Counts.Fresh++;
        Counts.Memory += answer.Source == RecordSource.Memory ? 1 : 0;
        Counts.Redis += answer.Source == RecordSource.Redis ? 1 : 0;
        Counts.Proven += answer.Source == RecordSource.Store && !gateway.Caches!.Follower.Lease.IsValid ? 1 : 0;
        if (answer.Revision < atLeast)
        {
            violate("at_least_revision", $"revision {answer.Revision} was answered where {atLeast} was asked for");
        }

        var (terminal, merchant) = answer.Pair;
        Judge(gateway, key.Terminal, terminal.Record, terminal.Revision, answer, fromMs, static change => change.Terminal);
        Judge(gateway, key.Merchant, merchant.Record, merchant.Revision, answer, fromMs, static change => change.Merchant);
        _freezes.Judge(key, answer, fromMs, decidedAt.UnixMs, Counts);
    }

    /// <summary>Judges what memory has answered at this instant: it only moves forward.</summary>
    public void JudgeMemory(SimGateway gateway, in PairKey key, in RecordAnswer answer)
    {
        if (answer is { IsFresh: true, Source: RecordSource.Memory })
        {
            JudgeMemory(gateway, key.Terminal, answer.Pair.Terminal.Revision);
            JudgeMemory(gateway, key.Merchant, answer.Pair.Merchant.Revision);
        }
    }

    /// <summary>The revision of a record that was answered without it; -1 when there never was such a record.</summary>
    public long RevisionOf(object key, object? record, Func<Change, object?> recordOf)
    {
        if (record is null)
        {
            return 0;
        }

        return store.HistoryOf(key).LastOrDefault(change => Equals(recordOf(change), record))?.Revision ?? -1;
    }

    private void JudgeMemory(SimGateway gateway, object key, long revision)
    {
        if (gateway.Seen.TryGetValue(key, out var seen) && revision < seen)
        {
            violate("memory", $"{key} went back from revision {seen} to {revision} in memory, applied {gateway.Caches!.Follower.Applied}");
        }

        gateway.Seen[key] = revision;
    }

    private void Judge(SimGateway gateway, object key, object? record, long revision, in RecordAnswer answer, double fromMs, Func<Change, object?> recordOf)
    {
        var history = store.HistoryOf(key);
        if (revision < 0 || (revision > 0 ? !Equals(recordOf(store.Get(revision)), record) : record is not null))
        {
            violate("content", $"{key} at revision {revision} was answered with another record");
        }

        // The bound: what was answered was still the newest at some instant of the last L.
        if (NextOf(history, revision) is { } next && fromMs > next.AtMs + freshForMs)
        {
            violate("bound", FormattableString.Invariant($"{key} was answered from revision {revision} by gateway {gateway.Node.Number} ({answer.Source}) to a check of {fromMs:F1}, {fromMs - next.AtMs:F1} ms after revision {next.Revision}"));
        }

        // The claim: the newest as of the revision that the answer names.
        var asOf = answer.Revision;
        if (NextOf(history, revision) is { } known && known.Revision <= asOf)
        {
            violate("revision", $"{key} was answered from revision {revision} as the newest as of {asOf} ({answer.Source})");
        }
    }

    /// <summary>The change of a key that follows on a revision; null when there is none.</summary>
    private static Change? NextOf(IReadOnlyList<Change> history, long revision)
    {
        Change? next = null;
        for (var i = history.Count - 1; i >= 0 && history[i].Revision > revision; i--)
        {
            next = history[i];
        }

        return next;
    }
}
