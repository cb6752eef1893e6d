using VerifyGateway.Caching;
using VerifyGateway.Caching.Coherence;
using VerifyGateway.Caching.Memory;
using VerifyGateway.Caching.Store;
using VerifyGateway.Server.Callers;
using VerifyGateway.Server.Checks;

namespace VerifyGateway.Server.Direct;

/// <summary>
/// The status check on its shortest way, from bytes to bytes: parse → find both records → decide → write. It answers checks that are plain
/// (valid, all that they hold known, no explanation) and whose records are in memory and fresh, and of the others none. Allocates nothing
/// but what the holds of a record and the words of a policy are in. Safe from any thread.
/// </summary>
public sealed class PlainChecks
{
    private readonly StatusChecks _checks;
    private readonly RecordReader _records;
    private readonly AcquirerIds _acquirers = new();

    /// <summary>Answers from these records, as these checks decide.</summary>
    public PlainChecks(StatusChecks checks, RecordReader records) => (_checks, _records) = (checks, records);

    /// <summary>Answers one check, and counts it; or does nothing.</summary>
    /// <param name="message">The check.</param>
    /// <param name="caller">Who asks, and may.</param>
    /// <param name="now">The instant of the check.</param>
    /// <param name="into">Room of <see cref="PlainAnswer.MostBytes"/> or more.</param>
    /// <param name="length">Length of the answer, bytes.</param>
    internal bool TryAnswer(ReadOnlySpan<byte> message, Caller caller, LeaseInstant now, Span<byte> into, out int length)
    {
        PlainCheck check = default;
        length = 0;
        return TryRead(message, caller, ref check, out var hashes) && TryAnswer(message, check, hashes, caller, now, into, out length);
    }

    /// <summary>Reads a check, and has its records fetched; false when it is not plain.</summary>
    internal bool TryRead(ReadOnlySpan<byte> message, Caller caller, ref PlainCheck check, out RecordHashes hashes)
    {
        if (!PlainCheck.TryRead(message, caller, _acquirers, ref check))
        {
            hashes = default;
            return false;
        }

        hashes = _records.Seek(check.TerminalIn(message), check.MerchantIn(message));
        return true;
    }

    /// <summary>Answers a check that was read, and counts it; or does nothing.</summary>
    internal bool TryAnswer(ReadOnlySpan<byte> message, in PlainCheck check, in RecordHashes hashes, Caller caller, LeaseInstant now, Span<byte> into, out int length)
    {
        HeldRecords held = default;
        if (!_records.TryFindHeld(check.TerminalIn(message), check.MerchantIn(message), hashes, check.AtLeastRevision, now, ref held))
        {
            length = 0;
            return false;
        }

        var outcome = _checks.Judge(check.Query, caller, held.Terminal, held.Merchant, held.Facts, now.UnixMs, steps: null);
        length = PlainAnswer.Write(check.CorrelationIdIn(message), check.IsEnglish, outcome, into);
        return true;
    }

    /// <summary>True when there is a Redis to ask for what memory lacks.</summary>
    internal bool HasRedis => _records.HasRedis;

    /// <summary>True while records that were found may answer ALLOW.</summary>
    internal bool IsFresh(NearFinds found, LeaseInstant now) => _records.IsFresh(found, now);

    /// <summary>Looks for the records of a check that was read, in memory and in Redis.</summary>
    internal ValueTask<NearFinds> FindNearAsync(DirectMiss miss) => _records.FindNearAsync(miss.Check.KeyIn(miss.Message), miss.Check.AtLeastRevision);

    /// <summary>Looks for the records of checks that were read, in memory and, with one read for all, in Redis. Ends with each one's finds.</summary>
    internal async Task FindNearAsync(IReadOnlyList<DirectMiss> misses)
    {
        if (misses.Count == 1)
        {
            // Asks together with other connections.
            misses[0].Found = await FindNearAsync(misses[0]);
            return;
        }

        var wanted = new (PairKey, long)[misses.Count];
        for (var i = 0; i < wanted.Length; i++)
        {
            wanted[i] = (misses[i].Check.KeyIn(misses[i].Message), misses[i].Check.AtLeastRevision);
        }

        var found = await _records.FindNearAsync(wanted);
        for (var i = 0; i < found.Length; i++)
        {
            misses[i].Found = found[i];
        }
    }

    /// <summary>Answers a check whose records were found and are fresh, and counts it.</summary>
    /// <returns>Length of the answer, bytes.</returns>
    internal int Answer(DirectMiss miss, NearFinds found, Span<byte> into) =>
        PlainAnswer.Write(miss.Check.CorrelationIdIn(miss.Message), miss.Check.IsEnglish, _checks.Judge(miss.Check.Query, miss.Caller, found.ToAnswer(), steps: null), into);
}
