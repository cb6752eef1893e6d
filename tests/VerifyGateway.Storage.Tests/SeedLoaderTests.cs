using System.Text;
using System.Text.RegularExpressions;
using VerifyGateway.Domain.Records;
using VerifyGateway.Storage.Fleet;
using VerifyGateway.Storage.Sqlite;
using VerifyGateway.TestKit;

namespace VerifyGateway.Storage.Tests;

public sealed class SeedLoaderTests : IDisposable
{
    private const string Identity = """{"kind":"identity","acquirer_id":"01020000","identity_id":"ID-1","state":"VERIFIED","document_valid_to":"2099-12-31"}""";
    private const string Merchant = """{"kind":"merchant","acquirer_id":"01020000","merchant_no":"898440300000001","identity_id":"ID-1","state":"ACTIVE"}""";
    private const string Terminal = """{"kind":"terminal","acquirer_id":"01020000","terminal_sn":"000057022801TEST0001","terminal_no":"T0000001","merchant_no":"898440300000001","state":"ACTIVE"}""";
    private const string Hold = """{"kind":"hold","acquirer_id":"01020000","hold_id":"H-1","hold_kind":"RISK","merchant_no":"898440300000001","effective_at":"2026-01-01T08:00:00+08:00","until":"2026-01-02T00:00:00.5Z"}""";

    private readonly TempFolder _folder = new();
    private readonly SqliteStore _store;

    public SeedLoaderTests() => _store = Make.Store(_folder.File("vg.db"));

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_file_is_loaded_whole_and_a_second_time_changes_nothing()
    {
        var text = string.Join('\n', Identity, Merchant, Terminal, Hold);
        Assert.Equal(new SeedResult(4, new WriteResult(2, 2)), await LoadAsync(text));
        Assert.Equal(new SeedResult(4, new WriteResult(0, 2)), await LoadAsync(text));

        var pair = await Make.ReadAsync(_store, 1, 1);
        Assert.Equal(new Domain.Records.Hold(HoldKind.Risk, HoldTarget.Merchant, 1_767_225_600_000, 1_767_312_000_500), Assert.Single(pair.Merchant.Record!.Value.Holds));
        Assert.Equal(new DateOnly(2099, 12, 31), pair.Merchant.Record!.Value.DocumentValidTo);
    }

    [Fact]
    public async Task The_sample_a_second_time_changes_nothing()
    {
        var first = await SeedLoader.LoadAsync(_store, SampleSeedTests.SamplePath);
        var second = await SeedLoader.LoadAsync(_store, SampleSeedTests.SamplePath);
        Assert.Equal(first.Write with { ChangedRecords = 0 }, second.Write);
    }

    [Theory]
    [InlineData("\uFEFF")]
    [InlineData("\n\n  \n\t\r\n")]
    [InlineData("\uFEFF\r\n")]
    public async Task A_mark_empty_lines_and_carriage_returns_are_no_problem(string before) =>
        Assert.Equal(3, (await LoadAsync(before + Identity + "\r\n" + Merchant + "\r\n\r\n" + Terminal)).Records);

    [Fact]
    public async Task An_empty_file_loads_nothing() => Assert.Equal(new SeedResult(0, new WriteResult(0, 0)), await LoadAsync(""));

    [Fact]
    public async Task Every_bad_line_is_named_and_nothing_is_loaded()
    {
        var problems = await ProblemsAsync(
            Identity,
            "{\"kind\":\"identity\",",
            Merchant.Replace("ACTIVE", "OPEN").Replace("898440300000001", "8984403"),
            "",
            Terminal.Replace("T0000001", "00000000"),
            Merchant,
            Terminal.Replace("00005702", "00005799"));

        Assert.Equal(
            [
                (2, "", "FLEET_JSON"), (3, "merchant_no", "MID_LENGTH"), (3, "state", "FLEET_CODE"), (5, "terminal_no", "TID_ALL_ZERO"),
                (7, "terminal_sn", "SN_TYPE"),
            ],
            problems.Select(problem => (problem.Line, problem.Field, problem.Rule)));
        Assert.Equal(0, await _store.ReadHeadAsync());
        Assert.Equal(0, RawFile.Number(_folder.File("vg.db"), "SELECT count(*) FROM identity"));
    }

