using VerifyGateway.Storage.Rows;
using VerifyGateway.Storage.Writing;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Storage.Tests.Contract;

/// <summary>The memory of requests: what is sent again is answered again and not done again.</summary>
public abstract class RequestContract(StoreFixture on) : StoreContract(on)
{
    [Fact]
    public async Task The_same_id_and_body_has_the_same_answer_and_is_not_done_again_also_by_another_store_and_after_a_restart()
    {
        var store = await On.OpenAsync();
        await Make.BasicsAsync(store);
        var runs = 0;
        var first = await store.WriteAsync(Answering(() => runs++));
        Assert.Equal((4, 2, false), (first.Revision, first.ChangedRecords, first.IsRepeat));
        await store.PutAsync("test", [Make.Merchant(1, "ID-1", MerchantState.WindDown)]);
        var content = await ContentAsync();
        var lines = await On.NumberAsync("SELECT count(*) FROM audit");

        var second = await On.OpenSecondAsync();
        foreach (var place in new[] { store, second, await On.RestartedAsync(store) })
        {
            if (place == store)
            {
                continue;
            }

            var again = await place.WriteAsync(Answering(() => runs++));
            Assert.Equal((4, 2, true), (again.Revision, again.ChangedRecords, again.IsRepeat));
            Assert.Equal([1, 2, 3], again.Result.ToArray());
        }

        Assert.Equal((1, lines, content), (runs, await On.NumberAsync("SELECT count(*) FROM audit"), await ContentAsync()));
    }

    [Fact]
    public async Task The_same_id_with_another_body_is_refused_and_the_same_id_of_another_acquirer_is_another_write()
    {
        var store = await On.OpenAsync();
        await Make.BasicsAsync(store);
        await store.WriteAsync(Answering(() => { }));
        var refused = await Assert.ThrowsAsync<WriteRefusedException>(() => store.WriteAsync(Answering(() => Assert.Fail("It is not done."), body: 2)));
        Assert.Equal("STORE_REQUEST_REUSED", refused.Rule);
        Assert.Equal(4, await store.ReadHeadAsync());

        var other = await store.WriteAsync(Command("R-1", Wanted.For(Make.Merchant(5, "ID-1")), unit => unit.Put(Make.Merchant(5, "ID-1")), body: 2, acquirer: Make.Acquirer2));
        Assert.Equal((5, 1, false), (other.Revision, other.ChangedRecords, other.IsRepeat));
    }

    [Fact]
    public async Task A_write_that_was_refused_or_failed_leaves_its_id_free()
    {
        var store = await On.OpenAsync();
        await Make.BasicsAsync(store);
        await Assert.ThrowsAsync<WriteRefusedException>(() => store.WriteAsync(Command("R-1", Make.Merchant(2, "ID-9"))));
        await Assert.ThrowsAsync<TimeoutException>(() => store.WriteAsync(Command("R-1", new Wanted(), _ => throw new TimeoutException())));
        // Refused by the database alone.
        await store.PutAsync("test", [Document(DocumentKind.Case, "C-1", "ID-1")]);
        await Assert.ThrowsAsync<WriteRefusedException>(() => store.WriteAsync(Command("R-1", Document(DocumentKind.Case, "C-2", "ID-1"))));
        Assert.Equal((3, false), ((await store.WriteAsync(Command("R-1", Make.Merchant(2, "ID-1")))).Revision, (await store.WriteAsync(Command("R-2", Make.Merchant(2, "ID-1")))).IsRepeat));
    }

    [Fact]
    public async Task A_write_that_changes_nothing_is_remembered_too()
    {
        var store = await On.OpenAsync();
        await Make.BasicsAsync(store);
        var answered = await store.WriteAsync(Command("R-1", new Wanted(), unit => unit.Result = "nothing"u8.ToArray()));
        var again = await store.WriteAsync(Command("R-1", new Wanted(), _ => Assert.Fail("It is not done.")));
        Assert.Equal((2, 0, false, 2, 0, true), (answered.Revision, answered.ChangedRecords, answered.IsRepeat, again.Revision, again.ChangedRecords, again.IsRepeat));
        Assert.Equal("nothing"u8.ToArray(), again.Result.ToArray());
    }

