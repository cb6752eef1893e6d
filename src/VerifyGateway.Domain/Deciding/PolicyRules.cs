using VerifyGateway.Domain.Policies;
using VerifyGateway.Domain.Reasons;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Domain.Deciding;

/// <summary>What the policies in force say of a check, in their order: all of them, until one exempts it.</summary>
internal static class PolicyRules
{
    private const int MostChanges = 64;

    public static void LookAt(ref Findings found, in StatusQuery query, in MerchantRecord merchant, PolicySnapshot policies)
    {
        found.Begin(RuleSection.Policies);
        found.Rule(Reason.PolicyRestricted, false, $"{(policies.Policies.IsEmpty ? "no policies" : "policies whose scope holds this check, in their order, follow below")}");
        if (policies.Policies.IsEmpty)
        {
            return;
        }

        var matches = policies.Find(query, merchant, stackalloc ulong[policies.Words]);
        while (matches.MoveNext())
        {
            var policy = matches.Current;
            if (!CoversAmount(policy.Scope, query))
            {
                continue;
            }

            if (!policy.IsInForceAt(found.NowUnixMs))
            {
                TellOfAnotherTime(ref found, policy);
                continue;
            }

            if (policy.Effect == PolicyEffect.Exempt)
            {
                Tell(ref found, Reason.PolicyRestricted, false, policy, "exempts from all policies after it");
                return;
            }

            Apply(ref found, query, merchant, policy);
        }
    }

    /// <summary>
    /// First instant from now on at which no policy restricts the check, Unix milliseconds: policies and exemptions begin and end on
    /// the way. 0 when there is no such instant within as many changes as are worth following.
    /// </summary>
    public static long EndOfRestriction(in StatusQuery query, in MerchantRecord merchant, PolicySnapshot policies, long nowUnixMs)
    {
        var at = nowUnixMs;
        for (var changes = 0; changes <= MostChanges; changes++)
        {
            if (!Restricts(query, merchant, policies, at, out var next))
            {
                return at == nowUnixMs ? 0 : at;
            }

            if (next == long.MaxValue)
            {
                return 0;
            }

            at = next;
        }

        return 0;
    }

    /// <summary>True when a policy restricts the check at that instant; says when one that speaks of it next begins or ends.</summary>
    private static bool Restricts(in StatusQuery query, in MerchantRecord merchant, PolicySnapshot policies, long unixMs, out long next)
    {
        var (restricts, exempt) = (false, false);
        next = long.MaxValue;
        var matches = policies.Find(query, merchant, stackalloc ulong[policies.Words]);
        while (matches.MoveNext())
        {
            var policy = matches.Current;
            if (policy.Effect is not (PolicyEffect.Decline or PolicyEffect.Exempt) || !CoversAmount(policy.Scope, query))
            {
                continue;
            }

            next = policy.EffectiveFromUnixMs > unixMs ? Math.Min(next, policy.EffectiveFromUnixMs) : next;
            next = policy.EffectiveUntilUnixMs > unixMs ? Math.Min(next, policy.EffectiveUntilUnixMs) : next;
            if (policy.IsInForceAt(unixMs))
            {
                restricts |= policy.Effect == PolicyEffect.Decline && !exempt;
                exempt |= policy.Effect == PolicyEffect.Exempt;
            }
        }

        return restricts;
    }

    private static void Apply(ref Findings found, in StatusQuery query, in MerchantRecord merchant, PolicyRule policy)
    {
        switch (policy.Effect)
        {
            case PolicyEffect.Decline:
                Record(ref found, Reason.PolicyRestricted, true, policy, "declines");
                break;
            case PolicyEffect.Warn:
                Record(ref found, Reason.PolicyRestricted, false, policy, "warns");
                break;
            case PolicyEffect.Limit:
                Limit(ref found, query, policy);
                break;
            default:
                Reverify(ref found, merchant, policy);
                break;
        }
    }

