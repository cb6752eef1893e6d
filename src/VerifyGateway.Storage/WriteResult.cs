namespace VerifyGateway.Storage;

/// <summary>What a committed write has done to the change feed.</summary>
/// <param name="ChangedRecords">How many records have changed; the write has the revisions from <paramref name="Head"/> - <paramref name="ChangedRecords"/> + 1 to <paramref name="Head"/>, or none.</param>
/// <param name="Head">The feed's head right after the write.</param>
public readonly record struct WriteResult(int ChangedRecords, long Head);
