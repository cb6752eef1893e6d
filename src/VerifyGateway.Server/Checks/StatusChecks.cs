using System.Runtime.CompilerServices;
using VerifyGateway.Caching;
using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Deciding;
using VerifyGateway.Domain.Reasons;
using VerifyGateway.Domain.Records;
using VerifyGateway.Server.Callers;
using VerifyGateway.Server.Faults;
using VerifyGateway.Server.Metrics;
using VerifyGateway.Server.Policies;
using VerifyGateway.Server.Rpc;
using VerifyGateway.V1;
using Decision = VerifyGateway.Domain.Reasons.Decision;
using ExplanationStep = VerifyGateway.Domain.Deciding.ExplanationStep;

namespace VerifyGateway.Server.Checks;

/// <summary>The status check: parse → admit → find both records → decide → answer. Safe from any thread.</summary>
public sealed class StatusChecks(RecordReader records, PolicyHolder policies, DecisionMetrics metrics, TimeProvider time)
{
    /// <summary>Answers one check.</summary>
    /// <param name="request">The check.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="cancel">Ends the waiting.</param>
    /// <param name="near">What was found of its records already; null when nobody has looked.</param>
    /// <exception cref="GatewayException">The check is malformed, not the caller's to ask, or cannot be answered now.</exception>
    public ValueTask<CheckStatusResponse> CheckAsync(CheckStatusRequest request, Caller caller, CancellationToken cancel, NearFinds? near = null) =>
        CheckAsync(request, Admit(request, caller, new Violations("")), caller, cancel, near);

    /// <summary>Answers one check that was admitted.</summary>
    /// <exception cref="GatewayException">It cannot be answered now.</exception>
    internal ValueTask<CheckStatusResponse> CheckAsync(CheckStatusRequest request, in StatusQuery query, Caller caller, CancellationToken cancel, NearFinds? near = null)
    {
        var finding = near is null ? records.FindAsync(KeyOf(query), request.AtLeastRevision, cancel) : records.FindAsync(KeyOf(query), near, request.AtLeastRevision, cancel);
        return finding.IsCompletedSuccessfully
            ? new(Answer(request, query, caller, finding.Result))
            : AnswerWhenFound(this, request, query, caller, finding);

        static async ValueTask<CheckStatusResponse> AnswerWhenFound(
            StatusChecks self, CheckStatusRequest request, StatusQuery query, Caller caller, ValueTask<RecordAnswer> finding) =>
            self.Answer(request, query, caller, await finding);
    }

    /// <summary>Answers several checks of a batch, each with its own result, in their order. What they lack in memory is read at once.</summary>
    /// <param name="requests">The checks, each with its place in the batch.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="cancel">Ends the waiting.</param>
    public async ValueTask<IReadOnlyList<CheckResult>> CheckManyAsync(IReadOnlyList<(int Place, CheckStatusRequest Check)> requests, Caller caller, CancellationToken cancel)
    {
        var results = new CheckResult[requests.Count];
        var queries = new List<(int At, StatusQuery Query)>(requests.Count);
        for (var i = 0; i < results.Length; i++)
        {
            try
            {
                queries.Add((i, Admit(requests[i].Check, caller, new Violations("checks", requests[i].Place))));
            }
            catch (GatewayException fault)
            {
                results[i] = new CheckResult { Error = fault.ToItemError() };
            }
        }

        var found = queries.Count == 0 ? [] : await records.FindManyAsync(queries.ConvertAll(it => (KeyOf(it.Query), requests[it.At].Check.AtLeastRevision)), cancel);
        for (var i = 0; i < queries.Count; i++)
        {
            var (at, query) = queries[i];
            try
            {
                results[at] = new CheckResult { Answer = Answer(requests[at].Check, query, caller, found[i]) };
            }
            catch (GatewayException fault)
            {
                results[at] = new CheckResult { Error = fault.ToItemError() };
            }
        }

        return results;
    }

