using Grpc.Core;
using VerifyGateway.Server.Callers;
using VerifyGateway.Storage.Rows;
using VerifyGateway.V1;
using static VerifyGateway.Server.Tests.Rows;
using HoldKind = VerifyGateway.Domain.Records.HoldKind;
using RecordState = VerifyGateway.Domain.Records.TerminalState;

namespace VerifyGateway.Server.Tests.Watching;

/// <summary>What a watcher is told, from where on, and what not.</summary>
public sealed class WatchTests : IAsyncLifetime
{
    private StoreServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await StoreServer.StartAsync();
        await _server.Store.PutAsync(Identity("ID-1"), Merchant(1, "ID-1"), Merchant(2, "ID-1"), Terminal(1, 1), Terminal(2, 1), Terminal(3, 2, RecordState.Retired));
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Snapshot_IsEverythingOutOfServiceIncluded_ThenItsEndThenACheckpoint()
    {
        using var watch = new Watched(_server.Client, Watched.FromSnapshot);
        var merchants = (await watch.NextAsync()).SnapshotPage;
        Assert.Equal([MerchantNo(1), MerchantNo(2)], merchants.Merchants.Select(merchant => merchant.MerchantNo));
        var terminals = (await watch.NextAsync()).SnapshotPage;
        Assert.Equal([(Sn(1), TerminalState.Active), (Sn(2), TerminalState.Active), (Sn(3), TerminalState.Retired)], terminals.Terminals.Select(terminal => (terminal.TerminalSn, terminal.TerminalState)));
        Assert.Equal(new WatchSnapshotEnd { Revision = 5, ExactFromRevision = 5 }, (await watch.NextAsync()).SnapshotEnd);
        Assert.Equal(5, (await watch.NextAsync()).Checkpoint.Revision);
        Assert.Equal(1, await _server.MetricAsync("verifygateway_watchers"));
    }

    [Fact]
    public async Task Event_IsOneAWriteWithAllItsChanges_AndAMerchantComesOnceHoweverManyTerminalsItHas()
    {
        using var watch = new Watched(_server.Client, Watched.After(5));
        await _server.Store.PutAsync(Terminal(1, 2), Terminal(4, 1), Merchant(3, "ID-1"));
        var written = await watch.NextEventAsync();
        Assert.Equal((8, true), (written.Revision, written.EndsWrite));
        Assert.Equal([MerchantNo(3)], written.Merchants.Select(merchant => merchant.MerchantNo));
        Assert.Equal([(Sn(1), MerchantNo(2), 6 + 1, 2), (Sn(4), MerchantNo(1), 8, 1)], written.Terminals.Select(terminal => (terminal.TerminalSn, terminal.MerchantNo, (int)terminal.Revision, (int)terminal.Version)));
        await _server.Store.PutAsync(Identity("ID-1", Domain.Records.IdentityState.Revoked));
        var revoked = await watch.NextEventAsync();
        Assert.Equal([IdentityState.Revoked, IdentityState.Revoked, IdentityState.Revoked], revoked.Merchants.Select(merchant => merchant.IdentityState));
        Assert.Empty(revoked.Terminals);
        Assert.Equal((await _server.Store.ReadFeedAsync(10, 1)).Entries[0].CommittedAtUnixMs, revoked.CommittedAtUnixMs);
        Assert.True(await _server.MetricAsync("verifygateway_watch_events_total") >= 2);
    }

    [Fact]
    public async Task Writes_OfAnotherAcquirer_GiveCheckpointsAndNothingElse()
    {
        using var watch = new Watched(_server.Client, Watched.After(5));
        await _server.Store.PutAsync(Identity("ID-1", acquirer: Acquirer2), Merchant(1, "ID-1", acquirer: Acquirer2), Terminal(9, 1, acquirer: Acquirer2));
        var copy = await watch.ApplyUntilAsync(new BindingCopy(Acquirer1), 7);
        Assert.Empty(copy.Events);
        // The other one does see it.
        using var other = new Watched(_server.Client, new WatchBindingsRequest { AcquirerId = Acquirer2, AfterRevision = 5 });
        Assert.Equal(Sn(9), Assert.Single((await other.NextEventAsync()).Terminals).TerminalSn);
    }

