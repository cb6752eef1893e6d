using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Records;
using VerifyGateway.Storage.Maintenance;
using VerifyGateway.Storage.Postgres;
using VerifyGateway.Storage.Rows;
using VerifyGateway.Storage.Tests.Postgres;
using VerifyGateway.TestKit;
using static VerifyGateway.Storage.Tests.Maintenance.HashedRows;

namespace VerifyGateway.Storage.Tests.Maintenance;

/// <summary>The jobs on PostgreSQL, with the rights that the service role has.</summary>
public sealed class PostgresJobsTests(PostgresHost host) : IClassFixture<PostgresHost>
{
    private readonly SetTime _time = new(Trail.Begin);

    [Fact]
    public async Task A_sound_store_shows_nothing_and_damage_and_tampering_are_named()
    {
        var (database, store, jobs) = await OpenAsync();
        await using var _ = store;
        await using var __ = jobs;
        await PostgresHost.BasicsAsync(store);
        await Trail.ChangeAsync(store, 12);
        var findings = await SearchAsync(jobs);
        Assert.True(findings.Count == 0, string.Join('\n', findings.Named));
        var report = await AuditCheck.RunAsync(jobs);
        Assert.Null(report.Finding);
        Assert.Equal((13, 13), (report.Lines, report.LinesWithFeed));
        Assert.Null((await AuditCheck.RunAsync(jobs, report.End)).Finding);

        await PostgresHost.AskAsync(database.Service, "UPDATE audit SET actor = 'somebody' WHERE seq = 4");
        Assert.StartsWith("Line 4 does not fit its hash", (await AuditCheck.RunAsync(jobs)).Finding, StringComparison.Ordinal);
        await PostgresHost.AskAsync(database.Service, "DELETE FROM feed WHERE revision = 5; DELETE FROM record_history WHERE until_revision = 7; UPDATE terminal SET revision = 6");
        var named = (await SearchAsync(jobs)).Named;
        Assert.Equal(5, named.Count);
        Assert.Contains("The change feed lacks the entries of the revisions 5 to 5.", named);
        Assert.Contains("The record of terminal 01020000/000057022801TEST0001 is not the one that the change feed has under its revision 6.", named);
        Assert.Contains("The change feed has a newer record of 01020000/000057022801TEST0001, of revision 14, than its row.", named);
        Assert.Contains("Versions of 01020000/000057022801TEST0001 are missing from revision 6 to 7.", named);
    }

    [Fact]
    public async Task Rules_of_retention_remove_rows_with_their_floors_while_a_gateway_writes()
    {
        var (_, store, jobs) = await OpenAsync();
        await using var _ = store;
        await using var __ = jobs;
        await PostgresHost.BasicsAsync(store);
        await Trail.ChangeAsync(store, 10);
        await store.PutAsync("test",
        [
            new DocumentRow(new DocumentKey(DocumentKind.Case, Make.Acquirer(), Make.Id("C-1")), "ID-1", 7, 0, 0, "{}"),
            new DocumentRow(new DocumentKey(DocumentKind.Deregistration, Make.Acquirer(), Make.Id("D-1")), "898440300000001", 9, 0, 0, "{}"),
            new DocumentRow(new DocumentKey(DocumentKind.Receipt, Make.Acquirer(), Make.Id("R-1")), "D-1", 1, 0, 0, "{}"),
            new DocumentRow(new DocumentKey(DocumentKind.Policy, default, Make.Id("P-1")), "source", 3, 0, 0, "{}"),
            Make.Merchant(1, "ID-1", MerchantState.Deregistered), Make.Terminal(1, 1, TerminalState.Retired),
        ]);
        _time.UnixMs = DateTimeOffset.FromUnixTimeMilliseconds(Trail.Begin).AddYears(10).ToUnixTimeMilliseconds() + 1;
        var rules = RetentionRule.Defaults.Append(RetentionRule.ForgetImports).ToList();
        var counted = await Purge.CountAsync(jobs, rules);
        long[] expected = [12, 14, 12, 1, 1, 1, 1, 12, 0];
        // A deregistration counts once its receipt is gone.
        Assert.Equal([12, 14, 12, 1, 0, 1, 1, 12, 0], counted.Select(result => result.Rows));
        var removed = await Purge.RunAsync(jobs, rules, 5, _ => store.PutAsync("test", [Make.Terminal(2, 1, TerminalState.Rejected)]).GetAwaiter().GetResult());
        Assert.Equal(expected, removed.Select(result => result.Rows));
        Assert.True((await Assert.ThrowsAsync<OutOfRetentionException>(async () => await store.ReadFeedAsync(13, 10))).Message.Contains("up to revision 14", StringComparison.Ordinal));
        Assert.Equal(15, Assert.Single((await store.ReadFeedAsync(14, 10)).Entries).Revision);
        await Assert.ThrowsAsync<OutOfRetentionException>(async () => await store.FindAsOfAsync([new BindingLookup(Make.Acquirer(), Make.Sn(1), default, default)], AsOf.AtRevision(9), CancellationToken.None));
        Assert.Equal(0, (await SearchAsync(jobs)).Count);
        Assert.Null((await AuditCheck.RunAsync(jobs)).Finding);
    }

