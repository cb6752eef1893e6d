using VerifyGateway.Domain.Deciding;
using VerifyGateway.Domain.Policies;
using VerifyGateway.Domain.Reasons;
using VerifyGateway.Storage.Fleet;
using VerifyGateway.TestKit;

namespace VerifyGateway.Storage.Tests;

public sealed class SampleSeedTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public static string SamplePath => Path.Combine(AppContext.BaseDirectory, "sample-seed.ndjson");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1, 1, 1, Reason.Ok)]
    [InlineData(2, 2, 5, Reason.Ok)]
    [InlineData(3, 3, 1, Reason.TerminalNotRegistered)]
    [InlineData(4, 4, 1, Reason.TerminalNotRegistered)]
    [InlineData(5, 5, 1, Reason.TerminalNotRegistered)]
    [InlineData(6, 6, 1, Reason.TerminalNotActivated)]
    [InlineData(7, 7, 1, Reason.TerminalNotActivated)]
    [InlineData(8, 8, 1, Reason.TerminalSuspended)]
    [InlineData(9, 9, 1, Reason.TerminalSuspended)]
    [InlineData(10, 10, 1, Reason.Ok)]
    [InlineData(11, 10, 1, Reason.TerminalRetired)]
    [InlineData(12, 12, 1, Reason.TerminalRetired)]
    [InlineData(13, 13, 2, Reason.MerchantNotRegistered)]
    [InlineData(14, 14, 3, Reason.Deregistering)]
    [InlineData(15, 15, 4, Reason.Deregistered)]
    [InlineData(21, 21, 11, Reason.NotVerified)]
    [InlineData(22, 22, 12, Reason.VerificationPending)]
    [InlineData(23, 23, 13, Reason.VerificationNeedsInfo)]
    [InlineData(24, 24, 14, Reason.VerificationRejected)]
    [InlineData(25, 25, 15, Reason.Ok)]
    [InlineData(26, 26, 16, Reason.ReverificationRequired)]
    [InlineData(27, 27, 17, Reason.ReverificationRequired)]
    [InlineData(28, 28, 18, Reason.NotVerified)]
    [InlineData(29, 29, 19, Reason.DocumentExpired)]
    [InlineData(41, 41, 21, Reason.FrozenByOwner)]
    [InlineData(42, 42, 22, Reason.FrozenByRisk)]
    [InlineData(43, 43, 23, Reason.FrozenByRisk)]
    [InlineData(44, 44, 24, Reason.FrozenJudicial)]
    [InlineData(45, 45, 25, Reason.Sanctioned)]
    [InlineData(46, 46, 26, Reason.Ok)]
    [InlineData(47, 47, 27, Reason.Ok)]
    [InlineData(48, 48, 1, Reason.FrozenByRisk)]
    public async Task Each_terminal_of_the_sample_shows_its_case(int sn, int number, int merchant, Reason expected)
    {
        await using var store = Make.Store(_folder.File("vg.db"));
        await SeedLoader.LoadAsync(store, SamplePath);

        var pair = await Make.ReadAsync(store, sn, merchant);
        var query = new StatusQuery(Make.Acquirer(), Make.Sn(sn), Make.TerminalNo(number), Make.MerchantNo(merchant), TransactionKind.Sale);
        var verdict = StatusDecision.Decide(query, pair.Terminal.Record, pair.Merchant.Record, PolicySnapshot.Default, 1_800_000_000_000);

        Assert.Equal(expected == Reason.Ok ? Decision.Allow : Decision.Decline, verdict.Decision);
        if (expected != Reason.Ok)
        {
            Assert.Equal(expected, verdict.Reasons.First);
        }
    }

    [Fact]
    public async Task The_sample_shows_every_state()
    {
        await using var store = Make.Store(_folder.File("vg.db"));
        var result = await SeedLoader.LoadAsync(store, SamplePath);
        Assert.Equal(File.ReadAllLines(SamplePath).Length, result.Records);
        var page = await store.ReadFeedAsync(0, 1000);
        Assert.Equal(result.Write.ChangedRecords, page.Entries.Count);

        var (terminals, merchants) = Feed.Newest(page.Entries);
        Assert.Equal(10, terminals.Values.Select(record => record!.Value.State).Distinct().Count());
        Assert.Equal(4, merchants.Values.Select(record => record!.Value.State).Distinct().Count());
        Assert.Equal(8, merchants.Values.Select(record => record!.Value.Identity).Distinct().Count());
        Assert.Equal(4, merchants.Values.SelectMany(record => record!.Value.Holds).Select(hold => hold.Kind).Distinct().Count());
    }
}
