using System.Collections.Immutable;
using VerifyGateway.Domain.Reasons;

namespace VerifyGateway.Domain.Policies;

/// <summary>What holds for one acquirer: its settings, its words, and when it is closed. Immutable, safe from any thread.</summary>
public sealed class AcquirerView
{
    private readonly ImmutableArray<ReasonInfo> _rows;
    private readonly ReasonSet _reworded;
    private readonly ImmutableArray<MaintenanceWindow> _windows;

    internal AcquirerView(AcquirerRules rules, ImmutableArray<ReasonOverride> overrides, ImmutableArray<MaintenanceWindow> windows)
    {
        Rules = rules;
        _windows = windows;
        var rows = ReasonTable.All.ToArray();
        foreach (var own in overrides)
        {
            // What is told of one confidential reason is told of all: else the words would tell them apart.
            var speaksOf = ReasonTable.Of(own.Reason).IsConfidential ? ReasonSet.Confidential : ReasonSet.Of(own.Reason);
            _reworded = _reworded.Or(speaksOf);
            foreach (var reason in speaksOf)
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

    /// <summary>True when the acquirer has words of its own for the reason, which then stand before those of a detail.</summary>
    public bool Rewords(Reason reason) => _reworded.Contains(reason);

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
}
