using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Domain.Lifecycle;
using VerifyGateway.Server.Callers;
using VerifyGateway.Server.Checks;
using VerifyGateway.Server.Faults;
using VerifyGateway.Server.Rpc;
using VerifyGateway.V1;
using HoldAuthority = VerifyGateway.Domain.Lifecycle.HoldAuthority;
using HoldKind = VerifyGateway.Domain.Records.HoldKind;
using HoldOn = VerifyGateway.Caching.Store.HoldOn;
using HoldScope = VerifyGateway.Caching.Store.HoldScope;
using HoldTarget = VerifyGateway.Domain.Records.HoldTarget;

namespace VerifyGateway.Server.Holds;

/// <summary>Turns requests about holds into commands that the caller may give, or names every field that is not well formed.</summary>
internal static class HoldParser
{
    private const int LongestDocumentNo = 128;
    private const int LongestReason = 512;
    private const int LongestWaitMs = 30_000;
    private const int DefaultPageSize = 100;
    private const int MostPageSize = 1_000;

    /// <summary>The last instant of the year 9999, Unix milliseconds.</summary>
    private const long LastInstant = 253_402_300_799_999;

    /// <summary>Parses the placing of a hold.</summary>
    /// <exception cref="GatewayException">It is malformed, or not the caller's to ask.</exception>
    public static HoldPlacing Parse(PlaceHoldRequest request, Caller caller)
    {
        var violations = default(Violations);
        Require(ref violations, "request_id", request.RequestId, NameRules.BrokenByRequestId(request.RequestId));
        var acquirer = CheckParser.ParseAcquirer(request.AcquirerId, caller, ref violations);
        var kind = ParseKind(request.Kind, ref violations);
        var authority = ParseAuthority(request.Authority, kind, ref violations);
        var on = ParseTarget(request.Target, ref violations);
        ParseTexts(request.DocumentNo, request.Organ, request.OperatorId, ref violations);
        violations.Require(kind != HoldKind.Judicial || request.Organ.Length > 0, "organ", "INPUT_MISSING", "A judicial hold names the organ that orders it.");
        violations.Require(IsLine(request.Reason, LongestReason), "reason", "TEXT", "A reason is one line of at most 512 printable characters.");
        ParseTime("effective_at_unix_ms", request.EffectiveAtUnixMs, ref violations);
        ParseTime("until_unix_ms", request.UntilUnixMs, ref violations);
        violations.Require(!request.RefundsPass || kind is HoldKind.Risk or null, "refunds_pass", "REFUNDS", "Only a risk hold can let refunds pass.");
        ParseRenewal(request, ref violations);
        ParseWait(request.WaitForGatewaysMs, ref violations);
        Admit(violations, caller, acquirer, kind);
        return new HoldPlacing(OriginOf("PlaceHold", Normal(request, acquirer), (request.RequestId, acquirer, request.OperatorId), caller, kind!.Value), authority, on)
        {
            Renewed = request.HoldId,
            ExpectedVersion = request.ExpectedVersion,
            EffectiveAtUnixMs = request.EffectiveAtUnixMs,
            UntilUnixMs = request.UntilUnixMs,
            RefundsPass = request.RefundsPass,
            DocumentNo = request.DocumentNo,
            Organ = request.Organ,
            Reason = request.Reason,
        };
    }

    /// <summary>Parses the lifting of a hold.</summary>
    /// <exception cref="GatewayException">It is malformed, or not the caller's to ask.</exception>
    public static HoldLifting Parse(LiftHoldRequest request, Caller caller)
    {
        var violations = default(Violations);
        Require(ref violations, "request_id", request.RequestId, NameRules.BrokenByRequestId(request.RequestId));
        var acquirer = CheckParser.ParseAcquirer(request.AcquirerId, caller, ref violations);
        var kind = ParseKind(request.Kind, ref violations);
        Require(ref violations, "hold_id", request.HoldId, NameRules.BrokenById(request.HoldId));
        violations.Require(request.ExpectedVersion >= 0, "expected_version", "VERSION_RANGE", "A version is 1 or more, or 0 for any.");
        ParseTime("lift_at_unix_ms", request.LiftAtUnixMs, ref violations);
        ParseTexts(request.DocumentNo, request.Organ, request.OperatorId, ref violations);
        if (request.SecondOperatorId.Length > 0)
        {
            Require(ref violations, "second_operator_id", request.SecondOperatorId, NameRules.BrokenById(request.SecondOperatorId));
        }

        // The name of the caller would pass for the first of them.
        violations.Require(
            request.OperatorId.Length > 0 || !HoldRules.All.Any(rule => rule.Kind == kind && rule.LiftNeedsTwo), "operator_id", "INPUT_MISSING", "Where two persons lift a hold, both are named.");
        ParseWait(request.WaitForGatewaysMs, ref violations);
        Admit(violations, caller, acquirer, kind);
        return new HoldLifting(
            OriginOf("LiftHold", Normal(request, acquirer), (request.RequestId, acquirer, request.OperatorId), caller, kind!.Value), kind.Value, request.HoldId)
        {
            ExpectedVersion = request.ExpectedVersion,
            LiftAtUnixMs = request.LiftAtUnixMs,
            DocumentNo = request.DocumentNo,
            Organ = request.Organ,
            SecondPerson = request.SecondOperatorId,
            StepUpPassed = request.StepUpPassed,
            ConditionFulfilled = request.ConditionFulfilled,
        };
    }

