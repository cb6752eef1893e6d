using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Code = Grpc.Core.StatusCode;

namespace VerifyGateway.Server.Faults;

/// <summary>A request that could not be answered: the status and the details that the caller gets. Holds no data of anybody.</summary>
public sealed class GatewayException : Exception
{
    private GatewayException(Code code, string message, IReadOnlyList<V1.FieldViolation>? violations = null, TimeSpan retryAfter = default, IMessage? detail = null, Exception? cause = null)
        : base(message, cause)
    {
        Code = code;
        Violations = violations ?? [];
        RetryAfter = retryAfter;
        Detail = detail;
    }

    /// <summary>The gRPC status.</summary>
    public Code Code { get; }

    /// <summary>Every offending field of a malformed request.</summary>
    public IReadOnlyList<V1.FieldViolation> Violations { get; }

    /// <summary>How long to wait before asking again; zero when waiting does not help.</summary>
    public TimeSpan RetryAfter { get; }

    private IMessage? Detail { get; }

    /// <summary>A malformed request; every offending field is named.</summary>
    public static GatewayException Invalid(IReadOnlyList<V1.FieldViolation> violations) =>
        new(Code.InvalidArgument, string.Join("; ", violations.Take(5).Select(it => $"{it.Field}: {it.Rule}: {it.Description}")) + (violations.Count > 5 ? $"; and {violations.Count - 5} more" : ""), violations);

    /// <summary>A message that is not what the contract says.</summary>
    public static GatewayException Malformed(string messageName) =>
        Invalid([new V1.FieldViolation { Field = "", Rule = "MESSAGE_MALFORMED", Description = $"The body is not a {messageName} in protobuf's wire format." }]);

    /// <summary>No credentials, or bad ones.</summary>
    public static GatewayException Unauthenticated() =>
        new(Code.Unauthenticated, "Calls without credentials are served to callers on the gateway's own machine, and in networks that it trusts, only.");

    /// <summary>Something the caller may not do or see; says nothing of whether it exists.</summary>
    public static GatewayException PermissionDenied() => new(Code.PermissionDenied, "The caller may not do this.");

    /// <summary>Something that does not exist, or not for this caller.</summary>
    public static GatewayException NotFound(string type, string name) =>
        new(Code.NotFound, $"There is no such {type} for this caller.", detail: new ResourceInfo { ResourceType = type, ResourceName = name, Description = "Not known." });

    /// <summary>A request id that was used for another body; says nothing of what that was.</summary>
    public static GatewayException RequestReused() => new(
        Code.AlreadyExists, "The request id was used with another body; give every request an id of its own.", detail: InfoOf("REQUEST_ID_REUSED"));

    /// <summary>A version that was expected and is not the current one.</summary>
    public static GatewayException Stale(string type, long currentVersion)
    {
        var info = InfoOf("VERSION_STALE");
        info.Metadata.Add("current_version", currentVersion.ToString(CultureInfo.InvariantCulture));
        return new GatewayException(Code.Aborted, string.Create(CultureInfo.InvariantCulture, $"The {type} has version {currentVersion}: somebody has changed it; read it again."), detail: info);
    }

    /// <summary>A state machine refuses; every guard that failed is named, with a word for programs and a sentence for people.</summary>
    public static GatewayException Refused(string subject, IReadOnlyList<(string Code, string Sentence)> guards)
    {
        var failure = new PreconditionFailure();
        failure.Violations.AddRange(guards.Select(guard => new PreconditionFailure.Types.Violation { Type = guard.Code, Subject = subject, Description = guard.Sentence }));
        return new GatewayException(Code.FailedPrecondition, string.Join(" ", guards.Select(static guard => $"{guard.Code}: {guard.Sentence}")), detail: failure);
    }

    /// <summary>The gateway could not tell: a dependency does not answer and no rule allows an answer.</summary>
    public static GatewayException Unavailable(string message) => new(Code.Unavailable, message, retryAfter: TimeSpan.FromSeconds(1));

    /// <summary>What was asked for is no longer kept, or not there yet; names the limit as metadata of google.rpc.ErrorInfo, when it is a revision.</summary>
    internal static GatewayException OutOfRange(string reason, string message, string limitName, long? limit) =>
        new(Code.OutOfRange, message, detail: InfoOf(reason, limitName, limit));

    /// <summary>A watch has ended; the caller goes on after the revision, or begins anew when there is none.</summary>
    /// <param name="code">The status.</param>
    /// <param name="reason">A word for programs.</param>
    /// <param name="message">A sentence for people.</param>
    /// <param name="resumeAfter">The revision, as metadata of google.rpc.ErrorInfo.</param>
    /// <param name="retryAfter">How long to wait; zero for not at all.</param>
    /// <param name="cause">What has ended it, for the log.</param>
    internal static GatewayException WatchEnded(Code code, string reason, string message, long? resumeAfter, TimeSpan retryAfter, Exception? cause = null) =>
        new(code, message, retryAfter: retryAfter, detail: InfoOf(reason, "resume_after_revision", resumeAfter), cause: cause);

    private static ErrorInfo InfoOf(string reason, string name, long? revision)
    {
        // The field that is called "reason" today had this name when the package was made; on the wire it is the same.
        var info = new ErrorInfo { Type = reason, Domain = "verifygateway" };
        if (revision is { } known)
        {
            info.Metadata[name] = known.ToString(CultureInfo.InvariantCulture);
        }

        return info;
    }

    /// <summary>A google.rpc.Status with a word for programs, for faults that are no exception of this kind.</summary>
    internal static Google.Rpc.Status StatusOf(Code code, string message, string reason) => new()
    {
        Code = (int)code,
        Message = message,
        Details = { Any.Pack(InfoOf(reason)) },
    };

    /// <summary>A word for programs.</summary>
    // The field that is called "reason" today had this name when the package was made; on the wire it is the same.
    private static ErrorInfo InfoOf(string reason) => new() { Type = reason, Domain = "verifygateway" };

    /// <summary>The fault as google.rpc.Status, its details included.</summary>
    public Google.Rpc.Status ToStatus()
    {
        var status = new Google.Rpc.Status { Code = (int)Code, Message = Message };
        if (Violations.Count > 0)
        {
            var bad = new BadRequest();
            bad.FieldViolations.AddRange(Violations.Select(it => new BadRequest.Types.FieldViolation { Field = it.Field, Description = $"{it.Rule}: {it.Description}" }));
            status.Details.Add(Any.Pack(bad));
        }

        if (RetryAfter > TimeSpan.Zero)
        {
            status.Details.Add(Any.Pack(new RetryInfo { RetryDelay = Duration.FromTimeSpan(RetryAfter) }));
        }

        if (Detail is not null)
        {
            status.Details.Add(Any.Pack(Detail));
        }

        return status;
    }

    /// <summary>The fault as the error of one item among several.</summary>
    public V1.ItemError ToItemError()
    {
        var error = new V1.ItemError { Code = (int)Code, Message = Message, RetryAfterMs = (long)RetryAfter.TotalMilliseconds };
        error.FieldViolations.AddRange(Violations);
        return error;
    }
}
