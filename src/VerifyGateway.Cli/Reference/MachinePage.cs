using System.Globalization;
using VerifyGateway.Domain.Lifecycle;
using VerifyGateway.Domain.Reasons;

namespace VerifyGateway.Cli.Reference;

/// <summary>The page of state machines, made from the machines themselves.</summary>
internal static class MachinePage
{
    private const string Head = """
        # State machines

        How cases, terminals, bindings, holds and deregistrations move, what each step asks, and what a terminal is told meanwhile.
        Made by `vgctl reference machines`; a test compares.

        A step is taken when every condition holds; otherwise the state stays and every condition that failed is named, not only the
        first. An event that a state does not have is refused with `EVENT_NOT_IN_STATE`, and in a final state with `STATE_IS_FINAL`. A timer
        is an event like any other, refused with `TIMER_NOT_DUE` before its instant. What a state means to a check is read from times, so that
        nothing waits for a job to run: a hold that has ended does not stand, whether or not anybody has noted it.

        """;

    public static void Write(TextWriter to)
    {
        to.Write(Head);
        Write(to, CaseLifecycle.Machine, "Verification case", "The real-name verification of one subject.");
        Write(to, TerminalLifecycle.Machine, "Terminal", "One device in the hands of one merchant. `NONE` is before the application.");
        Write(to, BindingLifecycle.Machine, "Binding", "A serial number and its five elements. While a hold stands on any of them, an effective binding is seen as SUSPENDED; that is derived and never stored.");
        Write(to, HoldLifecycle.Machine, "Hold", "One freeze; several stand at once, each for itself. In PLACED the terminal is told the reason of the hold's kind.");
        WriteHolds(to);
        Write(to, DeregistrationLifecycle.Machine, "Deregistration", "Closing a merchant for good. COMPLETED has no way out, and EXECUTING none back.");
        WriteBlockers(to);
        WriteRefusals(to);
    }

    private static void Write<TState, TEvent, TFacts>(TextWriter to, Machine<TState, TEvent, TFacts> machine, string title, string about)
        where TState : struct, Enum
        where TEvent : struct, Enum
        where TFacts : struct, IFacts
    {
        to.Write($"\n## {title}\n\n{about}\n\n| state | lasts | a terminal is told |\n|---|---|---|\n");
        foreach (var row in machine.States)
        {
            to.Write($"| `{NameOf(row.State)}` | {Words(row.Stay)} | {(row.ToldBy is null ? $"`{ReasonTable.Of(row.Told).Code}`" : "by its kind")} |\n");
        }

        to.Write("\n| from | event | to | conditions, named when they fail |\n|---|---|---|---|\n");
        foreach (var row in machine.Transitions)
        {
            to.Write($"| `{NameOf(row.From)}` | {Codes.Of(row.Event)} | `{NameOf(row.To)}` | {string.Join(' ', row.Refusals.Select(refusal => $"`{RefusalTable.Of(refusal).Code}`"))} |\n");
        }
    }

    private static void WriteHolds(TextWriter to)
    {
        to.Write("\nTerms and parties, by the authority on which a hold stands:\n\n| authority | kind | placed and lifted by | longest term | renewals | document | two persons lift | stronger check |\n|---|---|---|---|---|---|---|---|\n");
        foreach (var rule in HoldRules.All)
        {
            var term = rule.MaxHours > 0 ? $"{rule.MaxHours} h" : rule.MaxMonths > 0 ? $"{rule.MaxMonths} months" : "none";
            var renewals = rule.MaxRenewals < 0 ? "any" : rule.MaxRenewals.ToString(CultureInfo.InvariantCulture);
            to.Write($"| {Codes.Of(rule.Authority)} | {Codes.Of(rule.Kind)} | {Codes.Of(rule.Role)} | {term} | {renewals} | {YesNo(rule.NeedsDocument)} | {YesNo(rule.LiftNeedsTwo)} | {YesNo(rule.LiftNeedsStepUp)} |\n");
        }
    }

    private static void WriteBlockers(TextWriter to)
    {
        to.Write("\nWhat blocks a deregistration. A dry run names all of them at once, without a case. A hard one the merchant cannot remove; to whoever may not learn of holds by their kind, every hard one looks like `DEREG_BLOCKING_CONTROL`.\n\n| blocker | where it stops | |\n|---|---|---|\n");
        foreach (var row in DeregistrationBlockers.All)
        {
            to.Write($"| `{row.WireName}` | {Codes.Of(row.Phase).ToLowerInvariant()} | {RefusalTable.Of(row.Guard.Refusal).Sentence} |\n");
        }
    }

    private static void WriteRefusals(TextWriter to)
    {
        to.Write("\n## Refusals\n\n| code | | 中文 |\n|---|---|---|\n");
        foreach (var row in RefusalTable.All)
        {
            to.Write($"| `{row.Code}` | {row.Sentence} | {row.SentenceZh} |\n");
        }
    }

    private static string NameOf<TState>(TState state)
        where TState : struct, Enum => Enum.IsDefined(state) ? Codes.Of(state) : "NONE";

    private static string Words(Stay stay) => stay switch
    {
        Stay.Final => "for good",
        Stay.Timed => "until its timer at the latest",
        Stay.Waiting => "as long as somebody's work takes",
        _ => "as long as the business does",
    };

    private static string YesNo(bool value) => value ? "yes" : "";
}
