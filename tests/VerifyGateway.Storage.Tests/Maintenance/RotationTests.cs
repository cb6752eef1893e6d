using VerifyGateway.Domain.Records;
using VerifyGateway.Storage.Maintenance;
using VerifyGateway.Storage.Rows;
using VerifyGateway.TestKit;
using static VerifyGateway.Storage.Tests.Maintenance.HashedRows;

namespace VerifyGateway.Storage.Tests.Maintenance;

public sealed class RotationTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string Path => _folder.File("vg.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task All_hashes_come_to_the_current_key_and_are_found_by_their_numbers_before_during_and_after()
    {
        var (old, current) = (Keys("k1"), Keys("k1", "k2"));
        await MakeAsync(old);
        var head = RawFile.Number(Path, "SELECT head FROM feed_head");
        await using var store = Make.Store(Path);
        await using var jobs = Trail.Jobs(Path);
        await AssertFoundAsync(store, current);
        var batches = 0;
        var (rows, left) = await KeyRotation.RunAsync(jobs, current, 10, TimeSpan.Zero, TimeProvider.System, at =>
        {
            batches++;
            AssertFoundAsync(store, current).GetAwaiter().GetResult();
            Assert.Null(Trail.VerifyAsync(Path).GetAwaiter().GetResult().Finding);
        });
        Assert.Equal((2 * Count, 0, 6), (rows, left, batches));
        await AssertFoundAsync(store, current);
        await Assert.ThrowsAsync<Xunit.Sdk.EqualException>(() => AssertFoundAsync(store, old));
        Assert.Equal(3 * Count, (await jobs.CountKeysAsync()).Where(count => count.Key == "k2").Sum(count => count.Rows));
        Assert.Equal(6, RawFile.Number(Path, "SELECT count(*) FROM audit WHERE action = 'rotate keys'"));

        // Records carry no hashes: nothing to tell followers, and rows keep their versions.
        Assert.Equal(head, await store.ReadHeadAsync());
        Assert.Equal(0, RawFile.Number(Path, "SELECT count(*) FROM merchant WHERE version <> 1"));
        Assert.Equal(0, (await Trail.SearchAsync(Path)).Count);
        Assert.Equal((0, 0), await KeyRotation.RunAsync(jobs, current, 10, TimeSpan.Zero, TimeProvider.System));
        await store.WriteAsync(batch => batch.UpsertMerchant(Merchant(1, current) with { State = MerchantState.WindDown }));
        Assert.Equal(1, RawFile.Number(Path, Trail.Line($"SELECT count(*) FROM record_history WHERE entity = 2 AND card_fingerprint = x'{current.Compute("card 1").Hash}'")));
    }

    [Fact]
    public async Task A_rotation_that_was_cut_off_goes_on_also_to_a_still_newer_key()
    {
        await MakeAsync(Keys("k1"));
        await using var jobs = Trail.Jobs(Path);
        using var cut = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            KeyRotation.RunAsync(jobs, Keys("k1", "k2"), 10, TimeSpan.Zero, TimeProvider.System, _ => cut.Cancel(), cut.Token));
        Assert.Equal(10, RawFile.Number(Path, "SELECT count(*) FROM identity WHERE document_hash_key = 'k2' AND phone_hash_key = 'k2'"));
        var newest = Keys("k1", "k2", "k3");
        Assert.Equal((2 * Count, 0), await KeyRotation.RunAsync(jobs, newest, 10, TimeSpan.Zero, TimeProvider.System));
        await using var store = Make.Store(Path);
        await AssertFoundAsync(store, newest);
    }

    [Fact]
    public async Task A_card_that_came_in_under_the_current_key_as_well_is_one_card_in_the_end()
    {
        var (old, current) = (Keys("k1"), Keys("k1", "k2"));
        await MakeAsync(old);
        await using var store = Make.Store(Path);
        await store.PutAsync("test", [Card(1, current), Merchant(Count + 1, current, card: 1)]);
        await using var jobs = Trail.Jobs(Path);
        await KeyRotation.RunAsync(jobs, current, 10, TimeSpan.Zero, TimeProvider.System);
        Assert.Equal(Count, RawFile.Number(Path, "SELECT count(*) FROM settlement_card"));
        Assert.Equal(2, RawFile.Number(Path, Trail.Line($"SELECT count(*) FROM merchant WHERE card_fingerprint = x'{current.Compute("card 1").Hash}'")));
    }

    [Fact]
    public async Task A_hold_on_a_card_stays_with_the_card()
    {
        var (old, current) = (Keys("k1"), Keys("k1", "k2"));
        await MakeAsync(old);
        await using var store = Make.Store(Path);
        await store.PutAsync("test", [Make.Hold("H-1", HoldSubject.Card(Card(1, old).Fingerprint))]);
        var head = await store.ReadHeadAsync();
        await using var jobs = Trail.Jobs(Path);
        await KeyRotation.RunAsync(jobs, current, 10, TimeSpan.Zero, TimeProvider.System);
        var hold = await store.FindHoldAsync(new HoldKey(Make.Acquirer(), Make.Id("H-1")));
        Assert.Equal(HoldSubject.Card(Card(1, current).Fingerprint), hold!.Row.On);
        Assert.Equal(head, await store.ReadHeadAsync());
        // Its end still reaches the merchant.
        await store.PutAsync("test", [hold.Row with { UntilUnixMs = 9_000 }]);
        Assert.Equal(9_000, Assert.Single((await Make.ReadAsync(store, 1, 1)).Merchant.Record!.Value.Holds).UntilUnixMs);
    }

    [Fact]
    public async Task A_key_that_the_file_does_not_know_is_named_with_its_rows_and_nothing_is_changed()
    {
        await MakeAsync(Keys("k1"));
        await using var jobs = Trail.Jobs(Path);
        var refused = await Assert.ThrowsAsync<UnknownHashKeyException>(() => KeyRotation.RunAsync(jobs, Keys("k7", "k8"), 10, TimeSpan.Zero, TimeProvider.System));
        Assert.Contains("'k1', under which 25 hashes of cards stand", refused.Message, StringComparison.Ordinal);
        // Also without the look before: the batch itself is taken back.
        await Assert.ThrowsAsync<UnknownHashKeyException>(() => jobs.RotateAsync(Keys("k7", "k8"), default, 10));
        Assert.Equal(0, RawFile.Number(Path, "SELECT count(*) FROM audit WHERE action = 'rotate keys'"));
        Assert.Equal(Count, RawFile.Number(Path, "SELECT count(*) FROM identity WHERE document_hash_key = 'k1'"));
    }

    [Fact]
    public async Task Gateways_write_between_two_batches_and_what_one_writes_under_the_old_key_is_found_and_told()
    {
        var (old, current) = (Keys("k1"), Keys("k1", "k2"));
        await MakeAsync(old);
        await using var store = Make.Store(Path);
        await using var jobs = Trail.Jobs(Path);
        var n = 0;
        var (rows, left) = await KeyRotation.RunAsync(jobs, current, 10, TimeSpan.Zero, TimeProvider.System, _ =>
            store.PutAsync("test", [Identity(1, old) with { VerifiedAtUnixMs = ++n }]).GetAwaiter().GetResult());
        Assert.Equal(2, left);
        Assert.True(rows > 2 * Count);
        Assert.Equal((1, 0), await KeyRotation.RunAsync(jobs, current, 10, TimeSpan.Zero, TimeProvider.System));
    }

    private async Task MakeAsync(HashKeys keys)
    {
        await using var store = Make.Store(Path, new SetTime(Trail.Begin));
        await HashedRows.MakeAsync(store, keys);
    }
}
