using VerifyGateway.Storage.Maintenance;
using VerifyGateway.TestKit;

namespace VerifyGateway.Storage.Tests.Maintenance;

public sealed class AuditCheckTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string Path => _folder.File("vg.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_trail_that_nobody_touched_fits_and_ends_where_the_head_says()
    {
        await Trail.MakeAsync(Path, 1200);
        var report = await Trail.VerifyAsync(Path);
        Assert.Null(report.Finding);
        Assert.Equal((1201, 1201, 1201), (report.Lines, report.LinesWithFeed, report.End.Seq));
        await using var jobs = Trail.Jobs(Path);
        Assert.Equal((await jobs.ReadStateAsync()).AuditHash, report.End.Hash);
    }

    [Fact]
    public async Task An_empty_trail_fits()
    {
        Make.Store(Path).Dispose();
        Assert.Equal((0, null), (await Trail.VerifyAsync(Path) is var report ? report.Lines : -1, report.Finding));
    }

    [Theory]
    [InlineData("UPDATE audit SET actor = 'somebody' WHERE seq = 4", "Line 4 does not fit its hash")]
    [InlineData("UPDATE audit SET at_unix_ms = at_unix_ms - 1 WHERE seq = 4", "Line 4 does not fit its hash")]
    [InlineData("UPDATE audit SET hash = zeroblob(32) WHERE seq = 4", "Line 4 does not fit its hash")]
    [InlineData("UPDATE audit SET changes = '' WHERE seq = 1", "Line 1 does not fit its hash")]
    [InlineData("DELETE FROM audit WHERE seq = 4", "Line 4 is missing: after line 3 comes line 5.")]
    [InlineData("DELETE FROM audit WHERE seq = 1", "Line 1 is missing: after line 0 comes line 2.")]
    [InlineData("DELETE FROM audit WHERE seq >= 8", "Line 8 is missing: the trail is to end at line 11, and its last line is 7.")]
    [InlineData("DELETE FROM audit", "Line 1 is missing: the trail is to end at line 11, and its last line is 0.")]
    [InlineData(
        "INSERT INTO audit SELECT 12, at_unix_ms, actor, action, acquirer_id, request_id, changes, changes_hash, first_revision, last_revision, hash FROM audit WHERE seq = 11",
        "Line 12 was put in after the end: the trail ends at line 11.")]
    [InlineData(
        """
        UPDATE audit SET seq = -seq WHERE seq > 4; UPDATE audit SET seq = -seq + 1 WHERE seq < 0;
        INSERT INTO audit SELECT 5, at_unix_ms, 'somebody', action, acquirer_id, request_id, changes, changes_hash, first_revision, last_revision, hash FROM audit WHERE seq = 4
        """,
        "Line 5 does not fit its hash: it was altered, put in")]
    [InlineData("UPDATE audit SET seq = 99 WHERE seq = 4; UPDATE audit SET seq = 4 WHERE seq = 5; UPDATE audit SET seq = 5 WHERE seq = 99", "Line 4 does not fit its hash: it was altered, put in or put in another's place")]
    [InlineData("UPDATE feed SET packed = (SELECT packed FROM feed WHERE revision = 4) WHERE revision = 5", "Line 4 does not fit the change feed: the entries of the revisions 5 to 5 are not")]
    [InlineData("UPDATE feed SET key = '000057022801TEST0009' WHERE revision = 5", "Line 4 does not fit the change feed")]
    [InlineData("DELETE FROM feed WHERE revision = 5", "Line 4 does not fit the change feed")]
    [InlineData("UPDATE feed_head SET audit_seq = 10", "Line 11 was put in after the end: the trail ends at line 10.")]
    [InlineData("UPDATE feed_head SET audit_hash = zeroblob(32)", "Line 11 is the last and has another hash than the head names for it")]
    [InlineData("UPDATE feed_head SET head = 13", "Line 11 is the last and ends at revision 12, but the head of the change feed is 13")]
    [InlineData("UPDATE feed_head SET audit_floor_seq = 3", "Line 4 does not fit its hash")]
    [InlineData("UPDATE feed_head SET audit_floor_hash = randomblob(32)", "Line 1 does not fit its hash")]
    public async Task What_was_done_to_the_trail_shows_at_the_first_line_that_it_concerns(string tampering, string expected)
    {
        await Trail.MakeAsync(Path, 10);
        RawFile.Execute(Path, "PRAGMA ignore_check_constraints = ON; " + tampering);
        var finding = (await Trail.VerifyAsync(Path)).Finding;
        Assert.StartsWith(expected, finding, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_with_a_hash_made_for_it_shows_at_the_next_and_one_that_is_out_of_order_at_itself()
    {
        await Trail.MakeAsync(Path, 10);
        await RewriteAsync(4, line => line with { Actor = "somebody" }, rest: false);
        Assert.StartsWith("Line 5 does not fit its hash: it was altered, put in or put in another's place, or line 4 was given another hash", (await Trail.VerifyAsync(Path)).Finding, StringComparison.Ordinal);
        await RewriteAsync(4, line => line with { AtUnixMs = 5 }, rest: true);
        Assert.StartsWith("Line 4 is out of order", (await Trail.VerifyAsync(Path)).Finding, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_chain_that_was_written_anew_shows_only_against_a_hash_that_was_kept_elsewhere()
    {
        await Trail.MakeAsync(Path, 10);
        var kept = (await Trail.VerifyAsync(Path)).End;
        Assert.Equal(kept.ToString(), AuditMark.TryParse(kept.ToString())!.ToString());
        Assert.Null((await Trail.VerifyAsync(Path, kept)).Finding);
        await RewriteAsync(4, line => line with { Actor = "somebody" }, rest: true);

        Assert.Null((await Trail.VerifyAsync(Path)).Finding);
        Assert.StartsWith("Line 11 has another hash than the one that was noted", (await Trail.VerifyAsync(Path, kept)).Finding, StringComparison.Ordinal);
        Assert.StartsWith("Line 12, which is to be compared, does not exist", (await Trail.VerifyAsync(Path, kept with { Seq = 12 })).Finding, StringComparison.Ordinal);
        RawFile.Execute(Path, "UPDATE feed_head SET audit_floor_seq = 11, audit_floor_hash = audit_hash; DELETE FROM audit");
        Assert.StartsWith("Line 5, which is to be compared, is no longer kept", (await Trail.VerifyAsync(Path, kept with { Seq = 5 })).Finding, StringComparison.Ordinal);
        Assert.StartsWith("Line 11 has another hash", (await Trail.VerifyAsync(Path, kept)).Finding, StringComparison.Ordinal);
        Assert.Null(AuditMark.TryParse("11"));
        Assert.Null(AuditMark.TryParse("x:" + new string('0', 64)));
        Assert.Null(AuditMark.TryParse("1:00"));
    }

    [Fact]
    public async Task A_store_in_use_is_walked_to_where_it_ends_then()
    {
        await Trail.MakeAsync(Path, 600);
        using var child = Children.Start(Children.Write, Path);
        await Wait.UntilAsync(() => child.Output.Contains("head ", StringComparison.Ordinal), "the first write");
        await using var jobs = Trail.Jobs(Path);
        for (var turn = 0; turn < 5; turn++)
        {
            Assert.Null((await AuditCheck.RunAsync(jobs)).Finding);
        }

        Assert.False(child.HasExited, child.Output);
    }

    /// <summary>Alters a line, with a hash that fits it, and on demand all lines after it.</summary>
    private async Task RewriteAsync(long seq, Func<Storage.Writing.AuditLine, Storage.Writing.AuditLine> alter, bool rest)
    {
        await using var jobs = Trail.Jobs(Path);
        var lines = (await jobs.ReadAuditAsync(seq - 2, 100)).Lines.Select(stored => stored.Line).ToList();
        var hash = lines[0].Hash;
        foreach (var line in lines.Skip(1).Take(rest ? int.MaxValue : 1))
        {
            var altered = line.Seq == seq ? alter(line) : line;
            hash = altered.HashAfter(hash);
            RawFile.Execute(Path, Trail.Line($"UPDATE audit SET actor = '{altered.Actor}', at_unix_ms = {altered.AtUnixMs}, hash = x'{Convert.ToHexString(hash)}' WHERE seq = {altered.Seq}"));
        }

        if (rest)
        {
            RawFile.Execute(Path, Trail.Line($"UPDATE feed_head SET audit_hash = x'{Convert.ToHexString(hash)}'"));
        }
    }
}