    [Fact]
    public async Task Sent_several_times_at_once_to_two_stores_it_is_done_once()
    {
        var first = await On.OpenAsync();
        var second = await On.OpenSecondAsync();
        await Make.BasicsAsync(first);
        for (var turn = 1; turn <= 10; turn++)
        {
            var request = $"R-{turn}";
            var row = Make.Merchant(1, "ID-1") with { OpenedOn = new DateOnly(2020, 1, turn) };
            var done = await Task.WhenAll(new[] { first, first, second, second, first, second }.Select(store => Task.Run(() => store.WriteAsync(
                Command(request, Wanted.For(row), unit =>
                {
                    unit.Put(row);
                    unit.Result = Guid.NewGuid().ToByteArray();
                })))));
            Assert.Single(done, one => !one.IsRepeat);
            Assert.Single(done.Select(one => (one.Revision, one.ChangedRecords, Convert.ToHexString(one.Result.Span))).Distinct());
            Assert.Equal(2 + turn, done[0].Revision);
        }

        Assert.Equal(11, await On.NumberAsync("SELECT version FROM merchant"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(65_536)]
    public async Task An_answer_of_any_bytes_is_kept_exactly(int length)
    {
        var store = await On.OpenAsync();
        var random = Seeded();
        var bytes = new byte[length];
        random.NextBytes(bytes);
        if (length == 1)
        {
            bytes[0] = 0;
        }

        await store.WriteAsync(Command("R-1", new Wanted(), unit => unit.Result = bytes));
        Assert.Equal(bytes, (await store.WriteAsync(Command("R-1", new Wanted(), _ => { }))).Result.ToArray());
    }

    [Fact]
    public async Task An_answer_that_is_too_long_fails_the_write_alone_and_nothing_is_kept()
    {
        var store = await On.OpenAsync();
        await Make.BasicsAsync(store);
        var content = await ContentAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() => store.WriteAsync(Command("R-1", Wanted.For(Make.Merchant(2, "ID-1")), unit =>
        {
            unit.Put(Make.Merchant(2, "ID-1"));
            unit.Result = new byte[65_537];
        })));
        Assert.Equal(content, await ContentAsync());
        Assert.False((await store.WriteAsync(Command("R-1", Make.Merchant(2, "ID-1")))).IsRepeat);
    }

    [Fact]
    public async Task An_answer_is_kept_for_as_long_as_was_asked_and_never_less_than_a_day()
    {
        var store = await On.OpenAsync(new SetTime(1_000));
        await store.WriteAsync(Command("R-1", new Wanted(), _ => { }, keepFor: TimeSpan.FromHours(24)));
        await store.WriteAsync(Command("R-2", new Wanted(), _ => { }, keepFor: TimeSpan.FromHours(72)));
        var forever = Command("R-3", new Wanted(), _ => { });
        await store.WriteAsync(forever with { Origin = forever.Origin with { KeepFor = null } });
        Assert.Equal([86_401_000L, 259_201_000L, 0L], (await On.QueryAsync("SELECT keep_until_unix_ms FROM request ORDER BY request_id")).Select(row => (long)row[0]!));
        var refused = await Assert.ThrowsAsync<WriteRefusedException>(() => store.WriteAsync(Command("R-4", new Wanted(), _ => { }, keepFor: TimeSpan.FromHours(23))));
        Assert.Equal("STORE_CHECK", refused.Rule);
    }

    private static StoreCommand Answering(Action run, byte body = 1) =>
        Command("R-1", Wanted.For(Make.Merchant(2, "ID-1"), Make.Terminal(2, 2)), unit =>
        {
            run();
            unit.Put(Make.Merchant(2, "ID-1"));
            unit.Put(Make.Terminal(2, 2));
            unit.Result = new byte[] { 1, 2, 3 };
        }, body);
}
