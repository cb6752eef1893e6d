using System.Collections.Concurrent;
using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Records;
using VerifyGateway.Storage.Rows;
using VerifyGateway.Storage.Writing;

namespace VerifyGateway.Storage.Tests.Contract;

/// <summary>Writes: versions, and groups in which each write stands or falls alone.</summary>
public abstract class WriteContract(StoreFixture on) : StoreContract(on)
{
    public static TheoryData<string> VersionedRows => ["identity", "merchant", "terminal", "hold", "case"];

    [Theory]
    [MemberData(nameof(VersionedRows))]
    public async Task A_write_that_expects_another_version_is_refused_with_the_one_that_there_is(string kind)
    {
        var store = await On.OpenAsync();
        await store.PutAsync("test", [Make.Identity("ID-0"), Make.Merchant(9, "ID-0"), Make.Identity("ID-1"), .. kind == "identity" ? [] : new object[] { Make.Merchant(8, "ID-1") }]);
        var (first, second) = Versions(kind);
        if (kind == "identity")
        {
            first = Make.Identity("ID-2");
            second = Make.Identity("ID-2", IdentityState.Revoked);
        }

        Assert.Equal(0, await CurrentAsync(first, 1));
        await store.WriteAsync(Expecting(first, 0));
        Assert.Equal(1, await CurrentAsync(second, 0));
        Assert.Equal(1, await CurrentAsync(second, 2));
        Assert.Equal(1, await CurrentAsync(second, -1));
        await store.WriteAsync(Expecting(second, 1));
        Assert.Equal(2, await CurrentAsync(first, 1));
        // Left alone, also where the row is already as wanted: an old version was read.
        Assert.Equal(2, await CurrentAsync(second, 1));
        await store.WriteAsync(Expecting(first, 2));
        await store.PutAsync("test", [first]);
        Assert.Equal(3, await CurrentAsync(second, 4));

        static StoreCommand Expecting(object row, long version) => Command("R-" + Guid.NewGuid().ToString("N"), Wanted.For(row), unit => unit.Put(row, version));

        async Task<long?> CurrentAsync(object row, long expected)
        {
            var refused = await Assert.ThrowsAsync<WriteRefusedException>(() => store.WriteAsync(Expecting(row, expected)));
            Assert.Equal("STORE_VERSION", refused.Rule);
            return refused.CurrentVersion;
        }
    }

    [Fact]
    public async Task Of_two_stores_that_read_the_same_version_one_writes()
    {
        var first = await On.OpenAsync();
        var second = await On.OpenSecondAsync();
        await Make.BasicsAsync(first);
        for (var version = 1; version <= 20; version++)
        {
            var expected = version;
            var outcomes = await Task.WhenAll(new[] { first, second, first, second }.Select(async (store, writer) =>
            {
                var row = Make.Merchant(1, "ID-1") with { OpenedOn = new DateOnly(2000 + expected, 1, 1 + writer) };
                try
                {
                    await store.WriteAsync(Command($"R-{expected}-{writer}", Wanted.For(row), unit => unit.Put(row, expected)));
                    return true;
                }
                catch (WriteRefusedException refused) when (refused is { Rule: "STORE_VERSION" } && refused.CurrentVersion == expected + 1)
                {
                    return false;
                }
            }));
            Assert.Single(outcomes, done => done);
        }

        Assert.Equal(21, await On.NumberAsync("SELECT version FROM merchant"));
    }

    [Fact]
    public async Task Versions_count_changes_and_only_changes()
    {
        var store = await On.OpenAsync();
        await Make.BasicsAsync(store);
        await store.PutAsync("test", [Make.Terminal(1, 1)]);
        await store.PutAsync("test", [Make.Terminal(1, 1, TerminalState.Lost)]);
        await store.PutAsync("test", [Make.Terminal(1, 1, TerminalState.Active)]);

        Assert.Equal(3, (await Make.ReadAsync(store, 1, 1)).Terminal.Record!.Value.BindingVersion);
        Assert.Equal(1, await On.NumberAsync("SELECT version FROM merchant"));
    }

