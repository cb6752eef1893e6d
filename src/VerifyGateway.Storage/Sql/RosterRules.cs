using VerifyGateway.Caching.Store;

namespace VerifyGateway.Storage.Sql;

/// <summary>What goes for the roster in every engine.</summary>
internal static class RosterRules
{
    /// <summary>A gateway that has not been seen for so long is forgotten, milliseconds: a day.</summary>
    public const long KeptForMs = 86_400_000;

    /// <summary>The reports since $1, in the order of ids: id, name, revision, when.</summary>
    public const string Read = "SELECT gateway_id, name, applied_revision, reported_at_unix_ms FROM gateway WHERE reported_at_unix_ms >= $1 ORDER BY gateway_id";

    /// <summary>A report in the columns of <see cref="Read"/>.</summary>
    public static GatewayReport Of(ISqlRow row) => new(row.Text(0), row.Text(1), row.Number(2), row.Number(3));

    /// <summary>Returns when the report is within its ranges.</summary>
    public static void Require(GatewayReport report)
    {
        ArgumentOutOfRangeException.ThrowIfZero(report.Id.Length, nameof(report));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(report.Id.Length, 64, nameof(report));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(report.Name.Length, 128, nameof(report));
        ArgumentOutOfRangeException.ThrowIfNegative(report.AppliedRevision, nameof(report));
        ArgumentOutOfRangeException.ThrowIfNegative(report.ReportedAtUnixMs, nameof(report));
    }
}
