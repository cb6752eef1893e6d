using VerifyGateway.Caching;
using VerifyGateway.Caching.Coherence;
using VerifyGateway.Server.Callers;
using VerifyGateway.Server.Checks;

namespace VerifyGateway.Server.Direct;

/// <summary>
/// The status check on its shortest way, from bytes to bytes: parse → find both records → decide → write. It answers checks that are plain
/// (valid, all that they hold known, no explanation) and whose records are in memory and fresh, and of the others none. Allocates nothing
/// but what the holds of a record and the words of a policy are in. Safe from any thread.
/// </summary>
internal sealed class PlainChecks(StatusChecks checks, RecordReader records)
{
    private readonly AcquirerIds _acquirers = new();

    /// <summary>Answers one check, and counts it; or does nothing.</summary>
    /// <param name="message">The check.</param>
    /// <param name="caller">Who asks, and may.</param>
    /// <param name="now">The instant of the check.</param>
    /// <param name="into">Room of <see cref="PlainAnswer.MostBytes"/> or more.</param>
    /// <param name="length">Length of the answer, bytes.</param>
    public bool TryAnswer(ReadOnlySpan<byte> message, Caller caller, LeaseInstant now, Span<byte> into, out int length)
    {
        length = 0;
        HeldRecords held = default;
        if (!PlainCheck.TryRead(message, caller, _acquirers, out var check) || !records.TryFindHeld(check.Terminal, check.Merchant, check.AtLeastRevision, now, ref held))
        {
            return false;
        }

        var outcome = checks.Judge(check.Query, caller, held.Terminal, held.Merchant, held.Facts, now.UnixMs, steps: null);
        length = PlainAnswer.Write(check.CorrelationId, check.IsEnglish, outcome, into);
        return true;
    }
}
