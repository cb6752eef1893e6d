using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Domain.Reasons;
using VerifyGateway.Domain.Records;
using VerifyGateway.Storage.Fleet;
using VerifyGateway.Storage.Rows;
using VerifyGateway.TestKit;

namespace VerifyGateway.Storage.Tests.Fleet;

/// <summary>Optional facts of identities, merchants and terminals: read, written, refused, and the same after a way through a file.</summary>
public sealed partial class FleetFactTests(ITestOutputHelper output) : IDisposable
{
    private const string Hash2 = "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210";
    private const string Phone = "\"phone_hash\":\"" + Hash2 + "\",\"phone_hash_key\":\"k-2\"";
    private const string Address = "\"location_latitude\":\"31.230416\",\"location_longitude\":\"121.473701\",\"location_radius_metres\":\"500\"";

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void All_facts_of_an_identity_are_read_and_written()
    {
        var line = With(FleetText.Identity, Phone + ",\"verified_at\":\"2026-01-31T00:00:00.125Z\",\"detail\":\"CLASS_I_TOTAL\"");
        var row = Assert.IsType<IdentityRow>(Read(line));
        Assert.Equal((Hash2, "k-2", 1_769_817_600_125, ReasonDetail.ClassITotal), (row.PhoneHash.ToString(), row.PhoneHashKey.ToString(), row.VerifiedAtUnixMs, row.Detail));
        Assert.Equal(FleetText.Hash1, row.DocumentHash.ToString());
        Assert.Equal(line, Written(row));
        Assert.Equal(row, Read(line.Replace("2026-01-31T00:00:00.125Z", "2026-01-31T08:00:00.125+08:00", StringComparison.Ordinal)));
    }

    [Fact]
    public void All_facts_of_a_merchant_are_read_and_written()
    {
        var line = With(FleetText.Merchant, "\"settlement_card_holder\":\"DIFFERS\",\"opened_on\":\"2020-02-29\",\"last_active_on\":\"2026-01-02\",\"ended_on\":\"2026-01-03\"");
        var row = Assert.IsType<MerchantRow>(Read(line));
        Assert.True(row.CardDiffers);
        Assert.Equal((new DateOnly(2020, 2, 29), new DateOnly(2026, 1, 2), new DateOnly(2026, 1, 3)), (row.OpenedOn, row.LastActiveOn, row.EndedOn));
        Assert.Equal(line, Written(row));
    }

    [Theory]
    [InlineData(Address, 31_230_416, 121_473_701, 500)]
    [InlineData("\"location_latitude\":\"-90.000000\",\"location_longitude\":\"-180.000000\",\"location_radius_metres\":\"0\"", -90_000_000, -180_000_000, 0)]
    [InlineData("\"location_latitude\":\"90.000000\",\"location_longitude\":\"180.000000\",\"location_radius_metres\":\"2147483647\"", 90_000_000, 180_000_000, int.MaxValue)]
    [InlineData("\"location_latitude\":\"-0.000001\",\"location_longitude\":\"0.000000\",\"location_radius_metres\":\"1\"", -1, 0, 1)]
    public void The_address_of_a_terminal_is_read_and_written_to_the_last_millionth(string fields, int latitude, int longitude, int radius)
    {
        var line = With(FleetText.Terminal(1), fields + ",\"ended_on\":\"2026-01-03\"");
        var row = Assert.IsType<TerminalRow>(Read(line));
        Assert.Equal((LocationRule.Around(latitude, longitude, radius), new DateOnly(2026, 1, 3)), (row.Location, row.EndedOn));
        Assert.Equal(line, Written(row));
    }

    [Theory]
    [InlineData("31", 31_000_000)]
    [InlineData("31.2", 31_200_000)]
    [InlineData("-0.5", -500_000)]
    [InlineData("-0", 0)]
    public void Degrees_may_have_fewer_decimals(string text, int millionths) =>
        Assert.Equal(millionths, Assert.IsType<TerminalRow>(Read(With(FleetText.Terminal(1), Address.Replace("31.230416", text, StringComparison.Ordinal)))).Location.LatitudeMicrodegrees);

