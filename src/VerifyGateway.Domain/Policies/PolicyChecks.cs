using System.Collections.Immutable;
using VerifyGateway.Domain.Deciding;

namespace VerifyGateway.Domain.Policies;

/// <summary>What may be wrong with policies, alone and together.</summary>
internal static class PolicyChecks
{
    public static void Check(ImmutableArray<PolicyRule> policies, string place, ErrorList errors)
    {
        errors.Require(policies.Length <= PolicyCompiler.MaxPolicies, place, "TOO_MANY_POLICIES", $"A set holds at most {PolicyCompiler.MaxPolicies} policies.");
        foreach (var policy in policies)
        {
            CheckForm(policy, errors);
            CheckEffect(policy, errors);
            CheckScope(policy, errors);
        }

        var values = Different(policies, scope => scope.Acquirers) + Different(policies, scope => scope.Regions) + Different(policies, scope => scope.Categories);
        errors.Require(
            values * policies.Length <= PolicyIndex.MostBits, place, "TOO_MANY_VALUES",
            $"{policies.Length} policies may name at most {PolicyIndex.MostBits / Math.Max(policies.Length, 1)} different acquirers, regions and categories together; these name {values}.");
        CheckVersions(policies, errors);
    }

    /// <summary>True for 1 to 64 lower-case letters, digits, hyphens and dots.</summary>
    internal static bool IsId(string id) =>
        id.Length is >= 1 and <= 64 && id.All(static letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter is '-' or '.');

    private static void CheckForm(PolicyRule policy, ErrorList errors)
    {
        errors.Require(IsId(policy.Id), policy.Place, "POLICY_ID", "id has 1 to 64 lower-case letters, digits, hyphens and dots.");
        errors.Require(policy.Version >= 1, policy.Place, "POLICY_VERSION", "version is 1 or more.");
        errors.Require(policy.Priority is >= 1 and <= 1_000_000, policy.Place, "PRIORITY_RANGE", "priority is 1 to 1000000; lower goes first.");
        errors.Require(policy.EffectiveFromUnixMs > 0, policy.Place, "EFFECTIVE_FROM", "effective_from is an instant after 1970.");
        errors.Require(
            policy.EffectiveUntilUnixMs == 0 || policy.EffectiveUntilUnixMs > policy.EffectiveFromUnixMs, policy.Place, "END_BEFORE_START", "effective_until is not after effective_from.");
        errors.Require(policy.Document.Length <= 200, policy.Place, "DOCUMENT_LENGTH", "document has at most 200 characters.");
        errors.Require(policy.MessageZh.Length <= 500 && policy.MessageEn.Length <= 500, policy.Place, "MESSAGE_LENGTH", "message_zh and message_en have at most 500 characters each.");
    }

    private static void CheckEffect(PolicyRule policy, ErrorList errors)
    {
        errors.Require(Enum.IsDefined(policy.Effect), policy.Place, "EFFECT", "effect is DECLINE, WARN, LIMIT, REQUIRE_REVERIFICATION or EXEMPT.");
        errors.Require(policy.Effect == PolicyEffect.Limit == policy.Limit is not null, policy.Place, "LIMIT_PART", "limit is there exactly when effect is LIMIT.");
        if (policy.Limit is { } limit)
        {
            errors.Require(limit.AmountFen is not null || limit.Count is not null, policy.Place, "LIMIT_EMPTY", "limit says amount_fen, count or both.");
            errors.Require(limit.AmountFen is null or >= 0 && limit.Count is null or >= 0, policy.Place, "LIMIT_RANGE", "amount_fen and count are 0 or more.");
            errors.Require(limit.Count is null || limit.Per == LimitPer.PayerDay, policy.Place, "COUNT_PER", "count goes with per PAYER_DAY: callers state the number of payments of the day only.");
        }

        if (policy.Effect == PolicyEffect.RequireReverification)
        {
            errors.Require(policy.VerifiedSinceUnixMs > 0 && policy.ReverifyByUnixMs > 0, policy.Place, "REVERIFY_PART", "reverify with verified_since and by is needed.");
            errors.Require(
                !policy.Scope.TransactionKinds.Any(TransactionRules.FinishesOrReturns), policy.Place, "REVERIFY_KIND",
                "REQUIRE_REVERIFICATION never stops completions, refunds or voids; leave them out of transaction_kinds.");
            errors.Require(policy.ReverifyByUnixMs >= policy.EffectiveFromUnixMs, policy.Place, "REVERIFY_BEFORE_START", "reverify.by is not before effective_from.");
        }
        else
        {
            errors.Require(policy.VerifiedSinceUnixMs == 0 && policy.ReverifyByUnixMs == 0, policy.Place, "REVERIFY_PART", "reverify goes with effect REQUIRE_REVERIFICATION.");
        }
    }

