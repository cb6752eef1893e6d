using System.Text.RegularExpressions;
using VerifyGateway.Domain.Records;
using VerifyGateway.Storage.Rows;

namespace VerifyGateway.Storage.Tests.Contract;

/// <summary>The rules of rows: held by the store, and by the database itself against whoever goes around the store.</summary>
public abstract class RulesContract(StoreFixture on) : StoreContract(on)
{
    private const string TerminalColumns = "acquirer_id, terminal_sn, terminal_no, merchant_no, state, location_kind, latitude, longitude, radius_m, location_region, ended_on, binding_version, packed, revision, changed_at_unix_ms";
    private const string CopyOfTerminal = "SELECT {0} location_kind, latitude, longitude, radius_m, location_region, ended_on, binding_version, packed, revision, changed_at_unix_ms FROM terminal WHERE acquirer_id = '01020000' AND terminal_sn = '000057022801TEST0001'";
    private const string DocumentColumns = "acquirer_id, id, subject, state, from_unix_ms, until_unix_ms, content, version, changed_at_unix_ms";

    /// <summary>What the database refuses by an index or trigger that can be taken away: its name, how it is dropped, and the statement.</summary>
    public static TheoryData<string, string, string> Indexes => new()
    {
        { "terminal_live_sn", "DROP INDEX terminal_live_sn", Copy("'01030000', '000057022801TEST0001', 'T0000009', '898440300000001', 6,") },
        { "terminal_live_numbers", "DROP INDEX terminal_live_numbers", Copy("'01020000', '000057022801TEST0009', 'T0000001', '898440300000001', 8,") },
        { "case_open", "DROP INDEX case_open", Document("verification_case", "C-2", "ID-1") },
        { "deregistration_open", "DROP INDEX deregistration_open", Document("deregistration", "D-2", "898440300000001", 13) },
        { "receipt_of_deregistration", "DROP INDEX receipt_of_deregistration", Document("receipt", "R-2", "D-1") },
    };

