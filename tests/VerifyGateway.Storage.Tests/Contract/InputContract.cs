using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Records;
using VerifyGateway.Storage.Rows;
using VerifyGateway.Storage.Writing;

namespace VerifyGateway.Storage.Tests.Contract;

/// <summary>Texts that callers can choose: taken exactly, or refused by name, and never anything else.</summary>
public abstract class InputContract(StoreFixture on) : StoreContract(on)
{
    /// <summary>Texts that break what is careless with quotes, placeholders, ends of texts, or encodings.</summary>
    private static readonly string[] Texts =
    [
        "", " ", "'", "''", "\"", "\\", "\\x00", "; DROP TABLE terminal; --", "' OR '1'='1", "$1", "@p", ":p", "?", "%", "_", "{}", "{0}", "NULL", "\0", "a\0b", "\0'; DELETE FROM feed; --",
        "\u0001", "\u001b[31m", "\u007f", "\u0085", "\u009b31m", "\ud800", "\udc00x", "\ufffd", "\uffff", "\u202e", "\r\n", "\t", "商户", "😀", "e\u0301", "É", "\u00a0", "x'00'", "E'\\n'", "/*", "*/", "\ufeff",
    ];

    [Fact]
    public async Task The_subject_of_a_matter_is_kept_exactly_or_refused()
    {
        var store = await On.OpenAsync();
        await Make.BasicsAsync(store);
        var kept = 0;
        foreach (var text in Texts.Append(new string('商', 256)).Append(new string('x', 257)).Append(string.Concat(Enumerable.Repeat("😀", 128))))
        {
            kept += await KeptOrRefusedAsync(store, Document(DocumentKind.Policy, "P-1", text)) ? 1 : 0;
            // No identity has such a name.
            Assert.Contains(await RuleAsync(store, Document(DocumentKind.Case, "C-1", text)), new[] { "STORE_REFERENCE", "STORE_CHECK" });
        }

        Assert.InRange(kept, 30, Texts.Length - 8);
    }

    [Fact]
    public async Task The_content_of_a_matter_is_kept_exactly_or_refused()
    {
        var store = await On.OpenAsync();
        await Make.BasicsAsync(store);
        var deep = new string('[', 64) + new string(']', 64);
        string[] good = ["{}", "[]", "null", "true", "0", "-1e400", "\"x\"", " { } ", "{\"a\":1,\"a\":2}", "\"\\u0000\"", "\"\\ud800\"", "\"'; DROP TABLE policy; --\"", "\"商户 😀\"", deep, "\"" + new string('商', 65_534) + "\""];
        foreach (var text in good)
        {
            Assert.True(await KeptOrRefusedAsync(store, Document(DocumentKind.Policy, "P-1", "s", content: text)), text);
        }

        string[] bad = [.. Texts.Where(static text => text is not "{}"), "{", "[1,]", "{a:1}", "01", "'x'", "nan", "// x", "[" + deep + "]", "\"\0\"", "\"\ud800\"", "\"" + new string('x', 65_535) + "\"", "{} {}", new string('[', 60_000)];
        foreach (var text in bad)
        {
            Assert.False(await KeptOrRefusedAsync(store, Document(DocumentKind.Policy, "P-1", "s", content: text)), text);
        }
    }

    [Fact]
    public async Task Who_asks_and_what_for_is_kept_exactly_or_refused()
    {
        var store = await On.OpenAsync();
        await Make.BasicsAsync(store);
        var n = 0;
        foreach (var text in Texts.Append(new string('商', 64)).Append(new string('x', 129)).Append(string.Concat(Enumerable.Repeat("😀", 33))))
        {
            foreach (var isActor in new[] { true, false })
            {
                var command = Command($"R-{++n}", Make.Merchant(1, "ID-1"));
                command = command with { Origin = isActor ? command.Origin with { Actor = text } : command.Origin with { Action = text } };
                var lines = await On.NumberAsync("SELECT count(*) FROM audit");
                var content = await ContentAsync();
                try
                {
                    await store.WriteAsync(command);
                    var line = Assert.Single(await On.QueryAsync($"SELECT actor, action FROM audit WHERE request_id = 'R-{n}'"));
                    Assert.Equal(text, line[isActor ? 0 : 1]);
                    Assert.DoesNotContain(text, char.IsControl);
                }
                catch (WriteRefusedException refused)
                {
                    Assert.Equal(("STORE_CHECK", lines), (refused.Rule, await On.NumberAsync("SELECT count(*) FROM audit")));
                }

                Assert.Equal(content, await ContentAsync());
            }
        }
    }

