using VerifyGateway.Storage.Rows;
using VerifyGateway.Storage.Writing;

namespace VerifyGateway.Storage.Tests.Contract;

/// <summary>Matters with a life of their own: cases, deregistrations, receipts, policies, maintenance windows.</summary>
public abstract class DocumentContract(StoreFixture on) : StoreContract(on)
{
    [Theory]
    [InlineData(DocumentKind.Case, "ID-1")]
    [InlineData(DocumentKind.Deregistration, "898440300000001")]
    [InlineData(DocumentKind.Receipt, "D-0")]
    [InlineData(DocumentKind.Policy, "circular 261")]
    [InlineData(DocumentKind.MaintenanceWindow, "CERT")]
    public async Task A_matter_is_read_back_whole_with_version_and_time_also_after_a_restart(DocumentKind kind, string subject)
    {
        var time = new SetTime(5_000);
        var store = await On.OpenAsync(time);
        await Make.BasicsAsync(store);
        await store.PutAsync("test", [Document(DocumentKind.Deregistration, "D-0", No(1).ToString(), state: 9)]);
        var row = new DocumentRow(new DocumentKey(kind, Make.Acquirer(), Make.Id("X-1")), subject, 1, 7, long.MaxValue, "{\"a\": [1, null, \"商户 'x' \\u0000\"]}");
        time.UnixMs = 6_000;
        Assert.Null(await store.FindDocumentAsync(row.Key));
        Assert.Equal(new WriteResult(0, 2), await store.PutAsync("test", [row]));
        Assert.Equal(new StoredDocument(row, 1, 6_000), await store.FindDocumentAsync(row.Key));
        time.UnixMs = 7_000;
        await store.PutAsync("test", [row]);
        Assert.Equal(new StoredDocument(row, 1, 6_000), await store.FindDocumentAsync(row.Key));
        var changed = row with { FromUnixMs = 8, UntilUnixMs = kind == DocumentKind.MaintenanceWindow ? 9 : 0, Content = "[]" };
        if (kind == DocumentKind.Receipt)
        {
            Assert.Equal("STORE_RECEIPT_FINAL", await RuleAsync(store, changed));
        }
        else
        {
            await store.PutAsync("test", [changed]);
        }

        store = await On.RestartedAsync(store, time);
        Assert.Equal(kind == DocumentKind.Receipt ? new StoredDocument(row, 1, 6_000) : new StoredDocument(changed, 2, 7_000), await store.FindDocumentAsync(row.Key));
        Assert.Null(await store.FindDocumentAsync(row.Key with { Acquirer = Make.Acquirer(Make.Acquirer2) }));
        Assert.Null(await store.FindDocumentAsync(row.Key with { Id = Make.Id("x-1") }));
    }

    [Fact]
    public async Task An_identity_has_one_case_that_is_not_decided()
    {
        var store = await On.OpenAsync();
        await Make.BasicsAsync(store);
        await store.PutAsync("test", [Document(DocumentKind.Case, "C-1", "ID-1", state: 6), Document(DocumentKind.Case, "C-0", "ID-1", state: 7), Make.Identity("ID-2"), Document(DocumentKind.Case, "C-9", "ID-2")]);
        for (byte state = 1; state <= 6; state++)
        {
            Assert.Equal("STORE_MATTER_OPEN", await RuleAsync(store, Document(DocumentKind.Case, "C-2", "ID-1", state)));
        }

        Assert.Equal("STORE_MATTER_OPEN", await RuleAsync(store, Document(DocumentKind.Case, "C-0", "ID-1")));
        // The old one is decided and the new one begun in one write.
        await store.PutAsync("test", [Document(DocumentKind.Case, "C-1", "ID-1", state: 15), Document(DocumentKind.Case, "C-2", "ID-1")]);
        Assert.Equal("STORE_REFERENCE", await RuleAsync(store, Document(DocumentKind.Case, "C-3", "ID-9")));
        Assert.Equal("STORE_REFERENCE", await RuleAsync(store, Document(DocumentKind.Case, "C-3", "ID-1", acquirer: Make.Acquirer2)));
    }