    /// <summary>Statements that make no sense, and what the database names when it refuses them.</summary>
    private static readonly (string Sql, string Named)[] Senseless =
    [
        ("UPDATE identity SET state = 0", "identity_state"),
        ("UPDATE identity SET state = 9", "identity_state"),
        ("UPDATE identity SET state = 6, reverify_by = 0", "identity_reverify_by"),
        ("UPDATE identity SET reverify_by = -1", "identity_reverify_by"),
        ("UPDATE identity SET document_valid_to = '2026-02-30'", "identity_document|date"),
        ("UPDATE identity SET document_valid_to = 'x'", "identity_document|date"),
        ("UPDATE identity SET holder_mask = '110101199001011234'", "identity_mask"),
        ("UPDATE identity SET version = 0", "identity_version"),
        ("UPDATE identity SET version = -1", "identity_version"),
        ("UPDATE identity SET document_hash = {00}", "identity_document_hash"),
        ("UPDATE identity SET phone_hash = {00}", "identity_phone_hash"),
        ("UPDATE identity SET verified_at = -1", "identity_verified_at"),
        ("UPDATE identity SET detail = 256", "identity_detail"),
        ("UPDATE identity SET acquirer_id = '1'", "identity_acquirer|FOREIGN KEY|_fkey"),
        ("UPDATE identity SET identity_id = ''", "identity_id_length|FOREIGN KEY|_fkey"),
        ("UPDATE settlement_card SET fingerprint = {00}", "card_fingerprint_length|FOREIGN KEY|_fkey"),
        ("UPDATE settlement_card SET mask = '6222021234567890123'", "card_mask"),
        ("UPDATE merchant SET state = 5", "merchant_state"),
        ("UPDATE merchant SET version = 0", "merchant_version"),
        ("UPDATE merchant SET version = -1", "merchant_version"),
        ("UPDATE merchant SET revision = -1", "merchant_revision"),
        ("UPDATE merchant SET region = '910000'", "merchant_region"),
        ("UPDATE merchant SET mcc = '58A2'", "merchant_mcc"),
        ("UPDATE merchant SET kind = 6", "merchant_kind"),
        ("UPDATE merchant SET card_fingerprint = {0101010101010101010101010101010101010101010101010101010101010101}", "merchant_card"),
        ("UPDATE terminal SET state = 11", "terminal_state"),
        ("UPDATE terminal SET state = 'x'", "terminal.state|smallint"),
        ("UPDATE terminal SET binding_version = 0", "terminal_version"),
        ("UPDATE terminal SET binding_version = -1", "terminal_version"),
        ("UPDATE terminal SET latitude = 90000001", "terminal_latitude"),
        ("UPDATE terminal SET radius_m = -1", "terminal_radius"),
        ("DELETE FROM merchant", "FOREIGN KEY|_fkey"),
        ("UPDATE hold SET kind = 6", "hold_kind"),
        ("UPDATE hold SET kind = 1, refunds_pass = {true}", "hold_refunds"),
        ("UPDATE hold SET merchant_no = NULL", "hold_one_target"),
        ("UPDATE hold SET identity_id = 'ID-1'", "hold_one_target"),
        ("UPDATE hold SET effective_at = 5, until = 5", "hold_until"),
        ("UPDATE hold SET version = 0", "hold_version"),
        ("UPDATE verification_case SET state = 16", "case_state"),
        ("UPDATE verification_case SET version = 0", "case_version"),
        ("UPDATE verification_case SET version = -1", "case_version"),
        ("UPDATE verification_case SET content = '{'", "case_content|json"),
        ("UPDATE verification_case SET until_unix_ms = from_unix_ms", "case_until"),
        ("UPDATE deregistration SET state = 14", "deregistration_state"),
        ("UPDATE policy SET state = 4", "policy_state"),
        ("UPDATE policy SET acquirer_id = '1'", "policy_acquirer"),
        ("UPDATE maintenance_window SET until_unix_ms = 0", "window_until"),
        ("INSERT INTO feed_head SELECT 2, 0, 0, 0, 0, 0, 0, audit_hash, 0, audit_floor_hash FROM feed_head", "id = 1|feed_head_id_check"),
        ("UPDATE feed_head SET floor = head + 1", "floor|feed_head_check"),
        ("INSERT INTO feed SELECT * FROM feed", "feed.revision|feed_pkey"),
        ("INSERT INTO request SELECT acquirer_id, request_id, body_hash, result, revision, changed_records, keep_until_unix_ms FROM request", "request.acquirer_id|request_pkey"),
        ("UPDATE meta SET store_id = upper(store_id) || 'A'", "store_id_form"),
        ("UPDATE acquirer SET kind = 3", "acquirer_kind"),
    ];

    [Theory]
    [MemberData(nameof(Indexes))]
    public async Task The_database_refuses_a_second_one_and_without_its_index_would_take_it(string index, string drop, string second)
    {
        await OneOfEachAsync();
        // PostgreSQL names the index, SQLite the columns.
        var refusal = await On.RefusalAsync(second);
        Assert.Matches($"{index}|UNIQUE constraint failed", refusal);
        await On.ExecuteAsync(drop);
        await On.ExecuteAsync(second);
    }

    [Theory]
    [InlineData("UPDATE receipt SET content = '{\"a\":1}'")]
    [InlineData("UPDATE receipt SET subject = subject")]
    [InlineData("UPDATE receipt SET version = 2")]
    public async Task The_database_refuses_every_change_of_a_receipt_and_without_its_trigger_would_take_one(string sql)
    {
        await OneOfEachAsync();
        Assert.Contains("receipt", await On.RefusalAsync(sql), StringComparison.Ordinal);
        await On.ExecuteAsync(On is SqliteFixture ? "DROP TRIGGER receipt_final" : "DROP TRIGGER receipt_final ON receipt");
        await On.ExecuteAsync("UPDATE receipt SET content = '{\"a\":1}'");
    }