    [Fact]
    public async Task The_identity_of_a_list_may_be_any_text_and_finds_the_identity_of_that_name_and_no_other()
    {
        var store = await On.OpenAsync();
        await Make.BasicsAsync(store);
        var content = await ContentAsync();
        foreach (var text in Texts.Concat(["ID-1 ", "id-1", "ID_1", "ID%", "ID-1\0", "\0ID-1", new string('x', 100_000)]))
        {
            var filter = new BindingFilter(Make.Acquirer()) { Identity = text };
            Assert.Empty((await store.ListAsync(filter, 10, "", CancellationToken.None)).Bindings);
            await Assert.ThrowsAsync<PageTokenException>(async () => await store.ListAsync(filter, 10, text.Length == 0 ? "x" : text, CancellationToken.None));
        }

        Assert.Single((await store.ListAsync(new BindingFilter(Make.Acquirer()) { Identity = "ID-1" }, 10, "", CancellationToken.None)).Bindings);
        Assert.Equal(content, await ContentAsync());
    }

    [Fact]
    public async Task The_source_of_an_import_may_be_any_text_and_only_one_of_64_characters_is_kept()
    {
        var store = await On.OpenAsync();
        await Make.BasicsAsync(store);
        foreach (var text in Texts.Concat([new string('\'', 64), new string('a', 63) + "\0", new string('a', 63) + "\ud800", new string('a', 65)]))
        {
            Assert.Equal(default, await store.ReadImportPointAsync(text));
            var content = await ContentAsync();
            try
            {
                await store.WriteLongAsync(async write =>
                {
                    await write.PutAsync([], CommandOrigin.Own("tester", "import"), (_, _) => { }, text, () => new ImportPoint(1, 2, 3), CancellationToken.None);
                    return 0;
                });
                Assert.Equal(64, text.Length);
                Assert.Equal(new ImportPoint(1, 2, 3), await store.ReadImportPointAsync(text));
            }
            catch (WriteRefusedException refused)
            {
                Assert.Equal(("STORE_CHECK", content), (refused.Rule, await ContentAsync()));
            }
        }

        Assert.Equal(1, await On.NumberAsync("SELECT count(*) FROM import_progress"));
        // After all that the store still writes.
        await store.PutAsync("test", [Make.Merchant(2, "ID-1")]);
    }

