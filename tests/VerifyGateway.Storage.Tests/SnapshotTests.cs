using System.Collections;
using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Records;
using VerifyGateway.Storage.Sqlite;
using VerifyGateway.TestKit;

namespace VerifyGateway.Storage.Tests;

public sealed class SnapshotTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string Path => _folder.File("vg.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_read_sees_one_state_while_a_writer_commits_in_its_middle()
    {
        await using var store = Make.Store(Path);
        await WriteBothAsync(store, MerchantState.Active);
        WriteResult during = default;
        var keys = new KeysWithHook([Make.Pair(1, 1), Make.Pair(2, 2)], () => during = WriteBothAsync(store, MerchantState.WindDown).AsTask().GetAwaiter().GetResult());

        var old = await store.ReadPairsAsync(keys, CancellationToken.None);
        var now = await store.ReadPairsAsync([Make.Pair(1, 1), Make.Pair(2, 2)], CancellationToken.None);

        // The writer did not wait for the reader, nor the reader for the writer.
        Assert.Equal(new WriteResult(2, 4), during);
        Assert.All(old, pair => Assert.Equal((MerchantState.Active, 2), (pair.Merchant.Record!.State, pair.Merchant.Head)));
        Assert.All(now, pair => Assert.Equal((MerchantState.WindDown, 4), (pair.Merchant.Record!.State, pair.Merchant.Head)));
    }

    [Fact]
    public async Task A_reader_does_not_wait_for_a_writer_that_holds_the_write_lock()
    {
        await using var store = Make.Store(Path);
        await WriteBothAsync(store, MerchantState.Active);
        await store.WriteAsync(batch =>
        {
            batch.UpsertMerchant(Make.Merchant(1, "ID-1", MerchantState.WindDown));
            var seen = Make.ReadAsync(store, 1, 1).GetAwaiter().GetResult();
            Assert.Equal((MerchantState.Active, 1, 2), (seen.Merchant.Record!.State, seen.Merchant.Revision, seen.Merchant.Head));
        });
    }

    [Fact]
    public async Task Under_many_writes_one_call_never_mixes_states_and_two_calls_do()
    {
        await using var store = Make.Store(Path);
        await WriteBothAsync(store, MerchantState.Active);
        using var stop = new CancellationTokenSource();
        var writer = Task.Run(async () =>
        {
            for (var n = 0; !stop.IsCancellationRequested; n++)
            {
                await WriteBothAsync(store, n % 2 == 0 ? MerchantState.WindDown : MerchantState.Active);
            }
        });

        var sawChange = 0;
        var mixedByTwoCalls = 0;
        var last = MerchantState.Active;
        await Wait.UntilAsync(async () =>
        {
            for (var n = 0; n < 50; n++)
            {
                var both = await store.ReadPairsAsync([Make.Pair(1, 1), Make.Pair(2, 2)], CancellationToken.None);
                Assert.Equal(both[0].Merchant.Record!.State, both[1].Merchant.Record!.State);
                Assert.Equal(both[0].Merchant.Revision + 1, both[1].Merchant.Revision);
                Assert.Equal(both[1].Merchant.Revision, both[1].Merchant.Head);
                sawChange += both[0].Merchant.Record!.State != last ? 1 : 0;
                last = both[0].Merchant.Record!.State;

                // The control: what a call a key would have seen.
                var first = (await store.ReadPairsAsync([Make.Pair(1, 1)], CancellationToken.None))[0];
                var second = (await store.ReadPairsAsync([Make.Pair(2, 2)], CancellationToken.None))[0];
                mixedByTwoCalls += first.Merchant.Record!.State != second.Merchant.Record!.State ? 1 : 0;
            }

            return sawChange >= 20 && mixedByTwoCalls >= 1;
        }, "reads to fall between writes");
        await stop.CancelAsync();
        await writer;
    }

    [Fact]
    public async Task A_cancelled_read_stops_between_keys_and_the_connection_is_good_afterwards()
    {
        await using var store = SqliteStore.Open(new SqliteStoreOptions { Path = Path, MaxReaders = 1 }, TimeProvider.System);
        await WriteBothAsync(store, MerchantState.Active);
        using var cancel = new CancellationTokenSource();
        var keys = new KeysWithHook([Make.Pair(1, 1), Make.Pair(2, 2), Make.Pair(1, 1)], cancel.Cancel);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await store.ReadPairsAsync(keys, cancel.Token));
        Assert.Equal(2, keys.Asked);
        Assert.NotNull((await Make.ReadAsync(store, 0, 1)).Merchant.Record);
    }

    [Fact]
    public async Task More_reads_than_connections_wait_their_turn()
    {
        await using var store = SqliteStore.Open(new SqliteStoreOptions { Path = Path, MaxReaders = 1 }, TimeProvider.System);
        await WriteBothAsync(store, MerchantState.Active);
        ValueTask<IReadOnlyList<RecordPair>> waiting = default;
        var wasWaiting = false;
        var keys = new KeysWithHook([Make.Pair(1, 1), Make.Pair(2, 2)], () =>
        {
            waiting = store.ReadPairsAsync([Make.Pair(1, 1)], CancellationToken.None);
            wasWaiting = !waiting.IsCompleted;
        });

        await store.ReadPairsAsync(keys, CancellationToken.None);
        Assert.True(wasWaiting);
        Assert.NotNull((await waiting)[0].Merchant.Record);
    }

    [Theory]
    [InlineData("UPDATE merchant SET packed = x'00'")]
    [InlineData("UPDATE merchant SET packed = x''")]
    [InlineData("UPDATE merchant SET packed = (SELECT packed FROM merchant WHERE merchant_no LIKE '%2')")]
    [InlineData("UPDATE merchant SET packed = substr(packed, 1, length(packed) - 1)")]
    [InlineData("UPDATE merchant SET revision = 0")]
    [InlineData("UPDATE merchant SET revision = 99")]
    [InlineData("DELETE FROM feed_head")]
    [InlineData("ALTER TABLE merchant RENAME TO lost")]
    public async Task What_is_damaged_is_unavailable_and_never_a_guess(string damage)
    {
        await using var store = Make.Store(Path);
        await WriteBothAsync(store, MerchantState.Active);
        RawFile.Execute(Path, damage);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => Make.ReadAsync(store, 1, 1));
    }

    private static ValueTask<WriteResult> WriteBothAsync(SqliteStore store, MerchantState state) => store.WriteAsync(batch =>
    {
        batch.UpsertIdentity(Make.Identity("ID-1"));
        batch.UpsertMerchant(Make.Merchant(1, "ID-1", state));
        batch.UpsertMerchant(Make.Merchant(2, "ID-1", state));
    });

    /// <summary>Keys that do something just before the second is looked at, in the middle of the read.</summary>
    private sealed class KeysWithHook(PairKey[] keys, Action beforeSecond) : IReadOnlyList<PairKey>
    {
        public int Asked { get; private set; }

        public int Count => keys.Length;

        public PairKey this[int index]
        {
            get
            {
                if (++Asked == 2)
                {
                    beforeSecond();
                }

                return keys[index];
            }
        }

        public IEnumerator<PairKey> GetEnumerator() => ((IEnumerable<PairKey>)keys).GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