    [Fact]
    public void The_region_of_a_terminal_is_read_and_written()
    {
        var line = With(FleetText.Terminal(1), "\"location_region\":\"310000\"");
        var row = Assert.IsType<TerminalRow>(Read(line));
        Assert.True(RegionCode.TryParse("310000", out var region, out _));
        Assert.Equal(LocationRule.Within(region), row.Location);
        Assert.Equal(line, Written(row));
    }

    [Fact]
    public void Facts_that_are_missing_or_null_are_unknown_and_not_written()
    {
        foreach (var line in new[] { FleetText.Identity, FleetText.Merchant, FleetText.Terminal(1) })
        {
            Assert.Equal(line, Written(Read(line)));
        }

        Assert.Equal(Read(FleetText.Identity), Read(With(FleetText.Identity, Nulls("phone_hash", "phone_hash_key", "verified_at", "detail"))));
        Assert.Equal(Read(FleetText.Merchant), Read(With(FleetText.Merchant, Nulls("settlement_card_holder", "opened_on", "last_active_on", "ended_on"))));
        Assert.Equal(
            Read(FleetText.Terminal(1)),
            Read(With(FleetText.Terminal(1), Nulls("location_latitude", "location_longitude", "location_radius_metres", "location_region", "ended_on"))));
        static string Nulls(params IEnumerable<string> names) => string.Join(',', names.Select(name => $"\"{name}\":null"));
    }

    [Theory]
    [InlineData(Phone, "\"fedc", "\"FEDC", "phone_hash:HASH_FORM")]
    [InlineData(Phone, "k-2", "k_2", "phone_hash_key:KEY_ID_FORM")]
    [InlineData(Phone, ",\"phone_hash_key\":\"k-2\"", "", "phone_hash_key:FLEET_HASH_KEY")]
    [InlineData(Phone, ",\"phone_hash_key\":\"k-2\"", ",\"phone_hash_key\":null", "phone_hash_key:FLEET_HASH_KEY")]
    [InlineData("\"phone_hash_key\":\"k-2\"", "", "", "phone_hash:FLEET_HASH_KEY")]
    [InlineData("\"verified_at\":\"2026-01-31\"", "", "", "verified_at:FLEET_TIME")]
    [InlineData("\"verified_at\":\"1969-12-31T23:59:59Z\"", "", "", "verified_at:FLEET_TIME")]
    [InlineData("\"verified_at\":\"2026-01-31T00:00:00\"", "", "", "verified_at:FLEET_TIME")]
    [InlineData("\"verified_at\":1769817600125", "", "", "verified_at:FLEET_FIELD_TYPE")]
    [InlineData("\"detail\":\"id_not_found\"", "", "", "detail:FLEET_CODE")]
    [InlineData("\"detail\":\"CLASS_I_I_YEAR\"", "", "", "detail:FLEET_CODE")]
    [InlineData("\"detail\":\"2\"", "", "", "detail:FLEET_CODE")]
    [InlineData("\"detail\":\"\"", "", "", "detail:FLEET_CODE")]
    [InlineData("\"opened_on\":\"2026-01-31\"", "", "", "opened_on:FLEET_FIELD_UNKNOWN")]
    public void A_bad_fact_of_an_identity_is_named(string fields, string old, string with, string expected) => AssertRefused(FleetText.Identity, fields, old, with, expected);

    [Theory]
    [InlineData("\"settlement_card_holder\":\"SAME\"", "", "", "settlement_card_holder:FLEET_CODE")]
    [InlineData("\"settlement_card_holder\":true", "", "", "settlement_card_holder:FLEET_FIELD_TYPE")]
    [InlineData("\"opened_on\":\"2026-02-29\"", "", "", "opened_on:FLEET_DATE")]
    [InlineData("\"last_active_on\":\"2026-1-2\"", "", "", "last_active_on:FLEET_DATE")]
    [InlineData("\"ended_on\":\"2026-01-02T00:00:00Z\"", "", "", "ended_on:FLEET_DATE")]
    [InlineData("\"location_region\":\"310000\"", "", "", "location_region:FLEET_FIELD_UNKNOWN")]
    [InlineData("\"verified_at\":\"2026-01-31T00:00:00Z\"", "", "", "verified_at:FLEET_FIELD_UNKNOWN")]
    public void A_bad_fact_of_a_merchant_is_named(string fields, string old, string with, string expected) => AssertRefused(FleetText.Merchant, fields, old, with, expected);

