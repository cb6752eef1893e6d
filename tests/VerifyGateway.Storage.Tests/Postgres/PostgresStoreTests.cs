using System.Security.Cryptography;
using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Identifiers;
using VerifyGateway.Domain.Records;
using VerifyGateway.Storage.Postgres;
using VerifyGateway.Storage.Rows;
using VerifyGateway.Storage.Writing;
using VerifyGateway.TestKit;

namespace VerifyGateway.Storage.Tests.Postgres;

/// <summary>What the engine does with rows: what is written is what is read, in one snapshot, whichever way it went in.</summary>
public sealed class PostgresStoreTests(PostgresHost host) : IClassFixture<PostgresHost>
{
    private static readonly KeyedHash SomeHash = KeyedHash.Of(SHA256.HashData("1"u8));

    [Fact]
    public async Task Rows_of_every_kind_are_read_back_as_they_were_written_alone_and_in_bulk()
    {
        await using var store = await PostgresHost.OpenAsync(await host.DatabaseAsync());
        await store.PutAsync("test", Everything(1));
        await store.WriteLongAsync(async write =>
        {
            await write.PutAsync([.. Enumerable.Range(1000, 400).SelectMany(Everything)], CommandOrigin.Own("test", "bulk"), static (_, refused) => throw refused, CancellationToken.None);
            await write.PutAsync([.. Enumerable.Range(1300, 200).SelectMany(Everything)], CommandOrigin.Own("test", "bulk"), static (_, refused) => throw refused, CancellationToken.None);
            return 0;
        });
        var read = new List<object>();
        await foreach (var row in store.ReadAllAsync())
        {
            read.Add(row);
        }

        var expected = Enumerable.Range(1, 1).Concat(Enumerable.Range(1000, 500)).SelectMany(Everything).OfType<object>().Distinct().ToHashSet();
        Assert.Equal(expected.Count, read.Count);
        Assert.True(expected.SetEquals(read));
        Assert.Equal(
            [typeof(AcquirerRow), typeof(IdentityRow), typeof(CardRow), typeof(MerchantRow), typeof(TerminalRow), typeof(HoldRow)],
            read.Select(static row => row.GetType()).Distinct());
        var numbers = read.OfType<TerminalRow>().Select(static row => row.Key.Sn.ToString()).ToList();
        Assert.Equal(numbers.Order(StringComparer.Ordinal), numbers);

        // Each row was written once: the second portion has found those of the first.
        var head = await store.ReadHeadAsync();
        Assert.Equal(2 * 501, head);
        Assert.Equal(head, (await store.ReadFeedAsync(0, 100_000)).Entries.Count);
    }

    [Fact]
    public async Task Pairs_and_bindings_are_found_one_and_many_at_a_time()
    {
        await using var store = await PostgresHost.OpenAsync(await host.DatabaseAsync());
        await store.PutAsync("test", [.. Enumerable.Range(1, 3).SelectMany(Everything)]);
        var one = await store.ReadPairsAsync([Make.Pair(2, 2)], CancellationToken.None);
        var many = await store.ReadPairsAsync([Make.Pair(3, 1), Make.Pair(2, 2), Make.Pair(99, 98)], CancellationToken.None);
        Assert.Equal(Make.TerminalKey(2), one[0].Terminal.Record!.Value.Key);
        Assert.Equal(one[0].Terminal.Record!.Value.Holds.Single(), many[1].Terminal.Record!.Value.Holds.Single());
        Assert.Equal((Make.TerminalKey(3), Make.MerchantKey(1)), (many[0].Terminal.Record!.Value.Key, many[0].Merchant.Record!.Value.Key));
        Assert.Equal((0, 6, 0), (many[2].Terminal.Revision, many[2].Terminal.Head, many[2].Merchant.Revision));
        Assert.Null(many[2].Terminal.Record);
        Assert.Null(many[2].Merchant.Record);

        await store.PutAsync("test", [Make.Terminal(2, 2, TerminalState.Retired), Make.Terminal(50, 2, number: 2)]);
        var (bySn, byNumbers) = (Lookup(sn: 2), Lookup(number: 2, merchant: 2));
        var found = await store.FindAsync([byNumbers, Lookup(sn: 77), bySn, Lookup(number: 9, merchant: 2)], CancellationToken.None);
        Assert.Equal((Make.TerminalKey(50), Make.TerminalKey(2)), (found.Bindings[0]!.Terminal.Key, found.Bindings[2]!.Terminal.Key));
        Assert.Null(found.Bindings[1]);
        Assert.Null(found.Bindings[3]);
        Assert.Equal((8, "000000********0001"), (found.Head, found.Bindings[0]!.HolderMask));

        var before = await store.FindAsOfAsync([byNumbers, bySn, Lookup(sn: 50)], AsOf.AtRevision(6), CancellationToken.None);
        Assert.Equal(TerminalState.Active, before.Bindings[0]!.Terminal.State);
        Assert.Equal(Make.TerminalKey(2), before.Bindings[0]!.Terminal.Key);
        Assert.NotNull(before.Bindings[1]!.Merchant);
        Assert.Null(before.Bindings[2]);
        Assert.True((await Assert.ThrowsAsync<OutOfRetentionException>(() => store.FindAsOfAsync([bySn], AsOf.AtRevision(9), CancellationToken.None).AsTask())).IsFuture);
        var now = await store.FindAsOfAsync([byNumbers], AsOf.AtInstant(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()), CancellationToken.None);
        Assert.Equal(found.Bindings[0]!.Terminal.Key, now.Bindings[0]!.Terminal.Key);
    }