    [Theory]
    [InlineData("UPDATE terminal SET merchant_no = '898440300000009'", "terminal")]
    [InlineData("UPDATE merchant SET identity_id = 'ID-9'", "merchant")]
    [InlineData("UPDATE verification_case SET subject = 'ID-9'", "verification_case")]
    [InlineData("UPDATE deregistration SET subject = '898440300000009'", "deregistration")]
    [InlineData("UPDATE settlement_card SET identity_id = 'ID-9'", "settlement_card")]
    [InlineData("UPDATE hold SET merchant_no = '898440300000009'", "hold")]
    public async Task The_database_refuses_an_orphan_and_without_the_reference_would_take_it(string sql, string table)
    {
        await OneOfEachAsync();
        Assert.Matches("FOREIGN KEY|_fkey", await On.RefusalAsync(sql));
        if (On is SqliteFixture)
        {
            await On.ExecuteAsync("PRAGMA foreign_keys = OFF; " + sql);
        }
        else
        {
            await On.ExecuteAsync($"DO $$ DECLARE k text; BEGIN FOR k IN SELECT conname FROM pg_constraint WHERE conrelid = '{table}'::regclass AND contype = 'f' LOOP EXECUTE 'ALTER TABLE {table} DROP CONSTRAINT ' || k; END LOOP; END $$; " + sql);
        }

        Assert.NotEqual(0, await On.NumberAsync($"SELECT count(*) FROM {table} WHERE '{sql.Split('\'')[1]}' IN ({sql.Split(' ')[3]})"));
    }

    [Fact]
    public async Task The_database_itself_refuses_what_makes_no_sense()
    {
        await OneOfEachAsync();
        var content = await ContentAsync();
        foreach (var (sql, named) in Senseless)
        {
            var text = Regex.Replace(sql, @"\{([0-9a-f]{2,})\}", found => On.Blob(found.Groups[1].Value)).Replace("{true}", On.Flag(true), StringComparison.Ordinal);
            Assert.Matches(named, await On.RefusalAsync(On is SqliteFixture && text.Contains("feed_head SELECT 2", StringComparison.Ordinal) ? "INSERT INTO feed_head (id, head) VALUES (2, 0)" : text));
        }

        Assert.Equal(content, await ContentAsync());
    }

    [Fact]
    public async Task A_serial_number_has_one_live_binding_over_all_acquirers_until_that_one_ends()
    {
        var store = await TwoAcquirersAsync();
        Assert.Equal("STORE_SN_LIVE", await RuleAsync(store, Make.Terminal(1, 1, acquirer: Make.Acquirer2)));
        await store.PutAsync("test", [Make.Terminal(1, 1, TerminalState.Rejected, Make.Acquirer2)]);
        Assert.Equal("STORE_SN_LIVE", await RuleAsync(store, Make.Terminal(1, 1, TerminalState.Applied, Make.Acquirer2)));

        await store.PutAsync("test", [Make.Terminal(1, 1, TerminalState.Retired), Make.Terminal(1, 1, TerminalState.Active, Make.Acquirer2)]);
        Assert.Equal("STORE_SN_LIVE", await RuleAsync(store, Make.Terminal(1, 1, TerminalState.Active)));
    }

    [Fact]
    public async Task A_merchant_has_one_live_terminal_of_a_number()
    {
        var store = await TwoAcquirersAsync();
        Assert.Equal("STORE_NUMBERS_LIVE", await RuleAsync(store, Make.Terminal(2, 1, TerminalState.Lost, number: 1)));
        await store.PutAsync("test", [Make.Terminal(2, 1, TerminalState.Replaced, number: 1), Make.Terminal(3, 1, TerminalState.Active, Make.Acquirer2, number: 1)]);
    }

    [Fact]
    public async Task Numbers_pass_from_one_live_terminal_to_another_within_a_write_in_whatever_order_the_rows_were_first_touched()
    {
        var store = await TwoAcquirersAsync();
        await store.PutAsync("test", [Make.Terminal(2, 1)]);
        // 2 is touched first, and takes the number that 1 gives up after that.
        await store.PutAsync("test", [Make.Terminal(2, 1, TerminalState.Suspended), Make.Terminal(1, 1, number: 7), Make.Terminal(2, 1, number: 1)]);
        Assert.Equal([Make.Sn(2), Make.Sn(1)], (await store.FindAsync([ByNumbers(1, 1), ByNumbers(7, 1)], CancellationToken.None)).Bindings.Select(binding => binding!.Terminal.Key.Sn));
        // They change places, by way of a third number.
        await store.PutAsync("test", [Make.Terminal(1, 1, number: 8), Make.Terminal(2, 1, number: 7), Make.Terminal(1, 1, number: 1)]);
        Assert.Equal([Make.Sn(1), Make.Sn(2)], (await store.FindAsync([ByNumbers(1, 1), ByNumbers(7, 1)], CancellationToken.None)).Bindings.Select(binding => binding!.Terminal.Key.Sn));
    }

