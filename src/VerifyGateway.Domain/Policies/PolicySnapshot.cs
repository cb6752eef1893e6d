using System.Collections.Frozen;
using System.Collections.Immutable;
using VerifyGateway.Domain.Deciding;
using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Domain.Policies;

/// <summary>
/// Policies, settings and maintenance windows as the decision reads them: compiled once, immutable, safe from any thread, and
/// swapped whole. Made by <see cref="PolicyCompiler"/>.
/// </summary>
public sealed class PolicySnapshot
{
    private readonly FrozenDictionary<AcquirerId, AcquirerView> _views;
    private readonly AcquirerView _others;
    private readonly PolicyIndex _index;
    private readonly long[] _boundaries;

    internal PolicySnapshot(string label, ImmutableArray<PolicyRule> inOrder, FrozenDictionary<AcquirerId, AcquirerView> views, AcquirerView others, long[] boundaries)
    {
        Label = label;
        Policies = inOrder;
        _views = views;
        _others = others;
        _boundaries = boundaries;
        _index = new PolicyIndex(inOrder);
    }

    /// <summary>No policies, no windows, every setting at its default.</summary>
    public static PolicySnapshot Default { get; } = Of(new AcquirerRules());

    /// <summary>Names the state of the set for people; may be empty.</summary>
    public string Label { get; }

    /// <summary>All policies in their order: by priority, then the more special, then the one that came into force later, then by id.</summary>
    public ImmutableArray<PolicyRule> Policies { get; }

    /// <summary>No policies, no windows, and these settings for every acquirer.</summary>
    /// <exception cref="ArgumentException">A setting is out of its range.</exception>
    public static PolicySnapshot Of(AcquirerRules rules) =>
        PolicyCompiler.TryCompile(new PolicySet { Defaults = rules }, out var snapshot, out var errors)
            ? snapshot
            : throw new ArgumentException(string.Join(' ', errors), nameof(rules));

    /// <summary>What holds for an acquirer. No allocation.</summary>
    public AcquirerView ViewOf(AcquirerId acquirer) => _views.Count > 0 && _views.TryGetValue(acquirer, out var view) ? view : _others;

    /// <summary>First instant after that one at which a policy or a window begins or ends, or a policy's deadline comes; <see cref="long.MaxValue"/> when there is none.</summary>
    public long NextBoundary(long unixMs)
    {
        var at = _boundaries.AsSpan().BinarySearch(unixMs);
        var next = at >= 0 ? at + 1 : ~at;
        return next < _boundaries.Length ? _boundaries[next] : long.MaxValue;
    }

    /// <summary>Words that <see cref="Find"/> needs a place for: at most 12.5 KiB of them.</summary>
    internal int Words => _index.Words;

    /// <summary>The policies whose scope holds the check, in their order, but for amounts and times.</summary>
    internal PolicyIndex.Matches Find(in StatusQuery query, MerchantRecord merchant, Span<ulong> place) => _index.Find(query, merchant, place);
}
