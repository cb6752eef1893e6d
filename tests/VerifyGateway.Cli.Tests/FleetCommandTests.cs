using VerifyGateway.Storage.Sqlite;
using VerifyGateway.TestKit;

namespace VerifyGateway.Cli.Tests;

public sealed class FleetCommandTests : IDisposable
{
    private const string Bad = "{\"kind\":\"terminal\"}\n";

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Generate_import_export_and_import_again_come_round()
    {
        var (fleet, store, one, two) = (_folder.File("fleet.ndjson.gz"), _folder.File("one.db"), _folder.File("one.ndjson"), _folder.File("two.ndjson.gz"));
        Assert.Contains("2000 terminals", await Vgctl.GoodAsync("fleet", "generate", "--seed", "9", "--terminals", "2000", "--out", fleet), StringComparison.Ordinal);
        Assert.Contains(" 0 bad lines", await Vgctl.GoodAsync("fleet", "import", fleet, "--store", store), StringComparison.Ordinal);
        Assert.Contains(" 0 bad lines, 0 entries", await Vgctl.GoodAsync("fleet", "import", fleet, "--store", store), StringComparison.Ordinal);
        await Vgctl.GoodAsync("fleet", "export", "--store", store, "--out", one);
        await Vgctl.GoodAsync("fleet", "import", one, "--store", _folder.File("two.db"), "--strict");
        await Vgctl.GoodAsync("fleet", "export", "--store", _folder.File("two.db"), "--out", two);
        using var unpacked = new System.IO.Compression.GZipStream(File.OpenRead(two), System.IO.Compression.CompressionMode.Decompress);
        using var reader = new StreamReader(unpacked);
        Assert.Equal(await File.ReadAllTextAsync(one), await reader.ReadToEndAsync());
        Assert.Empty(Directory.GetFiles(_folder.Path, "*.part"));
    }

    [Fact]
    public async Task Bad_lines_are_told_with_number_field_and_rule_and_the_exit_code_says_so()
    {
        var path = _folder.File("bad.ndjson");
        await Vgctl.GoodAsync("fleet", "generate", "--terminals", "10", "--out", path);
        var good = await File.ReadAllTextAsync(path);
        await File.WriteAllTextAsync(path, Bad + good[..good.LastIndexOf("{\"kind\":\"end\"", StringComparison.Ordinal)]);

        var (strict, said) = await Vgctl.RunAsync("fleet", "import", path, "--store", _folder.File("a.db"), "--strict");
        Assert.Equal(65, strict);
        Assert.Contains("line 1, terminal_sn: FLEET_FIELD_MISSING: ", said, StringComparison.Ordinal);
        Assert.Contains("nothing of it was imported", said, StringComparison.Ordinal);
        await using (var store = SqliteStore.Open(new SqliteStoreOptions { Path = _folder.File("a.db") }, TimeProvider.System))
        {
            Assert.Equal(0, await store.ReadHeadAsync());
        }

        var (lenient, told) = await Vgctl.RunAsync("fleet", "import", path, "--store", _folder.File("a.db"));
        Assert.Equal(65, lenient);
        Assert.Contains(" 1 bad lines", told, StringComparison.Ordinal);
        await using var after = SqliteStore.Open(new SqliteStoreOptions { Path = _folder.File("a.db") }, TimeProvider.System);
        Assert.True(await after.ReadHeadAsync() >= 10);
    }

    [Theory]
    [InlineData(2, "fleet", "generate", "--terminals", "0", "--out", "x")]
    [InlineData(2, "fleet", "generate", "--terminals", "many", "--out", "x")]
    [InlineData(2, "fleet", "generate", "--out", "x")]
    [InlineData(2, "fleet", "generate", "--terminals", "1", "--out", "none/x")]
    [InlineData(2, "fleet", "generate", "--terminals", "1", "--out", "x", "--as-of", "today")]
    [InlineData(2, "fleet", "import", "none.ndjson", "--store", "x.db")]
    [InlineData(2, "fleet", "imprt")]
    [InlineData(78, "fleet", "export", "--store", "none.db", "--out", "x")]
    [InlineData(78, "fleet", "import", "text", "--store", "text")]
    [InlineData(0, "fleet", "show-shares")]
    [InlineData(0, "--help")]
    public async Task Exit_codes_tell_what_went_wrong(int expected, params string[] arguments)
    {
        await File.WriteAllTextAsync(_folder.File("text"), new string('x', 200));
        var names = arguments.Select(it => it is "x" or "x.db" or "text" or "none.db" or "none.ndjson" or "none/x" ? _folder.File(it) : it);
        var (exitCode, output) = await Vgctl.RunAsync([.. names]);
        Assert.True(exitCode == expected, $"exit code {exitCode}:\n{output}");
        Assert.NotEmpty(output);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("KILL")]
    [InlineData("INT")]
    public async Task An_import_that_is_killed_goes_on_to_the_same_store_while_others_use_the_file(string signal)
    {
        var (fleet, store) = (_folder.File("fleet.ndjson"), _folder.File("killed.db"));
        await Vgctl.GoodAsync("fleet", "generate", "--seed", "4", "--terminals", "60000", "--out", fleet);
        await using (var gateway = SqliteStore.Open(new SqliteStoreOptions { Path = store }, TimeProvider.System))
        {
            using var import = Vgctl.Start("fleet", "import", fleet, "--store", store);
            await Wait.UntilAsync(async () => import.HasExited || await gateway.ReadHeadAsync() > 0, "the first batch");
            import.Signal(signal);
            await import.WaitForExitAsync(TimeSpan.FromSeconds(60));
            Assert.Equal(signal == "KILL" ? 137 : 130, import.ExitCode);

            var output = await Vgctl.GoodAsync("fleet", "import", fleet, "--store", store);
            Assert.Contains("Went on after line ", output, StringComparison.Ordinal);
            Assert.Contains(" 0 bad lines", output, StringComparison.Ordinal);
        }

        await Vgctl.GoodAsync("fleet", "import", fleet, "--store", _folder.File("whole.db"));
        await Vgctl.GoodAsync("fleet", "export", "--store", store, "--out", _folder.File("killed.out"));
        await Vgctl.GoodAsync("fleet", "export", "--store", _folder.File("whole.db"), "--out", _folder.File("whole.out"));
        Assert.Equal(await File.ReadAllBytesAsync(_folder.File("whole.out")), await File.ReadAllBytesAsync(_folder.File("killed.out")));
    }

    [Fact]
    public async Task The_documentation_shows_the_shares_that_the_generator_works_by()
    {
        var shares = await Vgctl.GoodAsync("fleet", "show-shares");
        var documented = Repository.Read("docs/fleet-format.md");
        Assert.All(shares.Split('\n').Where(line => line.StartsWith('|')), line => Assert.Contains(line.TrimEnd(), documented, StringComparison.Ordinal));
    }
}
