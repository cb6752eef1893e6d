using VerifyGateway.Domain.Deciding;
using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Domain.Policies.Files;

/// <summary>Reads policies and maintenance windows.</summary>
internal static class RuleReader
{
    public static PolicyRule Policy(FieldReader fields)
    {
        var policy = new PolicyRule(
            fields.Text("id", required: true) ?? "",
            fields.Int("version") ?? 1,
            fields.Word<PolicyEffect>("effect", required: true) ?? PolicyEffect.Decline,
            Scope(fields),
            fields.Instant("effective_from", required: true) ?? 0,
            fields.Instant("effective_until") ?? 0)
        {
            Document = fields.Text("document") ?? "",
            MessageZh = fields.Text("message_zh") ?? "",
            MessageEn = fields.Text("message_en") ?? "",
            Place = fields.Place,
        };
        policy = policy with { Priority = fields.Int("priority") ?? policy.Priority };
        if (fields.Object("limit") is { } limit)
        {
            var read = new PolicyLimit(limit.Word<LimitPer>("per", required: true) ?? LimitPer.Transaction, limit.Integer("amount_fen"), limit.Int("count"));
            limit.Finish();
            policy = policy with { Limit = read };
        }

        if (fields.Object("reverify") is { } reverify)
        {
            policy = policy with { VerifiedSinceUnixMs = reverify.Instant("verified_since", required: true) ?? 0, ReverifyByUnixMs = reverify.Instant("by", required: true) ?? 0 };
            reverify.Finish();
        }

        return policy;
    }

    public static MaintenanceWindow Window(FieldReader fields) => new(
        fields.Word<GatewayService>("service", required: true) ?? GatewayService.StatusCheck,
        fields.Word<WindowKind>("kind") ?? WindowKind.Maintenance,
        fields.Identifiers<AcquirerId>("acquirers", AcquirerId.TryParse),
        fields.Instant("from", required: true) ?? 0,
        fields.Instant("until", required: true) ?? 0)
    {
        Place = fields.Place,
    };

    private static PolicyScope Scope(FieldReader policy)
    {
        if (policy.Object("scope") is not { } fields)
        {
            return new PolicyScope();
        }

        var scope = new PolicyScope
        {
            Acquirers = fields.Identifiers<AcquirerId>("acquirers", AcquirerId.TryParse),
            Regions = fields.Identifiers<RegionCode>("regions", RegionCode.TryParse),
            Categories = fields.Identifiers<CategoryCode>("mccs", CategoryCode.TryParse),
            MerchantKinds = fields.Words<MerchantKind>("merchant_kinds"),
            AccountClasses = fields.Words<AccountClass>("account_classes"),
            CardClasses = fields.Words<CardClass>("card_classes"),
            CodeKinds = fields.Words<CodeKind>("code_kinds"),
            TransactionKinds = fields.Words<TransactionKind>("transaction_kinds"),
            AmountFromFen = fields.Integer("amount_from_fen") ?? 0,
            AmountToFen = fields.Integer("amount_to_fen"),
        };
        fields.Finish();
        return scope;
    }
}
