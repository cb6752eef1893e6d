using System.Diagnostics.CodeAnalysis;

namespace VerifyGateway.Caching.Store;

/// <summary>
/// A copy of a record, or of its absence. Copies are never authority: a copy says "as of head <see cref="Head"/> this was the
/// newest", and of two copies of one key the one with the higher revision is newer.
/// </summary>
/// <param name="Record">The record; null when there was none.</param>
/// <param name="Revision">Revision of the record's last change; 0 when there was none.</param>
/// <param name="Head">Head of the change feed in the database snapshot that the copy was read in.</param>
public readonly record struct RecordCopy<TRecord>(TRecord? Record, long Revision, long Head)
    where TRecord : struct
{
    private readonly TRecord? _record = Record;

    /// <summary>The record; null when there was none.</summary>
    public TRecord? Record { get => _record; init => _record = value; }

    /// <summary>The record, without a copy of it all.</summary>
    [UnscopedRef]
    public ref readonly TRecord? RecordInPlace => ref _record;
}