    /// <summary>Parses the wish for a list: which holds, and the most of a page.</summary>
    /// <exception cref="GatewayException">It is malformed, or not the caller's to ask.</exception>
    public static (HoldFilter Filter, int PageSize) Parse(ListHoldsRequest request, Caller caller)
    {
        var violations = default(Violations);
        var acquirer = CheckParser.ParseAcquirer(request.AcquirerId, caller, ref violations);
        HoldOn? on = request.Target is null ? null : ParseTarget(request.Target, ref violations);
        violations.Require(Enum.IsDefined(request.Scope), "scope", "ENUM_UNKNOWN", "This scope is not known.");
        violations.Require(request.PageSize is >= 0 and <= MostPageSize, "page_size", "PAGE_SIZE", "A page has 1 to 1,000 entries, or 0 for 100.");
        Admit(violations, caller, acquirer, kind: null);
        var scope = request.Scope == V1.HoldScope.Unspecified ? HoldScope.Standing : (HoldScope)request.Scope;
        return (new HoldFilter(acquirer, scope, HoldRights.InFull(caller)) { On = on }, request.PageSize == 0 ? DefaultPageSize : request.PageSize);
    }

    private static void Admit(in Violations violations, Caller caller, AcquirerId acquirer, HoldKind? kind)
    {
        if (!violations.None)
        {
            throw GatewayException.Invalid(violations.Found);
        }

        HoldRights.Require((caller.Acquirer is not { } own || own == acquirer) && (kind is not { } asked || caller.May(HoldRights.RoleOf(asked))));
    }

    /// <summary>The body of a request as it counts for its id: neither how long to wait nor whether the acquirer was left out makes it another one.</summary>
    private static PlaceHoldRequest Normal(PlaceHoldRequest request, AcquirerId acquirer)
    {
        var body = request.Clone();
        (body.AcquirerId, body.WaitForGatewaysMs) = (acquirer.ToString(), 0);
        return body;
    }

    /// <inheritdoc cref="Normal(PlaceHoldRequest, AcquirerId)" />
    private static LiftHoldRequest Normal(LiftHoldRequest request, AcquirerId acquirer)
    {
        var body = request.Clone();
        (body.AcquirerId, body.WaitForGatewaysMs) = (acquirer.ToString(), 0);
        return body;
    }

    private static HoldOrigin OriginOf(
        string method, IMessage body, (string RequestId, AcquirerId Acquirer, string Operator) names, Caller caller, HoldKind kind)
    {
        var hash = SHA256.HashData([.. Encoding.UTF8.GetBytes(method), 0, .. body.ToByteArray()]);
        var (actor, person) = names.Operator.Length == 0 ? (caller.Name, caller.Name) : ($"{caller.Name}/{names.Operator}", names.Operator);
        return new HoldOrigin(names.Acquirer, names.RequestId, hash, actor, person, HoldRights.ActorOf(kind));
    }

    private static HoldKind? ParseKind(V1.HoldKind kind, ref Violations violations)
    {
        if (kind == V1.HoldKind.Unspecified)
        {
            violations.Add("kind", "INPUT_MISSING", "This field is needed.");
            return null;
        }

        violations.Require(Enum.IsDefined(kind), "kind", "ENUM_UNKNOWN", "This kind of hold is not known.");
        return Enum.IsDefined(kind) ? (HoldKind)kind : null;
    }

