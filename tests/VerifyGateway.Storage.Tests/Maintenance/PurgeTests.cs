using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Records;
using VerifyGateway.Storage.Maintenance;
using VerifyGateway.Storage.Rows;
using VerifyGateway.TestKit;

namespace VerifyGateway.Storage.Tests.Maintenance;

public sealed class PurgeTests : IDisposable
{
    private const long Day = 86_400_000;

    private readonly TempFolder _folder = new();
    private readonly SetTime _time = new(Trail.Begin);

    private string Path => _folder.File("vg.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Entries_of_the_feed_go_after_their_time_in_batches_with_the_floor_and_reading_below_it_says_so()
    {
        await Trail.MakeAsync(Path, 20, _time);
        _time.UnixMs += 10 * Day;
        await using var store = Make.Store(Path, _time);
        await Trail.ChangeAsync(store, 3);
        _time.UnixMs += (20 * Day) + 1;
        Assert.Equal(22, await CountAsync(RetentionKind.Feed));
        Assert.Equal(22, await PurgeAsync(RetentionKind.Feed, 5));
        Assert.Equal(0, await PurgeAsync(RetentionKind.Feed, 5));

        var refused = await Assert.ThrowsAsync<OutOfRetentionException>(async () => await store.ReadFeedAsync(21, 10));
        Assert.Contains("up to revision 22 are no longer kept", refused.Message, StringComparison.Ordinal);
        Assert.Equal([23, 24, 25], (await store.ReadFeedAsync(22, 10)).Entries.Select(entry => entry.Revision));
        Assert.Equal(5, RawFile.Number(Path, "SELECT count(*) FROM audit WHERE action = 'purge Feed'"));
        Assert.Equal(0, (await Trail.SearchAsync(Path)).Count);
        Assert.Null((await Trail.VerifyAsync(Path)).Finding);
        await Trail.ChangeAsync(store, 2);
        Assert.Null((await Trail.VerifyAsync(Path)).Finding);
    }

    [Fact]
    public async Task A_feed_that_is_old_as_a_whole_goes_as_a_whole_and_goes_on_from_its_head()
    {
        await Trail.MakeAsync(Path, 4, _time);
        _time.UnixMs += 40 * Day;
        Assert.Equal(6, await PurgeAsync(RetentionKind.Feed, 5000));
        await using var store = Make.Store(Path, _time);
        Assert.Empty((await store.ReadFeedAsync(6, 10)).Entries);
        await Trail.ChangeAsync(store, 1);
        Assert.Equal(7, Assert.Single((await store.ReadFeedAsync(6, 10)).Entries).Revision);
        Assert.Equal(0, (await Trail.SearchAsync(Path)).Count);
    }

    [Fact]
    public async Task Versions_of_a_merchant_stay_while_it_is_in_business_and_ten_years_after()
    {
        await Trail.MakeAsync(Path, 20, _time);
        _time.UnixMs = InYears(11);
        Assert.Equal(0, await PurgeAsync(RetentionKind.History, 5));
        await EndAsync();
        _time.UnixMs = InYears(21) - 1;
        Assert.Equal(0, await PurgeAsync(RetentionKind.History, 5));
        _time.UnixMs = InYears(22);
        Assert.Equal(22, await CountAsync(RetentionKind.History));
        Assert.Equal(22, await PurgeAsync(RetentionKind.History, 5));

        await using var store = Make.Store(Path, _time);
        await Assert.ThrowsAsync<OutOfRetentionException>(async () => await store.FindAsOfAsync([new BindingLookup(Make.Acquirer(), Make.Sn(1), default, default)], AsOf.AtRevision(10), CancellationToken.None));
        Assert.Equal(0, (await Trail.SearchAsync(Path)).Count);
    }

    [Fact]
    public async Task Nothing_of_a_merchant_goes_while_a_hold_stands_on_it()
    {
        await Trail.MakeAsync(Path, 5, _time);
        await using (var store = Make.Store(Path, _time))
        {
            await store.WriteAsync(batch => batch.PlaceHold(Make.Hold("H-1", HoldSubject.Identity(Make.Id("ID-1")), HoldKind.Judicial, until: InYears(30))));
        }

        await EndAsync();
        _time.UnixMs = InYears(25);
        Assert.Equal(0, await CountAsync(RetentionKind.History));
        _time.UnixMs = InYears(30);
        Assert.True(await PurgeAsync(RetentionKind.History, 5) > 0);
    }

    [Fact]
    public async Task Nothing_of_a_merchant_goes_while_a_hold_stands_on_its_card()
    {
        await Trail.MakeAsync(Path, 5, _time);
        await using (var store = Make.Store(Path, _time))
        {
            var key = HashKeyId.TryParse("k1", out var id, out _) ? id : default;
            await store.PutAsync("test",
            [
                new CardRow(Make.Acquirer(), Card, key, Make.Mask("622202******0001"), Make.Id("ID-1")), Make.Merchant(1, "ID-1") with { Card = Card },
                Make.Hold("H-1", HoldSubject.Card(Card), HoldKind.Judicial, until: InYears(30)),
            ]);
        }

        await EndAsync(withCard: true);
        _time.UnixMs = InYears(25);
        Assert.Equal(0, await CountAsync(RetentionKind.History));
        _time.UnixMs = InYears(30);
        Assert.True(await PurgeAsync(RetentionKind.History, 5) > 0);
    }

    [Fact]
    public async Task Cases_deregistrations_and_receipts_go_with_their_merchant_and_open_ones_stay()
    {
        await Trail.MakeAsync(Path, 1, _time);
        await using (var store = Make.Store(Path, _time))
        {
            await store.PutAsync("test",
            [
                Document(DocumentKind.Case, "C-1", "ID-1", 7), Document(DocumentKind.Case, "C-2", "ID-1", 2),
                Document(DocumentKind.Deregistration, "D-1", "898440300000001", 9), Document(DocumentKind.Deregistration, "D-2", "898440300000001", 8),
                Document(DocumentKind.Receipt, "R-1", "D-1", 1),
            ]);
        }

        RetentionKind[] kinds = [RetentionKind.Receipts, RetentionKind.Deregistrations, RetentionKind.Cases];
        _time.UnixMs = InYears(12);
        foreach (var kind in kinds)
        {
            Assert.Equal(0, await PurgeAsync(kind, 10));
        }

        await EndAsync();
        _time.UnixMs = InYears(23);
        foreach (var kind in kinds)
        {
            Assert.Equal(1, await PurgeAsync(kind, 10));
        }

        Assert.Equal(1, RawFile.Number(Path, "SELECT count(*) FROM verification_case WHERE id = 'C-2'"));
        Assert.Equal(1, RawFile.Number(Path, "SELECT count(*) FROM deregistration WHERE id = 'D-2'"));
    }

    [Fact]
    public async Task Lines_of_the_audit_trail_go_after_ten_years_and_the_chain_goes_on_from_the_last_of_them()
    {
        await Trail.MakeAsync(Path, 10, _time);
        _time.UnixMs = InYears(1);
        await using (var store = Make.Store(Path, _time))
        {
            await Trail.ChangeAsync(store, 4);
        }

        var kept = (await Trail.VerifyAsync(Path)).End;
        _time.UnixMs = InYears(10);
        Assert.Equal(0, await PurgeAsync(RetentionKind.Audit, 4));
        _time.UnixMs += 1;
        Assert.Equal(11, await PurgeAsync(RetentionKind.Audit, 4));
        var report = await Trail.VerifyAsync(Path, kept);
        Assert.Null(report.Finding);
        // Four of before, and one of each batch.
        Assert.Equal((7, 11), (report.Lines, RawFile.Number(Path, "SELECT audit_floor_seq FROM feed_head")));
        RawFile.Execute(Path, "UPDATE feed_head SET audit_floor_hash = zeroblob(32)");
        Assert.StartsWith("Line 12 does not fit", (await Trail.VerifyAsync(Path)).Finding, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requests_go_when_their_time_is_over_imports_when_asked_and_policies_after_they_were_withdrawn()
    {
        await Trail.MakeAsync(Path, 4, _time);
        await using (var store = Make.Store(Path, _time))
        {
            await store.PutAsync("test",
            [
                new DocumentRow(new DocumentKey(DocumentKind.Policy, default, Make.Id("P-1")), "source", 3, 0, 0, "{}"),
                new DocumentRow(new DocumentKey(DocumentKind.Policy, default, Make.Id("P-2")), "source", 2, 0, 0, "{}"),
                new DocumentRow(new DocumentKey(DocumentKind.MaintenanceWindow, default, Make.Id("W-1")), "service", 3, 1, 2, "{}"),
            ]);
        }

        RawFile.Execute(Path, Trail.Line($"INSERT INTO import_progress VALUES ('{new string('0', 64)}', 1, 1, 1); UPDATE request SET keep_until_unix_ms = 0 WHERE revision = 3"));
        _time.UnixMs += Day - 1;
        Assert.Equal(0, await PurgeAsync(RetentionKind.Requests, 2));
        _time.UnixMs += 1;
        Assert.Equal(5, await PurgeAsync(RetentionKind.Requests, 2));
        Assert.Equal(1, RawFile.Number(Path, "SELECT count(*) FROM request"));

        _time.UnixMs = InYears(10) + 1;
        Assert.Equal(2, await PurgeAsync(RetentionKind.Policies, 1));
        await using var jobs = Trail.Jobs(Path, _time);
        Assert.DoesNotContain(RetentionRule.Defaults, rule => rule.Kind == RetentionKind.ImportProgress);
        Assert.Equal(1, (await Purge.RunAsync(jobs, [RetentionRule.ForgetImports]))[0].Rows);
    }

    [Fact]
    public async Task A_batch_that_fails_leaves_floor_and_rows_as_they_were()
    {
        await Trail.MakeAsync(Path, 20, _time);
        _time.UnixMs += 40 * Day;
        RawFile.Execute(Path, "CREATE TRIGGER no BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no'); END");
        await Assert.ThrowsAsync<StoreUnavailableException>(() => PurgeAsync(RetentionKind.Feed, 5));
        Assert.Equal((22, 0), (RawFile.Number(Path, "SELECT count(*) FROM feed"), RawFile.Number(Path, "SELECT floor FROM feed_head")));
    }

    [Theory]
    [InlineData(RetentionKind.History)]
    [InlineData(RetentionKind.Audit)]
    [InlineData(RetentionKind.Receipts)]
    [InlineData(RetentionKind.Deregistrations)]
    [InlineData(RetentionKind.Cases)]
    [InlineData(RetentionKind.Policies)]
    public void What_the_law_keeps_cannot_be_kept_for_less(RetentionKind kind)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => RetentionRule.OfYears(kind, 9));
        Assert.Throws<ArgumentOutOfRangeException>(() => RetentionRule.OfDays(kind, 36_500));
        Assert.Equal(10, RetentionRule.OfYears(kind, 10).Years);
        Assert.Equal(10, RetentionRule.Defaults.Single(rule => rule.Kind == kind).Years);
        Assert.Throws<ArgumentOutOfRangeException>(() => RetentionRule.OfDays(RetentionKind.Feed, 0));
    }

    private static long InYears(int years) => DateTimeOffset.FromUnixTimeMilliseconds(Trail.Begin).AddYears(years).ToUnixTimeMilliseconds();

    private static DocumentRow Document(DocumentKind kind, string id, string subject, byte state) =>
        new(new DocumentKey(kind, Make.Acquirer(), Make.Id(id)), subject, state, 0, 0, "{}");

    private static KeyedHash Card => KeyedHash.Of([.. Enumerable.Repeat((byte)7, KeyedHash.Size)]);

    private async Task EndAsync(bool withCard = false)
    {
        await using var store = Make.Store(Path, _time);
        var merchant = Make.Merchant(1, "ID-1", MerchantState.Deregistered) with { Card = withCard ? Card : default };
        await store.WriteAsync(batch => batch.UpsertMerchant(merchant));
        await store.WriteAsync(batch => batch.UpsertTerminal(Make.Terminal(1, 1, TerminalState.Retired)));
    }

    private async Task<long> PurgeAsync(RetentionKind kind, int batchRows)
    {
        await using var jobs = Trail.Jobs(Path, _time);
        return (await Purge.RunAsync(jobs, [RetentionRule.Defaults.Single(rule => rule.Kind == kind)], batchRows))[0].Rows;
    }

    private async Task<long> CountAsync(RetentionKind kind)
    {
        await using var jobs = Trail.Jobs(Path, _time);
        return (await Purge.CountAsync(jobs, [RetentionRule.Defaults.Single(rule => rule.Kind == kind)]))[0].Rows;
    }
}
