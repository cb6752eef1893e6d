namespace VerifyGateway.Storage.Tests.Contract;

/// <summary>Both engines, told the same by the same clock, do the same to the byte.</summary>
public sealed class EnginesAgreeTests(ContractServer server)
{
    [Fact]
    public async Task The_same_writes_give_the_same_outcomes_feed_history_rows_and_audit_trail()
    {
        var seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var embedded = await RunAsync(new SqliteFixture(), seed);
        var served = await RunAsync(new PostgresFixture(server), seed);
        Assert.Equal(embedded, served);
        Assert.True(embedded.Count > 500, $"only {embedded.Count} facts");
    }

    private static async Task<List<string>> RunAsync(StoreFixture on, int seed)
    {
        await using var _ = on;
        var random = new Random(seed);
        var time = new SetTime(1_000_000);
        var store = await on.OpenAsync(time);
        var rows = new RandomRows(random);
        var facts = new List<string>();
        for (var turn = 0; turn < 300; turn++)
        {
            time.UnixMs += random.Next(0, 3);
            try
            {
                var done = await store.WriteAsync(StoreContract.Command($"R-{turn}", rows.Next()));
                facts.Add($"{turn} {done.Revision} {done.ChangedRecords}");
            }
            catch (WriteRefusedException refused)
            {
                facts.Add($"{turn} {refused.Rule}");
            }
        }

        facts.AddRange((await store.ReadFeedAsync(0, 10_000)).Entries.Select(entry =>
            $"{entry.Revision} {entry.CommittedAtUnixMs} {entry.Entity} {entry.Acquirer} {entry.Key} {Convert.ToHexString(entry.Packed.Span)}"));
        facts.AddRange((await StoreContract.AllAsync(store)).Select(static row => row.ToString()!));
        foreach (var sql in new[]
        {
            "SELECT seq, at_unix_ms, actor, action, acquirer_id, request_id, changes, changes_hash, first_revision, last_revision, hash FROM audit ORDER BY seq",
            "SELECT acquirer_id, request_id, body_hash, result, revision, changed_records, keep_until_unix_ms FROM request ORDER BY 1, 2",
            "SELECT entity, acquirer_id, key, from_revision, until_revision, from_unix_ms, until_unix_ms, packed, identity_id, holder_mask, card_mask, card_fingerprint, merchant_no, terminal_no FROM record_history ORDER BY 1, 2, 3, 5",
            "SELECT head, head_at_unix_ms, floor, history_floor, history_floor_unix_ms, audit_seq, audit_hash, audit_floor_seq, audit_floor_hash FROM feed_head",
        })
        {
            facts.AddRange((await on.QueryAsync(sql)).Select(row => string.Join('|', row.Select(StoreContract.Show))));
        }

        return facts;
    }
}
