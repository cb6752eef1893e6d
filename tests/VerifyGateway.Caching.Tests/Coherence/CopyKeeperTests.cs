using VerifyGateway.Caching.Coherence;
using VerifyGateway.Caching.Memory;
using VerifyGateway.Caching.Store;
using VerifyGateway.Caching.Tests.Support;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Caching.Tests.Coherence;

/// <summary>What comes into memory, and what keeps it the newest; steps of PROTOCOL.md.</summary>
public sealed class CopyKeeperTests(ITestOutputHelper output) : IDisposable
{
    private static readonly TerminalKey Key = Make.TerminalKey(1);

    private readonly FleetMemory _memory = new(RecordHasher.Random(), 16 << 20, static _ => { }, static _ => { });

    public void Dispose() => _memory.Dispose();

    [Theory]
    [InlineData(9, Admission.BelowWindow)]
    [InlineData(10, Admission.Admitted)]
    [InlineData(12, Admission.Admitted)]
    public void A1_ACopyReadBelowTheWindow_IsRefused(long head, Admission admission)
    {
        var keeper = KeeperAt(10, window: 100);
        Apply(keeper, Make.TerminalKey(2), 2);
        Assert.Equal(admission, Admit(keeper, 5, head));
    }

    [Theory]
    [InlineData(11, 11, Admission.NewerKnown)]
    [InlineData(12, 12, Admission.Admitted)]
    [InlineData(12, 14, Admission.Admitted)]
    public void A2_ACopyOlderThanAChangeThatWasApplied_IsRefused(long revision, long head, Admission admission)
    {
        var keeper = KeeperAt(10, window: 100);
        Apply(keeper, Make.TerminalKey(2), 1);
        Apply(keeper, Key, 1);
        Assert.Equal(admission, Admit(keeper, revision, head));
        Assert.Equal(admission == Admission.Admitted, keeper.TryGet(Key, keeper.HashOf(Key), out _, out _));
    }

    [Fact]
    public void A2_Control_WithoutTheIndexTheOldCopyStaysForEver()
    {
        var keeper = new CopyKeeper(_memory, window: 100, checksAdmission: false);
        keeper.Reset(10);
        Apply(keeper, Key, 1, TerminalState.Suspended);
        Assert.Equal(Admission.Admitted, Admit(keeper, 10, 10));
        Apply(keeper, Make.TerminalKey(2), 50);
        Assert.True(keeper.TryGet(Key, keeper.HashOf(Key), out TerminalRecord? record, out _));
        Assert.Equal(TerminalState.Active, record!.Value.State);
    }

    [Fact]
    public void A3_ACopyOfALowerRevision_DoesNotReplaceAHigherOne()
    {
        var keeper = KeeperAt(10, window: 100);
        Assert.Equal(Admission.Admitted, Admit(keeper, 14, 15));
        Assert.Equal(Admission.Admitted, Admit(keeper, 9, 12));
        Assert.Equal(14, RevisionOf(keeper));
    }

    [Theory]
    [InlineData(true, Admission.FromBeyond)]
    [InlineData(false, Admission.Admitted)]
    public void A4_ACopyFromBeyondWhatIsApplied_IsRefusedWhenItIsFromRedis(bool isFromRedis, Admission admission)
    {
        var keeper = KeeperAt(10, window: 100);
        Assert.Equal(admission, keeper.Admit(keeper.HashOf(Key), Make.TerminalCopy(Key, 11, 11), keeper.Epoch, isFromRedis));
        Apply(keeper, Make.TerminalKey(2), 1);
        Assert.Equal(Admission.Admitted, keeper.Admit(keeper.HashOf(Key), Make.TerminalCopy(Key, 11, 11), keeper.Epoch, isFromRedis));
    }

