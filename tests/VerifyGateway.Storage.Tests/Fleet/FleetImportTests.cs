using System.IO.Compression;
using System.Text;
using VerifyGateway.Domain.Records;
using VerifyGateway.Storage.Fleet;
using VerifyGateway.Storage.Sqlite;
using VerifyGateway.TestKit;

namespace VerifyGateway.Storage.Tests.Fleet;

public sealed class FleetImportTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly SqliteStore _store;

    public FleetImportTests() => _store = Make.Store(_folder.File("vg.db"));

    private static string Good { get; } =
        FleetText.Lines(FleetText.Acquirer, FleetText.Identity, FleetText.Card, FleetText.Merchant, FleetText.Terminal(1), FleetText.Terminal(2), FleetText.Hold);

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_good_file_is_imported_and_a_second_time_changes_nothing()
    {
        var (first, problems) = await FleetText.ImportAsync(_store, Good);
        Assert.Empty(problems);
        Assert.Equal((7L, 0L, 3L, true), (first.Records, first.BadLines, first.ChangedRecords, first.IsCommitted));
        var (second, _) = await FleetText.ImportAsync(_store, Good);
        Assert.Equal((0L, first.Head), (second.ChangedRecords, second.Head));
        Assert.Single((await Make.ReadAsync(_store, 1, 1)).Merchant.Record!.Value.Holds);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(20_000)]
    public async Task Records_and_feed_agree_however_the_file_is_cut_into_batches(int batchLines)
    {
        await FleetText.ImportAsync(_store, Good, batchLines: batchLines);
        var page = await _store.ReadFeedAsync(0, 1000);
        Assert.Equal(page.Head, page.Entries.Count);
        var (terminals, merchants) = Feed.Newest(page.Entries);
        var pair = await Make.ReadAsync(_store, 1, 1);
        Assert.Equal(pair.Terminal.Record, terminals[Make.Sn(1).ToString()]);
        Assert.Equal(pair.Merchant.Record, merchants[Make.MerchantNo(1).ToString()]);
        Assert.Single(pair.Merchant.Record!.Value.Holds);
    }

    [Fact]
    public async Task What_the_bulk_path_writes_is_what_ordinary_writes_write()
    {
        await FleetText.ImportAsync(_store, Good);
        await using var slow = Make.Store(_folder.File("slow.db"));
        // Rows that are there already take the ordinary way.
        await FleetText.ImportAsync(slow, Good.Replace("ACTIVE", "PROPOSED", StringComparison.Ordinal).Replace("\"mcc\":\"5812\",", "", StringComparison.Ordinal)
            .Replace("\"state\":\"PROPOSED\"}", "\"state\":\"SUSPENDED\"}", StringComparison.Ordinal));
        await FleetText.ImportAsync(slow, Good);
        Assert.Equal(await FleetText.ExportAsync(_store), await FleetText.ExportAsync(slow));
        Assert.Equal((await Make.ReadAsync(_store, 2, 1)).Merchant.Record, (await Make.ReadAsync(slow, 2, 1)).Merchant.Record);
    }

    [Fact]
    public async Task Every_bad_line_is_reported_in_order_and_the_good_ones_stay()
    {
        var text = FleetText.Lines(
            FleetText.Acquirer.Replace("BANK", "SHOP", StringComparison.Ordinal), FleetText.Identity, FleetText.Identity, FleetText.Card.Replace("ID-1", "ID-9", StringComparison.Ordinal),
            FleetText.Card.Replace("0123", "0xyz", StringComparison.Ordinal), "{\"kind\":\"merchant\",", FleetText.Merchant.Replace("440100", "990100", StringComparison.Ordinal),
            FleetText.Merchant.Replace(FleetText.Hash1, new string('a', 64), StringComparison.Ordinal).Replace("000001", "000002", StringComparison.Ordinal),
            FleetText.Merchant.Replace(",\"card_fingerprint\":\"" + FleetText.Hash1 + "\"", ",\"shoe_size\":\"44\"", StringComparison.Ordinal),
            FleetText.Merchant.Replace(",\"card_fingerprint\":\"" + FleetText.Hash1 + "\"", "", StringComparison.Ordinal),
            FleetText.Terminal(1), FleetText.Terminal(1), FleetText.Terminal(2).Replace("00005702", "00005799", StringComparison.Ordinal), FleetText.Terminal(3));
        var (result, problems) = await FleetText.ImportAsync(_store, text, batchLines: 4);
        Assert.Equal(
            [
                (1, "acquirer_kind", "FLEET_CODE"), (3, "identity_id", "FLEET_KEY_TWICE"), (4, "", "STORE_REFERENCE"), (5, "card_fingerprint", "HASH_FORM"),
                (6, "", "FLEET_JSON"), (7, "region", "REGION_PROVINCE"), (8, "", "STORE_REFERENCE"), (9, "shoe_size", "FLEET_FIELD_UNKNOWN"),
                (12, "terminal_sn", "FLEET_KEY_TWICE"), (13, "terminal_sn", "SN_TYPE"),
            ],
            FleetText.Brief(problems));
        Assert.Equal((4L, 10L), (result.Records, result.BadLines));
        Assert.NotNull((await Make.ReadAsync(_store, 3, 1)).Terminal.Record);
        var (again, _) = await FleetText.ImportAsync(_store, text);
        Assert.Equal((0L, 10L), (again.ChangedRecords, again.BadLines));
    }

    [Fact]
    public async Task Strict_a_bad_line_leaves_nothing_at_all()
    {
        var (result, problems) = await FleetText.ImportAsync(_store, Good + "{\n", strict: true);
        Assert.Equal([(8, "", "FLEET_JSON")], FleetText.Brief(problems));
        Assert.False(result.IsCommitted);
        Assert.Equal(0, await _store.ReadHeadAsync());
        foreach (var table in new[] { "acquirer", "identity", "settlement_card", "merchant", "terminal", "hold", "feed", "import_progress" })
        {
            Assert.Equal(0, RawFile.Number(_folder.File("vg.db"), "SELECT count(*) FROM " + table));
        }
    }

    [Fact]
    public async Task A_mark_and_CRs_are_noticed_and_harm_nothing_and_the_checksum_holds()
    {
        await FleetText.ImportAsync(_store, Good);
        var text = await FleetText.ExportAsync(_store);
        var (plain, none) = await FleetText.ImportAsync(_store, text, strict: true);
        Assert.Empty(none);
        Assert.Empty(plain.Notices);
        var (result, problems) = await FleetText.ImportAsync(_store, "\uFEFF" + text.Replace("\n", "\r\n", StringComparison.Ordinal), strict: true);
        Assert.Empty(problems);
        Assert.Equal((0L, true), (result.ChangedRecords, result.IsCommitted));
        Assert.Equal(["FLEET_BYTE_ORDER_MARK", "FLEET_CRLF"], result.Notices.Select(notice => notice.Rule));
    }

    [Theory]
    [InlineData("440100", "440300", "sha256:FLEET_CHECKSUM")]
    [InlineData("\"lines\":\"7\"", "\"lines\":\"8\"", "lines:FLEET_COUNT")]
    [InlineData("\"lines\":\"7\"", "\"lines\":\"+7\"", "lines:FLEET_COUNT")]
    public async Task A_wrong_checksum_or_count_is_reported(string old, string with, string expected)
    {
        await FleetText.ImportAsync(_store, Good);
        var text = (await FleetText.ExportAsync(_store)).Replace(old, with, StringComparison.Ordinal);
        var (_, problems) = await FleetText.ImportAsync(_store, text);
        Assert.Equal([expected], problems.Select(problem => problem.Field + ":" + problem.Rule));
    }

    [Fact]
    public async Task A_file_that_lost_a_line_or_has_more_below_its_end_is_reported()
    {
        await FleetText.ImportAsync(_store, Good);
        var lines = (await FleetText.ExportAsync(_store)).TrimEnd('\n').Split('\n');
        var (_, lost) = await FleetText.ImportAsync(_store, FleetText.Lines([.. lines[..1], .. lines[2..]]));
        Assert.Equal([(7, "lines", "FLEET_COUNT"), (7, "sha256", "FLEET_CHECKSUM")], FleetText.Brief(lost));
        var (_, more) = await FleetText.ImportAsync(_store, FleetText.Lines([.. lines, FleetText.Terminal(3)]));
        Assert.Equal([(9, "", "FLEET_AFTER_END")], FleetText.Brief(more));
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.99)]
    public async Task A_gzip_that_is_cut_off_is_reported_and_what_came_before_stays(double part)
    {
        var text = FleetText.Lines([FleetText.Identity, FleetText.Card, FleetText.Merchant, .. Enumerable.Range(1, 3_000).Select(FleetText.Terminal)]);
        var path = _folder.File("cut.gz");
        var whole = Gzip(text);
        await File.WriteAllBytesAsync(path, whole[..(int)(whole.Length * part)]);
        var problems = new List<FleetProblem>();
        var result = await FleetImporter.ImportAsync(_store, path, new FleetImportOptions { Report = problems.Add });
        var problem = Assert.Single(problems);
        Assert.Equal(("FLEET_GZIP", result.Records + 1), (problem.Rule, problem.Line));
        Assert.InRange(result.Records, 500, 3_002);
        Assert.Equal(result.Records - 3, RawFile.Number(_folder.File("vg.db"), "SELECT count(*) FROM terminal"));

        await File.WriteAllBytesAsync(path, whole);
        Assert.Equal(0, (await FleetImporter.ImportAsync(_store, path, new FleetImportOptions { Strict = true })).BadLines);
    }

    [Fact]
    public async Task A_gzip_with_a_damaged_byte_is_reported()
    {
        var bytes = Gzip(FleetText.Lines([FleetText.Identity, FleetText.Card, FleetText.Merchant, .. Enumerable.Range(1, 3_000).Select(FleetText.Terminal)]));
        bytes[bytes.Length / 2] ^= 0x55;
        var path = _folder.File("bad.gz");
        await File.WriteAllBytesAsync(path, bytes);
        var problems = new List<FleetProblem>();
        await FleetImporter.ImportAsync(_store, path, new FleetImportOptions { Report = problems.Add });
        Assert.Contains(problems, problem => problem.Rule == "FLEET_GZIP");
    }

    [Fact]
    public async Task A_rule_that_shows_only_at_the_end_of_a_batch_refuses_its_line_alone()
    {
        var holds = Enumerable.Range(1, 257).Select(number => FleetText.Hold.Replace("H-1", $"H-{number}", StringComparison.Ordinal));
        var (result, problems) = await FleetText.ImportAsync(_store, FleetText.Lines([FleetText.Identity, FleetText.Card, FleetText.Merchant, .. holds, FleetText.Terminal(1)]));
        Assert.Equal([(259, "", "STORE_HOLD_COUNT"), (260, "", "STORE_HOLD_COUNT")], FleetText.Brief(problems));
        Assert.Equal((259L, 2L), (result.Records, result.BadLines));
        Assert.Equal(RecordCodec.MaxHolds, (await Make.ReadAsync(_store, 1, 1)).Merchant.Record!.Value.Holds.Length);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Another_import_in_between_makes_a_cancelled_one_begin_anew(bool strict)
    {
        var path = _folder.File("fleet.ndjson");
        await File.WriteAllTextAsync(path, FleetText.Lines([FleetText.Identity, FleetText.Card, FleetText.Merchant, .. Enumerable.Range(1, 200).Select(FleetText.Terminal)]));
        using var cancel = new CancellationTokenSource();
        var options = new FleetImportOptions { BatchLines = 10 };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => FleetImporter.ImportAsync(
            _store, path, options with { Progress = at => { if (at.Line >= 50) { cancel.Cancel(); } } }, cancel.Token));

        // What the first lines had brought is changed in between: going on after them would leave it so.
        var other = _folder.File("other.ndjson");
        await File.WriteAllTextAsync(other, FleetText.Lines([FleetText.Terminal(1).Replace("\"ACTIVE\"", "\"SUSPENDED\"", StringComparison.Ordinal)]));
        await FleetImporter.ImportAsync(_store, other, options with { Strict = strict });
        Assert.Equal(TerminalState.Suspended, (await Make.ReadAsync(_store, 1, 1)).Terminal.Record!.Value.State);

        var result = await FleetImporter.ImportAsync(_store, path, options);
        Assert.Equal(0, result.ResumedAfterLine);
        Assert.Equal(TerminalState.Active, (await Make.ReadAsync(_store, 1, 1)).Terminal.Record!.Value.State);
    }

    [Fact]
    public async Task A_cancelled_import_goes_on_where_it_was_and_tells_bad_lines_once()
    {
        var path = _folder.File("fleet.ndjson");
        await File.WriteAllTextAsync(path, FleetText.Lines([FleetText.Identity, "{", FleetText.Card, FleetText.Merchant, .. Enumerable.Range(1, 200).Select(FleetText.Terminal), FleetText.Terminal(1)]));
        using var cancel = new CancellationTokenSource();
        var problems = new List<FleetProblem>();
        var options = new FleetImportOptions { BatchLines = 10, Report = problems.Add };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => FleetImporter.ImportAsync(
            _store, path, options with { Progress = at => { if (at.Line >= 50) { cancel.Cancel(); } } }, cancel.Token));
        Assert.Equal(1, RawFile.Number(_folder.File("vg.db"), "SELECT count(*) FROM import_progress"));

        var result = await FleetImporter.ImportAsync(_store, path, options);
        Assert.Equal((50, 203L, 2L, 154L), (result.ResumedAfterLine, result.Records, result.BadLines, result.ChangedRecords));
        Assert.Equal([(2, "", "FLEET_JSON"), (205, "terminal_sn", "FLEET_KEY_TWICE")], FleetText.Brief(problems));
        Assert.Equal(0, RawFile.Number(_folder.File("vg.db"), "SELECT count(*) FROM import_progress"));

        await using var whole = Make.Store(_folder.File("whole.db"));
        await FleetImporter.ImportAsync(whole, path, new FleetImportOptions());
        Assert.Equal(await FleetText.ExportAsync(whole), await FleetText.ExportAsync(_store));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_stream_that_fails_in_an_unforeseen_way_is_not_taken_for_one_that_has_ended(bool strict)
    {
        using var stream = new FailingStream(Encoding.UTF8.GetBytes(Good));
        await Assert.ThrowsAsync<NotSupportedException>(() => FleetImporter.ImportAsync(_store, stream, new FleetImportOptions { Strict = strict, BatchLines = 2 }));
        Assert.Equal(strict, await _store.ReadHeadAsync() == 0);
    }

    [Fact]
    public async Task Another_writer_gets_its_turn_between_batches()
    {
        var path = _folder.File("fleet.ndjson");
        await File.WriteAllTextAsync(path, FleetText.Lines([FleetText.Identity, FleetText.Card, FleetText.Merchant, .. Enumerable.Range(1, 2_000).Select(FleetText.Terminal)]));
        await using var gateway = Make.Store(_folder.File("vg.db"));
        Task? turn = null;
        await FleetImporter.ImportAsync(_store, path, new FleetImportOptions
        {
            BatchLines = 100,
            Progress = at => turn ??= Task.Run(async () => await gateway.WriteAsync(batch => batch.PlaceHold(Make.Hold("H-9", Rows.HoldSubject.Merchant(Make.MerchantNo(1)))))),
        });
        await turn!;
        Assert.Single((await Make.ReadAsync(_store, 1, 1)).Merchant.Record!.Value.Holds);
    }

    private static byte[] Gzip(string text)
    {
        using var to = new MemoryStream();
        using (var gzip = new GZipStream(to, CompressionLevel.Fastest))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        return to.ToArray();
    }

    /// <summary>Fails at its end.</summary>
    private sealed class FailingStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, count) is > 0 and var read ? read : throw new NotSupportedException();
    }
}
