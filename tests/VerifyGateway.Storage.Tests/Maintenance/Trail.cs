using System.Globalization;
using VerifyGateway.Domain.Records;
using VerifyGateway.Storage.Maintenance;
using VerifyGateway.Storage.Sqlite;

namespace VerifyGateway.Storage.Tests.Maintenance;

/// <summary>Stores with something in them for jobs to work on.</summary>
internal static class Trail
{
    public static readonly long Begin = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    public static IStoreMaintenance Jobs(string path, TimeProvider? time = null) => SqliteMaintenance.Open(path, time ?? new SetTime(Begin));

    /// <summary>The basics, and so many changes of terminal 1 after them, each in a write of its own.</summary>
    public static async Task MakeAsync(string path, int changes, TimeProvider? time = null)
    {
        await using var store = Make.Store(path, time ?? new SetTime(Begin));
        await Make.BasicsAsync(store);
        await ChangeAsync(store, changes);
    }

    /// <summary>Changes terminal 1 so many times.</summary>
    public static async Task ChangeAsync(ISystemOfRecord store, int changes)
    {
        for (var n = 1; n <= changes; n++)
        {
            await store.WriteAsync(batch => batch.UpsertTerminal(Make.Terminal(1, 1, n % 2 == 0 ? TerminalState.Active : TerminalState.Suspended)));
        }
    }

    public static async Task<AuditReport> VerifyAsync(string path, AuditMark? expected = null)
    {
        await using var jobs = Jobs(path);
        return await AuditCheck.RunAsync(jobs, expected);
    }

    public static async Task<Findings> SearchAsync(string path)
    {
        await using var jobs = Jobs(path);
        var findings = new Findings();
        await jobs.FindDamageAsync(findings);
        return findings;
    }

    public static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
