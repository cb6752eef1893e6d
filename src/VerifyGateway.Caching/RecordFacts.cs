namespace VerifyGateway.Caching;

/// <summary>Where the records of a check came from, and how fresh they are.</summary>
/// <param name="Source">Where they came from.</param>
/// <param name="IsFresh">True when they may answer ALLOW; false when only old copies were to be had.</param>
/// <param name="Revision">They are the newest as of this revision of the feed.</param>
/// <param name="AsOfUnixMs">Everything that was committed before is in them, Unix milliseconds; 0 when nothing of the kind is known.</param>
/// <param name="FreshUntilUnixMs">First instant at which they are no longer fresh, Unix milliseconds.</param>
public readonly record struct RecordFacts(RecordSource Source, bool IsFresh, long Revision, long AsOfUnixMs, long FreshUntilUnixMs);