    [Fact]
    public void A5_ACopyFromBeforeEverythingWasForgotten_IsRefused()
    {
        var keeper = KeeperAt(10, window: 100);
        var epoch = keeper.Epoch;
        keeper.Reset(10);
        Assert.Equal(Admission.Forgotten, keeper.Admit(keeper.HashOf(Key), Make.TerminalCopy(Key, 5, 10), epoch, isFromRedis: false));
        Assert.Equal(Admission.Admitted, Admit(keeper, 5, 10));
        keeper.Close();
        Assert.Equal(Admission.Forgotten, Admit(keeper, 5, 10));
        Assert.False(keeper.TryGet(Key, keeper.HashOf(Key), out _, out _));
    }

    [Fact]
    public void F2_AnEntryOfAKeyInMemory_ReplacesItsCopy()
    {
        var keeper = KeeperAt(10, window: 100);
        Admit(keeper, 5, 10);
        Apply(keeper, Key, 1, TerminalState.Lost);
        Assert.True(keeper.TryGet(Key, keeper.HashOf(Key), out TerminalRecord? record, out var revision));
        Assert.Equal((TerminalState.Lost, 11), (record!.Value.State, revision));
        Assert.Equal(11, keeper.Applied);
    }

    [Fact]
    public void F2_AnEntryOfAKeyThatIsNotInMemory_DoesNotBringItThere()
    {
        var keeper = KeeperAt(10, window: 100);
        Apply(keeper, Key, 1);
        Assert.False(keeper.TryGet(Key, keeper.HashOf(Key), out _, out _));
    }

    [Fact]
    public void F2_AnEntryThatDoesNotUnpack_TakesTheCopyOut()
    {
        var keeper = KeeperAt(10, window: 100);
        Admit(keeper, 5, 10);
        keeper.Apply(new FeedEntry(11, 1, FeedEntity.Terminal, Key.Acquirer, Key.Sn.ToString(), new byte[] { 0x7F, 1, 2 }));
        Assert.False(keeper.TryGet(Key, keeper.HashOf(Key), out _, out _));
        Assert.Equal(Admission.NewerKnown, Admit(keeper, 5, 10));
    }

    [Fact]
    public void F2_AnEntryOfAKindThatIsNotKnown_IsPassed()
    {
        var keeper = KeeperAt(10, window: 100);
        keeper.Apply(new FeedEntry(11, 1, (FeedEntity)99, Key.Acquirer, "anything", new byte[] { 1 }));
        Assert.Equal((11, 1), (keeper.Applied, keeper.ChangesKnown));
    }

    [Fact]
    public void F2_AnEntryOutOfTurn_IsNotApplied()
    {
        var keeper = KeeperAt(10, window: 100);
        Assert.Throws<InvalidOperationException>(() => keeper.Apply(Entry(12, Key, TerminalState.Active)));
        Assert.Equal(10, keeper.Applied);
    }

    [Fact]
    public void F4_TheWindow_IsNeverLongerThanItMayBeAndItsFloorFollows()
    {
        var keeper = KeeperAt(10, window: 3);
        Apply(keeper, Key, 1);
        Apply(keeper, Make.TerminalKey(2), 2);
        Assert.Equal((10, 3), (keeper.Floor, keeper.ChangesKnown));
        Assert.Equal(Admission.NewerKnown, Admit(keeper, 5, 10));
        Apply(keeper, Make.TerminalKey(3), 1);
        Assert.Equal((11, 3), (keeper.Floor, keeper.ChangesKnown));
        // The index knows nothing of the key any more: what was read before the change is refused by the floor.
        Assert.Equal(Admission.BelowWindow, Admit(keeper, 5, 10));
        Assert.Equal(Admission.Admitted, Admit(keeper, 11, 11));
    }

    [Fact]
    public void F4_AKeyThatChangesAgain_StaysInTheIndexWhenItsFirstChangeLeaves()
    {
        var keeper = KeeperAt(10, window: 2);
        Apply(keeper, Key, 2);
        Apply(keeper, Make.TerminalKey(2), 1);
        Assert.Equal(11, keeper.Floor);
        Assert.Equal(Admission.NewerKnown, Admit(keeper, 11, 11));
        Assert.Equal(Admission.Admitted, Admit(keeper, 12, 12));
    }