    [Fact]
    public async Task Hashes_come_to_the_current_key_while_a_gateway_writes()
    {
        var (_, store, jobs) = await OpenAsync();
        await using var _ = store;
        await using var __ = jobs;
        await HashedRows.MakeAsync(store, Keys("k1"));
        var head = await store.ReadHeadAsync();
        var keys = Keys("k1", "k2");
        var n = 0;
        Assert.Equal((2 * Count, 0), await KeyRotation.RunAsync(jobs, keys, 10, TimeSpan.Zero, TimeProvider.System, at =>
        {
            AssertFoundAsync(store, keys).GetAwaiter().GetResult();
            store.PutAsync("test", [Make.Terminal(1, 1, ++n % 2 == 0 ? TerminalState.Active : TerminalState.Suspended)]).GetAwaiter().GetResult();
        }));
        await AssertFoundAsync(store, keys);
        await Assert.ThrowsAsync<UnknownHashKeyException>(() => KeyRotation.RunAsync(jobs, Keys("k7"), 10, TimeSpan.Zero, TimeProvider.System));
        Assert.Equal(head + n, await store.ReadHeadAsync());
        Assert.Equal(0, (await SearchAsync(jobs)).Count);
        Assert.Null((await AuditCheck.RunAsync(jobs)).Finding);
    }

    [Fact]
    public async Task A_database_without_tables_or_that_cannot_be_reached_says_so()
    {
        var empty = await host.EmptyDatabaseAsync();
        Assert.Contains("vgctl", (await Assert.ThrowsAsync<StoreUnusableException>(() => PostgresMaintenance.OpenAsync(empty.Service, _time))).Message, StringComparison.Ordinal);
        var nobody = $"Host=127.0.0.1;Port={FreePort.Next()};Database=x;Username=x;Password=secret-{1 + 1};Timeout=1";
        var refused = await Assert.ThrowsAsync<StoreUnavailableException>(() => PostgresMaintenance.OpenAsync(nobody, _time));
        Assert.DoesNotContain("secret-2", refused.ToString(), StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentException>(() => PostgresMaintenance.OpenAsync("Host=x", _time));
    }

    private static async Task<Findings> SearchAsync(IStoreMaintenance jobs)
    {
        var findings = new Findings();
        await jobs.FindDamageAsync(findings);
        return findings;
    }

    private async Task<(PostgresDatabase Database, PostgresStore Store, IStoreMaintenance Jobs)> OpenAsync()
    {
        var database = await host.DatabaseAsync();
        return (database, await PostgresHost.OpenAsync(database, _time), await PostgresMaintenance.OpenAsync(database.Service, _time));
    }
}
