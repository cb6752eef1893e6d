using VerifyGateway.Domain.Identifiers;

namespace VerifyGateway.Storage.Rows;

/// <summary>Which kind of matter a row holds; each has a table of its own, with rules of its own.</summary>
public enum DocumentKind : byte
{
    /// <summary>A verification case; its subject is an identity, which has at most one that is not decided.</summary>
    Case = 1,
    /// <summary>A deregistration; its subject is a merchant, which has at most one under way.</summary>
    Deregistration = 2,
    /// <summary>A receipt; its subject is the deregistration that it closes. Written once, in state 1.</summary>
    Receipt = 3,
    /// <summary>A policy; its subject is the source document. States: 1 draft, 2 in force, 3 withdrawn.</summary>
    Policy = 4,
    /// <summary>A maintenance window; its subject is the service. States as of a policy.</summary>
    MaintenanceWindow = 5,
}

/// <summary>Names a matter.</summary>
/// <param name="Kind">Which kind it is.</param>
/// <param name="Acquirer">Whose it is; none for a policy or window that is every acquirer's.</param>
/// <param name="Id">Its id, unique within kind and acquirer.</param>
public readonly record struct DocumentKey(DocumentKind Kind, AcquirerId Acquirer, EntityId Id);

/// <summary>A matter with a life of its own, as it is to be written. Its version is kept by the store.</summary>
/// <param name="Key">Its name.</param>
/// <param name="Subject">What it is about; see <see cref="DocumentKind"/>.</param>
/// <param name="State">Number of its state; which there are is up to its kind.</param>
/// <param name="FromUnixMs">When it begins to matter, Unix milliseconds, 0 or more.</param>
/// <param name="UntilUnixMs">First instant at which it no longer does, Unix milliseconds, later than the first; 0 when it does not end by itself.</param>
/// <param name="Content">JSON of at most 65,536 characters; holds no personal data.</param>
public sealed record DocumentRow(DocumentKey Key, string Subject, byte State, long FromUnixMs, long UntilUnixMs, string Content);