    [Theory]
    [InlineData(Address, "31.230416", "90.000001", "location_latitude:FLEET_LATITUDE")]
    [InlineData(Address, "31.230416", "-90.000001", "location_latitude:FLEET_LATITUDE")]
    [InlineData(Address, "31.230416", "31.2304161", "location_latitude:FLEET_LATITUDE")]
    [InlineData(Address, "31.230416", "31,230416", "location_latitude:FLEET_LATITUDE")]
    [InlineData(Address, "31.230416", "31.", "location_latitude:FLEET_LATITUDE")]
    [InlineData(Address, "31.230416", ".5", "location_latitude:FLEET_LATITUDE")]
    [InlineData(Address, "31.230416", "+31.2", "location_latitude:FLEET_LATITUDE")]
    [InlineData(Address, "31.230416", "--31", "location_latitude:FLEET_LATITUDE")]
    [InlineData(Address, "31.230416", "3e1", "location_latitude:FLEET_LATITUDE")]
    [InlineData(Address, "31.230416", "31230416", "location_latitude:FLEET_LATITUDE")]
    [InlineData(Address, "31.230416", "", "location_latitude:FLEET_LATITUDE")]
    [InlineData(Address, "121.473701", "180.000001", "location_longitude:FLEET_LONGITUDE")]
    [InlineData(Address, "121.473701", "E121", "location_longitude:FLEET_LONGITUDE")]
    [InlineData(Address, "\"500\"", "\"-1\"", "location_radius_metres:FLEET_METRES")]
    [InlineData(Address, "\"500\"", "\"1.5\"", "location_radius_metres:FLEET_METRES")]
    [InlineData(Address, "\"500\"", "\"2147483648\"", "location_radius_metres:FLEET_METRES")]
    [InlineData(Address, "\"500\"", "500", "location_radius_metres:FLEET_FIELD_TYPE")]
    [InlineData(Address, "\"location_latitude\":\"31.230416\",", "", "location_latitude:FLEET_LOCATION")]
    [InlineData(Address, "\"121.473701\"", "null", "location_longitude:FLEET_LOCATION")]
    [InlineData(Address, ",\"location_radius_metres\":\"500\"", "", "location_radius_metres:FLEET_LOCATION")]
    [InlineData("\"location_radius_metres\":\"500\"", "", "", "location_latitude:FLEET_LOCATION location_longitude:FLEET_LOCATION")]
    [InlineData(Address + ",\"location_region\":\"310000\"", "", "", "location_region:FLEET_LOCATION")]
    [InlineData("\"location_region\":\"310000\",\"location_radius_metres\":\"500\"", "", "", "location_region:FLEET_LOCATION")]
    [InlineData("\"location_region\":\"990000\"", "", "", "location_region:REGION_PROVINCE")]
    [InlineData("\"location_region\":\"31\"", "", "", "location_region:REGION_FORM")]
    [InlineData("\"ended_on\":\"never\"", "", "", "ended_on:FLEET_DATE")]
    [InlineData("\"detail\":\"ID_NOT_FOUND\"", "", "", "detail:FLEET_FIELD_UNKNOWN")]
    public void A_bad_fact_of_a_terminal_is_named(string fields, string old, string with, string expected) => AssertRefused(FleetText.Terminal(1), fields, old, with, expected);

    [Fact]
    public void Details_have_the_codes_of_the_wire_contract()
    {
        var proto = File.ReadAllText(Repository.PathOf("protos", "verifygateway", "v1", "common.proto"));
        var codes = DetailCode().Matches(proto).Select(match => match.Groups[1].Value).ToList();
        Assert.Equal(Enum.GetValues<ReasonDetail>().Length, codes.Count);
        foreach (var code in codes)
        {
            var line = With(FleetText.Identity, $"\"detail\":\"{code}\"");
            Assert.Equal(line, Written(Read(line)));
        }
    }