    [Fact]
    public async Task A_write_sees_the_rows_that_it_wants_as_they_stand_after_the_writes_before_it()
    {
        var store = await On.OpenAsync(new SetTime(5_000));
        await Make.BasicsAsync(store);
        var hold = Make.Hold("H-1", HoldSubject.Merchant(No(1)));
        await store.PutAsync("test", [hold, Card(1, "ID-1"), Document(DocumentKind.Case, "C-1", "ID-1")]);
        var wanted = Wanted.For(Make.Terminal(1, 1), Make.Merchant(1, "ID-1"), Make.Identity("ID-1"), hold, Card(1, "ID-1"), Document(DocumentKind.Case, "C-1", "ID-1"));
        wanted.Merchants.Add(Make.MerchantKey(7));
        await store.WriteAsync(Command("R-1", wanted, unit =>
        {
            Assert.Equal((Make.Terminal(1, 1), 1L), (unit.Find(Make.TerminalKey(1))!.Row, unit.Find(Make.TerminalKey(1))!.Version));
            Assert.Equal((Make.Merchant(1, "ID-1"), 1L), (unit.Find(Make.MerchantKey(1))!.Row, unit.Find(Make.MerchantKey(1))!.Version));
            Assert.Equal(Make.Identity("ID-1"), unit.Find(new IdentityKey(Make.Acquirer(), Make.Id("ID-1")))!.Row);
            Assert.Equal(Card(1, "ID-1"), unit.Find(new CardKey(Make.Acquirer(), Hash(1))));
            Assert.Equal(hold, unit.Find(new HoldKey(Make.Acquirer(), Make.Id("H-1")))!.Row);
            Assert.Equal("ID-1", unit.Find(new DocumentKey(DocumentKind.Case, Make.Acquirer(), Make.Id("C-1")))!.Row.Subject);
            Assert.Null(unit.Find(Make.MerchantKey(7)));
            Assert.Equal([Make.MerchantKey(1)], unit.MerchantsOf(new IdentityKey(Make.Acquirer(), Make.Id("ID-1"))));
            Assert.Equal([hold], unit.HoldsOn(Make.Acquirer(), HoldSubject.Merchant(No(1))));
            Assert.Equal(5_000, unit.NowUnixMs);
            unit.Put(Make.Merchant(1, "ID-1", MerchantState.WindDown));
            Assert.Equal((MerchantState.WindDown, 2L), (unit.Find(Make.MerchantKey(1))!.Row.State, unit.Find(Make.MerchantKey(1))!.Version));
        }));
    }

    [Fact]
    public async Task Two_hundred_writes_at_once_succeed_or_fail_alone_and_nothing_is_kept_of_those_that_fail()
    {
        var random = Seeded();
        var store = await On.OpenAsync();
        await Make.BasicsAsync(store);
        var kinds = Enumerable.Range(0, 200).Select(_ => random.Next(6)).ToArray();
        var outcomes = await Task.WhenAll(kinds.Select(async (kind, n) =>
        {
            try
            {
                var done = await store.WriteAsync(Mixed(kind, n));
                return done.ChangedRecords == 2 ? "done" : "empty";
            }
            catch (Exception failure)
            {
                return failure is WriteRefusedException refused ? refused.Rule : failure.GetType().Name;
            }
        }));

        string[] expected = ["done", "STORE_REFERENCE", nameof(TimeoutException), nameof(InvalidOperationException), "STORE_CHECK", nameof(ArgumentOutOfRangeException)];
        Assert.Equal(kinds.Select((kind, n) => $"{n} {expected[kind]}"), outcomes.Select((outcome, n) => $"{n} {outcome}"));
        var done = kinds.Count(kind => kind == 0);
        Assert.Equal(2 + (2 * done), await store.ReadHeadAsync());
        Assert.Equal((1 + done, 1 + done), (await On.NumberAsync("SELECT count(*) FROM merchant"), await On.NumberAsync("SELECT count(*) FROM terminal")));
        Assert.Equal((1 + done, 1 + done), (await On.NumberAsync("SELECT count(*) FROM audit"), await On.NumberAsync("SELECT count(*) FROM request")));
        for (var n = 0; n < kinds.Length; n++)
        {
            Assert.Equal(kinds[n] == 0, (await Make.ReadAsync(store, 1000 + n, 1000 + n)).Terminal.Record is not null);
        }
    }