    /// <summary>The authority that is named, or the only one that the kind has.</summary>
    private static HoldAuthority ParseAuthority(V1.HoldAuthority authority, HoldKind? kind, ref Violations violations)
    {
        if (!Enum.IsDefined(authority))
        {
            violations.Add("authority", "ENUM_UNKNOWN", "This authority is not known.");
            return default;
        }

        var ofKind = HoldRules.All.Where(rule => rule.Kind == kind).Select(static rule => rule.Authority).ToList();
        if (authority == V1.HoldAuthority.Unspecified)
        {
            violations.Require(ofKind.Count < 2, "authority", "INPUT_MISSING", "A hold of this kind names its authority.");
            return ofKind.FirstOrDefault();
        }

        violations.Require(kind is null || ofKind.Contains((HoldAuthority)authority), "authority", "AUTHORITY_KIND", "The authority is one of the hold's kind.");
        return (HoldAuthority)authority;
    }

    private static HoldOn ParseTarget(V1.HoldOn? target, ref Violations violations)
    {
        switch (target?.TargetCase)
        {
            case V1.HoldOn.TargetOneofCase.IdentityId:
                Require(ref violations, "target.identity_id", target.IdentityId, NameRules.BrokenById(target.IdentityId));
                return new HoldOn(HoldTarget.Identity, target.IdentityId);
            case V1.HoldOn.TargetOneofCase.MerchantNo:
                _ = MerchantNo.TryParse(target.MerchantNo, out var no, out var brokenNo);
                Require(ref violations, "target.merchant_no", target.MerchantNo, brokenNo);
                return new HoldOn(HoldTarget.Merchant, no.ToString());
            case V1.HoldOn.TargetOneofCase.TerminalSn:
                _ = TerminalSn.TryParse(target.TerminalSn, out var sn, out var brokenSn);
                Require(ref violations, "target.terminal_sn", target.TerminalSn, brokenSn);
                return new HoldOn(HoldTarget.Terminal, sn.ToString());
            case V1.HoldOn.TargetOneofCase.CardFingerprint:
                Require(ref violations, "target.card_fingerprint", target.CardFingerprint, NameRules.BrokenByKeyedHash(target.CardFingerprint));
                return new HoldOn(HoldTarget.Card, target.CardFingerprint);
            default:
                violations.Add("target", "INPUT_MISSING", "One of identity_id, merchant_no, terminal_sn and card_fingerprint is needed.");
                return default;
        }
    }

    private static void ParseTexts(string documentNo, string organ, string operatorId, ref Violations violations)
    {
        violations.Require(IsLine(documentNo, LongestDocumentNo), "document_no", "TEXT", "The number of a document is one line of at most 128 printable characters.");
        if (organ.Length > 0)
        {
            Require(ref violations, "organ", organ, NameRules.BrokenById(organ));
        }

        if (operatorId.Length > 0)
        {
            Require(ref violations, "operator_id", operatorId, NameRules.BrokenById(operatorId));
        }
    }

    private static void ParseRenewal(PlaceHoldRequest request, ref Violations violations)
    {
        if (request.HoldId.Length == 0)
        {
            violations.Require(request.ExpectedVersion == 0, "expected_version", "VERSION_RANGE", "A new hold has no version yet.");
            return;
        }

        Require(ref violations, "hold_id", request.HoldId, NameRules.BrokenById(request.HoldId));
        violations.Require(request.ExpectedVersion >= 1, "expected_version", "VERSION_RANGE", "A version is 1 or more.");
        violations.Require(request.EffectiveAtUnixMs == 0, "effective_at_unix_ms", "RENEWAL", "A hold that stands keeps its beginning.");
        violations.Require(!request.RefundsPass, "refunds_pass", "RENEWAL", "A hold that stands keeps what it lets pass.");
    }

    private static void ParseTime(string field, long unixMs, ref Violations violations) =>
        violations.Require(unixMs is >= 0 and <= LastInstant, field, "TIME_RANGE", "A time is Unix milliseconds from 1970 to 9999, or 0.");

    private static void ParseWait(int waitMs, ref Violations violations) =>
        violations.Require(waitMs is >= 0 and <= LongestWaitMs, "wait_for_gateways_ms", "WAIT_RANGE", "A wait is 0 to 30,000 ms.");

    private static bool IsLine(string text, int most) => text.Length <= most && NameRules.IsOneLine(text);

    private static void Require(ref Violations violations, string field, string value, IdentifierRule? broken)
    {
        if (broken is not null)
        {
            violations.Add(field, value, broken);
        }
    }
}