    [Fact]
    public async Task A_detail_that_only_a_newer_version_knows_ends_an_export_with_a_word()
    {
        await using var store = Make.Store(_folder.File("vg.db"));
        await store.WriteAsync(batch => batch.UpsertIdentity(Make.Identity("ID-1") with { Detail = (ReasonDetail)255 }));
        var failed = await Assert.ThrowsAsync<StoreUnavailableException>(() => FleetText.ExportAsync(store));
        Assert.Equal("The detail 255 of identity ID-1 of acquirer 01020000 has no code in this version: export with the version that wrote it.", failed.Message);
    }

    [Fact]
    public void Random_rows_are_read_as_they_were_written()
    {
        var asked = Environment.GetEnvironmentVariable("VG_SEED");
        var seed = asked is null ? Random.Shared.Next() : int.Parse(asked, CultureInfo.InvariantCulture);
        output.WriteLine($"VG_SEED={seed}");
        var random = new RandomRows(new Random(seed));
        var rows = Enumerable.Range(0, 2_000)
            .SelectMany(_ => new object[] { random.Acquirer(), random.Identity(), random.Card(), random.Merchant(), random.Terminal(), random.Hold() })
            .DistinctBy(row => row is AcquirerRow acquirer ? acquirer.Id : row).ToList();

        using var stream = new MemoryStream();
        using (var writer = new FleetWriter(stream))
        {
            rows.ForEach(row => writer.Write(row));
            writer.Finish();
        }

        stream.Position = 0;
        using var reader = new FleetReader(stream);
        var batch = reader.ReadBatch(int.MaxValue, CancellationToken.None)!;
        Assert.Empty(batch.Problems);
        Assert.Equal(rows, batch.Items.Select(item => item.Row));
    }

    [Fact]
    public async Task An_export_brings_every_fact_into_another_store()
    {
        await using var one = Make.Store(_folder.File("one.db"));
        var (brought, none) = await FleetText.ImportAsync(one, FullFile, strict: true);
        Assert.Empty(none);
        Assert.Equal(7, brought.Records);
        var first = await FleetText.ExportAsync(one);
        for (var field = 0; field < FleetField.Count; field++)
        {
            Assert.True(field == FleetField.Note || first.Contains($"\"{FleetField.NameOf(field)}\":", StringComparison.Ordinal), FleetField.NameOf(field));
        }

        await using var two = Make.Store(_folder.File("two.db"));
        Assert.Empty((await FleetText.ImportAsync(two, first, strict: true)).Problems);
        Assert.Equal(first, await FleetText.ExportAsync(two));
        Assert.Equal(0, (await FleetText.ImportAsync(two, FullFile)).Result.ChangedRecords);
        Assert.Equal(LocationRule.Around(31_230_416, 121_473_701, 500), (await Make.ReadAsync(two, 1, 1)).Terminal.Record!.Value.Location);
    }

    [Fact]
    public void What_is_said_of_a_hold_is_read_as_it_is_written()
    {
        var hold = Assert.IsType<HoldRow>(Read(With(FleetText.Hold, HoldFacts)));
        Assert.Equal(("(2026)\u6caa01\u6267\u4fdd12\u53f7", "a \"quoted\" reason", 3), (hold.DocumentNo, hold.Reason, hold.Renewals));
        AssertRefused(FleetText.Hold, HoldFacts, "ACQUIRER_RISK", "COURT", "hold_authority:FLEET_AUTHORITY");
        AssertRefused(FleetText.Hold, HoldFacts, "\"3\"", "\"-1\"", "renewals:FLEET_RENEWALS");
        AssertRefused(FleetText.Hold, HoldFacts, "a \\\"quoted", "a\\nline", "hold_reason:FLEET_TEXT");
        AssertRefused(FleetText.Hold, HoldFacts, "org-1", new string('o', 65), "organ:FLEET_TEXT");
        AssertRefused(FleetText.Hold, HoldFacts, ",\"lifted_at\":\"2030-01-01T00:00:00Z\"", "", "lifted_by:FLEET_LIFTED");
    }