    [Fact]
    public async Task Writes_of_one_group_build_on_each_other_in_the_order_in_which_they_came()
    {
        var store = await On.OpenAsync();
        await Make.BasicsAsync(store);
        // While the first is being done, the others wait and make up one group.
        var others = new List<Task<CommandResult>>();
        await store.WriteAsync(Command("R-0", new Wanted(), _ =>
        {
            for (var n = 2; n <= 40 && others.Count < 39; n++)
            {
                var version = n - 1;
                var row = Make.Merchant(1, "ID-1") with { OpenedOn = new DateOnly(2000, 1, 1).AddDays(n) };
                others.Add(store.WriteAsync(Command($"R-{n}", Wanted.For(row), unit => unit.Put(row, version))));
            }
        }));
        var done = await Task.WhenAll(others);
        Assert.Equal(Enumerable.Range(3, 39).Select(n => (long)n), done.Select(one => one.Revision));
        Assert.Equal(40, await On.NumberAsync("SELECT version FROM merchant"));
        Assert.Equal(39, await On.NumberAsync("SELECT count(*) FROM record_history"));
    }

    [Fact]
    public async Task A_write_that_only_the_database_refuses_harms_no_other_of_its_group()
    {
        var store = await On.OpenAsync();
        await store.PutAsync("test", [.. Enumerable.Range(1, 8).SelectMany(n => new object[] { Make.Identity($"ID-{n}"), Document(DocumentKind.Case, $"OLD-{n}", $"ID-{n}", state: (byte)(n % 2 == 0 ? 1 : 7)) })]);
        var others = new ConcurrentBag<Task<string>>();
        await store.WriteAsync(Command("R-0", new Wanted(), _ =>
        {
            for (var n = 1; n <= 8 && others.Count < 8; n++)
            {
                others.Add(OutcomeAsync(n));
            }
        }));
        var outcomes = await Task.WhenAll(others);
        Assert.Equal((4, 4), (outcomes.Count(outcome => outcome == "done"), outcomes.Count(outcome => outcome == "STORE_MATTER_OPEN")));
        Assert.Equal(8, await On.NumberAsync("SELECT count(*) FROM verification_case WHERE state = 1"));

        async Task<string> OutcomeAsync(int n)
        {
            try
            {
                await store.WriteAsync(Own(Document(DocumentKind.Case, $"NEW-{n}", $"ID-{n}")));
                return "done";
            }
            catch (WriteRefusedException refused)
            {
                return refused.Rule;
            }
        }
    }

    [Fact]
    public async Task A_row_that_is_refused_changes_nothing_and_what_becomes_of_the_write_is_up_to_the_write()
    {
        var store = await On.OpenAsync();
        await Make.BasicsAsync(store);
        Assert.Equal("STORE_REFERENCE", await RuleAsync(store, Make.Merchant(2, "ID-1"), Make.Merchant(3, "ID-9")));
        Assert.Null((await Make.ReadAsync(store, 1, 2)).Merchant.Record);
        Assert.Equal(2, await store.ReadHeadAsync());

        var done = await store.WriteAsync(Command("R-1", Wanted.For(Make.Merchant(2, "ID-1"), Make.Merchant(3, "ID-9")), unit =>
        {
            unit.Put(Make.Merchant(2, "ID-1"));
            // The write goes on without it.
            Assert.Throws<WriteRefusedException>(() => unit.Put(Make.Merchant(3, "ID-9")));
        }));
        Assert.Equal((1, 3), (done.ChangedRecords, done.Revision));
        Assert.NotNull((await Make.ReadAsync(store, 1, 2)).Merchant.Record);
        Assert.Null((await Make.ReadAsync(store, 1, 3)).Merchant.Record);
    }

    [Fact]
    public async Task A_write_whose_caller_left_before_it_began_is_not_done()
    {
        var store = await On.OpenAsync();
        await Make.BasicsAsync(store);
        using var cancel = new CancellationTokenSource();
        var waiting = Task.CompletedTask;
        await store.WriteAsync(Command("R-0", new Wanted(), _ =>
        {
            waiting = store.WriteAsync(Own(Make.Merchant(2, "ID-1")), cancel.Token);
            cancel.Cancel();
        }));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await store.PutAsync("test", [Make.Merchant(3, "ID-1")]);
        Assert.Equal((3, null), (await store.ReadHeadAsync(), (await Make.ReadAsync(store, 1, 2)).Merchant.Record));
    }

