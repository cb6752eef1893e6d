using System.Collections.Immutable;
using VerifyGateway.Domain.Lifecycle;
using VerifyGateway.Domain.Records;
using VerifyGateway.Server.Callers;
using VerifyGateway.Server.Faults;

namespace VerifyGateway.Server.Holds;

/// <summary>Who may do and see what of holds. All of it is decided from the caller and the request alone, before anything is looked up.</summary>
internal static class HoldRights
{
    private static readonly ImmutableArray<HoldKind> Kinds = [.. Enum.GetValues<HoldKind>()];

    /// <summary>The role that handles holds of a kind.</summary>
    public static CallerRoles RoleOf(HoldKind kind) => kind switch
    {
        HoldKind.Holder => CallerRoles.HolderChannel,
        HoldKind.Risk => CallerRoles.RiskControl,
        HoldKind.Judicial => CallerRoles.Judicial,
        HoldKind.Regulator => CallerRoles.Regulator,
        HoldKind.System => CallerRoles.System,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    /// <summary>In what capacity somebody who handles holds of a kind acts.</summary>
    public static ActorRole ActorOf(HoldKind kind) => HoldRules.All.First(rule => rule.Kind == kind).Role;

    /// <summary>True when the caller may be told documents, reasons and persons of holds of a kind.</summary>
    public static bool MayKnow(Caller caller, HoldKind kind) => caller.May(RoleOf(kind)) || caller.May(CallerRoles.SeeConfidential);

    /// <summary>The kinds whose holds the caller sees one by one. Those of holders and systems are no secret; the others look alike to whom they are none of the business of.</summary>
    public static ImmutableArray<HoldKind> InFull(Caller caller) =>
        [.. Kinds.Where(kind => kind is HoldKind.Holder or HoldKind.System || MayKnow(caller, kind))];

    /// <summary>Returns when the caller handles holds of any kind; a terminal never does.</summary>
    /// <exception cref="GatewayException">PERMISSION_DENIED.</exception>
    public static void RequireHandler(Caller caller) => Require(caller.Terminal is null && Kinds.Any(kind => caller.May(RoleOf(kind))));

    /// <summary>Returns when the caller may read holds: who handles some, and who reads bindings, which tell of holds too.</summary>
    /// <exception cref="GatewayException">PERMISSION_DENIED.</exception>
    public static void RequireReader(Caller caller) =>
        Require(caller.Terminal is null && (caller.May(CallerRoles.ReadBindings) || Kinds.Any(kind => caller.May(RoleOf(kind)))));

    /// <summary>Returns when what must hold does.</summary>
    /// <exception cref="GatewayException">PERMISSION_DENIED.</exception>
    public static void Require(bool mayDoThis)
    {
        if (!mayDoThis)
        {
            throw GatewayException.PermissionDenied();
        }
    }
}
