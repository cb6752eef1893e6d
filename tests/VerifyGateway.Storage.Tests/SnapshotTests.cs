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
        Assert.All(old, pair => Assert.Equal((MerchantState.Active, 2), (pair.Merchant.Record!.Value.State, pair.Merchant.Head)));
        Assert.All(now, pair => Assert.Equal((MerchantState.WindDown, 4), (pair.Merchant.Record!.Value.State, pair.Merchant.Head)));
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
