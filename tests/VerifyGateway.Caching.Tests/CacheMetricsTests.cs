using System.Text.RegularExpressions;
using VerifyGateway.Caching.Redis;
using VerifyGateway.Caching.Tests.Support;

namespace VerifyGateway.Caching.Tests;

public sealed partial class CacheMetricsTests
{
    private static readonly Dictionary<string, string[]> Closed = new()
    {
        ["tier"] = ["memory", "redis"],
        ["entity"] = ["terminal", "merchant"],
        ["outcome"] = ["hit", "negative_hit", "miss", "stale", "error"],
        ["dependency"] = ["redis", "db"],
        ["operation"] = ["read", "write"],
        ["role"] = ["leader", "follower"],
        ["cause"] = ["below_window", "newer_known", "from_beyond", "forgotten"],
        ["reason"] = ["timeout", "connect", "readonly", "oom", "clusterdown", "loading", "misconf", "corrupt", "other", "full"],
    };

    [Fact]
    public async Task Memory_ScriptedSequence_IsCountedByKindAndOutcome()
    {
        await using var rig = await ReaderRig.StartAsync();
        var key = Make.Key(1);
        await rig.FindAsync(key);
        await rig.FindAsync(key);
        await rig.FindAsync(key);
        rig.Store.FeedIsDown = true;
        rig.Time.AdvanceMs(2_000);
        await rig.FindAsync(key);
        rig.Store.FeedIsDown = false;
        rig.Store.Write(key);
        await Wait.UntilAsync(() =>
        {
            // After a failure the follower waits for its poll.
            rig.Time.AdvanceMs(200);
            return rig.Follower.Applied == rig.Store.Head;
        }, "the feed to be followed again");
        await rig.FindAsync(key);
        await rig.FindManyAsync(key, Make.Key(2));
        rig.Caches.PublishCounts();

        foreach (var entity in new[] { "terminal", "merchant" })
        {
            Assert.Equal(2, await rig.Page.RequestsAsync("memory", entity, "miss"));
            Assert.Equal(2, await rig.Page.RequestsAsync("memory", entity, "negative_hit"));
            Assert.Equal(1, await rig.Page.RequestsAsync("memory", entity, "stale"));
            Assert.Equal(2, await rig.Page.RequestsAsync("memory", entity, "hit"));
            Assert.Equal(2, await rig.Page.ValueAsync($"verifygateway_cache_entries{{tier=\"memory\",entity=\"{entity}\"}}"));
        }

        Assert.Equal(2, await rig.Page.ValueAsync("verifygateway_singleflight_total{role=\"leader\"}"));
        Assert.Equal(3, await rig.Page.ValueAsync("verifygateway_dependency_call_seconds_count{dependency=\"db\",operation=\"read\"}"));
    }

    [Fact]
    public async Task Evictions_TooManyRecords_AreCountedAndMemoryStaysWithinItsBudget()
    {
        await using var rig = await ReaderRig.StartAsync(options => options.MemoryMiB = 1);
        for (var from = 0; from < 40_000; from += 1_000)
        {
            await rig.FindManyAsync([.. Enumerable.Range(from, 1_000).Select(Make.Key)]);
        }

        rig.Caches.PublishCounts();
        var bytes = 0.0;
        foreach (var entity in new[] { "terminal", "merchant" })
        {
            Assert.True(await rig.Page.ValueAsync($"verifygateway_cache_evictions_total{{tier=\"memory\",entity=\"{entity}\",reason=\"full\"}}") > 10_000);
            Assert.InRange(await rig.Page.ValueAsync($"verifygateway_cache_entries{{tier=\"memory\",entity=\"{entity}\"}}"), 1_000, 30_000);
            bytes += await rig.Page.ValueAsync($"verifygateway_cache_bytes{{tier=\"memory\",entity=\"{entity}\"}}");
        }

        Assert.InRange(bytes, 100_000, 1_048_576);
    }

    [Fact]
    public async Task Redis_ScriptedSequence_IsCountedByKindAndOutcome()
    {
        await using var rig = await RedisRig.StartAsync();
        var missesBefore = await rig.Page.RequestsAsync("redis", "merchant", "miss");
        await rig.ReadAsync(Make.Key(1));
        Assert.Equal(missesBefore + 1, await rig.Page.RequestsAsync("redis", "merchant", "miss"));

        var side = await rig.SideAsync();
        await side.StringSetAsync(rig.Names.Of(Make.TerminalKey(1)), RedisValueCodec.Pack(rig.Names.Of(Make.TerminalKey(1)), Make.TerminalCopy(Make.TerminalKey(1), 5, 9)));
        await side.StringSetAsync(rig.Names.Of(Make.MerchantKey(1)), RedisValueCodec.Pack(rig.Names.Of(Make.MerchantKey(1)), Make.Absent(9).Merchant));
        await rig.ReadAsync(Make.Key(1));
        Assert.Equal(1, await rig.Page.RequestsAsync("redis", "terminal", "hit"));
        Assert.Equal(1, await rig.Page.RequestsAsync("redis", "merchant", "negative_hit"));

        await side.StringSetAsync(rig.Names.Of(Make.TerminalKey(1)), "noise");
        var errors = await rig.Page.RequestsAsync("redis", "terminal", "error");
        await rig.ReadAsync(Make.Key(1));
        Assert.Equal(errors + 1, await rig.Page.RequestsAsync("redis", "terminal", "error"));
        Assert.Equal(1, await rig.Page.RedisErrorsAsync("corrupt"));
    }

    [Fact]
    public async Task Page_FromTheStart_HoldsOnlyLabelValuesOfClosedSets()
    {
        await using var rig = await ReaderRig.StartAsync();
        rig.Store.IsDown = true;
        await rig.FindAsync(Make.Key(1));
        rig.Caches.PublishCounts();
        var page = await rig.Page.ReadAsync();
        Assert.True(page.Count > 50);
        foreach (var series in page.Keys)
        {
            foreach (Match label in Label().Matches(series))
            {
                if (label.Groups[1].Value != "le")
                {
                    Assert.Contains(label.Groups[2].Value, Closed[label.Groups[1].Value]);
                }
            }
        }
    }

    [Fact]
    public async Task Page_BeforeAnythingHappened_HasEverySeriesAlready()
    {
        await using var rig = await ReaderRig.StartAsync();
        var before = await rig.Page.ReadAsync();
        var key = Make.Key(1);
        await rig.FindAsync(key);
        await rig.FindAsync(key);
        rig.Store.IsDown = true;
        rig.Time.AdvanceMs(9_999);
        await rig.FindAsync(key);
        rig.Caches.PublishCounts();
        var after = await rig.Page.ReadAsync();
        Assert.Equal([], after.Keys.Except(before.Keys));
    }

    [GeneratedRegex("([a-z_]+)=\"([^\"]*)\"")]
    private static partial Regex Label();
}
