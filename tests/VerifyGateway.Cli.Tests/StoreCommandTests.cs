using Microsoft.Data.Sqlite;
using VerifyGateway.TestKit;

namespace VerifyGateway.Cli.Tests;

public sealed class StoreCommandTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string Store => _folder.File("vg.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Backup_restore_check_and_verify_audit_come_round_and_say_what_they_did()
    {
        await MakeAsync();
        Assert.Contains("the schema is up to date", await Vgctl.GoodAsync("store", "migrate", "--store", Store), StringComparison.Ordinal);
        var backup = await Vgctl.GoodAsync("store", "backup", "--store", Store, "--out", _folder.File("copy"));
        Assert.Contains("searched for damage, none found", backup, StringComparison.Ordinal);
        var mark = backup.Split("audit trail up to ")[1].Trim();
        Assert.Contains($"--expect: {mark}", await Vgctl.GoodAsync("store", "verify-audit", "--store", Store), StringComparison.Ordinal);
        await Vgctl.GoodAsync("store", "verify-audit", "--store", Store, "--expect", mark);
        Assert.Contains("no damage found", await Vgctl.GoodAsync("store", "check", "--store", Store), StringComparison.Ordinal);

        var (again, refused) = await Vgctl.RunAsync("store", "restore", "--from", _folder.File("copy"), "--store", Store);
        Assert.Equal(2, again);
        Assert.Contains("exists already; name another file, or replace it with --force", refused, StringComparison.Ordinal);
        var restored = await Vgctl.GoodAsync("store", "restore", "--from", _folder.File("copy"), "--store", Store, "--force");
        Assert.Contains("lost: nothing", restored, StringComparison.Ordinal);
        await Vgctl.GoodAsync("store", "verify-audit", "--store", Store, "--expect", mark);
        Assert.Contains("  lost: whatever", await Vgctl.GoodAsync("store", "restore", "--from", _folder.File("copy"), "--store", _folder.File("new.db")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Damage_and_tampering_are_told_and_the_exit_code_says_so()
    {
        await MakeAsync();
        Execute("UPDATE audit SET actor = 'somebody' WHERE seq = 1; DELETE FROM feed WHERE revision = 3");
        var (verify, told) = await Vgctl.RunAsync("store", "verify-audit", "--store", Store);
        Assert.Equal(65, verify);
        Assert.Contains("Line 1 does not fit its hash", told, StringComparison.Ordinal);
        var (check, found) = await Vgctl.RunAsync("store", "check", "--store", Store);
        Assert.Equal(65, check);
        Assert.Contains("lacks the entries of the revisions 3 to 3.", found, StringComparison.Ordinal);
        Assert.Contains("Audit trail: Line 1 does not fit its hash", found, StringComparison.Ordinal);
        Assert.Contains(" findings", found, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Purge_says_what_would_go_and_what_went()
    {
        await MakeAsync();
        Execute("UPDATE feed SET committed_at_unix_ms = 1000; UPDATE request SET keep_until_unix_ms = 1000");
        var dry = await Vgctl.GoodAsync("store", "purge", "--store", Store, "--dry-run");
        var entries = Line(dry, "Feed");
        Assert.Contains("kept 30 days", entries, StringComparison.Ordinal);
        Assert.Contains("would remove", dry, StringComparison.Ordinal);
        Assert.Equal(entries, Line(await Vgctl.GoodAsync("store", "purge", "--store", Store, "--batch", "10"), "Feed"));
        Assert.Equal("0", Line(await Vgctl.GoodAsync("store", "purge", "--store", Store, "--forget-imports"), "Feed").Trim().Split(' ')[0]);
        Assert.Contains("no damage found", await Vgctl.GoodAsync("store", "check", "--store", Store), StringComparison.Ordinal);

        static string Line(string output, string kind) => output.Split('\n').Single(line => line.Contains($"  {kind} ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Keys_are_rotated_and_no_secret_is_ever_printed()
    {
        await MakeAsync();
        var under = RawKeys();
        var secret = Convert.ToBase64String(Enumerable.Repeat((byte)7, 32).ToArray());
        Write("other.json", $$"""{"keys": [{"id": "other", "secret": "{{secret}}"}], "current": "other"}""");
        var (unknown, told) = await Vgctl.RunAsync("store", "rotate-keys", "--store", Store, "--keys", _folder.File("other.json"));
        Assert.Equal(65, unknown);
        Assert.Contains($"does not name '{under}'", told, StringComparison.Ordinal);
        Write("keys.json", $$"""{"keys": [{"id": "{{under}}", "secret": "{{secret}}"}, {"id": "next", "over": "{{under}}", "secret": "{{secret}}"}], "current": "next"}""");
        var done = await Vgctl.GoodAsync("store", "rotate-keys", "--store", Store, "--keys", _folder.File("keys.json"), "--pause-ms", "0");
        Assert.Contains("rows brought to key next", done, StringComparison.Ordinal);
        Assert.Equal("next", RawKeys());
        Write("bad.json", $$"""{"keys": [{"id": "a", "over": "b", "secret": "{{secret}}"}], "current": "c"}""");
        var (bad, why) = await Vgctl.RunAsync("store", "rotate-keys", "--store", Store, "--keys", _folder.File("bad.json"));
        Assert.Equal(65, bad);
        Assert.DoesNotContain(secret, told + done + why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, "store", "check")]
    [InlineData(2, "store", "check", "--store", "x.db", "--postgres", "Host=h;Database=d")]
    [InlineData(2, "store", "check", "--postgres", "Host=h")]
    [InlineData(2, "store", "check", "--postgres", "nonsense")]
    [InlineData(2, "store", "check", "--postgres", "Host=h;Database=d;Password=p")]
    [InlineData(2, "store", "check", "--store", "x.db", "--password-file", "x")]
    [InlineData(2, "store", "verify-audit", "--store", "x.db", "--expect", "1")]
    [InlineData(2, "store", "purge", "--store", "x.db", "--years", "9")]
    [InlineData(2, "store", "purge", "--store", "x.db", "--feed-days", "0")]
    [InlineData(2, "store", "backup", "--store", "x.db")]
    [InlineData(2, "store", "rotate-keys", "--store", "x.db", "--keys", "none.json")]
    [InlineData(78, "store", "check", "--store", "none.db")]
    [InlineData(78, "store", "backup", "--store", "none.db", "--out", "x")]
    [InlineData(78, "store", "restore", "--from", "none", "--store", "none.db")]
    [InlineData(0, "store", "purge", "--help")]
    public async Task Exit_codes_tell_what_went_wrong(int expected, params string[] arguments)
    {
        var names = arguments.Select(it => it is "x" or "x.db" or "none" or "none.db" or "none.json" ? _folder.File(it) : it);
        var (exitCode, output) = await Vgctl.RunAsync([.. names]);
        Assert.True(exitCode == expected, $"exit code {exitCode}:\n{output}");
        Assert.NotEmpty(output);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public async Task A_postgres_store_is_made_filled_and_looked_after()
    {
        await using var server = await PostgresServer.StartAsync(new PostgresServerOptions { Fsync = false });
        var database = await server.CreateDatabaseAsync("gateway");
        string[] owner = Options(database.Owner), service = Options(database.Service);
        var (early, told) = await Vgctl.RunAsync(["store", "check", .. service]);
        Assert.Equal(78, early);
        Assert.Contains("vgctl store migrate", told, StringComparison.Ordinal);
        Assert.Contains("made now: 1", await Vgctl.GoodAsync(["store", "migrate", "--service-role", "gateway_service", .. owner]), StringComparison.Ordinal);
        Assert.DoesNotContain("made now", await Vgctl.GoodAsync(["store", "migrate", .. owner]), StringComparison.Ordinal);
        await Vgctl.GoodAsync("fleet", "generate", "--terminals", "200", "--out", _folder.File("fleet.ndjson"));
        Assert.Contains(" 0 bad lines", await Vgctl.GoodAsync(["fleet", "import", _folder.File("fleet.ndjson"), .. service]), StringComparison.Ordinal);
        await Vgctl.GoodAsync(["fleet", "export", "--out", _folder.File("again.ndjson"), .. service]);
        Assert.Contains("no damage found", await Vgctl.GoodAsync(["store", "check", .. service]), StringComparison.Ordinal);
        Assert.Contains("--expect: ", await Vgctl.GoodAsync(["store", "verify-audit", .. service]), StringComparison.Ordinal);
        Assert.Contains("removed", await Vgctl.GoodAsync(["store", "purge", .. service]), StringComparison.Ordinal);
    }

    /// <summary>The password goes into a file.</summary>
    private string[] Options(string connection)
    {
        var parts = connection.Split(';').ToLookup(static part => part.StartsWith("Password=", StringComparison.Ordinal));
        Write("password", parts[true].Single()["Password=".Length..] + "\n");
        return ["--postgres", string.Join(';', parts[false]), "--password-file", _folder.File("password")];
    }

    private async Task MakeAsync()
    {
        await Vgctl.GoodAsync("fleet", "generate", "--seed", "3", "--terminals", "200", "--out", _folder.File("fleet.ndjson"));
        await Vgctl.GoodAsync("fleet", "import", _folder.File("fleet.ndjson"), "--store", Store);
    }

    private void Write(string name, string content)
    {
        File.WriteAllText(_folder.File(name), content);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_folder.File(name), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    private string RawKeys()
    {
        using var connection = Open();
        using var command = new SqliteCommand(
            """
            SELECT group_concat(DISTINCT key) FROM (SELECT fingerprint_key AS key FROM settlement_card
            UNION SELECT document_hash_key FROM identity WHERE document_hash IS NOT NULL UNION SELECT phone_hash_key FROM identity WHERE phone_hash IS NOT NULL)
            """,
            connection);
        return (string)command.ExecuteScalar()!;
    }

    private void Execute(string sql)
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private SqliteConnection Open()
    {
        SQLitePCL.Batteries_V2.Init();
        var connection = new SqliteConnection($"Data Source={Store};Pooling=False");
        connection.Open();
        return connection;
    }
}