    /// <summary>The query, when it is well formed and the caller's to ask.</summary>
    /// <exception cref="GatewayException">It is not.</exception>
    internal static StatusQuery Admit(CheckStatusRequest request, Caller caller, Violations violations)
    {
        var query = CheckParser.Parse(request, caller, ref violations);
        if (!violations.None)
        {
            throw GatewayException.Invalid(violations.Found);
        }

        var foreign = (caller.Acquirer is { } acquirer && acquirer != query.Acquirer) || (caller.Terminal is { } terminal && terminal != query.Sn);
        if (foreign || (request.Explain && !caller.May(CallerRoles.Explain)))
        {
            throw GatewayException.PermissionDenied();
        }

        return query;
    }

    /// <summary>Judges one check from its records, and counts what was decided.</summary>
    /// <param name="query">The check.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="terminal">The terminal record; null when there is none.</param>
    /// <param name="merchant">The merchant record; null when there is none.</param>
    /// <param name="facts">How fresh the records are.</param>
    /// <param name="now">The instant that it is decided for, Unix milliseconds.</param>
    /// <param name="steps">Takes the explanation; null when none is asked for.</param>
    /// <exception cref="GatewayException">It cannot be answered now; never from records that are fresh.</exception>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal CheckOutcome Judge(
        in StatusQuery query, Caller caller, in TerminalRecord? terminal, in MerchantRecord? merchant, in RecordFacts facts, long now, List<ExplanationStep>? steps)
    {
        var inForce = policies.Current;
        var verdict = StatusDecision.Decide(query, terminal, merchant, inForce, now, steps);
        if (verdict.Decision == Decision.Allow && !facts.IsFresh)
        {
            // Old knowledge may say no. It never says yes.
            metrics.CountCouldNotTell();
            throw CouldNotTell();
        }

        metrics.Count(verdict, facts.Source, facts.IsFresh);
        if (facts.IsFresh)
        {
            metrics.NoteAge(verdict.Decision, (now - facts.AsOfUnixMs) / 1000.0);
        }

        var mayTellApart = caller.May(CallerRoles.SeeConfidential);
        // No longer than the copies are young, and not past an instant that they already name: a hold that begins, a document that ends.
        // A decline whose reason is confidential names no such instant: it could be the end of what must not be told.
        var isHidden = !mayTellApart && verdict.Decision != Decision.Allow && ReasonTable.Of(verdict.Primary).IsConfidential;
        var validUntil = Math.Min(facts.FreshUntilUnixMs, isHidden ? long.MaxValue : VerdictLifetime.NextChange(query, terminal, merchant, inForce, now));
        return new CheckOutcome(mayTellApart ? verdict : verdict.Outward(), inForce.ViewOf(query.Acquirer), terminal, facts, now, validUntil);
    }

    /// <summary>Judges one check from its records as they were found just now, and counts what was decided.</summary>
    /// <exception cref="GatewayException">It cannot be answered now; never from records that are fresh.</exception>
    internal CheckOutcome Judge(in StatusQuery query, Caller caller, in RecordAnswer found, List<ExplanationStep>? steps)
    {
        ref readonly var pair = ref found.PairInPlace;
        return Judge(query, caller, pair.TerminalInPlace, pair.MerchantInPlace, found.Facts, time.GetUtcNow().ToUnixTimeMilliseconds(), steps);
    }

    private CheckStatusResponse Answer(CheckStatusRequest request, in StatusQuery query, Caller caller, in RecordAnswer found)
    {
        if (!found.IsFound)
        {
            metrics.CountCouldNotTell();
            throw CouldNotTell();
        }

        if (found.Revision < request.AtLeastRevision)
        {
            throw GatewayException.Unavailable("The revision that is asked for has not been reached; ask again, or look whether it is one of this gateway's.");
        }

        var steps = request.Explain ? new List<ExplanationStep>() : null;
        var outcome = Judge(query, caller, found, steps);
        var answer = CheckAnswers.Write(request, outcome);
        if (steps is not null)
        {
            CheckAnswers.Explain(answer, steps, caller.May(CallerRoles.SeeConfidential));
        }

        return answer;
    }

    private static PairKey KeyOf(in StatusQuery query) => new(query.TerminalKey, query.MerchantKey);

    private static GatewayException CouldNotTell() => GatewayException.Unavailable("The gateway cannot tell at the moment; ask again.");
}
