using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace VerifyGateway.Domain.Policies;

/// <summary>Looks at a set as a whole and compiles it into a snapshot, or says everything that is wrong with it. Pure, safe from any thread.</summary>
public static class PolicyCompiler
{
    /// <summary>The most policies that one set may hold.</summary>
    public const int MaxPolicies = 100_000;

    /// <summary>Compiles a set; when anything is wrong there is no snapshot, and what is in force stays in force.</summary>
    public static bool TryCompile(PolicySet set, [NotNullWhen(true)] out PolicySnapshot? snapshot, out ImmutableArray<PolicyError> errors)
    {
        var found = new ErrorList();
        Check(set, found);
        errors = found.ToArray();
        snapshot = errors.IsEmpty ? Compile(set) : null;
        return snapshot is not null;
    }

    internal static void Check(PolicySet set, ErrorList errors)
    {
        errors.Require(set.Label.Length <= 64, set.LabelPlace, "LABEL_LENGTH", "A label has at most 64 characters.");
        SettingChecks.Check(set, errors);
        PolicyChecks.Check(set.Policies, set.PoliciesPlace, errors);
        WindowChecks.Check(set.Windows, errors);
    }

    internal static PolicySnapshot Compile(PolicySet set)
    {
        var settings = set.Acquirers.ToDictionary(own => own.Acquirer);
        MaintenanceWindow[] ofAll = [.. set.Windows.Where(window => window.Acquirers.IsEmpty)];
        var named = MaintenanceWindow.ByAcquirer(set.Windows);
        var views = settings.Keys.Union(named.Select(windows => windows.Key)).ToFrozenDictionary(acquirer => acquirer, acquirer =>
            new AcquirerView(settings.TryGetValue(acquirer, out var own) ? own.Rules : set.Defaults, own?.Overrides ?? [], InOrder(ofAll.Concat(named[acquirer]))));
        var others = new AcquirerView(set.Defaults, [], InOrder(ofAll));
        return new PolicySnapshot(set.Label, InOrder(set.Policies), views, others, Boundaries(set));
    }

    private static ImmutableArray<MaintenanceWindow> InOrder(IEnumerable<MaintenanceWindow> windows) => [.. windows.OrderBy(window => window.FromUnixMs)];

    private static ImmutableArray<PolicyRule> InOrder(ImmutableArray<PolicyRule> policies) =>
    [
        .. policies.OrderBy(policy => policy.Priority).ThenByDescending(policy => policy.Scope.NamedFacts).ThenByDescending(policy => policy.EffectiveFromUnixMs)
            .ThenBy(policy => policy.Id, StringComparer.Ordinal).ThenByDescending(policy => policy.Version),
    ];

    private static long[] Boundaries(PolicySet set) =>
    [
        .. set.Policies.SelectMany(policy => new[] { policy.EffectiveFromUnixMs, policy.EffectiveUntilUnixMs, policy.ReverifyByUnixMs })
            .Concat(set.Windows.SelectMany(window => new[] { window.FromUnixMs, window.UntilUnixMs }))
            .Where(instant => instant > 0).Distinct().Order(),
    ];
}
