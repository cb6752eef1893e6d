using Microsoft.Data.Sqlite;
using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Domain.Records;
using VerifyGateway.Storage.Rows;
using VerifyGateway.Storage.Sqlite;
using VerifyGateway.TestKit;

namespace VerifyGateway.Storage.Tests;

public sealed class ConstraintTests : IDisposable
{
    private const string SecondLiveSn =
        "INSERT INTO terminal (acquirer_id, terminal_sn, terminal_no, merchant_no, state, binding_version, packed, revision) VALUES ('01030000', '000057022801TEST0001', 'T0000009', '898440300000001', 6, 1, x'00', 1)";

    private const string SecondLiveNumbers =
        "INSERT INTO terminal (acquirer_id, terminal_sn, terminal_no, merchant_no, state, binding_version, packed, revision) VALUES ('01020000', '000057022801TEST0009', 'T0000001', '898440300000001', 8, 1, x'00', 1)";

    private readonly TempFolder _folder = new();

    private string Path => _folder.File("vg.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_serial_number_has_one_live_binding_over_all_acquirers_until_that_one_ends()
    {
        await using var store = await TwoAcquirersAsync();
        Assert.Equal("STORE_SN_LIVE", await RefusalAsync(store, batch => batch.UpsertTerminal(Make.Terminal(1, 1, acquirer: Make.Acquirer2))));
        await store.WriteAsync(batch => batch.UpsertTerminal(Make.Terminal(1, 1, TerminalState.Rejected, Make.Acquirer2)));
        Assert.Equal("STORE_SN_LIVE", await RefusalAsync(store, batch => batch.UpsertTerminal(Make.Terminal(1, 1, TerminalState.Applied, Make.Acquirer2))));

        await store.WriteAsync(batch =>
        {
            batch.UpsertTerminal(Make.Terminal(1, 1, TerminalState.Retired));
            batch.UpsertTerminal(Make.Terminal(1, 1, TerminalState.Active, Make.Acquirer2));
        });
        Assert.Equal("STORE_SN_LIVE", await RefusalAsync(store, batch => batch.UpsertTerminal(Make.Terminal(1, 1, TerminalState.Active))));
    }

    [Fact]
    public async Task A_merchant_has_one_live_terminal_of_a_number()
    {
        await using var store = await TwoAcquirersAsync();
        Assert.Equal("STORE_NUMBERS_LIVE", await RefusalAsync(store, batch => batch.UpsertTerminal(Make.Terminal(2, 1, TerminalState.Lost, number: 1))));
        await store.WriteAsync(batch =>
        {
            batch.UpsertTerminal(Make.Terminal(2, 1, TerminalState.Replaced, number: 1));
            batch.UpsertTerminal(Make.Terminal(3, 1, TerminalState.Active, Make.Acquirer2, number: 1));
        });
    }

    [Theory]
    [InlineData("terminal_live_sn", SecondLiveSn)]
    [InlineData("terminal_live_numbers", SecondLiveNumbers)]
    public async Task Without_its_index_the_database_would_take_the_second_live_terminal(string index, string second)
    {
        await (await TwoAcquirersAsync()).DisposeAsync();
        Assert.Throws<SqliteException>(() => RawFile.Execute(Path, second));

        var scratch = _folder.File("scratch.db");
        File.Copy(Path, scratch);
        RawFile.Execute(scratch, "DROP INDEX " + index);
        RawFile.Execute(scratch, second);
        Assert.Equal(2, RawFile.Number(scratch, "SELECT count(*) FROM terminal WHERE state NOT IN (3, 9, 10)"));
    }

    [Theory]
    [InlineData("UPDATE identity SET state = 0", "identity_state")]
    [InlineData("UPDATE identity SET state = 9", "identity_state")]
    [InlineData("UPDATE identity SET state = 6, reverify_by = 0", "identity_reverify_by")]
    [InlineData("UPDATE identity SET document_valid_to = '2026-02-30'", "identity_document")]
    [InlineData("UPDATE identity SET document_valid_to = '20260228'", "identity_document")]
    [InlineData("UPDATE identity SET holder_mask = '110101199001011234'", "identity_mask")]
    [InlineData("UPDATE identity SET version = 0", "identity_version")]
    [InlineData("UPDATE merchant SET state = 5", "merchant_state")]
    [InlineData("UPDATE merchant SET version = 0", "merchant_version")]
    [InlineData("UPDATE merchant SET identity_id = 'ID-9'", "FOREIGN KEY")]
    [InlineData("UPDATE merchant SET revision = -1", "merchant_revision")]
    [InlineData("UPDATE terminal SET state = 11", "terminal_state")]
    [InlineData("UPDATE terminal SET state = 'x'", "terminal.state")]
    [InlineData("UPDATE terminal SET binding_version = 0", "terminal_version")]
    [InlineData("UPDATE terminal SET merchant_no = '898440300000009'", "FOREIGN KEY")]
    [InlineData("DELETE FROM merchant", "FOREIGN KEY")]
    [InlineData("INSERT INTO hold VALUES ('01020000', 'H', 6, 'ID-1', NULL, NULL, 1, 0, 0, 1)", "hold_kind")]
    [InlineData("INSERT INTO hold VALUES ('01020000', 'H', 2, 'ID-1', NULL, NULL, 1, 0, 2, 1)", "hold_refunds")]
    [InlineData("INSERT INTO hold VALUES ('01020000', 'H', 1, 'ID-1', NULL, NULL, 1, 0, 1, 1)", "hold_refunds")]
    [InlineData("INSERT INTO hold VALUES ('01020000', 'H', 1, NULL, NULL, NULL, 1, 0, 0, 1)", "hold_one_target")]
    [InlineData("INSERT INTO hold VALUES ('01020000', 'H', 1, 'ID-1', '898440300000001', NULL, 1, 0, 0, 1)", "hold_one_target")]
    [InlineData("INSERT INTO hold VALUES ('01020000', 'H', 1, 'ID-9', NULL, NULL, 1, 0, 0, 1)", "FOREIGN KEY")]
    [InlineData("INSERT INTO hold VALUES ('01020000', 'H', 1, 'ID-1', NULL, NULL, 5, 5, 0, 1)", "hold_until")]
    [InlineData("INSERT INTO feed_head (id, head) VALUES (2, 0)", "id = 1")]
    [InlineData("UPDATE meta SET store_id = upper(store_id) || 'A'", "store_id_form")]
    public async Task The_database_itself_refuses_what_makes_no_sense(string sql, string named)
    {
        await (await TwoAcquirersAsync()).DisposeAsync();
        var refused = Assert.Throws<SqliteException>(() => RawFile.Execute(Path, sql));
        Assert.Equal(19, refused.SqliteErrorCode);
        Assert.Contains(named, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_row_refers_to_must_be_there()
    {
        await using var store = await TwoAcquirersAsync();
        Assert.Equal("STORE_REFERENCE", await RefusalAsync(store, batch => batch.UpsertMerchant(Make.Merchant(2, "ID-9"))));
        Assert.Equal("STORE_REFERENCE", await RefusalAsync(store, batch => batch.UpsertTerminal(Make.Terminal(2, 9))));
        Assert.Equal("STORE_REFERENCE", await RefusalAsync(store, batch => batch.PlaceHold(Make.Hold("H", HoldSubject.Terminal(Make.Sn(9))))));
        Assert.Equal("STORE_CHECK", await RefusalAsync(store, batch => batch.UpsertTerminal(Make.Terminal(1, 1, (TerminalState)11))));
    }

    [Fact]
    public async Task A_hold_keeps_its_kind_and_target_and_may_change_its_times()
    {
        await using var store = await TwoAcquirersAsync();
        var on = HoldSubject.Merchant(Make.MerchantNo(1));
        await store.WriteAsync(batch => batch.PlaceHold(Make.Hold("H", on)));
        Assert.Equal("STORE_HOLD_CHANGED", await RefusalAsync(store, batch => batch.PlaceHold(Make.Hold("H", on, HoldKind.Judicial))));
        Assert.Equal("STORE_HOLD_CHANGED", await RefusalAsync(store, batch => batch.PlaceHold(Make.Hold("H", HoldSubject.Identity(Make.Id("ID-1"))))));
        Assert.Equal(1, (await store.WriteAsync(batch => batch.PlaceHold(Make.Hold("H", on, until: 9_000)))).ChangedRecords);
        Assert.Equal(9_000, Assert.Single((await Make.ReadAsync(store, 1, 1)).Merchant.Record!.Holds).UntilUnixMs);
    }

    [Fact]
    public async Task A_row_that_is_refused_changes_nothing_and_what_becomes_of_the_write_is_up_to_the_write()
    {
        await using var store = await TwoAcquirersAsync();
        var head = await store.ReadHeadAsync();
        await Assert.ThrowsAsync<WriteRefusedException>(async () => await store.WriteAsync(batch =>
        {
            batch.UpsertMerchant(Make.Merchant(2, "ID-1"));
            batch.UpsertMerchant(Make.Merchant(3, "ID-9"));
        }));
        Assert.Null((await Make.ReadAsync(store, 1, 2)).Merchant.Record);
        Assert.Equal(head, await store.ReadHeadAsync());

        Assert.Equal(new WriteResult(1, head + 1), await store.WriteAsync(batch =>
        {
            batch.UpsertMerchant(Make.Merchant(2, "ID-1"));
            try
            {
                batch.UpsertMerchant(Make.Merchant(3, "ID-9"));
            }
            catch (WriteRefusedException)
            {
                // The write goes on without it.
            }
        }));
        Assert.NotNull((await Make.ReadAsync(store, 1, 2)).Merchant.Record);
        Assert.Null((await Make.ReadAsync(store, 1, 3)).Merchant.Record);
    }

    [Fact]
    public async Task A_cancelled_write_leaves_nothing()
    {
        await using var store = await TwoAcquirersAsync();
        var head = await store.ReadHeadAsync();
        using var cancel = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await store.WriteAsync(
            batch =>
            {
                batch.UpsertMerchant(Make.Merchant(2, "ID-1"));
                cancel.Cancel();
                batch.UpsertMerchant(Make.Merchant(3, "ID-1"));
            }, cancel.Token));
        Assert.Equal((head, null), (await store.ReadHeadAsync(), (await Make.ReadAsync(store, 1, 2)).Merchant.Record));
    }

    [Theory]
    [InlineData("440300199001011234")]
    [InlineData("44030019900101123X")]
    [InlineData("6222021234567890123")]
    [InlineData("")]
    [InlineData("ID 1")]
    public void An_id_is_never_a_document_or_card_number(string text) => Assert.False(EntityId.TryParse(text, out _, out _));

    [Theory]
    [InlineData("440300199001011234")]
    [InlineData("44030019900101***4")]
    [InlineData("44030019900****234")]
    [InlineData("张****")]
    public void A_mask_hides(string text) => Assert.False(Mask.TryParse(text, out _, out _));

    private static async Task<string> RefusalAsync(SqliteStore store, Action<RowBatch> work) =>
        (await Assert.ThrowsAsync<WriteRefusedException>(async () => await store.WriteAsync(work))).Rule;

    private async Task<SqliteStore> TwoAcquirersAsync()
    {
        var store = Make.Store(Path);
        await Make.BasicsAsync(store);
        await store.WriteAsync(batch =>
        {
            batch.UpsertIdentity(Make.Identity("ID-1", acquirer: Make.Acquirer2));
            batch.UpsertMerchant(Make.Merchant(1, "ID-1", acquirer: Make.Acquirer2));
        });
        return store;
    }
}
