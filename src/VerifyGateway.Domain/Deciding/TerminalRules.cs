using VerifyGateway.Domain.Policies;
using VerifyGateway.Domain.Reasons;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Domain.Deciding;

/// <summary>What a terminal's own record says, and whether it is this merchant's.</summary>
internal static class TerminalRules
{
    /// <summary>True when the terminal is known; it belongs together with the query when the merchant's state may be looked at as well.</summary>
    public static bool LookAt(ref Findings found, in StatusQuery query, TerminalRecord? terminal, AcquirerRules rules, out bool belongsTogether)
    {
        found.Begin(RuleSection.Terminal);
        var known = terminal is { State: >= TerminalState.Approved and <= TerminalState.Retired };
        found.Rule(Reason.TerminalNotRegistered, !known, terminal, static terminal => terminal is null ? "no terminal with this serial number" : $"terminal state {terminal.State}");
        belongsTogether = false;
        if (!known)
        {
            return false;
        }

        var same = (Merchant: terminal!.MerchantNo == query.MerchantNo, Terminal: terminal.TerminalNo == query.TerminalNo);
        belongsTogether = same.Merchant && same.Terminal;
        found.Rule(Reason.TerminalSnProofFailed, query.SnProof == false, query.SnProof, static proof => proof switch
        {
            null => "proof of the serial number not looked at",
            true => "proof of the serial number is right",
            false => "proof of the serial number is wrong",
        });
        var retired = terminal.State is TerminalState.Retired or TerminalState.Replaced;
        found.Rule(Reason.TerminalRetired, retired, terminal, StateOf);
        if (retired && query.TransactionsOf > terminal.EndedOn)
        {
            found.StopBatch(Reason.TerminalRetired);
        }

        found.Rule(Reason.TerminalMerchantMismatch, !belongsTogether, same, static same =>
            $"merchant number {(same.Merchant ? "matches" : "differs")}, terminal number {(same.Terminal ? "matches" : "differs")}");
        found.Rule(Reason.TerminalSuspended, terminal.State is TerminalState.Suspended or TerminalState.Lost, terminal, StateOf);
        found.Rule(Reason.TerminalNotActivated, terminal.State is TerminalState.Approved or TerminalState.Delivered, terminal, StateOf);
        found.Rule(
            Reason.TerminalUpdateRequired, query.AppVersion < rules.MinimumAppVersion, (query.AppVersion, rules.MinimumAppVersion),
            static it => $"program {(it.AppVersion.IsStated ? $"version {it.AppVersion}" : "version not stated")}, {(it.MinimumAppVersion.IsStated ? $"oldest allowed {it.MinimumAppVersion}" : "no oldest version set")}",
            static it => it.AppVersion < it.MinimumAppVersion ? $"passes with version {it.MinimumAppVersion} or newer" : "");
        return true;

        static string StateOf(TerminalRecord terminal) => $"terminal state {terminal.State}";
    }

    /// <summary>Looks at where the terminal is.</summary>
    public static void LookAtPlace(ref Findings found, in TerminalPlace place, in LocationRule rule, AcquirerRules rules)
    {
        found.Begin(RuleSection.Place);
        var stated = rule.Kind == LocationRuleKind.Address ? place.HasPoint : place.Region != default;
        if (rule.Kind == LocationRuleKind.None)
        {
            found.Rule(Reason.TerminalLocationOutOfArea, false, 0, static _ => "the terminal has no place to keep");
        }
        else if (!stated)
        {
            Missing(ref found, rule.Kind, rules.LocationMissing);
        }
        else if (IsThere(place, rule))
        {
            found.Rule(Reason.TerminalLocationOutOfArea, false, (place, rule, rules.OutOfArea), SayPlace, SayChange);
        }
        else if (rules.OutOfArea == LocationAction.Warn)
        {
            found.Warn(Reason.TerminalLocationOutOfArea, (place, rule, rules.OutOfArea), SayPlace, SayChange);
        }
        else
        {
            found.Rule(Reason.TerminalLocationOutOfArea, true, (place, rule, rules.OutOfArea), SayPlace, SayChange);
        }

        static string SayPlace((TerminalPlace Place, LocationRule Rule, LocationAction Otherwise) it) => it.Rule.Kind == LocationRuleKind.Address
            ? $"{it.Rule.MetresFrom(it.Place.LatitudeMicrodegrees, it.Place.LongitudeMicrodegrees)} m from the registered address, {it.Rule.RadiusMetres} m allowed"
            : $"region {it.Place.Region}, registered region {it.Rule.Region}";

        static string SayChange((TerminalPlace Place, LocationRule Rule, LocationAction Otherwise) it) => it.Rule.Kind == LocationRuleKind.Address
            ? $"passes within {it.Rule.RadiusMetres} m of the registered address, {SayOtherwise(it.Otherwise)} beyond"
            : $"passes within region {it.Rule.Region}, {SayOtherwise(it.Otherwise)} outside";

        static string SayOtherwise(LocationAction action) => action == LocationAction.Warn ? "warns" : "declines";
    }

    private static bool IsThere(in TerminalPlace place, in LocationRule rule) => rule.Kind == LocationRuleKind.Address
        ? rule.IsWithinRadius(place.LatitudeMicrodegrees, place.LongitudeMicrodegrees)
        : rule.Region.Contains(place.Region);

    private static void Missing(ref Findings found, LocationRuleKind kind, LocationAction action)
    {
        if (action == LocationAction.Warn)
        {
            found.Warn(Reason.TerminalLocationMissing, kind, Say);
        }
        else if (action == LocationAction.Decline)
        {
            // Where it is cannot be told, so it counts as elsewhere.
            found.Rule(Reason.TerminalLocationOutOfArea, true, kind, Say, static _ => "passes when the terminal sends where it is, and it is there");
        }
        else
        {
            found.Rule(Reason.TerminalLocationMissing, false, kind, Say);
        }

        static string Say(LocationRuleKind kind) => kind == LocationRuleKind.Address ? "no coordinates sent" : "no region sent";
    }
}
