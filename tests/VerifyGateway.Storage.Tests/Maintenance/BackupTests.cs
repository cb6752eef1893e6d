using VerifyGateway.Domain.Records;
using VerifyGateway.Storage.Sqlite;
using VerifyGateway.TestKit;

namespace VerifyGateway.Storage.Tests.Maintenance;

public sealed class BackupTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string Path => _folder.File("vg.db");

    private string Copy => _folder.File("vg.backup");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_backup_under_a_load_of_writes_is_a_store_as_it_was_at_one_of_its_commits()
    {
        await Trail.MakeAsync(Path, 300);
        var before = RawFile.Number(Path, "SELECT head FROM feed_head");
        using var child = Children.Start(Children.Write, Path);
        for (var turn = 1; turn <= 4; turn++)
        {
            var lines = turn * 20;
            await Wait.UntilAsync(() => child.HasExited || Heads(child).Count >= lines, "the child to write");
            // Steps are small against what is written, and the writer goes on while the copy is made.
            var report = SqliteBackup.Run(Path, Copy, overwrite: true);
            Assert.Equal(["vg.backup"], Directory.GetFiles(_folder.Path, "vg.backup*").Select(System.IO.Path.GetFileName));
            Assert.True(report.State.Head > before);
            await Wait.UntilAsync(() => Heads(child).Contains(report.State.Head), "the child to tell the head that was copied");
            Assert.False(child.HasExited, child.Output);

            Assert.Equal(report.State.Head, SqliteRestore.Run(Copy, _folder.File("restored.db"), overwrite: true, TimeProvider.System).State.Head);
            var findings = await Trail.SearchAsync(_folder.File("restored.db"));
            Assert.True(findings.Count == 0, string.Join('\n', findings.Named));
            Assert.Null((await Trail.VerifyAsync(_folder.File("restored.db"))).Finding);
            await using var store = Make.Store(_folder.File("restored.db"));
            Assert.Equal(report.State.Head, (await store.ReadFeedAsync(0, StoreLimits.MaxFeedEntries)).Entries.Count);
        }

        child.Kill();
    }

    [Fact]
    public async Task Writers_are_not_held_up_while_a_copy_stands_still_and_the_copy_holds_nothing_of_theirs()
    {
        await Trail.MakeAsync(Path, 3);
        RawFile.Execute(Path, "CREATE TABLE ballast (x BLOB); INSERT INTO ballast SELECT zeroblob(1000000) FROM (SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9)");
        await using var store = Make.Store(Path);
        var head = await store.ReadHeadAsync();
        var written = 0;
        var report = SqliteBackup.Run(Path, Copy, overwrite: false, _ =>
        {
            Trail.ChangeAsync(store, 2).GetAwaiter().GetResult();
            written++;
        });
        Assert.True(written > 1);
        Assert.Equal(head, report.State.Head);
        Assert.True(await store.ReadHeadAsync() > head);
    }

    [Fact]
    public async Task A_copy_without_a_snapshot_of_its_own_begins_anew_at_each_commit_of_another()
    {
        await Trail.MakeAsync(Path, 300);
        await using var store = Make.Store(Path);
        using var source = RawFile.Open(Path);
        using var target = RawFile.Open(Copy);
        using var copy = SQLitePCL.raw.sqlite3_backup_init(target.Handle, "main", source.Handle, "main");
        SQLitePCL.raw.sqlite3_backup_step(copy, 10);
        var (steps, pages) = (0, SQLitePCL.raw.sqlite3_backup_pagecount(copy));
        for (; steps < pages; steps++)
        {
            await Trail.ChangeAsync(store, 2);
            Assert.Equal(SQLitePCL.raw.SQLITE_OK, SQLitePCL.raw.sqlite3_backup_step(copy, 10));
        }

        Assert.True(steps > pages / 10 && pages > 20);
    }

    [Fact]
    public async Task A_backup_replaces_nothing_unless_told_to_and_leaves_nothing_when_it_is_ended()
    {
        await Trail.MakeAsync(Path, 3);
        await File.WriteAllTextAsync(Copy, "mine");
        Assert.Contains("exists already", Assert.Throws<IOException>(() => SqliteBackup.Run(Path, Copy, overwrite: false)).Message, StringComparison.Ordinal);
        Assert.Contains("the store itself", Assert.Throws<IOException>(() => SqliteBackup.Run(Path, Path, overwrite: true)).Message, StringComparison.Ordinal);
        using var ended = new CancellationTokenSource();
        await ended.CancelAsync();
        Assert.Throws<OperationCanceledException>(() => SqliteBackup.Run(Path, Copy, overwrite: true, cancel: ended.Token));
        Assert.Equal("mine", await File.ReadAllTextAsync(Copy));
        SqliteBackup.Run(Path, Copy, overwrite: true);
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(Copy) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
        Assert.Throws<StoreUnusableException>(() => SqliteBackup.Run(_folder.File("none.db"), Copy, overwrite: true));
        Assert.Equal(2, Directory.GetFiles(_folder.Path).Length);
    }

    [Fact]
    public async Task A_restored_store_has_another_name_and_tells_what_is_lost()
    {
        await Trail.MakeAsync(Path, 3);
        SqliteBackup.Run(Path, Copy, overwrite: false);
        string id;
        await using (var store = Make.Store(Path))
        {
            id = store.StoreId;
            await Trail.ChangeAsync(store, 1);
            await store.WriteAsync(batch => batch.UpsertTerminal(Make.Terminal(1, 1, TerminalState.Lost)));
        }

        Assert.Contains("exists already", Assert.Throws<IOException>(() => SqliteRestore.Run(Copy, Path, overwrite: false, TimeProvider.System)).Message, StringComparison.Ordinal);
        var key = RawFile.Number(Path, "SELECT count(*) FROM meta m WHERE page_key = page_key");
        var report = SqliteRestore.Run(Copy, Path, overwrite: true, new SetTime(Trail.Begin));
        Assert.Equal((5, 1, 1), (report.State.Head, report.LostRevisions, key));
        await using var restored = Make.Store(Path);
        Assert.Equal(report.StoreId, restored.StoreId);
        Assert.NotEqual(id, restored.StoreId);
        Assert.Equal(0, Same("page_key") + Same("store_id"));
        Assert.Equal(5, await restored.ReadHeadAsync());
        Assert.Equal(1, RawFile.Number(Path, $"SELECT count(*) FROM audit WHERE action = 'restore' AND changes LIKE '%{id}%revision 5'"));
        Assert.Null((await Trail.VerifyAsync(Path)).Finding);
        await Trail.ChangeAsync(restored, 2);
        Assert.Null((await Trail.VerifyAsync(Path)).Finding);

        long Same(string column) => RawFile.Number(Path, $"ATTACH '{Copy}' AS b; SELECT count(*) FROM main.meta a, b.meta c WHERE a.{column} = c.{column}");
    }

    [Fact]
    public async Task A_store_that_is_open_is_not_replaced_and_one_that_is_damaged_is()
    {
        await Trail.MakeAsync(Path, 3);
        SqliteBackup.Run(Path, Copy, overwrite: false);
        await using (var store = Make.Store(Path))
        {
            var refused = Assert.Throws<StoreUnusableException>(() => SqliteRestore.Run(Copy, Path, overwrite: true, TimeProvider.System));
            Assert.Contains("Another program has the store", refused.Message, StringComparison.Ordinal);
            await Trail.ChangeAsync(store, 2);
        }

        await using (var child = await OpenChildAsync())
        {
            Assert.Throws<StoreUnusableException>(() => SqliteRestore.Run(Copy, Path, overwrite: true, TimeProvider.System));
        }

        await File.WriteAllTextAsync(Path, new string('x', 5000));
        var report = SqliteRestore.Run(Copy, Path, overwrite: true, TimeProvider.System);
        Assert.Null(report.LostRevisions);
        Assert.Equal(0, (await Trail.SearchAsync(Path)).Count);
    }

    [Theory]
    [InlineData("cut")]
    [InlineData("page")]
    [InlineData("text")]
    [InlineData("empty")]
    [InlineData("other")]
    [InlineData("log")]
    public async Task A_backup_that_is_damaged_is_refused_and_nothing_is_changed(string how)
    {
        await Trail.MakeAsync(Path, 200);
        SqliteBackup.Run(Path, Copy, overwrite: false);
        Damage(how);
        var before = await File.ReadAllBytesAsync(Path);
        var refused = Assert.Throws<StoreUnusableException>(() => SqliteRestore.Run(Copy, Path, overwrite: true, TimeProvider.System));
        Assert.Contains(Copy, refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllBytesAsync(Path));
        Assert.Throws<StoreUnusableException>(() => SqliteRestore.Run(Copy, _folder.File("new.db"), overwrite: false, TimeProvider.System));
        Assert.False(File.Exists(_folder.File("new.db")));
        Assert.Empty(Directory.GetFiles(_folder.Path, "*.part*"));
    }

    private void Damage(string how)
    {
        switch (how)
        {
            case "cut":
                using (var file = File.OpenWrite(Copy))
                {
                    file.SetLength(file.Length / 2);
                }

                break;
            case "page":
                using (var file = File.OpenWrite(Copy))
                {
                    file.Position = 4096 * 20;
                    file.Write(Enumerable.Repeat((byte)0x5A, 40_000).ToArray());
                }

                break;
            case "text":
                File.WriteAllText(Copy, new string('x', 5000));
                break;
            case "empty":
                File.WriteAllText(Copy, "");
                break;
            case "other":
                RawFile.Execute(Copy, "PRAGMA application_id = 7");
                break;
            default:
                File.WriteAllText(Copy + "-wal", "x");
                break;
        }
    }

    private async Task<OpenChild> OpenChildAsync()
    {
        var child = Children.Start(Children.Write, Path);
        await Wait.UntilAsync(() => child.HasExited || Heads(child).Count > 0, "the child to write");
        return new OpenChild(child);
    }

    private static List<long> Heads(ChildProcess child) =>
        [.. child.Output.Split('\n').Where(line => line.StartsWith("head ", StringComparison.Ordinal)).Select(line => long.Parse(line[5..], System.Globalization.CultureInfo.InvariantCulture))];

    private sealed class OpenChild(ChildProcess child) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            child.Kill();
            child.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
