using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Storage.Rows;

namespace VerifyGateway.Storage.Writing;

/// <summary>Who asks for a write, and by what name.</summary>
/// <param name="Request">The caller's id of it; the same id with the same body is done once.</param>
/// <param name="BodyHash">SHA-256 of the body that came with that id, 32 bytes.</param>
/// <param name="Actor">Who asks, for the audit trail: 1 to 128 printable characters; never a person's name.</param>
/// <param name="Action">What is asked for, for the audit trail: 1 to 64 printable characters.</param>
public sealed record CommandOrigin(RequestKey Request, ReadOnlyMemory<byte> BodyHash, string Actor, string Action)
{
    /// <summary>How long the answer is kept for a caller who asks again, at least 24 hours; null for ever.</summary>
    public TimeSpan? KeepFor { get; init; } = TimeSpan.FromHours(48);

    /// <summary>One for a write of the program's own, which nobody sends again.</summary>
    public static CommandOrigin Own(string actor, string action, AcquirerId acquirer = default) =>
        new(new RequestKey(acquirer, RequestId.NewUnique()), new byte[32], actor, action) { KeepFor = TimeSpan.FromHours(24) };
}

/// <summary>One write: all of it is committed or nothing, alone or in a group with others, none of which it can harm.</summary>
/// <param name="Origin">Who asks.</param>
/// <param name="Wanted">The rows that it looks at.</param>
/// <param name="Apply">
/// Looks at the rows and changes them. Pure but for what it does to the unit: it may run several times, on whatever thread, and is
/// not asked for I/O. Throws <see cref="WriteRefusedException"/> to refuse.
/// </param>
public sealed record StoreCommand(CommandOrigin Origin, Wanted Wanted, Action<WriteUnit> Apply);

/// <summary>What a write has done.</summary>
/// <param name="Revision">Revision of its last change, or the feed's head right after it when it changed no record.</param>
/// <param name="ChangedRecords">How many records it has changed; it has the revisions from <paramref name="Revision"/> - <paramref name="ChangedRecords"/> + 1 on.</param>
/// <param name="Result">The answer that it gave, now or when it was sent for the first time.</param>
/// <param name="IsRepeat">True when it had been done before and nothing was done now.</param>
public sealed record CommandResult(long Revision, int ChangedRecords, ReadOnlyMemory<byte> Result, bool IsRepeat);