    private static void Limit(ref Findings found, in StatusQuery query, PolicyRule policy)
    {
        var limit = policy.Limit!;
        var total = limit.Per switch
        {
            LimitPer.PayerDay => query.PayerInPlace.DayFen,
            LimitPer.PayerMonth => query.PayerInPlace.MonthFen,
            LimitPer.PayerYear => query.PayerInPlace.YearFen,
            _ => 0,
        };
        var passed = query.IsInYuan && limit.AmountFen is { } most && LimitRules.Passes(total, query.AmountMinor, most);
        var tooMany = limit.Count is { } times && query.PayerInPlace.DayCount >= times;
        if (passed)
        {
            Record(ref found, Reason.OverLimitAmount, true, policy, "amount over its limit");
            found.Passed(ReasonDetail.PolicyLimit, Sooner(policy.EffectiveUntilUnixMs, LimitRules.CountsAnew(limit.Per, limit.AmountFen!.Value, query.AmountMinor, found.NowUnixMs)));
        }

        if (tooMany)
        {
            Record(ref found, Reason.OverLimitCount, true, policy, "number over its limit");
            found.PassedCount(Sooner(policy.EffectiveUntilUnixMs, limit.Count > 0 ? ChinaTime.EndOf(ChinaTime.DayOf(found.NowUnixMs)) : 0));
        }

        if (!passed && !tooMany)
        {
            Tell(ref found, Reason.OverLimitAmount, false, policy, query.IsInYuan ? "within its limit" : "limit not compared: amount in another currency than CNY");
        }
    }

    private static void Reverify(ref Findings found, in MerchantRecord merchant, PolicyRule policy)
    {
        if (merchant.VerifiedAtUnixMs >= policy.VerifiedSinceUnixMs)
        {
            Tell(ref found, Reason.ReverificationRequired, false, policy, "verified since");
            return;
        }

        var stands = found.NowUnixMs >= policy.ReverifyByUnixMs;
        if (stands)
        {
            found.BecauseOf(ReasonDetail.NewRule, policy.EffectiveUntilUnixMs);
        }
        else
        {
            found.WarnsBecauseOf(ReasonDetail.NewRule);
            if (policy.IsInForceAt(policy.ReverifyByUnixMs))
            {
                found.DeclinesFrom(policy.ReverifyByUnixMs);
            }
        }

        Record(ref found, Reason.ReverificationRequired, stands, policy, stands ? "asks for a newer verification, deadline passed" : "asks for a newer verification");
    }

    /// <summary>The sooner of two instants at which something ends, where 0 is never.</summary>
    private static long Sooner(long oneUnixMs, long otherUnixMs) => oneUnixMs == 0 ? otherUnixMs : otherUnixMs == 0 ? oneUnixMs : Math.Min(oneUnixMs, otherUnixMs);

    private static void Record(ref Findings found, Reason reason, bool stands, PolicyRule policy, string what)
    {
        found.Policy(reason, stands);
        found.Policies.Keep(reason, policy, stands);
        Tell(ref found, reason, true, policy, what);
    }

    private static void Tell(ref Findings found, Reason reason, bool applies, PolicyRule policy, string what)
    {
        if (found.Explains)
        {
            found.Evidence(reason, applies, $"{Say.Policy(policy)} {what}", ChangeOf(policy, reason, applies));
        }
    }

    private static void TellOfAnotherTime(ref Findings found, PolicyRule policy)
    {
        if (found.Explains)
        {
            var ahead = found.NowUnixMs < policy.EffectiveFromUnixMs;
            found.Evidence(
                Reason.PolicyRestricted, false, $"{Say.Policy(policy)} {(ahead ? "is not in force yet" : "is in force no longer")}", ahead ? $"in force from {Say.Instant(policy.EffectiveFromUnixMs)}" : "");
        }
    }

    private static string ChangeOf(PolicyRule policy, Reason reason, bool applies)
    {
        if (reason == Reason.ReverificationRequired && applies)
        {
            return $"passes with a verification since {Say.Instant(policy.VerifiedSinceUnixMs)}; declines from {Say.Instant(policy.ReverifyByUnixMs)} without one";
        }

        if (policy.Limit?.AmountFen is { } most)
        {
            return $"limit {Say.Yuan(most)} per {Say.Word(policy.Limit.Per)}";
        }

        return policy.EffectiveUntilUnixMs == 0 ? "" : $"in force until {Say.Instant(policy.EffectiveUntilUnixMs)}";
    }

    /// <summary>A limit that the amount does not reach is not in question; an amount in another currency is in no range.</summary>
    private static bool CoversAmount(PolicyScope scope, in StatusQuery query) =>
        !scope.NamesAmounts || (query.IsInYuan && query.AmountMinor >= scope.AmountFromFen && (scope.AmountToFen is null || query.AmountMinor <= scope.AmountToFen));
}
