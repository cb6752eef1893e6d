using VerifyGateway.Caching.Coherence;
using VerifyGateway.Caching.Memory;
using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Caching;

/// <summary>What memory and Redis had of the records of one check. Immutable.</summary>
public sealed class NearFinds
{
    private readonly Held _held;

    internal NearFinds(in Held held) => _held = held;

    /// <summary>True when both records might answer ALLOW when they were found. Whether they still may, <see cref="RecordReader.IsFresh"/> says.</summary>
    public bool WasFresh => _held.IsFresh;

    internal ref readonly Held Held => ref _held;

    /// <summary>The records.</summary>
    public RecordAnswer ToAnswer() => _held.ToAnswer();
}

/// <summary>What is held of the two records of one check so far.</summary>
internal struct Held
{
    public RecordHash TerminalHash;
    public RecordHash MerchantHash;
    public TerminalRecord? Terminal;
    public MerchantRecord? Merchant;
    public long TerminalRevision;
    public long MerchantRevision;
    public bool HasTerminal;
    public bool HasMerchant;
    public bool IsFresh;
    public RecordSource Source;
    public LeaseView Lease;
    public LeaseInstant LookedAt;
    public long Applied;

    /// <summary>Copies of Redis are verified by what has been applied: without the lease, or below the revision that is asked for, they prove nothing.</summary>
    public readonly bool MayAskRedis(long atLeastRevision) => Lease.IsValid && Applied >= atLeastRevision;

    public void TakeTerminal(in RecordCopy<TerminalRecord> copy) =>
        (Terminal, TerminalRevision, HasTerminal, Source) = (copy.Record, copy.Revision, true, RecordSource.Redis);

    public void TakeMerchant(in RecordCopy<MerchantRecord> copy) =>
        (Merchant, MerchantRevision, HasMerchant, Source) = (copy.Record, copy.Revision, true, RecordSource.Redis);

    public readonly RecordAnswer ToAnswer() => HasTerminal && HasMerchant
        ? new RecordAnswer(
            new RecordPair(new RecordCopy<TerminalRecord>(Terminal, TerminalRevision, Applied), new RecordCopy<MerchantRecord>(Merchant, MerchantRevision, Applied)),
            Source, IsFresh, IsFound: true, Applied, Lease.AsOfUnixMs, Lease.UntilUnixMs)
        : RecordAnswer.None;
}
