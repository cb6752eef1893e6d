using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Server.Callers;
using VerifyGateway.Server.Checks;
using VerifyGateway.Server.Faults;
using VerifyGateway.Server.Rpc;
using VerifyGateway.V1;
using Start = VerifyGateway.V1.WatchBindingsRequest.StartOneofCase;

namespace VerifyGateway.Server.Watching;

/// <summary>What a watcher asks for, known to be well formed and its to see.</summary>
/// <param name="Acquirer">The acquirer whose changes are told.</param>
/// <param name="Start">Where to begin.</param>
/// <param name="AfterRevision">The revision to begin after, where that is the start.</param>
/// <param name="CheckpointEvery">How often a checkpoint is sent.</param>
/// <param name="TellsApart">True when confidential kinds of holds are shown as what they are.</param>
internal sealed record WatchQuery(AcquirerId Acquirer, Start Start, long AfterRevision, TimeSpan CheckpointEvery, bool TellsApart)
{
    private const int DefaultIntervalMs = 1_000;

    /// <summary>Only this merchant and its terminals; null for all.</summary>
    public MerchantNo? Merchant { get; init; }

    /// <summary>Only this terminal and its merchant; null for all.</summary>
    public TerminalSn? Sn { get; init; }

    /// <summary>Takes a request over.</summary>
    /// <exception cref="GatewayException">A field is malformed, or the caller may not see what it asks for.</exception>
    public static WatchQuery Parse(WatchBindingsRequest request, Caller caller)
    {
        var violations = default(Violations);
        var acquirer = CheckParser.ParseAcquirer(request.AcquirerId, caller, ref violations);
        var interval = request.CheckpointIntervalMs == 0 ? DefaultIntervalMs : request.CheckpointIntervalMs;
        violations.Require(interval is >= 100 and <= 60_000, "checkpoint_interval_ms", "INTERVAL_RANGE", "An interval is 100 to 60,000 milliseconds, or 0.");
        violations.Require(request.StartCase != Start.None, "start", "INPUT_MISSING", "One of snapshot, earliest and after_revision is needed.");
        violations.Require(request.AfterRevision >= 0, "after_revision", "REVISION_NEGATIVE", "A revision is 0 or more.");
        var query = new WatchQuery(acquirer, request.StartCase, request.AfterRevision, TimeSpan.FromMilliseconds(interval), caller.May(CallerRoles.SeeConfidential))
        {
            Merchant = request.FilterCase == WatchBindingsRequest.FilterOneofCase.MerchantNo ? ParseMerchant(request.MerchantNo, ref violations) : null,
            Sn = request.FilterCase == WatchBindingsRequest.FilterOneofCase.TerminalSn ? ParseSn(request.TerminalSn, ref violations) : null,
        };
        if (!violations.None)
        {
            throw GatewayException.Invalid(violations.Found);
        }

        var foreign = (caller.Acquirer is { } own && own != acquirer) || (caller.Terminal is { } terminal && terminal != query.Sn);
        return foreign ? throw GatewayException.PermissionDenied() : query;
    }

    private static MerchantNo ParseMerchant(string text, ref Violations violations)
    {
        if (!MerchantNo.TryParse(text, out var merchant, out var broken))
        {
            violations.Add("merchant_no", text, broken);
        }

        return merchant;
    }

    private static TerminalSn ParseSn(string text, ref Violations violations)
    {
        if (!TerminalSn.TryParse(text, out var sn, out var broken))
        {
            violations.Add("terminal_sn", text, broken);
        }

        return sn;
    }
}