    [Fact]
    public async Task Values_that_were_never_set_and_numbers_that_there_are_not_are_refused_and_change_nothing()
    {
        var store = await On.OpenAsync();
        await Make.BasicsAsync(store);
        var content = await ContentAsync();
        var merchant = Make.Merchant(1, "ID-1");
        object[] wrong =
        [
            new AcquirerRow(default, Make.Id("A"), AcquirerKind.Bank), new AcquirerRow(Make.Acquirer(), default, AcquirerKind.Bank), new AcquirerRow(Make.Acquirer(), Make.Id("A"), (AcquirerKind)9), new AcquirerRow(Make.Acquirer(), Make.Id("A"), 0),
            Make.Identity("ID-1") with { Id = default }, Make.Identity("ID-1") with { Acquirer = default }, Make.Identity("ID-1") with { State = 0 }, Make.Identity("ID-1") with { VerifiedAtUnixMs = -1 }, Make.Identity("ID-1") with { ReverifyByUnixMs = long.MinValue },
            Make.Identity("ID-1") with { Subject = (SubjectKind)9 }, Make.Identity("ID-1") with { DocumentHash = Hash(1) }, Make.Identity("ID-1") with { PhoneHashKey = HashKey },
            Card(1, "ID-1") with { Fingerprint = default }, Card(1, "ID-1") with { FingerprintKey = default }, Card(1, "ID-1") with { Identity = default }, Card(1, "ID-1") with { Acquirer = default },
            merchant with { Key = default }, merchant with { Key = new MerchantKey(Make.Acquirer(), default) }, merchant with { Identity = default }, merchant with { State = (MerchantState)5 }, merchant with { Kind = (MerchantKind)6 }, merchant with { AccountClass = (AccountClass)4 },
            Make.Terminal(1, 1, number: 9) with { Key = default }, Make.Terminal(1, 1, number: 9) with { Key = new TerminalKey(Make.Acquirer(), default) }, Make.Terminal(1, 1) with { TerminalNo = default }, Make.Terminal(1, 1) with { MerchantNo = default }, Make.Terminal(1, 1) with { State = 0 },
            Make.Terminal(1, 1) with { Location = new LocationRule((LocationRuleKind)3, 0, 0, 0, default) }, Make.Terminal(1, 1) with { Location = LocationRule.Within(default) }, Make.Terminal(1, 1) with { Location = LocationRule.Around(0, int.MinValue, 0) },
            Make.Hold("H", default), Make.Hold("H", HoldSubject.Merchant(default)), Make.Hold("H", HoldSubject.Merchant(No(1))) with { Id = default }, Make.Hold("H", HoldSubject.Merchant(No(1)), from: -1), Make.Hold("H", HoldSubject.Merchant(No(1)), until: 1), Make.Hold("H", HoldSubject.Merchant(No(1)), (HoldKind)6),
            Make.Hold("H", HoldSubject.Merchant(No(1)), HoldKind.Judicial) with { RefundsPass = true }, Document(DocumentKind.Policy, "P", "s") with { Key = new DocumentKey(DocumentKind.Policy, default, default) },
        ];
        foreach (var row in wrong)
        {
            Assert.True(await RuleAsync(store, row) is "STORE_CHECK" or "STORE_REFERENCE", row.ToString());
            Assert.Equal(content, await ContentAsync());
        }
    }

    [Fact]
    public async Task Keys_that_were_never_set_find_nothing()
    {
        var store = await On.OpenAsync();
        await Make.BasicsAsync(store);
        Assert.Null((await store.ReadPairsAsync([default], CancellationToken.None))[0].Terminal.Record);
        Assert.Null((await store.FindAsync([default], CancellationToken.None)).Bindings[0]);
        Assert.Null((await store.FindAsOfAsync([default], AsOf.AtRevision(2), CancellationToken.None)).Bindings[0]);
        Assert.Null(await store.FindDocumentAsync(new DocumentKey(DocumentKind.Case, default, default)));
        Assert.Empty((await store.ListAsync(new BindingFilter(default(Domain.Identifiers.AcquirerId)), 10, "", CancellationToken.None)).Bindings);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await store.FindDocumentAsync(default));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    public async Task The_hash_of_a_body_has_32_bytes(int length)
    {
        var store = await On.OpenAsync();
        var command = Command("R-1", new Wanted(), _ => { });
        var refused = await Assert.ThrowsAsync<WriteRefusedException>(() => store.WriteAsync(command with { Origin = command.Origin with { BodyHash = new byte[length] } }));
        Assert.Equal("STORE_CHECK", refused.Rule);
        refused = await Assert.ThrowsAsync<WriteRefusedException>(() => store.WriteAsync(command with { Origin = command.Origin with { Request = default } }));
        Assert.Equal("STORE_CHECK", refused.Rule);
    }

    /// <summary>True when the matter is kept exactly; false when it is refused and nothing has changed.</summary>
    private async Task<bool> KeptOrRefusedAsync(ISystemOfRecord store, DocumentRow row)
    {
        var content = await ContentAsync();
        try
        {
            await store.PutAsync("test", [row]);
        }
        catch (WriteRefusedException refused)
        {
            Assert.Equal(("STORE_CHECK", content), (refused.Rule, await ContentAsync()));
            return false;
        }

        Assert.Equal(row, (await store.FindDocumentAsync(row.Key))!.Row);
        return true;
    }
}
