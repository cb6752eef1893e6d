using VerifyGateway.Caching.Store;
using VerifyGateway.Storage.Rows;

namespace VerifyGateway.Storage.Writing;

/// <summary>Where the feed and the audit trail end, as an engine read it under the head's lock.</summary>
/// <param name="Head">Revision of the newest entry.</param>
/// <param name="HeadAtUnixMs">When that was committed, Unix milliseconds.</param>
/// <param name="AuditSeq">The newest line.</param>
/// <param name="AuditHash">Its hash.</param>
internal sealed record HeadState(long Head, long HeadAtUnixMs, long AuditSeq, byte[] AuditHash);

/// <summary>What a record was from one revision up to the next.</summary>
internal sealed record ClosedVersion(FeedEntity Entity, string Acquirer, string Key, RecordStamp Stamp, long UntilRevision, long UntilUnixMs);

/// <summary>How far an import has come; null <paramref name="Point"/> forgets all imports.</summary>
internal sealed record ImportMark(string Source, ImportPoint? Point);

/// <summary>Everything that a group of writes changes, for an engine to write in one transaction: rows first, in this order, the head last.</summary>
internal sealed class ChangeSet
{
    public required IReadOnlyList<(AcquirerRow Row, bool IsNew)> Acquirers { get; init; }
    public required IReadOnlyList<(StoredIdentity Row, bool IsNew)> Identities { get; init; }
    public required IReadOnlyList<(CardRow Row, bool IsNew)> Cards { get; init; }
    public required IReadOnlyList<(StoredMerchant Row, bool IsNew)> Merchants { get; init; }

    /// <summary>Those that are not live first, so that a device is free before it is taken again; then in the order of serial numbers.</summary>
    public required IReadOnlyList<(StoredTerminal Row, bool IsNew)> Terminals { get; init; }

    public required IReadOnlyList<(StoredHold Row, bool IsNew)> Holds { get; init; }
    public required IReadOnlyList<(StoredDocument Row, bool IsNew)> Documents { get; init; }
    public required IReadOnlyList<(RequestKey Key, StoredRequest Row)> Requests { get; init; }
    public required IReadOnlyList<ClosedVersion> History { get; init; }
    public required IReadOnlyList<FeedEntry> Feed { get; init; }
    public required IReadOnlyList<AuditLine> Audit { get; init; }
    public required ImportMark? Import { get; init; }

    /// <summary>The head before, as it was locked, and after.</summary>
    public required HeadState Before { get; init; }

    /// <inheritdoc cref="Before" />
    public required HeadState After { get; init; }
}