    /// <summary>
    /// Threads admit copies that are true of their snapshot, however late, and take copies out of memory, as evictions do; one applies the
    /// feed. None is admitted that was changed by what was applied before, and what memory holds in the end is the newest.
    /// </summary>
    [Fact]
    public async Task A_AnyOrderOfAdmissionsAndEntries_LeavesTheNewestInMemory()
    {
        var random = Seed.Next(output);
        for (var round = 0; round < 30; round++)
        {
            _memory.Clear();
            var keeper = KeeperAt(0, window: 1 + random.Next(20));
            var keys = Enumerable.Range(0, 8).Select(Make.TerminalKey).ToArray();
            var newest = new long[keys.Length];
            var history = new List<(int Key, long Revision)>();
            for (var revision = 1L; revision <= 2_000; revision++)
            {
                history.Add((random.Next(keys.Length), revision));
            }

            using var stop = new CancellationTokenSource();
            var readers = Enumerable.Range(0, 3).Select(seed => Task.Run(() =>
            {
                var mine = new Random(seed + round);
                while (!stop.IsCancellationRequested)
                {
                    // A snapshot that lies some entries behind what is applied, or before it.
                    var head = Math.Clamp(keeper.Applied + mine.Next(-15, 4), 0, history.Count);
                    var at = mine.Next(keys.Length);
                    var last = history.FindLastIndex((int)Math.Max(0, head - 1), it => it.Key == at && it.Revision <= head);
                    if (mine.Next(2) == 0)
                    {
                        _memory.RemoveTerminal(keeper.HashOf(keys[at]), long.MaxValue);
                    }

                    if (last >= 0)
                    {
                        var applied = (int)keeper.Applied;
                        var admission = keeper.Admit(keeper.HashOf(keys[at]), Make.TerminalCopy(keys[at], history[last].Revision, head), keeper.Epoch, isFromRedis: false);
                        var known = applied == 0 ? -1 : history.FindLastIndex(applied - 1, it => it.Key == at);
                        Assert.False(admission == Admission.Admitted && last < known, $"revision {last + 1} was admitted after {known + 1} was applied");
                    }
                }
            })).ToArray();
            foreach (var (at, revision) in history)
            {
                newest[at] = revision;
                keeper.Apply(Entry(revision, keys[at], TerminalState.Active));
                var known = keeper.TryGet(keys[at], keeper.HashOf(keys[at]), out _, out var held);
                Assert.True(!known || held >= revision, $"revision {held} is held after {revision} was applied");
            }

            await stop.CancelAsync();
            await Task.WhenAll(readers);
            for (var at = 0; at < keys.Length; at++)
            {
                Assert.True(!keeper.TryGet(keys[at], keeper.HashOf(keys[at]), out _, out var held) || held == newest[at], $"{held} is held, {newest[at]} is the newest");
            }
        }
    }

    private static FeedEntry Entry(long revision, in TerminalKey key, TerminalState state) =>
        new(revision, 1, FeedEntity.Terminal, key.Acquirer, key.Sn.ToString(), RecordCodec.Pack(Make.Terminal(key, state)));

    private static void Apply(CopyKeeper keeper, TerminalKey key, int times, TerminalState state = TerminalState.Active)
    {
        for (; times > 0; times--)
        {
            keeper.Apply(Entry(keeper.Applied + 1, key, state));
        }
    }

    private static Admission Admit(CopyKeeper keeper, long revision, long head) =>
        keeper.Admit(keeper.HashOf(Key), Make.TerminalCopy(Key, revision, head), keeper.Epoch, isFromRedis: false);

    private static long RevisionOf(CopyKeeper keeper) => keeper.TryGet(Key, keeper.HashOf(Key), out _, out var revision) ? revision : 0;

    private CopyKeeper KeeperAt(long revision, int window)
    {
        var keeper = new CopyKeeper(_memory, window);
        keeper.Reset(revision);
        return keeper;
    }
}
