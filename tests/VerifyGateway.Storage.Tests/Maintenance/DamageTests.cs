using VerifyGateway.TestKit;

namespace VerifyGateway.Storage.Tests.Maintenance;

public sealed class DamageTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string Path => _folder.File("vg.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_store_in_which_nothing_was_damaged_shows_nothing()
    {
        await MakeAsync();
        var findings = await Trail.SearchAsync(Path);
        Assert.True(findings.Count == 0, string.Join('\n', findings.Named));
        Assert.Equal(
            RawFile.Number(Path, "SELECT (SELECT count(*) FROM feed) + (SELECT count(*) FROM terminal) + (SELECT count(*) FROM merchant) + (SELECT count(*) FROM record_history)"),
            findings.RowsChecked);
    }

    [Theory]
    [InlineData("DELETE FROM feed WHERE revision = 5", "The change feed lacks the entries of the revisions 5 to 5.")]
    [InlineData("DELETE FROM feed WHERE revision >= 12", "The change feed lacks the entries of the revisions 12 to 14.")]
    [InlineData("UPDATE feed_head SET floor = 2", "The change feed has an entry of revision 1, outside of 3 to 14.")]
    [InlineData("UPDATE feed SET key = '000057022801TEST0009' WHERE revision = 5", "The entry of revision 5 does not hold the record of 01020000/000057022801TEST0009 that it names.")]
    [InlineData("UPDATE feed SET packed = x'00' WHERE revision = 5", "The entry of revision 5 does not hold the record")]
    [InlineData("UPDATE terminal SET packed = x'01' WHERE terminal_sn = '000057022801TEST0001'", "The record of terminal 01020000/000057022801TEST0001 is damaged: it does not unpack.")]
    [InlineData(
        "UPDATE terminal SET packed = (SELECT packed FROM terminal WHERE terminal_sn = '000057022801TEST0002') WHERE terminal_sn = '000057022801TEST0001'",
        "The record of terminal 01020000/000057022801TEST0001 names another key than its row.")]
    [InlineData("UPDATE terminal SET revision = 99 WHERE terminal_sn = '000057022801TEST0001'", "The record of terminal 01020000/000057022801TEST0001 has revision 99, which is not one of 1 to 14.")]
    [InlineData("UPDATE terminal SET revision = 3 WHERE terminal_sn = '000057022801TEST0001'", "The record of terminal 01020000/000057022801TEST0001 is not the one that the change feed has under its revision 3.")]
    [InlineData("UPDATE terminal SET revision = 2 WHERE terminal_sn = '000057022801TEST0001'", "The change feed has a newer record of 01020000/000057022801TEST0001, of revision 14, than its row.")]
    [InlineData("UPDATE terminal SET state = 9 WHERE terminal_sn = '000057022801TEST0001'", "The record of terminal 01020000/000057022801TEST0001 says other numbers, another state or version than its row.")]
    [InlineData("UPDATE identity SET state = 1", "The record of merchant 01020000/898440300000001 says another state than its row or its identity's.")]
    [InlineData("UPDATE record_history SET from_revision = from_revision - 1 WHERE until_revision = 7", "Two versions of 01020000/000057022801TEST0001 overlap: one ends at revision 6, and the next begins at 5.")]
    [InlineData("DELETE FROM record_history WHERE until_revision = 7", "Versions of 01020000/000057022801TEST0001 are missing from revision 6 to 7.")]
    [InlineData("DELETE FROM record_history WHERE until_revision = 14", "The last version of 01020000/000057022801TEST0001 ends at revision 13, and the record stands since 14.")]
    [InlineData("UPDATE record_history SET key = 'X' WHERE until_revision = 7", "There are versions of 01020000/X and no such record.")]
    [InlineData("UPDATE record_history SET packed = x'00' WHERE until_revision = 7", "The version of 01020000/000057022801TEST0001 from revision 6 on does not hold the record that it names.")]
    [InlineData(
        "DROP INDEX terminal_live_sn; INSERT INTO identity SELECT '01030000', identity_id, state, reverify_by, document_valid_to, holder_mask, version, subject_kind, document_hash, document_hash_key, phone_hash, phone_hash_key, verified_at, detail FROM identity; UPDATE terminal SET terminal_sn = '000057022801TEST0001', acquirer_id = '01030000' WHERE terminal_sn = '000057022801TEST0002'",
        "The serial number 000057022801TEST0001 has 2 live bindings.")]
    [InlineData("DROP INDEX terminal_live_numbers; UPDATE terminal SET terminal_no = 'T0000001'", "The numbers 01020000/898440300000001/T0000001 are those of 2 live terminals.")]
    [InlineData("DELETE FROM identity", "A row of merchant refers to one of identity that does not exist.")]
    public async Task Damage_is_named(string damage, string expected)
    {
        await MakeAsync();
        using (var connection = RawFile.Open(Path))
        {
            RawFile.Execute(connection, "PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON; " + damage);
        }

        var findings = await Trail.SearchAsync(Path);
        Assert.Contains(findings.Named, sentence => sentence.StartsWith(expected, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Many_findings_are_counted_and_the_first_are_named()
    {
        await Trail.MakeAsync(Path, 250);
        RawFile.Execute(Path, "DELETE FROM feed WHERE revision % 2 = 0");
        var findings = await Trail.SearchAsync(Path);
        Assert.Equal((100, true), (findings.Named.Count, findings.Count >= 125));
    }

    /// <summary>Two terminals of one merchant; the second stands still, the first has 11 versions; revisions 1 to 14.</summary>
    private async Task MakeAsync()
    {
        await using var store = Make.Store(Path);
        await Make.BasicsAsync(store);
        await store.WriteAsync(batch => batch.UpsertTerminal(Make.Terminal(2, 1)));
        await Trail.ChangeAsync(store, 11);
        Assert.Equal(14, await store.ReadHeadAsync());
    }
}
