using VerifyGateway.Domain.Policies;
using VerifyGateway.Domain.Reasons;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Domain.Deciding;

/// <summary>What a terminal's own record says, and whether it is this merchant's.</summary>
internal static class TerminalRules
{
    /// <summary>True when the terminal is known; it belongs together with the query when the merchant's state may be looked at as well.</summary>
    public static bool LookAt(ref Findings found, in StatusQuery query, in TerminalRecord? terminal, AcquirerRules rules, out bool belongsTogether)
    {
        found.Begin(RuleSection.Terminal);
        ref readonly var known = ref Nullable.GetValueRefOrDefaultRef(in terminal);
        var isKnown = terminal.HasValue && known.State is >= TerminalState.Approved and <= TerminalState.Retired;
        found.Rule(Reason.TerminalNotRegistered, !isKnown, $"{(terminal is null ? "no terminal with this serial number" : StateOf(known))}");
        belongsTogether = false;
        if (!isKnown)
        {
            return false;
        }

        var same = (Merchant: known.MerchantNo == query.MerchantNo, Terminal: known.TerminalNo == query.TerminalNo);
        belongsTogether = same.Merchant && same.Terminal;
        found.Rule(Reason.TerminalSnProofFailed, query.SnProof == false, $"proof of the serial number {(query.SnProof is { } right ? right ? "is right" : "is wrong" : "not looked at")}");
        if (known.State is not TerminalState.Active || found.Explains)
        {
            LookAtState(ref found, query, known);
        }

        found.Rule(Reason.TerminalMerchantMismatch, !belongsTogether,
            $"merchant number {(same.Merchant ? "matches" : "differs")}, terminal number {(same.Terminal ? "matches" : "differs")}");
        found.Rule(
            Reason.TerminalUpdateRequired, query.AppVersion < rules.MinimumAppVersion,
            $"program {(query.AppVersion.IsStated ? $"version {query.AppVersion}" : "version not stated")}, {(rules.MinimumAppVersion.IsStated ? $"oldest allowed {rules.MinimumAppVersion}" : "no oldest version set")}",
            $"{(query.AppVersion < rules.MinimumAppVersion ? $"passes with version {rules.MinimumAppVersion} or newer" : "")}");
        return true;
    }

    /// <summary>Looks at where a terminal stands in its life; one in service has nothing against it.</summary>
    private static void LookAtState(ref Findings found, in StatusQuery query, in TerminalRecord terminal)
    {
        var retired = terminal.State is TerminalState.Retired or TerminalState.Replaced;
        found.Rule(Reason.TerminalRetired, retired, $"{StateOf(terminal)}");
        if (retired && query.TransactionsOf > terminal.EndedOn)
        {
            found.StopBatch(Reason.TerminalRetired);
        }

        found.Rule(Reason.TerminalSuspended, terminal.State is TerminalState.Suspended or TerminalState.Lost, $"{StateOf(terminal)}");
        if (terminal.State is TerminalState.Lost)
        {
            // Whoever has it gets no keys. One that is suspended, often by a hold, may sign in as it may under the hold alone.
            found.StopSignIn(Reason.TerminalSuspended);
        }

        found.Rule(Reason.TerminalNotActivated, terminal.State is TerminalState.Approved or TerminalState.Delivered, $"{StateOf(terminal)}");
    }

    /// <summary>The state in words; that a terminal was reported lost is not told to whoever holds it.</summary>
    private static string StateOf(in TerminalRecord terminal) => $"terminal state {(terminal.State is TerminalState.Lost ? TerminalState.Suspended : terminal.State)}";

    /// <summary>Looks at where the terminal is.</summary>
    public static void LookAtPlace(ref Findings found, in TerminalPlace place, in LocationRule rule, AcquirerRules rules)
    {
        found.Begin(RuleSection.Place);
        var stated = rule.Kind == LocationRuleKind.Address ? place.HasPoint : place.Region != default;
        if (rule.Kind == LocationRuleKind.None)
        {
            found.Rule(Reason.TerminalLocationOutOfArea, false, $"the terminal has no place to keep");
        }
        else if (!stated)
        {
            Missing(ref found, rule.Kind, rules.LocationMissing);
        }
        else if (IsThere(place, rule))
        {
            found.Rule(Reason.TerminalLocationOutOfArea, false, $"{SayPlace(place, rule)}", $"{SayChange(rule, rules.OutOfArea)}");
        }
        else if (rules.OutOfArea == LocationAction.Warn)
        {
            found.Warn(Reason.TerminalLocationOutOfArea, $"{SayPlace(place, rule)}", $"{SayChange(rule, rules.OutOfArea)}");
        }
        else
        {
            found.Rule(Reason.TerminalLocationOutOfArea, true, $"{SayPlace(place, rule)}", $"{SayChange(rule, rules.OutOfArea)}");
        }

        static string SayPlace(in TerminalPlace place, in LocationRule rule) => rule.Kind == LocationRuleKind.Address
            ? $"{(IsThere(place, rule) ? "within" : "not within")} {rule.RadiusMetres} m of the registered address"
            : $"region {place.Region}, {(IsThere(place, rule) ? "within" : "not within")} the registered region";

        static string SayChange(in LocationRule rule, LocationAction otherwise) => rule.Kind == LocationRuleKind.Address
            ? $"passes within {rule.RadiusMetres} m of the registered address, {SayOtherwise(otherwise)} beyond"
            : $"passes within the registered region, {SayOtherwise(otherwise)} outside";

        static string SayOtherwise(LocationAction action) => action == LocationAction.Warn ? "warns" : "declines";
    }

    private static bool IsThere(in TerminalPlace place, in LocationRule rule) => rule.Kind == LocationRuleKind.Address
        ? rule.IsWithinRadius(place.LatitudeMicrodegrees, place.LongitudeMicrodegrees)
        : rule.Region.Contains(place.Region);

    private static void Missing(ref Findings found, LocationRuleKind kind, LocationAction action)
    {
        if (action == LocationAction.Warn)
        {
            found.Warn(Reason.TerminalLocationMissing, $"{SayMissing(kind)}");
        }
        else if (action == LocationAction.Decline)
        {
            // Where it is cannot be told, so it counts as elsewhere.
            found.Rule(Reason.TerminalLocationOutOfArea, true, $"{SayMissing(kind)}", $"passes when the terminal sends where it is, and it is there");
        }
        else
        {
            found.Rule(Reason.TerminalLocationMissing, false, $"{SayMissing(kind)}");
        }

        static string SayMissing(LocationRuleKind kind) => kind == LocationRuleKind.Address ? "no coordinates sent" : "no region sent";
    }
}