    [Fact]
    public async Task A_long_write_is_all_or_nothing_and_each_row_of_it_is_refused_alone()
    {
        var store = await On.OpenAsync();
        await Make.BasicsAsync(store);
        var content = await ContentAsync();
        await Assert.ThrowsAsync<TimeoutException>(() => store.WriteLongAsync<int>(async write =>
        {
            await write.PutAsync([Make.Merchant(2, "ID-1")], CommandOrigin.Own("tester", "long"), (_, _) => { }, CancellationToken.None);
            throw new TimeoutException();
        }));
        Assert.Equal(content, await ContentAsync());

        var refused = new List<string>();
        var (changed, head) = await store.WriteLongAsync(async write =>
        {
            for (var n = 2; n <= 4; n++)
            {
                await write.PutAsync(
                    [Make.Merchant(n, "ID-1"), Make.Terminal(n, 99), Make.Terminal(n, n)], CommandOrigin.Own("tester", "long"),
                    (place, why) => refused.Add($"{n}.{place} {why.Rule}"), new string('a', 64), () => new ImportPoint(n, n, 1), CancellationToken.None);
            }

            return (write.ChangedRecords, write.Head);
        });
        Assert.Equal((6, 8), (changed, head));
        Assert.Equal(["2.1 STORE_REFERENCE", "3.1 STORE_REFERENCE", "4.1 STORE_REFERENCE"], refused);
        Assert.Equal(new ImportPoint(4, 4, 1), await store.ReadImportPointAsync(new string('a', 64)));
        Assert.Equal(8, (await store.ReadFeedAsync(0, 100)).Entries.Count);
        Assert.Equal(default, await store.ReadImportPointAsync(new string('b', 64)));
    }

    [Fact]
    public async Task A_closed_store_says_that_it_is_unavailable()
    {
        var store = await On.OpenAsync();
        await Make.BasicsAsync(store);
        await store.DisposeAsync();
        await store.DisposeAsync();
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await store.ReadPairsAsync([Make.Pair(1, 1)], CancellationToken.None));
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await store.FindAsync([BySn(1)], CancellationToken.None));
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await store.ReadHeadAsync());
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await store.WriteAsync(_ => { }));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.WriteLongAsync(_ => Task.FromResult(1)));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => AllAsync(store));
    }

    private static (object First, object Second) Versions(string kind) => kind switch
    {
        "merchant" => (Make.Merchant(1, "ID-1"), Make.Merchant(1, "ID-1", MerchantState.WindDown)),
        "terminal" => (Make.Terminal(1, 9), Make.Terminal(1, 9, TerminalState.Lost)),
        "hold" => (Make.Hold("H-1", HoldSubject.Merchant(No(9))), Make.Hold("H-1", HoldSubject.Merchant(No(9)), until: 9_000)),
        "case" => (Document(DocumentKind.Case, "C-1", "ID-1"), Document(DocumentKind.Case, "C-1", "ID-1", state: 7)),
        _ => (Make.Identity("ID-1"), Make.Identity("ID-1", IdentityState.Revoked)),
    };

    /// <summary>Writes of a merchant and its terminal that end in different ways.</summary>
    private static StoreCommand Mixed(int kind, int n)
    {
        object[] rows = [Make.Merchant(1000 + n, kind == 1 ? "ID-9" : "ID-1"), Make.Terminal(1000 + n, 1000 + n, kind == 4 ? (TerminalState)11 : TerminalState.Active)];
        var wanted = kind == 3 ? Wanted.For(rows[0]) : Wanted.For(rows);
        if (kind == 5)
        {
            // A kind that there is not.
            wanted.Documents.Add(new DocumentKey((DocumentKind)9, Make.Acquirer(), Make.Id("X")));
        }

        return Command($"R-{n}", wanted, unit =>
        {
            Put(unit, rows);
            if (kind == 2)
            {
                throw new TimeoutException();
            }
        });
    }
}