    [Fact]
    public async Task What_a_row_refers_to_must_be_there()
    {
        var store = await TwoAcquirersAsync();
        Assert.Equal("STORE_REFERENCE", await RuleAsync(store, Make.Merchant(2, "ID-9")));
        Assert.Equal("STORE_REFERENCE", await RuleAsync(store, Make.Merchant(2, "ID-1") with { Card = Hash(1) }));
        Assert.Equal("STORE_REFERENCE", await RuleAsync(store, Card(1, "ID-9")));
        Assert.Equal("STORE_REFERENCE", await RuleAsync(store, Make.Terminal(2, 9)));
        Assert.Equal("STORE_REFERENCE", await RuleAsync(store, Make.Hold("H", HoldSubject.Terminal(Make.Sn(9)))));
        Assert.Equal("STORE_REFERENCE", await RuleAsync(store, Make.Hold("H", HoldSubject.Identity(Make.Id("ID-9")))));
        Assert.Equal("STORE_REFERENCE", await RuleAsync(store, Make.Hold("H", HoldSubject.Merchant(No(9)))));
        // What another acquirer has is not there.
        await store.PutAsync("test", [Make.Identity("ID-5", acquirer: Make.Acquirer2)]);
        Assert.Equal("STORE_REFERENCE", await RuleAsync(store, Make.Merchant(2, "ID-5")));
        Assert.Equal("STORE_CHECK", await RuleAsync(store, Make.Terminal(1, 1, (TerminalState)11)));
    }

    [Fact]
    public async Task A_hold_keeps_its_kind_and_target_and_may_change_its_times()
    {
        var store = await TwoAcquirersAsync();
        var on = HoldSubject.Merchant(No(1));
        await store.PutAsync("test", [Make.Hold("H", on)]);
        Assert.Equal("STORE_HOLD_CHANGED", await RuleAsync(store, Make.Hold("H", on, HoldKind.Judicial)));
        Assert.Equal("STORE_HOLD_CHANGED", await RuleAsync(store, Make.Hold("H", HoldSubject.Identity(Make.Id("ID-1")))));
        Assert.Equal(1, (await store.PutAsync("test", [Make.Hold("H", on, until: 9_000)])).ChangedRecords);
        Assert.Equal(9_000, Assert.Single((await Make.ReadAsync(store, 1, 1)).Merchant.Record!.Value.Holds).UntilUnixMs);
    }

    private static string Copy(string first) => $"INSERT INTO terminal ({TerminalColumns}) {CopyOfTerminal.Replace("{0}", first, StringComparison.Ordinal)}";

    private static string Document(string table, string id, string subject, int state = 1) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"INSERT INTO {table} ({DocumentColumns}) VALUES ('01020000', '{id}', '{subject}', {state}, 1, 0, '{{}}', 1, 1)");

    private async Task<ISystemOfRecord> TwoAcquirersAsync()
    {
        var store = await On.OpenAsync();
        await Make.BasicsAsync(store);
        await store.PutAsync("test", [Make.Identity("ID-1", acquirer: Make.Acquirer2), Make.Merchant(1, "ID-1", acquirer: Make.Acquirer2)]);
        return store;
    }

    private async Task OneOfEachAsync()
    {
        var store = await TwoAcquirersAsync();
        await store.PutAsync("test",
        [
            new AcquirerRow(Make.Acquirer(), Make.Id("ACQ-1"), AcquirerKind.Bank), Card(5, "ID-1"), Make.Hold("H-1", HoldSubject.Merchant(No(1))), Document(DocumentKind.Case, "C-1", "ID-1"),
            Document(DocumentKind.Deregistration, "D-1", No(1).ToString()), Document(DocumentKind.Receipt, "R-1", "D-1"), Document(DocumentKind.Policy, "P-1", "s"),
            Document(DocumentKind.MaintenanceWindow, "W-1", "s", until: 2_000),
        ]);
    }
}
