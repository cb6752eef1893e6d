using System.Globalization;
using VerifyGateway.Storage.Sqlite;
using VerifyGateway.TestKit;

namespace VerifyGateway.Storage.Tests;

/// <summary>A killed process, as by the operating system. (A loss of power is not tried: that is what synchronous = FULL is for.)</summary>
public sealed class CrashTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_writer_that_is_killed_loses_nothing_that_it_had_acknowledged_and_leaves_feed_and_records_consistent()
    {
        var path = _folder.File("vg.db");
        var leftLogs = 0;
        for (var round = 1; round <= 6; round++)
        {
            using (var child = Children.Start(Children.Write, path))
            {
                var lines = round * 5;
                await Wait.UntilAsync(() => child.HasExited || Acknowledged(child).Count >= lines, "the child to write");
                Assert.False(child.HasExited, child.Output);
                child.Kill();
                leftLogs += File.Exists(path + "-wal") ? 1 : 0;
                await using var store = Make.Store(path);
                await AssertConsistentAsync(store, path, Acknowledged(child)[^1]);
            }
        }

        // Or the recovery of a log was never tried.
        Assert.True(leftLogs > 0);
    }

    private static async Task AssertConsistentAsync(SqliteStore store, string path, long acknowledged)
    {
        var page = await store.ReadFeedAsync(0, StoreLimits.MaxFeedEntries);
        Assert.True(page.Head >= acknowledged, $"head {page.Head}, acknowledged {acknowledged}");
        Assert.Equal(page.Head, page.Entries.Count);

        var (terminals, merchants) = Feed.Newest(page.Entries);
        Assert.Equal((20, 20), (terminals.Count, merchants.Count));
        for (var n = 1; n <= 20; n++)
        {
            var pair = await Make.ReadAsync(store, n, n);
            Assert.Equal(terminals[Make.Sn(n).ToString()], pair.Terminal.Record);
            Assert.Equal(merchants[Make.MerchantNo(n).ToString()], pair.Merchant.Record);
        }

        // A turn writes all alike: a turn that was cut in two would show.
        Assert.Single(terminals.Values.Select(record => record!.Value.State).Distinct());
        Assert.Single(merchants.Values.Select(record => (record!.Value.State, record!.Value.Identity)).Distinct());
        Assert.Equal(0, RawFile.Number(path, """
            SELECT count(*) FROM merchant m
            JOIN identity i ON i.acquirer_id = m.acquirer_id AND i.identity_id = m.identity_id
            WHERE m.revision <> (SELECT max(revision) FROM feed f WHERE f.entity = 2 AND f.key = m.merchant_no)
            """));
    }

    private static List<long> Acknowledged(ChildProcess child) =>
        [.. child.Output.Split('\n').Where(line => line.StartsWith("head ", StringComparison.Ordinal)).Select(line => long.Parse(line[5..], CultureInfo.InvariantCulture))];
}
