using System.Globalization;

namespace VerifyGateway.Storage.Maintenance;

/// <summary>A line of the audit trail as somebody has noted it outside the store.</summary>
/// <param name="Seq">The line, 0 or more.</param>
/// <param name="Hash">Its hash, 32 bytes.</param>
public sealed record AuditMark(long Seq, byte[] Hash)
{
    /// <summary>Takes SEQ:HASH, the hash in 64 hexadecimal digits; null when it is not that.</summary>
    public static AuditMark? TryParse(string text)
    {
        var parts = text.Split(':');
        return parts.Length == 2 && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var seq)
            && parts[1].Length == 64 && parts[1].All(char.IsAsciiHexDigit)
            ? new AuditMark(seq, Convert.FromHexString(parts[1]))
            : null;
    }

    /// <summary>SEQ:HASH.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Seq}:{Convert.ToHexStringLower(Hash)}");
}

/// <summary>What a walk along the audit trail has found.</summary>
/// <param name="Lines">How many lines were looked at.</param>
/// <param name="LinesWithFeed">How many of them were compared with the feed, which keeps its entries for a shorter time.</param>
/// <param name="End">The last line that fits; what an operator keeps elsewhere.</param>
/// <param name="Finding">What is wrong first, in a sentence that names the line; null when nothing is.</param>
public sealed record AuditReport(long Lines, long LinesWithFeed, AuditMark End, string? Finding);

/// <summary>
/// Walks along the audit trail from its floor to its end. Every line carries the hash of itself and of the line before, so a line
/// that was altered, removed, put in or put elsewhere breaks the chain at itself or at the next. Who can write the database can
/// also compute a whole new chain from some line on: only a hash that was kept elsewhere shows that.
/// </summary>
public sealed class AuditCheck
{
    private const int PageLines = 500;

    private readonly IStoreMaintenance _store;
    private readonly AuditMark? _expected;
    private byte[] _hash = [];
    private long _seq;
    private long? _revision;
    private long _atUnixMs;
    private long _lines;
    private long _linesWithFeed;

    private AuditCheck(IStoreMaintenance store, AuditMark? expected) => (_store, _expected) = (store, expected);

    /// <summary>Walks the chain; holds some hundred lines at a time in memory. Writers are not held up.</summary>
    /// <param name="store">The store; it may be in use.</param>
    /// <param name="expected">A line that was noted earlier, which must still be there with that hash; null for none.</param>
    /// <param name="cancel">Ends the walk.</param>
    /// <exception cref="Caching.Store.StoreUnavailableException">The store cannot be read now.</exception>
    public static Task<AuditReport> RunAsync(IStoreMaintenance store, AuditMark? expected = null, CancellationToken cancel = default) =>
        new AuditCheck(store, expected).WalkAsync(cancel);

    private async Task<AuditReport> WalkAsync(CancellationToken cancel)
    {
        var state = await _store.ReadStateAsync(cancel);
        if (_expected is not null && _expected.Seq < state.AuditFloorSeq)
        {
            return Report($"Line {_expected.Seq}, which is to be compared, is no longer kept: the trail begins after line {state.AuditFloorSeq}; compare with a later one.");
        }

        BeginAt(state);
        while (true)
        {
            if (ExpectedFault() is { } atFloor)
            {
                return Report(atFloor);
            }

            var page = await _store.ReadAuditAsync(_seq, PageLines, cancel);
            if (page.State.AuditFloorSeq > _seq)
            {
                // Lines went by the rules of retention while this walk was on its way to them.
                BeginAt(page.State);
                continue;
            }

            foreach (var line in page.Lines)
            {
                if (FaultOf(line, page.State) is { } fault)
                {
                    return Report(fault);
                }

                Pass(line);
                if (ExpectedFault() is { } other)
                {
                    return Report(other);
                }
            }

            if (page.Lines.Count < PageLines)
            {
                return Report(FaultOfEnd(page.State));
            }
        }
    }

    private void BeginAt(StoreState state) => (_seq, _hash, _revision, _atUnixMs) = (state.AuditFloorSeq, state.AuditFloorHash, null, 0);

    private void Pass(StoredAuditLine stored)
    {
        var line = stored.Line;
        (_seq, _hash, _revision, _atUnixMs) = (line.Seq, line.Hash, line.LastRevision, line.AtUnixMs);
        _lines++;
        _linesWithFeed += stored.FeedHash is not null && line.FirstRevision <= line.LastRevision ? 1 : 0;
    }

    private string? FaultOf(StoredAuditLine stored, StoreState state)
    {
        var line = stored.Line;
        if (line.Seq != _seq + 1)
        {
            return $"Line {_seq + 1} is missing: after line {_seq} comes line {line.Seq}.";
        }

        if (line.Seq > state.AuditSeq)
        {
            return $"Line {line.Seq} was put in after the end: the trail ends at line {state.AuditSeq}.";
        }

        if (!line.HashAfter(_hash).AsSpan().SequenceEqual(line.Hash))
        {
            return $"Line {line.Seq} does not fit its hash: it was altered, put in or put in another's place, or line {_seq} was given another hash.";
        }

        if (line.AtUnixMs < _atUnixMs || (_revision is { } before && line.FirstRevision != before + 1))
        {
            return $"Line {line.Seq} is out of order: its time or its revisions do not follow those of line {_seq}.";
        }

        return stored.FeedHash is { } feed && !feed.AsSpan().SequenceEqual(line.ChangesHash)
            ? $"Line {line.Seq} does not fit the change feed: the entries of the revisions {line.FirstRevision} to {line.LastRevision} are not those that it was written with."
            : null;
    }

    private string? FaultOfEnd(StoreState state)
    {
        if (_seq != state.AuditSeq)
        {
            return $"Line {_seq + 1} is missing: the trail is to end at line {state.AuditSeq}, and its last line is {_seq}.";
        }

        if (!_hash.AsSpan().SequenceEqual(state.AuditHash))
        {
            return $"Line {_seq} is the last and has another hash than the head names for it: the line, or the head, was altered.";
        }

        if (_revision is { } last && last != state.Head)
        {
            return $"Line {_seq} is the last and ends at revision {last}, but the head of the change feed is {state.Head}: the head was altered, or changed by something that leaves no line.";
        }

        return _expected is not null && _expected.Seq > _seq
            ? $"Line {_expected.Seq}, which is to be compared, does not exist: the trail ends at line {_seq}. The store was set back, or is another one."
            : null;
    }

    private string? ExpectedFault() => _expected is not null && _expected.Seq == _seq && !_expected.Hash.AsSpan().SequenceEqual(_hash)
        ? $"Line {_seq} has another hash than the one that was noted: the trail up to it was written anew, or this is another store."
        : null;

    private AuditReport Report(string? finding) => new(_lines, _linesWithFeed, new AuditMark(_seq, _hash), finding);
}