    [Fact]
    public async Task Lists_go_on_where_they_ended_and_follow_every_filter()
    {
        await using var store = await PostgresHost.OpenAsync(await host.DatabaseAsync());
        await store.PutAsync("test", [.. Enumerable.Range(1, 7).SelectMany(Everything)]);
        var all = new BindingFilter(Make.Acquirer());
        var (listed, token) = (new List<TerminalSn>(), "");
        do
        {
            var page = await store.ListAsync(all, 3, token, CancellationToken.None);
            listed.AddRange(page.Bindings.Select(static binding => binding.Terminal.Key.Sn));
            token = page.NextPageToken;
        }
        while (token.Length > 0);
        Assert.Equal(Enumerable.Range(1, 7).Select(static n => Make.Sn(n)), listed);
        var narrow = all with
        {
            Merchant = Make.MerchantNo(4), State = TerminalState.Active, Identity = "ID-4", DocumentHash = SomeHash.ToString(), PhoneHash = SomeHash.ToString(), Card = CardOf(4).Fingerprint.ToString(),
        };
        Assert.Equal(Make.Sn(4), Assert.Single((await store.ListAsync(narrow, 10, "", CancellationToken.None)).Bindings).Terminal.Key.Sn);
        var none = await store.ListAsync(narrow with { State = TerminalState.Retired }, 10, "", CancellationToken.None);
        Assert.Equal((0, 14, ""), (none.Bindings.Count, none.Head, none.NextPageToken));
    }

    [Fact]
    public async Task A_request_that_is_sent_again_is_done_once_and_answered_alike_from_any_store()
    {
        var database = await host.DatabaseAsync();
        await using var store = await PostgresHost.OpenAsync(database);
        await using var other = await PostgresHost.OpenAsync(database);
        await PostgresHost.BasicsAsync(store);
        var command = Command("R-1", [Make.Terminal(1, 1, TerminalState.Suspended)]);
        var first = await store.WriteAsync(command);
        var again = await other.WriteAsync(command);
        Assert.Equal((3, 1, false), (first.Revision, first.ChangedRecords, first.IsRepeat));
        Assert.Equal((3, 1, true), (again.Revision, again.ChangedRecords, again.IsRepeat));
        Assert.Equal("ok"u8.ToArray(), again.Result.ToArray());
        var reused = await Assert.ThrowsAsync<WriteRefusedException>(() => store.WriteAsync(command with { Origin = command.Origin with { BodyHash = new byte[32] } }));
        Assert.Equal("STORE_REQUEST_REUSED", reused.Rule);
    }

