using System.Collections.Immutable;

namespace VerifyGateway.Domain.Policies;

/// <summary>What may be wrong with maintenance windows, alone and together.</summary>
internal static class WindowChecks
{
    public static void Check(ImmutableArray<MaintenanceWindow> windows, ErrorList errors)
    {
        foreach (var window in windows)
        {
            errors.Require(Enum.IsDefined(window.Service), window.Place, "SERVICE", "service is STATUS_CHECK, VERIFICATION, BINDING, HOLD or DEREGISTRATION.");
            errors.Require(Enum.IsDefined(window.Kind), window.Place, "WINDOW_KIND", "kind is MAINTENANCE or CUT_OVER.");
            errors.Require(window.FromUnixMs > 0, window.Place, "WINDOW_FROM", "from is an instant after 1970.");
            errors.Require(window.UntilUnixMs > window.FromUnixMs, window.Place, "END_BEFORE_START", "until is not after from.");
            errors.Require(window.Acquirers.Distinct().Count() == window.Acquirers.Length, window.Place, "VALUE_TWICE", "acquirers names a value twice.");
        }

        var told = new HashSet<(MaintenanceWindow, MaintenanceWindow)>();
        foreach (var ofService in windows.GroupBy(window => window.Service))
        {
            MaintenanceWindow[] ofAll = [.. ofService.Where(window => window.Acquirers.IsEmpty)];
            CheckOverlaps(ofAll, told, errors);
            foreach (var ofOne in MaintenanceWindow.ByAcquirer(ofService))
            {
                CheckOverlaps([.. ofAll, .. ofOne], told, errors);
            }
        }
    }

    /// <summary>Two windows at once would give two answers to "until when".</summary>
    private static void CheckOverlaps(MaintenanceWindow[] windows, HashSet<(MaintenanceWindow, MaintenanceWindow)> told, ErrorList errors)
    {
        MaintenanceWindow? longest = null;
        foreach (var window in windows.OrderBy(window => window.FromUnixMs))
        {
            if (longest is not null && longest.IsOpenAt(window.FromUnixMs) && told.Add((longest, window)))
            {
                errors.Add(window.Place, "OVERLAP", $"This window begins while the one at {longest.Place} is open for the same service and acquirer; put them together.");
            }

            longest = longest is null || window.UntilUnixMs > longest.UntilUnixMs ? window : longest;
        }
    }
}
