using System.Diagnostics;
using VerifyGateway.Caching.Store;
using VerifyGateway.Storage.Writing;

namespace VerifyGateway.Storage.Tests.Contract;

/// <summary>The roster of gateways: who has come how far.</summary>
public abstract class RosterContract(StoreFixture on) : StoreContract(on)
{
    private const long Now = 1_800_000_000_000;
    private const long Day = 86_400_000;

    private readonly SetTime _time = new(Now);

    [Fact]
    public async Task The_last_report_of_each_gateway_is_read_by_all_stores_in_the_order_of_ids()
    {
        var store = await On.OpenAsync(_time);
        var second = await On.OpenSecondAsync(_time);
        Assert.Empty(await ReadAsync(second, 1_000));
        await store.ReportAsync(new GatewayReport("g-2", "two", 5, Now - 10), default);
        await second.ReportAsync(new GatewayReport("g-1", "one", 3, Now - 20), default);
        await store.ReportAsync(new GatewayReport("g-2", "two again", 7, Now), default);
        Assert.Equal([new GatewayReport("g-1", "one", 3, Now - 20), new GatewayReport("g-2", "two again", 7, Now)], await ReadAsync(second, 1_000));
        await second.RemoveAsync("g-2", default);
        await second.RemoveAsync("nobody", default);
        Assert.Equal(["g-1"], (await ReadAsync(store, 1_000)).Select(static report => report.Id));
    }

    [Fact]
    public async Task Who_has_not_been_seen_within_the_bound_is_left_out_and_after_a_day_forgotten_by_whoever_reports()
    {
        var store = await On.OpenAsync(_time);
        await store.ReportAsync(new GatewayReport("old", "", 1, Now - 500), default);
        await store.ReportAsync(new GatewayReport("new", "", 1, Now - 499), default);
        Assert.Equal(["new"], (await ReadAsync(store, 499)).Select(static report => report.Id));
        Assert.Equal(2, (await ReadAsync(store, 500)).Count);
        await store.ReportAsync(new GatewayReport("new", "", 1, Now - 500 + Day), default);
        Assert.Equal(2, await On.NumberAsync("SELECT count(*) FROM gateway"));
        await store.ReportAsync(new GatewayReport("new", "", 1, Now - 499 + Day), default);
        Assert.Equal(1, await On.NumberAsync("SELECT count(*) FROM gateway"));
        // One that was away for more than a day is back with its own report.
        await store.ReportAsync(new GatewayReport("new", "", 2, Now + (5 * Day)), default);
        Assert.Equal(2, await On.NumberAsync("SELECT applied_revision FROM gateway"));
    }

    [Fact]
    public async Task Reports_are_no_part_of_the_content()
    {
        var store = await On.OpenAsync(_time);
        await Make.BasicsAsync(store);
        var (content, head, lines) = (await ContentAsync(), await store.ReadHeadAsync(), await On.NumberAsync("SELECT count(*) FROM audit"));
        await store.ReportAsync(new GatewayReport("g-1", "one", 3, Now), default);
        Assert.Equal((content, head, lines), (await ContentAsync(), await store.ReadHeadAsync(), await On.NumberAsync("SELECT count(*) FROM audit")));
    }

    [Fact]
    public async Task A_report_never_waits_for_a_long_write_and_the_next_one_is_kept()
    {
        var store = await On.OpenAsync(_time);
        await store.WriteLongAsync(async write =>
        {
            await write.PutAsync([Make.Identity("ID-1")], CommandOrigin.Own("tester", "import"), (_, _) => { }, default);
            var began = Stopwatch.GetTimestamp();
            // The file has one lock of writing, the database has one for each row: the one says that it was not kept, the other keeps it.
            var failed = await Record.ExceptionAsync(async () => await store.ReportAsync(new GatewayReport("g-1", "one", 3, Now), default));
            Assert.True(failed is null or StoreUnavailableException, failed?.ToString());
            Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(5), "A report has waited for a writer that had not ended.");
            return 0;
        });
        await store.ReportAsync(new GatewayReport("g-1", "one", 4, Now), default);
        Assert.Equal(4, Assert.Single(await ReadAsync(store, 1_000)).AppliedRevision);
    }

    [Fact]
    public async Task Reports_and_writes_at_once_lose_no_write()
    {
        var store = await On.OpenAsync(_time);
        await Make.BasicsAsync(store);
        using var stop = new CancellationTokenSource();
        var reports = Task.Run(async () =>
        {
            var kept = 0;
            for (var n = 0L; !stop.IsCancellationRequested; n++)
            {
                try
                {
                    await store.ReportAsync(new GatewayReport("g-1", "one", n, Now), default);
                    kept++;
                }
                catch (StoreUnavailableException)
                {
                    // The writer had the lock for longer than a report waits.
                }
            }

            return kept;
        });
        for (var n = 2; n < 100; n++)
        {
            await store.PutAsync("test", [Make.Merchant(n, "ID-1")]);
        }

        await stop.CancelAsync();
        Assert.True(await reports > 0);
        Assert.Equal(100, await store.ReadHeadAsync());
    }

    [Fact]
    public async Task Reports_out_of_their_ranges_are_refused()
    {
        var store = await On.OpenAsync(_time);
        GatewayReport[] bad =
            [new("", "", 0, 0), new(new string('g', 65), "", 0, 0), new("g", new string('n', 129), 0, 0), new("g", "", -1, 0), new("g", "", 0, -1)];
        foreach (var report in bad)
        {
            await Assert.ThrowsAnyAsync<ArgumentException>(async () => await store.ReportAsync(report, default));
        }

        await store.DisposeAsync();
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await store.ReportAsync(new GatewayReport("g", "", 0, 0), default));
    }

    private static ValueTask<IReadOnlyList<GatewayReport>> ReadAsync(ISystemOfRecord store, int withinMs) => store.ReadAsync(TimeSpan.FromMilliseconds(withinMs), default);
}
