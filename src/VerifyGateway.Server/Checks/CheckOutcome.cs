using System.Diagnostics.CodeAnalysis;
using VerifyGateway.Caching;
using VerifyGateway.Domain.Deciding;
using VerifyGateway.Domain.Policies;
using VerifyGateway.Domain.Reasons;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Server.Checks;

/// <summary>What one check is answered, as far as the caller may see it, before it is written. Made on the stack.</summary>
internal readonly struct CheckOutcome
{
    /// <summary>
    /// Warnings that ask for something to be done: they show on the screen of an allowed transaction. Others, such as a hold
    /// that does not stop a refund, are for programs.
    /// </summary>
    private static readonly ReasonSet Shown = ReasonSet.Of(
        Reason.DocumentExpired, Reason.DocumentExpiring, Reason.ReverificationRequired, Reason.TerminalLocationMissing, Reason.TerminalLocationOutOfArea);

    /// <summary>The longest that a caller is told to wait, milliseconds: what is closed may open again before it is planned to.</summary>
    private const long LongestWaitMs = 3_600_000;

    /// <summary>Says what is answered.</summary>
    /// <param name="verdict">The outcome, as far as the caller may see it.</param>
    /// <param name="view">The acquirer's words.</param>
    /// <param name="terminal">The terminal record that it was decided from; null when there is none.</param>
    /// <param name="facts">How fresh the records were.</param>
    /// <param name="nowUnixMs">The instant that it was decided for, Unix milliseconds.</param>
    /// <param name="validUntilUnixMs">The first instant at which it is no longer good, Unix milliseconds.</param>
    public CheckOutcome(in Verdict verdict, AcquirerView view, in TerminalRecord? terminal, in RecordFacts facts, long nowUnixMs, long validUntilUnixMs)
    {
        _verdict = verdict;
        (Remedy, var de39, PromptZh, PromptEn) = WordsOf(verdict, view);
        De39 = verdict.Decision == Decision.Allow ? view.Of(Reason.Ok).De39 : de39;
        RetryAfterMs = verdict.Decision == Decision.RetryLater ? Math.Clamp(verdict.UntilUnixMs - nowUnixMs, 1, LongestWaitMs) : 0;
        BindingVersion = verdict.Reasons.Contains(Reason.TerminalNotRegistered) ? 0 : BindingVersionOf(terminal);
        Revision = facts.Revision;
        AsOfUnixMs = facts.AsOfUnixMs;
        ValidUntilUnixMs = validUntilUnixMs;
        Source = facts.Source;
    }

    private readonly Verdict _verdict;

    /// <summary>Decision, reasons, warnings, detail, policy and ends.</summary>
    [UnscopedRef]
    public ref readonly Verdict Verdict => ref _verdict;

    /// <summary>What removes the first reason, or the first warning.</summary>
    public Remedy Remedy { get; }

    /// <summary>ISO 8583 response code.</summary>
    public string De39 { get; }

    /// <summary>Line for the screen, in Chinese.</summary>
    public string PromptZh { get; }

    /// <summary>The same in English.</summary>
    public string PromptEn { get; }

    /// <summary>With RETRY_LATER how long to wait, milliseconds; 0 otherwise.</summary>
    public long RetryAfterMs { get; }

    /// <summary>Version of the binding that was looked at; 0 when the terminal is unknown.</summary>
    public long BindingVersion { get; }

    /// <summary>Revision up to which the answer is known to hold.</summary>
    public long Revision { get; }

    /// <summary>How old the knowledge is, Unix milliseconds.</summary>
    public long AsOfUnixMs { get; }

    /// <summary>Until when the caller may act on the answer, Unix milliseconds.</summary>
    public long ValidUntilUnixMs { get; }

    /// <summary>Where the records came from.</summary>
    public RecordSource Source { get; }

    private static long BindingVersionOf(in TerminalRecord? terminal) => terminal.HasValue ? Nullable.GetValueRefOrDefaultRef(in terminal).BindingVersion : 0;

    /// <summary>What the screen shows: the line of the detail where it has one and the acquirer has none of its own, else that of the reason.</summary>
    private static (Remedy Remedy, string De39, string PromptZh, string PromptEn) WordsOf(in Verdict verdict, AcquirerView view)
    {
        var reason = verdict.Reasons.IsEmpty ? verdict.Warnings.And(Shown).First : verdict.Reasons.First;
        var words = view.Of(reason);
        var isOfTheFirst = reason == (verdict.Reasons.IsEmpty ? verdict.Warnings.First : verdict.Reasons.First);
        if (verdict.Detail is not { } detail || !isOfTheFirst)
        {
            return (words.Remedy, words.De39, words.PromptZh, words.PromptEn);
        }

        var finer = DetailTable.Of(detail);
        var own = view.OwnWords(reason);
        return (finer.Remedy, own?.De39 ?? finer.De39, own?.PromptZh ?? finer.PromptZh ?? words.PromptZh, own?.PromptEn ?? finer.PromptEn ?? words.PromptEn);
    }
}
