using VerifyGateway.Caching.Store;
using VerifyGateway.Storage.Rows;
using VerifyGateway.Storage.Writing;

namespace VerifyGateway.Storage.Tests.Contract;

/// <summary>The audit trail: a line for every write, each bound to the one before.</summary>
public abstract class AuditContract(StoreFixture on) : StoreContract(on)
{
    private const string Columns = "seq, at_unix_ms, actor, action, acquirer_id, request_id, changes, changes_hash, first_revision, last_revision, hash";

    /// <summary>What somebody with rights to the database may try, and the first line at which it shows.</summary>
    private static readonly (string Sql, long At)[] Damages =
    [
        ("UPDATE audit SET actor = 'somebody' WHERE seq = 2", 2),
        ("UPDATE audit SET action = 'look' WHERE seq = 2", 2),
        ("UPDATE audit SET acquirer_id = '01030000' WHERE seq = 2", 2),
        ("UPDATE audit SET request_id = 'R-9' WHERE seq = 2", 2),
        ("UPDATE audit SET changes = changes || ' ' WHERE seq = 2", 2),
        ("UPDATE audit SET at_unix_ms = at_unix_ms + 1 WHERE seq = 2", 2),
        ("UPDATE audit SET first_revision = first_revision + 1 WHERE seq = 2", 2),
        ("UPDATE audit SET last_revision = last_revision + 1 WHERE seq = 2", 2),
        ("UPDATE audit SET changes_hash = (SELECT changes_hash FROM audit WHERE seq = 3) WHERE seq = 2", 2),
        ("UPDATE audit SET hash = (SELECT hash FROM audit WHERE seq = 3) WHERE seq = 2", 2),
        ("DELETE FROM audit WHERE seq = 2", 2),
        ("DELETE FROM audit WHERE seq = 1", 1),
        ("DELETE FROM audit WHERE seq = 4", 4),
        ("INSERT INTO audit SELECT 5, at_unix_ms, actor, action, acquirer_id, request_id, changes, changes_hash, first_revision, last_revision, hash FROM audit WHERE seq = 4", 5),
        ("UPDATE audit SET seq = 9 WHERE seq = 2; UPDATE audit SET seq = 2 WHERE seq = 3; UPDATE audit SET seq = 3 WHERE seq = 9", 2),
        ("UPDATE feed SET packed = (SELECT packed FROM feed WHERE revision = 4) WHERE revision = 3", 2),
    ];

    [Fact]
    public async Task Every_write_has_a_line_that_says_who_did_what_and_the_chain_holds()
    {
        var time = new SetTime(1_000);
        var store = await On.OpenAsync(time);
        await store.WriteAsync(Command("R-1", Make.Identity("ID-1"), Make.Merchant(1, "ID-1"), Make.Terminal(1, 1)));
        time.UnixMs = 900;
        await store.WriteAsync(Command("R-2", new Wanted(), _ => { }));
        await store.WriteAsync(Command("R-2", new Wanted(), _ => { }));
        await Assert.ThrowsAsync<WriteRefusedException>(() => store.WriteAsync(Command("R-3", Make.Merchant(2, "ID-9"))));
        time.UnixMs = 2_000;
        await store.WriteAsync(Command("R-4", Make.Hold("H-1", HoldSubject.Merchant(No(1))), Card(1, "ID-1"), Document(DocumentKind.Policy, "P-1", "circular")));

        var lines = await LinesAsync();
        Assert.Equal(
        [
            (1, 1_000, "R-1", "identity ID-1 v1, merchant 898440300000001 v1, terminal 000057022801TEST0001 v1", 1, 2),
            (2, 1_000, "R-2", "", 3, 2),
            (3, 2_000, "R-4", "hold H-1 v1, card 622202******0001, Policy P-1 v1", 3, 3),
        ], lines.Select(line => (line.Seq, line.AtUnixMs, line.Request, line.Changes, line.FirstRevision, line.LastRevision)));
        Assert.All(lines, line => Assert.Equal(("tester", "test", Make.Acquirer1), (line.Actor, line.Action, line.Acquirer)));
        Assert.Null(await BrokenAsync());
    }

