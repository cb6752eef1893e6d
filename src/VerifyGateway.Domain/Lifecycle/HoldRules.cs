using System.Collections.Immutable;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Domain.Lifecycle;

/// <summary>On whose authority a hold stands. Numbers are stored and on the wire.</summary>
public enum HoldAuthority : byte
{
    /// <summary>The holder (商户自主冻结).</summary>
    Owner = 1,
    /// <summary>The acquirer's risk control (机构风控).</summary>
    AcquirerRisk = 2,
    /// <summary>The police, by the clearing platform (紧急止付).</summary>
    EmergencyStop = 3,
    /// <summary>Police or procurators in a case (公安、检察冻结).</summary>
    CaseOrgan = 4,
    /// <summary>A court (法院冻结).</summary>
    Court = 5,
    /// <summary>The People's Bank, under the anti-money-laundering law (反洗钱临时冻结).</summary>
    AmlFreeze = 6,
    /// <summary>A list of sanctions.</summary>
    SanctionList = 7,
    /// <summary>A condition that is not met: non-compliance, dormancy.</summary>
    Condition = 8,
}

/// <summary>What goes for holds of one authority.</summary>
/// <param name="Authority">The authority.</param>
/// <param name="Kind">The kind under which the hold is known to a check.</param>
/// <param name="Role">Who places, renews and lifts it.</param>
/// <param name="MaxHours">Longest term in hours; 0 when the term is counted in months or has no limit.</param>
/// <param name="MaxMonths">Longest term in calendar months; 0 when the term is counted in hours or has no limit.</param>
/// <param name="MaxRenewals">How often it may be renewed, each time for a term; -1 without limit.</param>
/// <param name="NeedsDocument">True when the authority's document must be named to place, renew or lift it.</param>
/// <param name="LiftNeedsTwo">True when two persons must agree to lift it; placing never needs more than one.</param>
/// <param name="LiftNeedsStepUp">True when who lifts it must pass a stronger check of identity first.</param>
public sealed record HoldRule(
    HoldAuthority Authority, HoldKind Kind, ActorRole Role, int MaxHours, int MaxMonths, int MaxRenewals, bool NeedsDocument, bool LiftNeedsTwo, bool LiftNeedsStepUp)
{
    /// <summary>True when the term has a limit.</summary>
    public bool IsLimited => MaxHours + MaxMonths > 0;

    /// <summary>The last instant at which a term that begins then may end, Unix milliseconds; null without limit.</summary>
    public long? LatestEnd(long fromUnixMs) =>
        MaxMonths > 0 ? Times.AddMonths(fromUnixMs, MaxMonths) : MaxHours > 0 ? fromUnixMs + (MaxHours * Times.HourMs) : null;
}

/// <summary>
/// Terms and parties of holds as data. The sources are the practice under the civil and criminal procedure laws (court: at most a
/// year; case organs: at most six months), 银发〔2016〕261号 (emergency stop: 48 hours, renewed once) and the anti-money-laundering
/// law (temporary freeze: 48 hours).
/// </summary>
public static class HoldRules
{
    private const int Endless = 0;
    private const int NoLimit = -1;

    /// <summary>One row an authority.</summary>
    public static ImmutableArray<HoldRule> All { get; } =
    [
        // authority, kind, role, hours, months, renewals, document, two persons, step-up
        new(HoldAuthority.Owner, HoldKind.Holder, ActorRole.Holder, Endless, Endless, 0, false, false, true),
        new(HoldAuthority.AcquirerRisk, HoldKind.Risk, ActorRole.Risk, Endless, Endless, NoLimit, false, true, false),
        new(HoldAuthority.EmergencyStop, HoldKind.Judicial, ActorRole.JudicialAuthority, 48, 0, 1, true, true, false),
        new(HoldAuthority.CaseOrgan, HoldKind.Judicial, ActorRole.JudicialAuthority, 0, 6, NoLimit, true, true, false),
        new(HoldAuthority.Court, HoldKind.Judicial, ActorRole.JudicialAuthority, 0, 12, NoLimit, true, true, false),
        new(HoldAuthority.AmlFreeze, HoldKind.Regulator, ActorRole.Aml, 48, 0, 0, true, false, false),
        new(HoldAuthority.SanctionList, HoldKind.Regulator, ActorRole.Aml, Endless, Endless, NoLimit, true, false, false),
        new(HoldAuthority.Condition, HoldKind.System, ActorRole.System, Endless, Endless, NoLimit, false, false, false),
    ];

    /// <summary>The row of an authority; null when the value is none.</summary>
    public static HoldRule? Of(HoldAuthority authority) =>
        (int)authority is >= 1 and var number && number <= All.Length ? All[number - 1] : null;

    /// <summary>True when the role may place a hold of the kind.</summary>
    public static bool MayPlace(ActorRole role, HoldKind kind) => All.Any(rule => rule.Role == role && rule.Kind == kind);
}
