namespace VerifyGateway.Caching.Memory;

/// <summary>
/// What a record is found by in memory: 128 bits of a keyed hash of its name. Two names have the same one with a chance of one in
/// 2^128, whatever names an outsider chooses, as long as the key is not known. Immutable, safe from any thread.
/// </summary>
/// <param name="Low">The first 64 bits.</param>
/// <param name="High">The other 64 bits.</param>
public readonly record struct RecordHash(ulong Low, ulong High);

/// <summary>The hashes of the names of a check's two records.</summary>
public readonly record struct RecordHashes(RecordHash Terminal, RecordHash Merchant);
