using System.Collections.Immutable;
using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Domain.Reasons;

namespace VerifyGateway.Domain.Policies;

/// <summary>What an acquirer answers in place of the table: each part that is null stays as it is.</summary>
/// <param name="Reason">The reason.</param>
/// <param name="De39">ISO 8583 response code.</param>
/// <param name="PromptZh">Line for the operator's screen in Chinese.</param>
/// <param name="PromptEn">The same in English.</param>
public sealed record ReasonOverride(Reason Reason, string? De39, string? PromptZh, string? PromptEn)
{
    /// <summary>Where it was read, for messages about it; empty when it was not read from a file.</summary>
    public string Place { get; init; } = "";
}

/// <summary>What one acquirer has set.</summary>
/// <param name="Acquirer">The acquirer.</param>
/// <param name="Rules">Its settings.</param>
/// <param name="Overrides">What it answers in place of the table.</param>
public sealed record AcquirerSettings(AcquirerId Acquirer, AcquirerRules Rules, ImmutableArray<ReasonOverride> Overrides)
{
    /// <summary>Where it was read, for messages about it; empty when it was not read from a file.</summary>
    public string Place { get; init; } = "";
}

/// <summary>Everything that is asked for, not yet looked at as a whole: <see cref="PolicyCompiler"/> does that. Immutable.</summary>
public sealed record PolicySet
{
    /// <summary>Names the state of the set for people: 0 to 64 characters.</summary>
    public string Label { get; init; } = "";

    /// <summary>Where the label was read, for messages about it.</summary>
    public string LabelPlace { get; init; } = "label";

    /// <summary>Settings of acquirers that have none of their own.</summary>
    public AcquirerRules Defaults { get; init; } = new();

    /// <summary>Where the defaults were read, for messages about them.</summary>
    public string DefaultsPlace { get; init; } = "defaults";

    /// <summary>Settings of acquirers.</summary>
    public ImmutableArray<AcquirerSettings> Acquirers { get; init; } = [];

    /// <summary>Policies.</summary>
    public ImmutableArray<PolicyRule> Policies { get; init; } = [];

    /// <summary>Where the list of policies was read, for messages about it.</summary>
    public string PoliciesPlace { get; init; } = "policies";

    /// <summary>Maintenance windows.</summary>
    public ImmutableArray<MaintenanceWindow> Windows { get; init; } = [];
}

/// <summary>One thing that is wrong with a set of policies.</summary>
/// <param name="Place">Where: the path within the file, with line and column when there is one.</param>
/// <param name="Code">Stable code of the rule that is broken.</param>
/// <param name="Sentence">What is wrong and what to do.</param>
public sealed record PolicyError(string Place, string Code, string Sentence)
{
    /// <inheritdoc />
    public override string ToString() => Place.Length == 0 ? $"{Code}: {Sentence}" : $"{Place}: {Code}: {Sentence}";
}