    [Fact]
    public async Task Start_AfterARevision_IsExactlyTheRest_AndWithinAWriteTheRestOfIt()
    {
        for (var n = 10; n < 15; n++)
        {
            await _server.Store.PutAsync(Merchant(n, "ID-1"), Terminal(n, n));
        }

        for (var after = 5; after <= 15; after++)
        {
            using var watch = new Watched(_server.Client, Watched.After(after));
            var copy = await watch.ApplyUntilAsync(new BindingCopy(Acquirer1), 15);
            Assert.Equal(
                Enumerable.Range(after + 1, 15 - after),
                copy.Events.SelectMany(one => one.Merchants.Select(merchant => merchant.Revision).Concat(one.Terminals.Select(terminal => terminal.Revision))).Select(revision => (int)revision));
        }
    }

    [Fact]
    public async Task Start_OfWhatIsGoneOrNotThereYet_IsOutOfRangeAndSaysHowToGoOn()
    {
        await _server.Store.PutAsync(Terminal(4, 1));
        using var future = new Watched(_server.Client, Watched.After(7));
        var notYet = await future.EndAsync();
        Assert.Equal((StatusCode.OutOfRange, "FEED_FUTURE", "6"), (notYet.StatusCode, StoreServer.InfoOf(notYet).Type, StoreServer.InfoOf(notYet).Metadata["head"]));
        RawStore.Execute(_server.Path, "UPDATE feed_head SET floor = 5; DELETE FROM feed WHERE revision <= 5");
        using var trimmed = new Watched(_server.Client, Watched.After(4));
        var gone = await trimmed.EndAsync();
        Assert.Equal((StatusCode.OutOfRange, "FEED_TRIMMED", "5"), (gone.StatusCode, StoreServer.InfoOf(gone).Type, StoreServer.InfoOf(gone).Metadata["floor"]));
        Assert.Contains("start from a snapshot", gone.Status.Detail, StringComparison.Ordinal);
        using var earliest = new Watched(_server.Client, Watched.FromEarliest);
        Assert.Equal(6, (await earliest.NextEventAsync()).Revision);
        Assert.Equal(2, await _server.MetricAsync("verifygateway_watch_ends_total{reason=\"out_of_range\"}"));
    }

    [Fact]
    public async Task Start_Earliest_OfAWholeFeed_MakesTheWholeCopy()
    {
        using var watch = new Watched(_server.Client, Watched.FromEarliest);
        var copy = await watch.ApplyUntilAsync(new BindingCopy(Acquirer1), 5);
        var list = await _server.Client.ListBindingsAsync(new ListBindingsRequest { AcquirerId = Acquirer1, PageSize = 100 });
        Assert.Equal(list.Bindings, copy.Bindings());
    }

