using System.Collections.Immutable;
using VerifyGateway.Domain.Reasons;

namespace VerifyGateway.Domain.Policies;

/// <summary>What holds for one acquirer: its settings, its words, and when it is closed. Immutable, safe from any thread.</summary>
public sealed class AcquirerView
{
    private readonly ImmutableArray<ReasonInfo> _rows;
    private readonly ImmutableArray<ReasonOverride> _overrides;
    private readonly ImmutableArray<MaintenanceWindow> _windows;

    internal AcquirerView(AcquirerRules rules, ImmutableArray<ReasonOverride> overrides, ImmutableArray<MaintenanceWindow> windows)
    {
        Rules = rules;
        _windows = windows;
        _overrides = overrides;
        var rows = ReasonTable.All.ToArray();
        foreach (var own in overrides)
        {
            // What is told of one confidential reason is told of all: else the words would tell them apart.
            foreach (var reason in SpeaksOf(own))
            {
                var place = ReasonTable.PlaceOf(reason);
                rows[place] = rows[place] with
                {
                    De39 = own.De39 ?? rows[place].De39,
                    PromptZh = own.PromptZh ?? rows[place].PromptZh,
                    PromptEn = own.PromptEn ?? rows[place].PromptEn,
                };
            }
        }

        _rows = ImmutableArray.Create(rows);
    }

    /// <summary>The acquirer's settings.</summary>
    public AcquirerRules Rules { get; }

    /// <summary>The row of a reason, in the acquirer's words. Constant time, no allocation.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not a reason of the table.</exception>
    public ReasonInfo Of(Reason reason) => _rows[ReasonTable.PlaceOf(reason)];

    /// <summary>The acquirer's own words for the reason, each part of which stands before that of a detail; null when it has none.</summary>
    public ReasonOverride? OwnWords(Reason reason)
    {
        foreach (var own in _overrides)
        {
            if (SpeaksOf(own).Contains(reason))
            {
                return own;
            }
        }

        return null;
    }

    /// <summary>The window in which a service is closed at that instant; null when it is open.</summary>
    public MaintenanceWindow? WindowOf(GatewayService service, long unixMs)
    {
        foreach (var window in _windows)
        {
            if (window.Service == service && window.IsOpenAt(unixMs))
            {
                return window;
            }
        }

        return null;
    }

    /// <summary>First instant at which the service is open again, Unix milliseconds: a window that begins as another ends goes on from there.</summary>
    internal long OpenAgainAt(GatewayService service, MaintenanceWindow window)
    {
        while (WindowOf(service, window.UntilUnixMs) is { } next)
        {
            window = next;
        }

        return window.UntilUnixMs;
    }

    private static ReasonSet SpeaksOf(ReasonOverride own) => ReasonTable.Of(own.Reason).IsConfidential ? ReasonSet.Confidential : ReasonSet.Of(own.Reason);
}
