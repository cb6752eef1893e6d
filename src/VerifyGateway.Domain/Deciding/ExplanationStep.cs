using VerifyGateway.Domain.Reasons;

namespace VerifyGateway.Domain.Deciding;

/// <summary>What a rule looks at. Numbers are those on the wire.</summary>
public enum RuleSection : byte
{
    /// <summary>Whether the gateway is open.</summary>
    Service = 1,
    /// <summary>The terminal.</summary>
    Terminal = 2,
    /// <summary>Holds on terminal, merchant and identity.</summary>
    Holds = 3,
    /// <summary>The merchant.</summary>
    Merchant = 4,
    /// <summary>The real-name verification.</summary>
    Identity = 5,
    /// <summary>The identity document.</summary>
    Document = 6,
    /// <summary>How long the merchant has been idle.</summary>
    Activity = 7,
    /// <summary>Policies.</summary>
    Policies = 8,
    /// <summary>Where the terminal is.</summary>
    Place = 9,
    /// <summary>Cards and the payer.</summary>
    Payer = 10,
    /// <summary>Limits of accounts and codes.</summary>
    Limits = 11,
}

/// <summary>One node of an explanation: a rule that was looked at, with what it was found from below it.</summary>
/// <param name="section">What it looks at.</param>
/// <param name="rule">The reason that the rule can give.</param>
/// <param name="applies">True when it stands against a sale or warns, whatever is below it.</param>
/// <param name="saw">What the rule saw, in English; states, amounts and dates, never identifiers of anybody.</param>
/// <param name="change">What would change its answer, in English; empty when nothing foreseeable does.</param>
public sealed class ExplanationStep(RuleSection section, Reason rule, bool applies, string saw, string change)
{
    private readonly List<ExplanationStep> _children = [];

    /// <summary>What it looks at.</summary>
    public RuleSection Section => section;

    /// <summary>The reason that the rule can give.</summary>
    public Reason Rule => rule;

    /// <summary>True when it, or anything below it, stands against a sale or warns.</summary>
    public bool Applies => applies || _children.Exists(child => child.Applies);

    /// <summary>What the rule saw, in English; states, amounts and dates, never identifiers of anybody.</summary>
    public string Saw => saw;

    /// <summary>What would change its answer, in English; empty when nothing foreseeable does.</summary>
    public string Change => change;

    /// <summary>What it was found from: each hold, each policy.</summary>
    public IReadOnlyList<ExplanationStep> Children => _children;

    /// <inheritdoc />
    public override string ToString() => $"{Codes.Of(rule)} {(Applies ? "applies" : "passes")}: {saw}; {change} [{string.Join(", ", _children)}]";

    internal void Add(ExplanationStep child) => _children.Add(child);
}