    [Fact]
    public async Task Filter_Merchant_IsToldOfItsTerminalsAndOfThoseThatLeave()
    {
        using var watch = new Watched(_server.Client, new WatchBindingsRequest { MerchantNo = MerchantNo(1), Snapshot = new WatchFromSnapshot() });
        Assert.Equal(MerchantNo(1), Assert.Single((await watch.NextAsync()).SnapshotPage.Merchants).MerchantNo);
        Assert.Equal([Sn(1), Sn(2)], (await watch.NextAsync()).SnapshotPage.Terminals.Select(terminal => terminal.TerminalSn));
        Assert.Equal(5, (await watch.NextAsync()).SnapshotEnd.Revision);
        await _server.Store.PutAsync(Merchant(2, "ID-1", mask: 2), Terminal(3, 2, RecordState.Replaced));
        await _server.Store.PutAsync(Terminal(1, 2), Merchant(2, "ID-1", mask: 3));
        await _server.Store.PutAsync(Terminal(1, 2, RecordState.Suspended));
        await _server.Store.PutAsync(Terminal(1, 1, RecordState.Suspended));
        var left = await watch.NextEventAsync();
        Assert.Equal((MerchantNo(2), 0), (Assert.Single(left.Terminals).MerchantNo, left.Merchants.Count));
        var back = await watch.NextEventAsync();
        Assert.Equal((MerchantNo(1), TerminalState.Suspended), (Assert.Single(back.Terminals).MerchantNo, back.Terminals[0].TerminalState));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Filter_Terminal_FollowsItToAnotherMerchantAndThatMerchantFromThenOn(bool resumed)
    {
        var copy = new BindingCopy(Acquirer1);
        using var watch = new Watched(_server.Client, new WatchBindingsRequest { TerminalSn = Sn(1), Snapshot = new WatchFromSnapshot() });
        await watch.ApplyUntilAsync(copy, 5);
        Assert.Equal(MerchantNo(1), Assert.Single(copy.Bindings()).MerchantNo);
        if (resumed)
        {
            watch.Dispose();
        }

        await _server.Store.PutAsync(Merchant(1, "ID-1", mask: 4));
        await _server.Store.PutAsync(Terminal(2, 2), Merchant(2, "ID-1", mask: 5));
        await _server.Store.PutAsync(Terminal(1, 2));
        await _server.Store.PutAsync(Merchant(1, "ID-1", mask: 6));
        var last = await _server.Store.PutAsync(Merchant(2, "ID-1", mask: 7));
        using var rest = resumed ? new Watched(_server.Client, new WatchBindingsRequest { TerminalSn = Sn(1), AfterRevision = copy.ResumeAfter!.Value }) : null;
        await (rest ?? watch).ApplyUntilAsync(copy, last.Revision);
        Assert.Equal((await _server.Client.GetBindingAsync(new GetBindingRequest { Key = new BindingKey { AcquirerId = Acquirer1, TerminalSn = Sn(1) } })).Binding, Assert.Single(copy.Bindings()));
        Assert.Equal([0, 1, 0], copy.Events.Select(one => one.Terminals.Count));
        Assert.Equal(["999999******0004", "999999******0005", "999999******0007"], copy.Events.Select(one => Assert.Single(one.Merchants).SettlementCardMask));
    }

    [Theory]
    [InlineData(CallerRoles.ReadBindings, V1.HoldKind.Risk, 0)]
    [InlineData(CallerRoles.ReadBindings | CallerRoles.SeeConfidential, V1.HoldKind.Judicial, 1_000)]
    public async Task Holds_OfConfidentialKinds_AreShownAsToWhoAsksForTheBinding(CallerRoles roles, V1.HoldKind shown, long from)
    {
        await using var server = await StoreServer.StartAsync(callers: new CallerOptions { LoopbackRoles = roles });
        await server.Store.PutAsync(Identity("ID-1"), Merchant(1, "ID-1"), Terminal(1, 1));
        await server.Store.PutAsync(Hold("H-1", HoldSubject.Merchant(MerchantKey(1).No), HoldKind.Judicial));
        using var live = new Watched(server.Client, Watched.After(2));
        var hold = Assert.Single((await live.NextEventAsync()).Merchants[0].Holds);
        Assert.Equal((shown, from), (hold.Kind, hold.EffectiveAtUnixMs));
        using var whole = new Watched(server.Client, Watched.FromSnapshot);
        Assert.Equal(hold, Assert.Single((await whole.NextAsync()).SnapshotPage.Merchants[0].Holds));
    }

    [Fact]
    public async Task Request_Malformed_IsRefusedWithEveryField()
    {
        using var watch = new Watched(_server.Client, new WatchBindingsRequest { AcquirerId = "x", MerchantNo = "y", CheckpointIntervalMs = 99 });
        var refused = await watch.EndAsync();
        Assert.Equal(StatusCode.InvalidArgument, refused.StatusCode);
        Assert.All(["acquirer_id: ", "merchant_no: ", "checkpoint_interval_ms: INTERVAL_RANGE", "start: INPUT_MISSING"], part => Assert.Contains(part, refused.Status.Detail, StringComparison.Ordinal));
        using var negative = new Watched(_server.Client, new WatchBindingsRequest { TerminalSn = "z", AfterRevision = -1, CheckpointIntervalMs = 60_001 });
        refused = await negative.EndAsync();
        Assert.All(["terminal_sn: ", "after_revision: REVISION_NEGATIVE", "checkpoint_interval_ms: "], part => Assert.Contains(part, refused.Status.Detail, StringComparison.Ordinal));
    }
}