    [Fact]
    public async Task Terminals_may_exchange_their_numbers_within_one_write()
    {
        await using var store = await PostgresHost.OpenAsync(await host.DatabaseAsync());
        await PostgresHost.BasicsAsync(store);
        await store.PutAsync("test", [Make.Terminal(2, 1)]);
        await store.PutAsync("test", [Make.Terminal(1, 1, number: 3), Make.Terminal(2, 1, number: 1), Make.Terminal(1, 1, number: 2)]);
        var found = await store.FindAsync([Lookup(number: 1, merchant: 1), Lookup(number: 2, merchant: 1)], CancellationToken.None);
        Assert.Equal([Make.TerminalKey(2), Make.TerminalKey(1)], found.Bindings.Select(static binding => binding!.Terminal.Key));
    }

    [Fact]
    public async Task Rules_that_only_the_database_holds_refuse_the_one_write_that_breaks_them()
    {
        await using var store = await PostgresHost.OpenAsync(await host.DatabaseAsync());
        await PostgresHost.BasicsAsync(store);
        await store.PutAsync("test", [Document(DocumentKind.Case, "C-1", "ID-1", 1), Document(DocumentKind.Deregistration, "D-1", Make.MerchantNo(1).ToString(), 1)]);
        await store.PutAsync("test", [Document(DocumentKind.Receipt, "Q-1", "D-1", 1)]);
        var writes = new (string? Rule, Task Write)[]
        {
            (null, store.PutAsync("test", [Make.Terminal(5, 1)])),
            ("STORE_MATTER_OPEN", store.PutAsync("test", [Document(DocumentKind.Case, "C-2", "ID-1", 2)])),
            ("STORE_MATTER_OPEN", store.PutAsync("test", [Document(DocumentKind.Deregistration, "D-2", Make.MerchantNo(1).ToString(), 13)])),
            ("STORE_MATTER_OPEN", store.PutAsync("test", [Document(DocumentKind.Receipt, "Q-2", "D-1", 1)])),
            ("STORE_REFERENCE", store.PutAsync("test", [Document(DocumentKind.Case, "C-3", "ID-9", 1)])),
            (null, store.PutAsync("test", [Make.Terminal(6, 1)])),
        };
        foreach (var (rule, write) in writes)
        {
            Assert.Equal(rule, (await Record.ExceptionAsync(() => write) as WriteRefusedException)?.Rule);
        }

        Assert.Equal(4, await store.ReadHeadAsync());
        // The old one ends and the new one begins in one write, whichever is named first.
        await store.PutAsync("test", [Document(DocumentKind.Case, "C-2", "ID-1", 2), Document(DocumentKind.Case, "C-1", "ID-1", 9)]);
        var ended = (await FindAsync(store, "C-1"))!;
        Assert.Equal((2L, 9), (ended.Version, (int)ended.Row.State));
        Assert.Null(await FindAsync(store, "C-3"));
    }

