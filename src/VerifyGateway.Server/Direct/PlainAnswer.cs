using System.Runtime.CompilerServices;
using VerifyGateway.Domain.Policies;
using VerifyGateway.Domain.Reasons;
using VerifyGateway.Server.Checks;
using VerifyGateway.V1;

namespace VerifyGateway.Server.Direct;

/// <summary>Writes an answer as the bytes that <see cref="CheckAnswers"/>' message becomes.</summary>
internal static class PlainAnswer
{
    /// <summary>
    /// The most bytes of an answer: its numbers, all reasons twice, a correlation id of 64 bytes, the lines, and a policy with a document of
    /// 200 characters and a message of 500, which is as long as they may be.
    /// </summary>
    public const int MostBytes = 3_584;

    /// <summary>Writes an answer.</summary>
    /// <param name="correlationId">That of the request.</param>
    /// <param name="isEnglish">True for English lines.</param>
    /// <param name="outcome">What is answered.</param>
    /// <param name="into">Room of <see cref="MostBytes"/> or more.</param>
    /// <returns>Bytes that were written.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static int Write(ReadOnlySpan<byte> correlationId, bool isEnglish, in CheckOutcome outcome, Span<byte> into)
    {
        var to = new WireWriter(into);
        ref readonly var verdict = ref outcome.Verdict;
        to.Bytes(CheckStatusResponse.CorrelationIdFieldNumber, correlationId);
        to.Number(CheckStatusResponse.DecisionFieldNumber, (long)verdict.Decision);
        Write(ref to, CheckStatusResponse.ReasonsFieldNumber, verdict.Reasons);
        Write(ref to, CheckStatusResponse.WarningsFieldNumber, verdict.Warnings);
        to.Number(CheckStatusResponse.RemedyFieldNumber, (long)outcome.Remedy);
        to.Text(CheckStatusResponse.De39FieldNumber, outcome.De39);
        to.Text(CheckStatusResponse.PromptFieldNumber, isEnglish ? outcome.PromptEn : outcome.PromptZh);
        to.Number(CheckStatusResponse.RetryAfterMsFieldNumber, outcome.RetryAfterMs);
        to.Number(CheckStatusResponse.UntilUnixMsFieldNumber, verdict.UntilUnixMs);
        to.Number(CheckStatusResponse.BindingVersionFieldNumber, outcome.BindingVersion);
        to.Number(CheckStatusResponse.RevisionFieldNumber, outcome.Revision);
        to.Number(CheckStatusResponse.AsOfUnixMsFieldNumber, outcome.AsOfUnixMs);
        to.Number(CheckStatusResponse.ValidUntilUnixMsFieldNumber, outcome.ValidUntilUnixMs);
        to.Number(CheckStatusResponse.SourceFieldNumber, (long)outcome.Source);
        to.Number(CheckStatusResponse.DetailFieldNumber, (long)(verdict.Detail ?? 0));
        if (verdict.Policy is { } policy)
        {
            Write(ref to, policy, isEnglish);
        }

        to.Number(CheckStatusResponse.DeadlineUnixMsFieldNumber, verdict.DeadlineUnixMs);
        return to.Length;
    }

    private static void Write(ref WireWriter to, int field, ReasonSet reasons)
    {
        if (reasons.IsEmpty)
        {
            return;
        }

        var bytes = 0;
        foreach (var reason in reasons)
        {
            bytes += WireWriter.SizeOf((ulong)reason);
        }

        to.Begin(field, bytes);
        foreach (var reason in reasons)
        {
            to.Varint((ulong)reason);
        }
    }

    /// <summary>A policy is rare, and its length stands before it: it is written beside and copied.</summary>
    private static void Write(ref WireWriter to, PolicyRule policy, bool isEnglish)
    {
        var own = new WireWriter(new byte[MostBytes]);
        own.Text(PolicyReference.PolicyIdFieldNumber, policy.Id);
        own.Number(PolicyReference.VersionFieldNumber, policy.Version);
        own.Text(PolicyReference.DocumentFieldNumber, policy.Document);
        own.Text(PolicyReference.MessageFieldNumber, isEnglish ? policy.MessageEn : policy.MessageZh);
        to.Message(CheckStatusResponse.PolicyFieldNumber, own.Written);
    }
}