    [Fact]
    public async Task A_merchant_has_one_deregistration_under_way_and_that_one_receipt()
    {
        var store = await On.OpenAsync();
        await Make.BasicsAsync(store);
        var merchant = No(1).ToString();
        Assert.Equal("STORE_REFERENCE", await RuleAsync(store, Document(DocumentKind.Receipt, "R-1", "D-1")));
        // In whatever order they are put.
        await store.PutAsync("test", [Document(DocumentKind.Receipt, "R-1", "D-1"), Document(DocumentKind.Deregistration, "D-1", merchant, state: 13)]);
        Assert.Equal("STORE_MATTER_OPEN", await RuleAsync(store, Document(DocumentKind.Deregistration, "D-2", merchant)));
        Assert.Equal("STORE_MATTER_OPEN", await RuleAsync(store, Document(DocumentKind.Receipt, "R-2", "D-1")));
        Assert.Equal("STORE_REFERENCE", await RuleAsync(store, Document(DocumentKind.Deregistration, "D-2", No(2).ToString())));
        foreach (var state in new byte[] { 9, 10, 11, 12 })
        {
            await store.PutAsync("test", [Document(DocumentKind.Deregistration, $"D-{state}", merchant, state)]);
        }
    }

    [Fact]
    public async Task Policies_and_windows_may_be_every_acquirers_and_others_belong_to_one()
    {
        var store = await On.OpenAsync();
        await Make.BasicsAsync(store);
        DocumentRow[] rows = [Document(DocumentKind.Policy, "P-1", "s", acquirer: ""), Document(DocumentKind.Policy, "P-1", "t"), Document(DocumentKind.MaintenanceWindow, "P-1", "u", until: 2_000, acquirer: "")];
        await store.PutAsync("test", rows);
        foreach (var row in rows)
        {
            Assert.Equal(row, (await store.FindDocumentAsync(row.Key))!.Row);
        }

        Assert.Equal("STORE_CHECK", await RuleAsync(store, Document(DocumentKind.Case, "C-1", "ID-1", acquirer: "")));
    }

    [Theory]
    [InlineData(DocumentKind.Case, 0, 16)]
    [InlineData(DocumentKind.Deregistration, 0, 14)]
    [InlineData(DocumentKind.Receipt, 0, 2)]
    [InlineData(DocumentKind.Policy, 0, 4)]
    [InlineData(DocumentKind.MaintenanceWindow, 0, 4)]
    public async Task A_matter_is_in_a_state_of_its_kind_and_ends_after_it_begins(DocumentKind kind, byte tooLow, byte tooHigh)
    {
        var store = await On.OpenAsync();
        var row = Document(kind, "X-1", "s", until: 2_000);
        foreach (var wrong in new[] { row with { State = tooLow }, row with { State = tooHigh }, row with { State = 255 }, row with { UntilUnixMs = 1_000 }, row with { FromUnixMs = -1 }, row with { UntilUnixMs = -1 } })
        {
            Assert.Equal("STORE_CHECK", await RuleAsync(store, wrong));
        }

        if (kind == DocumentKind.MaintenanceWindow)
        {
            Assert.Equal("STORE_CHECK", await RuleAsync(store, row with { UntilUnixMs = 0 }));
        }
    }

    [Fact]
    public async Task A_store_that_is_opened_again_has_everything_that_was_acknowledged()
    {
        var store = await On.OpenAsync();
        var other = await On.OpenOtherAsync();
        Assert.Matches("^[0-9a-f]{32}$", store.StoreId);
        Assert.NotEqual(store.StoreId, other.StoreId);
        await Make.BasicsAsync(store);
        await store.PutAsync("test", [Make.Hold("H-1", HoldSubject.Terminal(Make.Sn(1))), Card(1, "ID-1"), new AcquirerRow(Make.Acquirer(), Make.Id("ACQ"), AcquirerKind.Bank), Document(DocumentKind.Case, "C-1", "ID-1")]);
        await store.WriteLongAsync(async write =>
        {
            await write.PutAsync([], CommandOrigin.Own("tester", "import"), (_, _) => { }, new string('a', 64), () => new ImportPoint(5, 4, 1), CancellationToken.None);
            return 0;
        });
        var (id, rows, content, feed) = (store.StoreId, await AllAsync(store), await ContentAsync(), await store.ReadFeedAsync(0, 100));
        store = await On.RestartedAsync(store);

        Assert.Equal((id, feed.Head), (store.StoreId, await store.ReadHeadAsync()));
        Assert.Equal((content, new ImportPoint(5, 4, 1)), (await ContentAsync(), await store.ReadImportPointAsync(new string('a', 64))));
        Assert.Equal(rows, await AllAsync(store));
        Assert.Equal(feed.Entries.Select(entry => Convert.ToHexString(entry.Packed.Span)), (await store.ReadFeedAsync(0, 100)).Entries.Select(entry => Convert.ToHexString(entry.Packed.Span)));
        Assert.Equal(4, (await store.PutAsync("test", [Make.Merchant(2, "ID-1")])).Head);
    }
}
