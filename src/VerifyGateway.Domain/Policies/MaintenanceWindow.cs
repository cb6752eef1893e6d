using System.Collections.Immutable;
using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Domain.Reasons;

namespace VerifyGateway.Domain.Policies;

/// <summary>The services that can be closed for maintenance, each for itself.</summary>
public enum GatewayService : byte
{
    /// <summary>Status checks.</summary>
    StatusCheck = 1,
    /// <summary>Verification cases: opening, submitting, verifying again.</summary>
    Verification = 2,
    /// <summary>Merchants, terminals and their bindings.</summary>
    Binding = 3,
    /// <summary>Placing and lifting holds.</summary>
    Hold = 4,
    /// <summary>Deregistration.</summary>
    Deregistration = 5,
}

/// <summary>Why a service is closed.</summary>
public enum WindowKind : byte
{
    /// <summary>Planned maintenance.</summary>
    Maintenance = 1,
    /// <summary>The day-end cut-over.</summary>
    CutOver = 2,
}

/// <summary>A time in which a service is closed; it always has an end. Immutable.</summary>
/// <param name="Service">What is closed.</param>
/// <param name="Kind">Why.</param>
/// <param name="Acquirers">For whom; empty means for all.</param>
/// <param name="FromUnixMs">First instant at which it is closed, Unix milliseconds.</param>
/// <param name="UntilUnixMs">First instant at which it is open again, Unix milliseconds.</param>
public sealed record MaintenanceWindow(
    GatewayService Service, WindowKind Kind, ImmutableArray<AcquirerId> Acquirers, long FromUnixMs, long UntilUnixMs)
{
    /// <summary>Where it was read, for messages about it; empty when it was not read from a file.</summary>
    public string Place { get; init; } = "";

    /// <summary>The reason that is answered meanwhile.</summary>
    public Reason Reason => Kind == WindowKind.CutOver ? Reason.CutOver : Reason.Maintenance;

    /// <summary>True when the service is closed at that instant.</summary>
    public bool IsOpenAt(long unixMs) => unixMs >= FromUnixMs && unixMs < UntilUnixMs;

    /// <summary>The windows that name an acquirer, for each that is named; those for all are not among them.</summary>
    internal static ILookup<AcquirerId, MaintenanceWindow> ByAcquirer(IEnumerable<MaintenanceWindow> windows) =>
        windows.SelectMany(window => window.Acquirers.Distinct().Select(acquirer => (acquirer, window))).ToLookup(it => it.acquirer, it => it.window);
}