    [Theory]
    [InlineData("[]", "", "FLEET_JSON")]
    [InlineData("\"text\"", "", "FLEET_JSON")]
    [InlineData(Identity + Identity, "", "FLEET_JSON")]
    [InlineData("""{"kind":"identity\ud800"}""", "", "FLEET_JSON")]
    [InlineData("{}", "kind", "FLEET_FIELD_MISSING")]
    [InlineData("""{"kind":"shop"}""", "kind", "FLEET_KIND")]
    [InlineData("""{"kind":"IDENTITY"}""", "kind", "FLEET_KIND")]
    [InlineData("""{"kind":1}""", "kind", "FLEET_FIELD_TYPE")]
    [InlineData("""{"kind":"identity","kind":"identity"}""", "kind", "FLEET_FIELD_TWICE")]
    public async Task A_line_that_is_no_record_is_refused(string line, string field, string rule) =>
        Assert.Equal((1, field, rule), Single(await ProblemsAsync(line)));

    [Theory]
    [InlineData("\"VERIFIED\"", "\"VERIFIED\",\"name\":\"x\"", "name", "FLEET_FIELD_UNKNOWN")]
    [InlineData("\"VERIFIED\"", "{\"a\":[1]}", "state", "FLEET_FIELD_TYPE")]
    [InlineData("\"VERIFIED\"", "null", "state", "FLEET_FIELD_MISSING")]
    [InlineData("VERIFIED", "verified", "state", "FLEET_CODE")]
    [InlineData("VERIFIED", "5", "state", "FLEET_CODE")]
    [InlineData("VERIFIED", "REVERIFY_DUE", "reverify_by", "FLEET_REVERIFY_BY")]
    [InlineData("\"VERIFIED\"", "\"REVERIFY_DUE\",\"reverify_by\":\"2030-01-01T00:00:00\"", "reverify_by", "FLEET_TIME")]
    [InlineData("\"VERIFIED\"", "\"VERIFIED\",\"reverify_by\":\"1960-01-01T00:00:00Z\"", "reverify_by", "FLEET_TIME")]
    [InlineData("2099-12-31", "2099-02-29", "document_valid_to", "FLEET_DATE")]
    [InlineData(",\"document_valid_to\":\"2099-12-31\"", "", "document_valid_to", "FLEET_FIELD_MISSING")]
    [InlineData("ID-1", "440300199001011234", "identity_id", "ENTITY_ID_PERSONAL")]
    [InlineData("01020000", "0102", "acquirer_id", "ACQ_LENGTH")]
    [InlineData("\"VERIFIED\"", "\"VERIFIED\",\"holder_mask\":\"440300199001011234\"", "holder_mask", "MASK_CLEAR")]
    public async Task A_bad_field_of_an_identity_is_named(string old, string with, string field, string rule) =>
        Assert.Equal((1, field, rule), Single(await ProblemsAsync(Identity.Replace(old, with, StringComparison.Ordinal))));

    [Theory]
    [InlineData("\"merchant_no\"", "\"terminal_sn\":\"000057022801TEST0001\",\"merchant_no\"", "", "FLEET_TARGET")]
    [InlineData("\"merchant_no\":\"898440300000001\",", "", "", "FLEET_TARGET")]
    [InlineData("2026-01-02", "2025-01-02", "until", "FLEET_UNTIL")]
    [InlineData("\"RISK\"", "\"POLICE\"", "hold_kind", "FLEET_CODE")]
    [InlineData("\"RISK\"", "\"RISK\",\"refunds\":\"STOP\"", "refunds", "FLEET_CODE")]
    [InlineData("\"RISK\"", "\"SYSTEM\",\"refunds\":\"PASS\"", "refunds", "FLEET_REFUNDS")]
    [InlineData("898440300000001", "898440300000002", "", "STORE_REFERENCE")]
    public async Task A_bad_hold_is_named(string old, string with, string field, string rule) =>
        Assert.Equal((4, field, rule), Single(await ProblemsAsync(Identity, Merchant, Terminal, Hold.Replace(old, with, StringComparison.Ordinal))));

    [Fact]
    public async Task The_same_key_twice_references_that_lead_nowhere_and_second_live_terminals_are_named()
    {
        static string Other(string line) => line.Replace("01020000", "01030000", StringComparison.Ordinal);
        var problems = await ProblemsAsync(
            Terminal, Identity, Identity, Merchant, Terminal.Replace("TEST0001", "TEST0002"), Other(Identity), Other(Merchant),
            Other(Terminal).Replace("TEST0001", "TEST0002"), Terminal.Replace("TEST0001", "TEST0003"));

        Assert.Equal(
            [(1, "", "STORE_REFERENCE"), (3, "identity_id", "FLEET_KEY_TWICE"), (8, "", "STORE_SN_LIVE"), (9, "", "STORE_NUMBERS_LIVE")],
            problems.Select(problem => (problem.Line, problem.Field, problem.Rule)));
    }

