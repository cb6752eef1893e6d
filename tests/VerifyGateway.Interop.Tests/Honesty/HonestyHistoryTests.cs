using VerifyGateway.V1;

namespace VerifyGateway.Interop.Tests.Honesty;

/// <summary>The judge of a history, and what a watcher notes, on histories made by hand.</summary>
public sealed class HonestyHistoryTests
{
    private const int Bound = 2_000;

    private static readonly Freeze Freeze = new(HoldKind.Risk, HoldTarget.Merchant, First: 40, Count: 10, "H1", Revision: 7, CommittedBeforeMs: 1_000, LiftedAfterMs: 9_000);

    [Theory]
    [InlineData(3_001, 8_999, 49, 0, 1)] // Began later than the bound after it.
    [InlineData(2_999, 8_999, 49, 0, 0)] // Within the bound.
    [InlineData(2_999, 8_999, 49, 7, 1)] // Within the bound, but asked for its revision.
    [InlineData(2_999, 8_999, 49, 6, 0)] // Asked for an older one.
    [InlineData(3_001, 9_000, 49, 0, 0)] // It may have been lifted.
    [InlineData(3_001, 8_999, 50, 0, 0)] // Another merchant's.
    public void Judge_AllowOfWhatIsFrozen_IsStaleWhenOnlyADeclineIsTrue(double began, double ended, int terminal, long atLeast, int stale)
    {
        var history = new HonestyHistory();
        history.Add(Freeze);
        history.Add(new Check(1, terminal, atLeast, began, ended, Decision.Allow, AnswerSource.Memory, 7));
        Assert.Equal(stale, history.Judge(Bound).Stale.Count);
    }

    [Fact]
    public void Judge_DeclineOfWhatIsFrozen_IsCountedAndNotStale()
    {
        var history = new HonestyHistory();
        history.Add(Freeze);
        history.Add(new Check(1, 45, 0, 4_000, 4_001, Decision.Decline, AnswerSource.Redis, 7, WasQueued: true));
        var verdict = history.Judge(Bound);
        Assert.Equal((1, 1, 0), (verdict.Late, verdict.Queued, verdict.Stale.Count));
    }

    [Theory]
    [InlineData(1, 10, 20, AnswerSource.Memory, 1)] // After the other was answered.
    [InlineData(1, 4, 20, AnswerSource.Memory, 0)] // Asked for before the other was answered.
    [InlineData(2, 10, 20, AnswerSource.Memory, 0)] // Another process.
    [InlineData(1, 10, 20, AnswerSource.Store, 0)] // Not from memory.
    public void Judge_OlderAnswerOfAProcess_IsFoundWhenItsMemoryWentBack(int process, double began, double ended, AnswerSource source, int back)
    {
        var history = new HonestyHistory();
        history.Add(new Check(1, 3, 0, 1, 5, Decision.Allow, AnswerSource.Memory, 100));
        history.Add(new Check(process, 3, 0, began, ended, Decision.Allow, source, 99));
        Assert.Equal(back, history.Judge(Bound).Back.Count);
    }

    [Fact]
    public void Judge_AnswerOlderThanWasAskedFor_IsFound()
    {
        var history = new HonestyHistory();
        history.Add(new Check(1, 3, 100, 1, 5, Decision.Allow, AnswerSource.Store, 99));
        Assert.Single(history.Judge(Bound).Back);
    }

    [Fact]
    public void Watcher_ThatWasToldEverything_FindsNothing()
    {
        var watcher = AfterSnapshot();
        watcher.Apply(Event(11, "B"));
        watcher.Begin();
        watcher.Apply(Event(11, "B"));
        watcher.Apply(Checkpoint(12));
        Assert.Empty(watcher.Broken);
        Assert.Empty(watcher.Missing([11]));
        Assert.Empty(watcher.Differences([Listed("A", 3), Listed("B", 11)]));
    }

    [Fact]
    public void Watcher_ThatMissedAWrite_FindsIt()
    {
        var watcher = AfterSnapshot();
        watcher.Apply(Checkpoint(12));
        Assert.Equal([11], watcher.Missing([10, 11, 13]));
        Assert.Equal(["held: ", "listed: "], watcher.Differences([Listed("A", 11)]).Select(static line => line[..(line.IndexOf(' ', StringComparison.Ordinal) + 1)]));
    }

    [Fact]
    public void Watcher_ThatIsToldOfWhatIsBelowACheckpoint_FindsIt()
    {
        var watcher = AfterSnapshot();
        watcher.Apply(Checkpoint(12));
        watcher.Begin();
        watcher.Apply(Event(12, "A"));
        Assert.Single(watcher.Broken);
    }

    private static HonestyWatcher AfterSnapshot()
    {
        var watcher = new HonestyWatcher();
        watcher.Begin();
        watcher.Apply(new WatchBindingsResponse { SnapshotPage = new WatchSnapshotPage { Terminals = { new WatchedTerminal { TerminalSn = "A", Revision = 3 } } } });
        watcher.Apply(new WatchBindingsResponse { SnapshotEnd = new WatchSnapshotEnd { Revision = 10, ExactFromRevision = 10 } });
        return watcher;
    }

    private static WatchBindingsResponse Event(long revision, string sn) =>
        new() { Event = new WatchEvent { Revision = revision, EndsWrite = true, Terminals = { new WatchedTerminal { TerminalSn = sn, Revision = revision } } } };

    private static WatchBindingsResponse Checkpoint(long revision) => new() { Checkpoint = new WatchCheckpoint { Revision = revision } };

    private static Binding Listed(string sn, long revision) => new() { TerminalSn = sn, Revision = revision };
}