    [Fact]
    public async Task A_fact_that_a_later_file_leaves_out_is_unknown_again()
    {
        await using var store = Make.Store(_folder.File("vg.db"));
        await FleetText.ImportAsync(store, FullFile, strict: true);
        var bare = FleetText.Lines(FleetText.Acquirer, FleetText.Identity, FleetText.Card, FleetText.Merchant, FleetText.Terminal(1), FleetText.Terminal(2), FleetText.Hold);
        await FleetText.ImportAsync(store, bare, strict: true);
        await using var other = Make.Store(_folder.File("other.db"));
        await FleetText.ImportAsync(other, bare, strict: true);
        Assert.Equal(await FleetText.ExportAsync(other), await FleetText.ExportAsync(store));
    }

    /// <summary>A file in which every field but a note stands at least once, the end line's included when it is exported.</summary>
    private static string FullFile => FleetText.Lines(
        FleetText.Acquirer,
        With(FleetText.Identity, Phone + ",\"holder_mask\":\"4403****0001\",\"reverify_by\":\"2030-01-01T00:00:00Z\",\"verified_at\":\"2026-01-31T08:00:00+08:00\",\"detail\":\"DORMANT_3M\""),
        FleetText.Card,
        With(
            FleetText.Merchant,
            "\"settlement_card_mask\":\"999999****0001\",\"settlement_card_holder\":\"DIFFERS\",\"opened_on\":\"2020-02-29\",\"last_active_on\":\"2026-01-02\",\"ended_on\":\"2026-01-03\""),
        With(FleetText.Terminal(1), Address + ",\"ended_on\":\"2026-01-03\""),
        With(FleetText.Terminal(2), "\"location_region\":\"310100\""),
        With(FleetText.Hold, "\"until\":\"2030-01-01T00:00:00Z\",\"refunds\":\"PASS\"," + HoldFacts));

    private const string HoldFacts =
        "\"hold_authority\":\"ACQUIRER_RISK\",\"document_no\":\"(2026)\u6caa01\u6267\u4fdd12\u53f7\",\"organ\":\"org-1\",\"hold_reason\":\"a \\\"quoted\\\" reason\",\"placed_by\":\"op-1\","
        + "\"placed_at\":\"2026-01-01T00:00:00Z\",\"lifted_by\":\"op-1, op-2\",\"lifted_at\":\"2030-01-01T00:00:00Z\",\"lift_document_no\":\"(2026)\u6caa01\u89e312\u53f7\",\"renewals\":\"3\"";

    private static string With(string line, string fields) => $"{line[..^1]},{fields}}}";

    private static void AssertRefused(string line, string fields, string old, string with, string expected)
    {
        var (row, problems) = ReadLine(With(line, old.Length == 0 ? fields : fields.Replace(old, with, StringComparison.Ordinal)));
        Assert.Null(row);
        Assert.Equal(expected.Split(' '), problems.Select(problem => problem.Field + ":" + problem.Rule));
    }

    private static object Read(string line)
    {
        var (row, problems) = ReadLine(line);
        Assert.Empty(problems);
        return row!;
    }

    private static (object? Row, List<FleetProblem> Problems) ReadLine(string line)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(line));
        using var reader = new FleetReader(stream);
        var batch = reader.ReadBatch(10, CancellationToken.None)!;
        return (batch.Items.SingleOrDefault().Row, batch.Problems);
    }

    private static string Written(object row)
    {
        using var stream = new MemoryStream();
        using var writer = new FleetWriter(stream);
        writer.Write(row);
        writer.Finish();
        var text = Encoding.UTF8.GetString(stream.ToArray());
        return text[..text.IndexOf('\n', StringComparison.Ordinal)];
    }

    [GeneratedRegex(@"^  REASON_DETAIL_(\w+) = [1-9]\d*;", RegexOptions.Multiline)]
    private static partial Regex DetailCode();
}
