using System.Security.Cryptography;
using VerifyGateway.Storage.Rows;
using VerifyGateway.Storage.Sqlite;
using VerifyGateway.Storage.Sqlite.Migrations;
using VerifyGateway.TestKit;

namespace VerifyGateway.Storage.Tests;

public sealed class OpeningTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string Path => _folder.File("vg.db");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("not a database at all, but long enough to hold a header of one hundred bytes, which this sentence is by now")]
    [InlineData("short")]
    public void What_is_not_a_database_is_refused(string content)
    {
        File.WriteAllText(Path, content);
        AssertRefused("The file '{0}' is not a SQLite database; name another file, or restore a backup.");
    }

    [Fact]
    public void A_database_of_another_program_is_refused()
    {
        RawFile.Execute(Path, "PRAGMA application_id = 7; CREATE TABLE t (a)");
        AssertRefused("The database file '{0}' belongs to another program (application id 0x00000007, not 0x56475731); name another file.");
    }

    [Fact]
    public void A_database_of_another_program_without_an_application_id_is_refused()
    {
        RawFile.Execute(Path, "PRAGMA journal_mode = WAL; CREATE TABLE t (a)");
        AssertRefused("The database file '{0}' belongs to another program (application id 0x00000000, not 0x56475731); name another file.");
    }

    [Fact]
    public async Task A_schema_of_the_future_is_refused()
    {
        await MakeFullAsync();
        RawFile.Execute(Path, "INSERT INTO schema_migrations VALUES (99, 'future', 1)");
        AssertRefused($"The database file '{{0}}' has schema 99, and this program knows schemas up to {MigrationRunner.NewestVersion}; start the newer program that wrote it, or restore a backup from before.");
    }

    [Fact]
    public async Task A_schema_of_the_future_that_stands_in_a_log_is_refused_and_file_and_log_stay_as_they_are()
    {
        await MakeFullAsync();
        var crashed = _folder.File("crashed.db");
        using (var connection = RawFile.Open(Path))
        {
            RawFile.Execute(connection, "INSERT INTO schema_migrations VALUES (99, 'future', 1)");
            File.Copy(Path, crashed);
            File.Copy(Path + "-wal", crashed + "-wal");
        }

        var before = (Sha256(crashed), Sha256(crashed + "-wal"));
        var refused = Assert.Throws<StoreUnusableException>(() => Make.Store(crashed));
        Assert.Contains("has schema 99", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, (Sha256(crashed), Sha256(crashed + "-wal")));
    }

    [Fact]
    public async Task A_file_that_is_cut_off_is_refused()
    {
        await MakeFullAsync();
        var length = new FileInfo(Path).Length;
        using (var file = File.OpenWrite(Path))
        {
            file.SetLength(length - 1000);
        }

        AssertRefused($"The database file '{{0}}' is damaged (it holds {length - 1000} bytes where its header says {length}); restore a backup.");
    }

    [Theory]
    [InlineData(0x00)]
    [InlineData(0xFF)]
    public async Task A_file_with_a_damaged_page_is_refused(byte with)
    {
        await MakeFullAsync();
        using (var file = File.OpenWrite(Path))
        {
            // The first page of the terminals' tree: it is looked up rather than guessed.
            file.Position = (RawFile.Number(Path, "SELECT rootpage FROM sqlite_schema WHERE name = 'terminal'") - 1) * 4096;
            file.Write(Enumerable.Repeat(with, 512).ToArray());
        }

        var message = AssertRefused(null);
        Assert.StartsWith($"The database file '{Path}' is damaged (", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_log_without_its_database_is_refused()
    {
        File.WriteAllText(Path + "-wal", "changes");
        var refused = Assert.Throws<StoreUnusableException>(() => Make.Store(Path));
        Assert.StartsWith($"The database file '{Path}' is missing or empty although its log", refused.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Path));
    }

    [Fact]
    public void Places_where_no_database_can_be_are_refused_with_a_sentence_each()
    {
        Assert.Contains("' does not exist; make the folder", Refusal(_folder.File("none/vg.db")), StringComparison.Ordinal);
        Assert.Contains("' is a folder; name a file in it", Refusal(_folder.Path), StringComparison.Ordinal);
        // Nobody, root included, makes files there.
        Assert.Contains("may not be read and written by user", Refusal("/sys/vg.db"), StringComparison.Ordinal);
        Assert.Equal($"The database file '{Path}' does not exist; name the right file, or allow it to be made.",
            Assert.Throws<StoreUnusableException>(() => SqliteStore.Open(new SqliteStoreOptions { Path = Path, CreateIfMissing = false }, TimeProvider.System)).Message);
        Assert.Empty(Directory.GetFiles(_folder.Path));

        static string Refusal(string path) => Assert.Throws<StoreUnusableException>(() => Make.Store(path)).Message;
    }

    [Fact]
    public async Task A_start_that_was_cut_off_before_its_first_transaction_is_taken_up()
    {
        await File.WriteAllBytesAsync(Path, []);
        await using (var store = Make.Store(Path))
        {
            await Make.BasicsAsync(store);
        }

        var half = _folder.File("half.db");
        RawFile.Execute(half, "PRAGMA journal_mode = WAL");
        Assert.True(new FileInfo(half).Length > 0);
        await using var again = Make.Store(half);
        await Make.BasicsAsync(again);
    }

    [Fact]
    public async Task Migrations_run_once()
    {
        await MakeFullAsync();
        await using var store = Make.Store(Path);
        Assert.Equal(MigrationRunner.NewestVersion, RawFile.Number(Path, "SELECT count(*) FROM schema_migrations"));
        Assert.Equal(Enumerable.Range(1, MigrationRunner.NewestVersion), MigrationRunner.All.Select(step => step.Version));
    }

    [Fact]
    public async Task Holds_of_the_second_schema_are_there_in_the_third()
    {
        using (var connection = RawFile.Open(Path))
        {
            MigrationRunner.Run(connection, TimeProvider.System, [.. MigrationRunner.All.Take(2)]);
            RawFile.Execute(connection, """
                INSERT INTO identity (acquirer_id, identity_id, state, reverify_by, document_valid_to, holder_mask, version) VALUES ('01020000', 'ID-1', 5, 0, NULL, '', 1);
                INSERT INTO hold (acquirer_id, hold_id, kind, identity_id, effective_at, until) VALUES ('01020000', 'H-1', 2, 'ID-1', 7, 0), ('01020000', 'H-2', 4, 'ID-1', 8, 9);
                """);
        }

        await using (Make.Store(Path))
        {
            Assert.Equal(2, RawFile.Number(Path, "SELECT count(*) FROM hold WHERE identity_id = 'ID-1' AND refunds_pass = 0 AND ((kind, effective_at, until) = (2, 7, 0) OR (kind, effective_at, until) = (4, 8, 9))"));
            Assert.Equal(4, RawFile.Number(Path, "SELECT count(*) FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'hold' AND name LIKE 'hold_on_%'"));
        }
    }

    [Fact]
    public async Task Holds_of_the_fourth_schema_are_there_in_the_fifth_with_their_versions()
    {
        using (var connection = RawFile.Open(Path))
        {
            MigrationRunner.Run(connection, TimeProvider.System, [.. MigrationRunner.All.Take(4)]);
            RawFile.Execute(connection, """
                INSERT INTO identity (acquirer_id, identity_id, state, reverify_by, document_valid_to, holder_mask, version) VALUES ('01020000', 'ID-1', 5, 0, NULL, '', 1);
                INSERT INTO hold (acquirer_id, hold_id, kind, identity_id, effective_at, until, refunds_pass, version) VALUES ('01020000', 'H-1', 2, 'ID-1', 7, 9, 1, 4);
                """);
        }

        await using var store = Make.Store(Path);
        var hold = await store.FindHoldAsync(new HoldKey(Make.Acquirer(), Make.Id("H-1")));
        Assert.Equal(new StoredHold(Make.Hold("H-1", HoldSubject.Identity(Make.Id("ID-1")), from: 7, until: 9) with { RefundsPass = true }, 4), hold);
    }

    [Fact]
    public async Task A_step_that_fails_leaves_the_steps_before_it_and_nothing_of_its_own()
    {
        await MakeFullAsync();
        using var connection = SqliteFile.OpenWriter(Path, TimeSpan.FromSeconds(1));
        var next = MigrationRunner.NewestVersion + 1;
        Migration[] steps = [.. MigrationRunner.All, new(next, "good", "CREATE TABLE good (a)"), new(next + 1, "bad", "CREATE TABLE bad (a); INSERT INTO none VALUES (1)")];
        Assert.ThrowsAny<Exception>(() => MigrationRunner.Run(connection, TimeProvider.System, steps));

        Assert.Equal(next, MigrationRunner.VersionOf(connection));
        Assert.Equal(1, RawFile.Number(Path, "SELECT count(*) FROM sqlite_schema WHERE name IN ('good', 'bad')"));
    }

    [Fact]
    public async Task Several_processes_that_open_a_new_store_at_once_make_one()
    {
        for (var round = 1; round <= 3; round++)
        {
            var path = _folder.File($"new-{round}.db");
            var children = Enumerable.Range(0, 4).Select(_ => Children.Start(Children.Open, path)).ToArray();
            foreach (var child in children)
            {
                await child.WaitForExitAsync(TimeSpan.FromSeconds(30));
                Assert.True(child.ExitCode == 0, child.Output);
            }

            Assert.Single(children.Select(child => child.Output).Distinct());
            Assert.Equal(1, RawFile.Number(path, "SELECT count(*) FROM meta"));
            Assert.Equal(MigrationRunner.NewestVersion, RawFile.Number(path, "SELECT count(*) FROM schema_migrations"));
            Array.ForEach(children, child => child.Dispose());
        }
    }

    [Fact]
    public async Task Two_stores_on_one_file_see_each_other_and_share_the_feed()
    {
        var opened = await Task.WhenAll(Task.Run(() => Make.Store(Path)), Task.Run(() => Make.Store(Path)));
        await using var one = opened[0];
        await using var two = opened[1];
        await Make.BasicsAsync(one);
        await two.WriteAsync(batch => batch.UpsertMerchant(Make.Merchant(2, "ID-1")));
        Assert.Equal(one.StoreId, two.StoreId);
        Assert.Equal(3, (await Make.ReadAsync(one, 1, 2)).Merchant.Revision);
    }

    [Fact]
    public async Task The_file_is_for_its_user_alone_and_marked_as_ours()
    {
        await using var store = Make.Store(Path);
        await Make.BasicsAsync(store);
        if (!OperatingSystem.IsWindows())
        {
            var modes = Directory.GetFiles(_folder.Path).Select(File.GetUnixFileMode).ToList();
            Assert.Equal(3, modes.Count);
            Assert.All(modes, mode => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, mode));
        }

        Assert.Equal(SqliteFile.ApplicationId, RawFile.Number(Path, "PRAGMA application_id"));
    }

    [Fact]
    public async Task A_path_with_signs_that_mean_something_to_SQLite_is_just_a_path()
    {
        var path = _folder.File("a?b#c%41;Mode=Memory.db");
        await using (var store = Make.Store(path))
        {
            await Make.BasicsAsync(store);
        }

        await using var again = Make.Store(path);
        Assert.Equal(2, await again.ReadHeadAsync());
        Assert.True(File.Exists(path));
    }

    private async Task MakeFullAsync()
    {
        await using var store = Make.Store(Path);
        await store.WriteAsync(batch =>
        {
            batch.UpsertIdentity(Make.Identity("ID-1"));
            batch.UpsertMerchant(Make.Merchant(1, "ID-1"));
            for (var n = 1; n <= 500; n++)
            {
                batch.UpsertTerminal(Make.Terminal(n, 1));
            }
        });
    }

    private string AssertRefused(string? sentence)
    {
        var before = Sha256(Path);
        var written = File.GetLastWriteTimeUtc(Path);
        var refused = Assert.Throws<StoreUnusableException>(() => Make.Store(Path));
        if (sentence is not null)
        {
            Assert.Equal(sentence.Replace("{0}", Path, StringComparison.Ordinal), refused.Message);
        }

        Assert.DoesNotContain('\n', refused.Message);
        Assert.Equal((before, written), (Sha256(Path), File.GetLastWriteTimeUtc(Path)));
        Assert.Equal([Path], Directory.GetFiles(_folder.Path));
        return refused.Message;
    }

    private static string Sha256(string path) => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path)));
}