    private static void CheckScope(PolicyRule policy, ErrorList errors)
    {
        var scope = policy.Scope;
        errors.Require(scope.AmountFromFen >= 0 && scope.AmountToFen is null or >= 0, policy.Place, "AMOUNT_NEGATIVE", "amount_from_fen and amount_to_fen are 0 or more.");
        errors.Require(scope.AmountToFen is null || scope.AmountToFen >= scope.AmountFromFen, policy.Place, "AMOUNT_ORDER", "amount_to_fen is not less than amount_from_fen.");
        Once(scope.Acquirers, "acquirers");
        Once(scope.Regions, "regions");
        Once(scope.Categories, "mccs");
        Once(scope.MerchantKinds, "merchant_kinds");
        Once(scope.AccountClasses, "account_classes");
        Once(scope.CardClasses, "card_classes");
        Once(scope.CodeKinds, "code_kinds");
        Once(scope.TransactionKinds, "transaction_kinds");
        foreach (var kind in scope.TransactionKinds)
        {
            errors.Require(TransactionRules.MayBeRestricted(kind), policy.Place, "KIND_NOT_RESTRICTED", $"transaction_kinds holds {Reasons.Codes.Of(kind)}, which no policy may touch: it undoes, reports or asks.");
        }

        void Once<T>(ImmutableArray<T> values, string field) =>
            errors.Require(values.Length < 2 || values.Distinct().Count() == values.Length, policy.Place, "VALUE_TWICE", $"{field} names a value twice.");
    }

    private static void CheckVersions(ImmutableArray<PolicyRule> policies, ErrorList errors)
    {
        foreach (var versions in policies.GroupBy(policy => policy.Id, StringComparer.Ordinal).Where(group => group.Skip(1).Any()))
        {
            var seen = new Dictionary<int, PolicyRule>();
            foreach (var policy in versions)
            {
                if (!seen.TryAdd(policy.Version, policy))
                {
                    errors.Add(policy.Place, "POLICY_TWICE", $"Version {policy.Version} of '{policy.Id}' is there already, at {seen[policy.Version].Place}.");
                }
            }

            PolicyRule? longest = null;
            foreach (var policy in versions.OrderBy(policy => policy.EffectiveFromUnixMs).ThenBy(policy => policy.Version))
            {
                if (longest is not null && longest.IsInForceAt(policy.EffectiveFromUnixMs) && longest.Version != policy.Version)
                {
                    errors.Add(
                        policy.Place, "OVERLAP",
                        $"Version {policy.Version} of '{policy.Id}' comes into force while version {longest.Version} still is, at {longest.Place}; give that one an end.");
                }

                longest = longest is null || EndOf(policy) > EndOf(longest) ? policy : longest;
            }
        }
    }

    private static long Different<T>(ImmutableArray<PolicyRule> policies, Func<PolicyScope, ImmutableArray<T>> values) =>
        policies.SelectMany(policy => values(policy.Scope)).Distinct().LongCount();

    private static long EndOf(PolicyRule policy) => policy.EffectiveUntilUnixMs == 0 ? long.MaxValue : policy.EffectiveUntilUnixMs;
}