    [Fact]
    public async Task The_chain_holds_over_writers_of_two_stores_restarts_and_long_writes()
    {
        var first = await On.OpenAsync();
        var second = await On.OpenSecondAsync();
        await Make.BasicsAsync(first);
        await Task.WhenAll(Enumerable.Range(2, 40).Select(n => Task.Run(() => (n % 2 == 0 ? first : second).PutAsync("test", [Make.Merchant(n, n % 5 == 0 ? "ID-9" : "ID-1")])
            .ContinueWith(static _ => { }, TaskScheduler.Default))));
        first = await On.RestartedAsync(first);
        await first.WriteLongAsync(async write =>
        {
            for (var n = 100; n < 103; n++)
            {
                await write.PutAsync([Make.Merchant(n, "ID-1")], CommandOrigin.Own("tester", "import"), (_, _) => { }, CancellationToken.None);
            }

            return 0;
        });
        await second.PutAsync("test", [Make.Merchant(200, "ID-1")]);
        Assert.Null(await BrokenAsync());
        var lines = await LinesAsync();
        Assert.Equal(Enumerable.Range(1, 37).Select(n => (long)n), lines.Select(line => line.Seq));
        Assert.Equal(await first.ReadHeadAsync(), lines[^1].LastRevision);
        Assert.All(lines.Zip(lines.Skip(1)), pair => Assert.Equal(pair.First.LastRevision + 1, pair.Second.FirstRevision));
    }

    [Fact]
    public async Task A_line_that_was_altered_removed_or_put_in_shows()
    {
        var store = await On.OpenAsync();
        await Make.BasicsAsync(store);
        for (var n = 2; n <= 4; n++)
        {
            await store.WriteAsync(Command($"R-{n}", Make.Merchant(n, "ID-1")));
        }

        await On.ExecuteAsync("CREATE TABLE good_audit AS SELECT * FROM audit; CREATE TABLE good_feed AS SELECT * FROM feed");
        foreach (var (damage, at) in Damages)
        {
            Assert.Null(await BrokenAsync());
            await On.ExecuteAsync(damage);
            Assert.Equal((damage, at), (damage, await BrokenAsync()));
            await On.ExecuteAsync("DELETE FROM audit; INSERT INTO audit SELECT * FROM good_audit; DELETE FROM feed; INSERT INTO feed SELECT * FROM good_feed");
        }
    }

    [Fact]
    public async Task A_write_of_many_rows_with_long_names_is_kept_and_names_as_many_as_fit()
    {
        var store = await On.OpenAsync();
        var rows = Enumerable.Range(1, 70).Select(n => (object)Make.Identity(new string('I', 61) + n.ToString("D3", System.Globalization.CultureInfo.InvariantCulture))).ToArray();
        await store.WriteAsync(Command("R-1", rows));
        var line = Assert.Single(await LinesAsync());
        Assert.InRange(line.Changes.Length, 3_000, 4_096);
        Assert.EndsWith(" rows", line.Changes, StringComparison.Ordinal);
        Assert.Equal(70, await On.NumberAsync("SELECT count(*) FROM identity"));
        Assert.Null(await BrokenAsync());
    }

    private async Task<IReadOnlyList<AuditLine>> LinesAsync() =>
        [.. (await On.QueryAsync($"SELECT {Columns} FROM audit ORDER BY seq")).Select(static row => new AuditLine(
            (long)row[0]!, (long)row[1]!, (string)row[2]!, (string)row[3]!, (string)row[4]!, (string)row[5]!, (string)row[6]!, (byte[])row[7]!, (long)row[8]!, (long)row[9]!, (byte[])row[10]!))];

    /// <summary>Verifies the chain as an inspector would: the first line that is not as it was written; null when all are.</summary>
    private async Task<long?> BrokenAsync()
    {
        var head = (await On.QueryAsync("SELECT audit_seq, audit_hash FROM feed_head"))[0];
        var feed = (await On.QueryAsync("SELECT revision, entity, acquirer_id, key, packed FROM feed ORDER BY revision"))
            .Select(static row => new FeedEntry((long)row[0]!, 0, (FeedEntity)Convert.ToByte(row[1], System.Globalization.CultureInfo.InvariantCulture), Make.Acquirer((string)row[2]!), (string)row[3]!, (byte[])row[4]!)).ToList();
        var previous = new byte[32];
        var seq = 1L;
        foreach (var line in await LinesAsync())
        {
            using var changes = new AuditHash();
            feed.Where(entry => entry.Revision >= line.FirstRevision && entry.Revision <= line.LastRevision).ToList().ForEach(changes.Add);
            if (line.Seq != seq || seq > (long)head[0]! || !line.HashAfter(previous).AsSpan().SequenceEqual(line.Hash) || !changes.Finish().AsSpan().SequenceEqual(line.ChangesHash))
            {
                return seq;
            }

            previous = line.Hash;
            seq++;
        }

        return seq - 1 == (long)head[0]! && previous.AsSpan().SequenceEqual((byte[])head[1]!) ? null : seq;
    }
}