    [Fact]
    public async Task A_line_that_is_too_long_is_named_and_the_lines_after_it_are_read()
    {
        var note = new string('x', FleetLines.MaxBytes);
        var problems = await ProblemsAsync(Identity, $$"""{"kind":"identity","note":"{{note}}"}""", "{", new string(' ', 300_000) + Merchant);
        Assert.Equal([(2, "FLEET_LINE_LENGTH"), (3, "FLEET_JSON"), (4, "FLEET_LINE_LENGTH")], problems.Select(problem => (problem.Line, problem.Rule)));

        // A longest line is not too long, at whatever place of the buffer it lies.
        var longest = Identity[..^1] + ",\"note\":\"\"}";
        longest = longest.Replace("\"note\":\"\"", $"\"note\":\"{new string('x', FleetLines.MaxBytes - longest.Length)}\"", StringComparison.Ordinal);
        Assert.Equal(FleetLines.MaxBytes, Encoding.UTF8.GetByteCount(longest));
        Assert.Equal(2, (await LoadAsync("\uFEFF" + longest + "\r\n" + Merchant)).Records);
    }

    [Fact]
    public async Task Bytes_that_are_not_UTF8_are_named()
    {
        byte[] bytes = [.. Encoding.UTF8.GetBytes("{\"note\":\""), 0xC3, 0x28, .. Encoding.UTF8.GetBytes("\"}")];
        using var stream = new MemoryStream(bytes);
        var refused = await Assert.ThrowsAsync<SeedException>(async () => await SeedLoader.LoadAsync(_store, stream, "bytes"));
        Assert.Equal((1, "", "FLEET_ENCODING"), Single(refused.Problems));
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_named()
    {
        var path = _folder.File("none.ndjson");
        var refused = await Assert.ThrowsAsync<SeedException>(async () => await SeedLoader.LoadAsync(_store, path));
        Assert.Equal((0, "", "FLEET_FILE"), Single(refused.Problems));
        Assert.Contains(path, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_message_tells_the_first_problems_and_how_many_there_are_and_no_value()
    {
        var refused = await Assert.ThrowsAsync<SeedException>(() => LoadAsync(string.Join('\n', Enumerable.Repeat(Identity.Replace("VERIFIED", "SECRET"), 50))));
        Assert.Equal(50, refused.Problems.Count);
        Assert.Contains("50 problem(s)", refused.Message, StringComparison.Ordinal);
        Assert.Contains("and 30 more", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("SECRET", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancelled_load_leaves_nothing()
    {
        using var cancel = new CancellationTokenSource();
        using var stream = new CancellingStream(Encoding.UTF8.GetBytes(string.Join('\n', Identity, Merchant, Terminal)), cancel);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await SeedLoader.LoadAsync(_store, stream, "stream", cancel.Token));
        Assert.Equal(0, RawFile.Number(_folder.File("vg.db"), "SELECT count(*) FROM identity"));
    }

    [Fact]
    public void Codes_are_those_of_the_wire_contract()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!Directory.Exists(Path.Combine(folder.FullName, "protos")))
        {
            folder = folder.Parent!;
        }

        var proto = File.ReadAllText(Path.Combine(folder.FullName, "protos/verifygateway/v1/binding_service.proto"));
        Assert.Equal(CodesIn("TERMINAL_STATE"), EnumCodes<TerminalState>.All);
        Assert.Equal(CodesIn("MERCHANT_STATE"), EnumCodes<MerchantState>.All);
        Assert.Equal(CodesIn("IDENTITY_STATE"), EnumCodes<IdentityState>.All);
        Assert.Equal(CodesIn("HOLD_KIND"), EnumCodes<HoldKind>.All);

        IEnumerable<string> CodesIn(string prefix) =>
            Regex.Matches(proto, $@"^  {prefix}_(\w+) = [1-9]\d*;", RegexOptions.Multiline).Select(match => match.Groups[1].Value);
    }

    private static (int Line, string Field, string Rule) Single(IReadOnlyList<FleetProblem> problems)
    {
        var problem = Assert.Single(problems);
        return (problem.Line, problem.Field, problem.Rule);
    }

    private async Task<SeedResult> LoadAsync(string text)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        return await SeedLoader.LoadAsync(_store, stream, "text");
    }

    private async Task<IReadOnlyList<FleetProblem>> ProblemsAsync(params string[] lines) =>
        (await Assert.ThrowsAsync<SeedException>(() => LoadAsync(string.Join('\n', lines)))).Problems;

    /// <summary>Cancels while it is being read.</summary>
    private sealed class CancellingStream(byte[] bytes, CancellationTokenSource cancel) : MemoryStream(bytes)
    {
        public override int Read(byte[] buffer, int offset, int count)
        {
            if (Position > 0)
            {
                cancel.Cancel();
            }

            return base.Read(buffer, offset, Math.Min(count, 200));
        }
    }
}