    [Fact]
    public async Task An_import_says_how_far_it_is_and_a_cancelled_one_keeps_nothing()
    {
        await using var store = await PostgresHost.OpenAsync(await host.DatabaseAsync());
        var source = new string('a', 64);
        using var cancel = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => store.WriteLongAsync(async write =>
        {
            await write.PutAsync([.. Enumerable.Range(1, 500).SelectMany(Everything)], CommandOrigin.Own("test", "import"), static (_, refused) => throw refused, source, static () => new ImportPoint(9, 8, 7), cancel.Token);
            await cancel.CancelAsync();
            await write.PutAsync([.. Everything(501)], CommandOrigin.Own("test", "import"), static (_, refused) => throw refused, cancel.Token);
            return 0;
        }, cancel.Token));
        Assert.Equal((0, default), (await store.ReadHeadAsync(), await store.ReadImportPointAsync(source)));
        foreach (var point in new ImportPoint?[] { new(9, 8, 7), new(10, 9, 7), null })
        {
            await store.WriteLongAsync(async write =>
            {
                await write.PutAsync([.. Everything(1)], CommandOrigin.Own("test", "import"), static (_, refused) => throw refused, source, () => point, CancellationToken.None);
                return 0;
            });
            Assert.Equal(point ?? default, await store.ReadImportPointAsync(source));
        }
    }

    [Fact]
    public async Task Stores_that_write_at_once_leave_no_hole_in_the_feed_and_wake_each_other()
    {
        var database = await host.DatabaseAsync();
        await using var first = await PostgresHost.OpenAsync(database);
        await using var second = await PostgresHost.OpenAsync(database);
        await PostgresHost.BasicsAsync(first);
        const int Each = 50;
        var writes = Enumerable.Range(0, 2 * Each).Select(n => (n % 2 == 0 ? first : second).PutAsync("test", [Make.Terminal(100 + n, 1)])).ToList();
        var heads = (await Task.WhenAll(writes)).Select(static write => write.Head);
        Assert.Equal(Enumerable.Range(3, 2 * Each).Select(static n => (long)n), heads.Order());
        var feed = await second.ReadFeedAsync(0, 1_000);
        Assert.Equal((2 + (2 * Each), 2 + (2 * Each)), (feed.Head, feed.Entries.Count));

        // A signal can come late, but a far longer time passes without one.
        var waiting = second.WaitForFeedAsync(feed.Head, TimeSpan.FromSeconds(30)).AsTask();
        await first.PutAsync("test", [Make.Terminal(1, 1, TerminalState.Suspended)]);
        Assert.True(await waiting);
        // And one of the writes before may come now: when all have come, nothing wakes anybody.
        await Wait.UntilAsync(async () => !await second.WaitForFeedAsync(feed.Head + 1, TimeSpan.FromMilliseconds(1)), "the last signal to have come");
    }

    private static object[] Everything(int n) =>
    [
        new AcquirerRow(Make.Acquirer(), Make.Id("A-1"), AcquirerKind.PaymentInstitution),
        Make.Identity($"ID-{n}", IdentityState.ReverifyDue) with
        {
            Subject = SubjectKind.Person, DocumentHash = SomeHash, DocumentHashKey = Key, PhoneHash = SomeHash, PhoneHashKey = Key, VerifiedAtUnixMs = n, DocumentValidTo = n % 2 == 0 ? null : new DateOnly(2031, 1, 2),
        },
        CardOf(n),
        Make.Merchant(n, $"ID-{n}") with
        {
            Kind = MerchantKind.Micro, AccountClass = AccountClass.Class2, Card = n % 3 == 0 ? default : CardOf(n).Fingerprint, CardDiffers = n % 2 == 0, OpenedOn = new DateOnly(2020, 2, 29), LastActiveOn = n % 2 == 0 ? null : new DateOnly(2026, 3, 4),
        },
        Make.Terminal(n, n) with { Location = LocationRule.Around(31_230_416, -121_473_701, 500) },
        Make.Hold($"H-{n}", HoldSubject.Terminal(Make.Sn(n)), until: n % 2 == 0 ? 0 : 5_000) with { RefundsPass = n % 2 == 0 },
        Make.Hold($"I-{n}", HoldSubject.Identity(Make.Id($"ID-{n}")), HoldKind.Judicial),
        Make.Hold($"M-{n}", HoldSubject.Merchant(Make.MerchantNo(n)), HoldKind.Holder),
    ];

    private static HashKeyId Key => HashKeyId.TryParse("k1", out var key, out _) ? key : default;

    private static CardRow CardOf(int n) =>
        new(Make.Acquirer(), KeyedHash.Of(SHA256.HashData(BitConverter.GetBytes(n))), Key, Make.Mask("999999******0001"), Make.Id($"ID-{n}"));

    private static BindingLookup Lookup(int? sn = null, int number = 0, int merchant = 0) =>
        sn is { } serial ? new(Make.Acquirer(), Make.Sn(serial), default, default) : new(Make.Acquirer(), null, Make.TerminalNo(number), Make.MerchantNo(merchant));

    private static DocumentRow Document(DocumentKind kind, string id, string subject, byte state) =>
        new(new DocumentKey(kind, Make.Acquirer(), Make.Id(id)), subject, state, 1_000, 0, """{"a":1}""");

    private static ValueTask<StoredDocument?> FindAsync(PostgresStore store, string id) => store.FindDocumentAsync(new DocumentKey(DocumentKind.Case, Make.Acquirer(), Make.Id(id)));

    private static StoreCommand Command(string request, object[] rows)
    {
        Assert.True(RequestId.TryParse(request, out var id, out _));
        return new StoreCommand(
            new CommandOrigin(new RequestKey(Make.Acquirer(), id), SHA256.HashData("body"u8), "test", "put"), Wanted.For(rows), unit =>
            {
                Array.ForEach(rows, row => unit.Put(row));
                unit.Result = "ok"u8.ToArray();
            });
    }
}
