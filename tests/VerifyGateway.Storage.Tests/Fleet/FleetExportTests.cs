using VerifyGateway.Storage.Sqlite;
using VerifyGateway.Storage.Sqlite.Migrations;
using VerifyGateway.TestKit;

namespace VerifyGateway.Storage.Tests.Fleet;

public sealed class FleetExportTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_import_of_an_export_is_the_identity()
    {
        await using var one = Make.Store(_folder.File("one.db"));
        await Storage.Fleet.SeedLoader.LoadAsync(one, SampleSeedTests.SamplePath);
        await FleetText.ImportAsync(one, FleetText.Lines(
            FleetText.Acquirer, FleetText.Identity.Replace("2099-12-31", "9999-12-31", StringComparison.Ordinal), FleetText.Card, FleetText.Merchant.Replace("000001", "777777", StringComparison.Ordinal),
            FleetText.Hold.Replace("\"}", ".125+08:00\"}", StringComparison.Ordinal).Replace("+08:00.125", ".125", StringComparison.Ordinal)));
        var first = await FleetText.ExportAsync(one);
        await using var two = Make.Store(_folder.File("two.db"));
        var (result, problems) = await FleetText.ImportAsync(two, first, strict: true);
        Assert.Empty(problems);
        Assert.True(result.Records > 70);
        Assert.Contains("00:00:00.125Z", first, StringComparison.Ordinal);
        Assert.Equal(first, await FleetText.ExportAsync(two));
    }

    [Fact]
    public async Task A_store_of_the_first_schema_is_taken_over_with_defaults_and_can_be_exported()
    {
        var path = _folder.File("old.db");
        await File.WriteAllBytesAsync(path, []);
        using (var connection = SqliteFile.OpenWriter(path, TimeSpan.FromSeconds(1)))
        {
            _ = SqliteFile.Text(connection, "PRAGMA journal_mode = WAL");
            MigrationRunner.Run(connection, TimeProvider.System, [.. MigrationRunner.All.Take(1)]);
            RawFile.Execute(connection, "INSERT INTO identity VALUES ('01020000', 'ID-1', 5, 0, '2099-12-31', '', 1)");
            RawFile.Execute(connection, "INSERT INTO merchant VALUES ('01020000', '898440300000001', 'ID-1', 2, '', 1, x'00', 0)");
        }

        await using var store = Make.Store(path);
        Assert.Equal(MigrationRunner.NewestVersion, RawFile.Number(path, "SELECT max(version) FROM schema_migrations"));
        Assert.Contains("""{"kind":"merchant","acquirer_id":"01020000","merchant_no":"898440300000001","identity_id":"ID-1","state":"ACTIVE"}""", await FleetText.ExportAsync(store), StringComparison.Ordinal);

        var (result, problems) = await FleetText.ImportAsync(store, FleetText.Lines(FleetText.Identity, FleetText.Card, FleetText.Merchant));
        Assert.Empty(problems);
        Assert.Equal(3, result.Records);
        Assert.Contains("\"mcc\":\"5812\"", await FleetText.ExportAsync(store), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("UPDATE merchant SET card_fingerprint = zeroblob(32)", "merchant_card")]
    [InlineData("UPDATE merchant SET region = '9901'", "merchant_region")]
    [InlineData("UPDATE merchant SET mcc = '58'", "merchant_mcc")]
    [InlineData("UPDATE identity SET document_hash = x'00'", "identity_document_hash")]
    [InlineData("UPDATE settlement_card SET mask = '6222021234567890'", "card_mask")]
    [InlineData("UPDATE settlement_card SET identity_id = 'ID-9'", "FOREIGN KEY")]
    public async Task The_database_itself_refuses_what_makes_no_sense(string sql, string named)
    {
        var path = _folder.File("vg.db");
        await using (var store = Make.Store(path))
        {
            await FleetText.ImportAsync(store, FleetText.Lines(FleetText.Identity, FleetText.Card, FleetText.Merchant));
        }

        var refused = Assert.Throws<Microsoft.Data.Sqlite.SqliteException>(() => RawFile.Execute(path, sql));
        Assert.Contains(named, refused.Message, StringComparison.Ordinal);
    }
}
