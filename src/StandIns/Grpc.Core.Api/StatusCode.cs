namespace Grpc.Core;

/// <summary>How a call can end.</summary>
public enum StatusCode
{
    /// <summary>Well.</summary>
    OK = 0,

    /// <summary>Cancelled, usually by the caller.</summary>
    Cancelled = 1,

    /// <summary>For a reason that nobody classified.</summary>
    Unknown = 2,

    /// <summary>The request can never be right, whatever state the system is in.</summary>
    InvalidArgument = 3,

    /// <summary>Time ran out. The work may have been done all the same.</summary>
    DeadlineExceeded = 4,

    /// <summary>There is no such thing.</summary>
    NotFound = 5,

    /// <summary>There is already such a thing.</summary>
    AlreadyExists = 6,

    /// <summary>The caller is known and may not do this.</summary>
    PermissionDenied = 7,

    /// <summary>A quota or a resource is used up.</summary>
    ResourceExhausted = 8,

    /// <summary>The system is in a state that does not allow it; repeating alone does not help.</summary>
    FailedPrecondition = 9,

    /// <summary>Given up because of others at work at the same time; the caller may start over.</summary>
    Aborted = 10,

    /// <summary>Beyond the end; may become valid later.</summary>
    OutOfRange = 11,

    /// <summary>The server does not do this.</summary>
    Unimplemented = 12,

    /// <summary>Something that must hold did not.</summary>
    Internal = 13,

    /// <summary>The service is out of reach for now; the caller may repeat.</summary>
    Unavailable = 14,

    /// <summary>Data is lost or damaged for good.</summary>
    DataLoss = 15,

    /// <summary>The caller did not show who it is.</summary>
    Unauthenticated = 16,
}
