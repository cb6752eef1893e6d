using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using VerifyGateway.Storage.Maintenance;
using VerifyGateway.Storage.Writing;
using VerifyGateway.TestKit;

namespace VerifyGateway.Storage.Tests.Killed;

/// <summary>
/// The process is killed in 200 places of a write load that chance chooses: what was acknowledged is there, nothing is there by half,
/// and the feed and the audit trail have no gap. (A loss of power is not tried: that is what synced commits are for.)
/// </summary>
internal static class KilledProcess
{
    private const int Kills = 200;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Kills the child and looks at what it left, again and again.</summary>
    /// <param name="child">Its arguments.</param>
    /// <param name="output">Told the seed and what was done.</param>
    /// <param name="jobs">Opens the store for maintenance.</param>
    public static async Task KillAsync(string[] child, ITestOutputHelper output, Func<Task<IStoreMaintenance>> jobs)
    {
        var seed = RandomNumberGenerator.GetInt32(int.MaxValue);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"seed {seed}"));
        var random = new Random(seed);
        var follower = new Follower();
        var acknowledged = 0;
        var unanswered = 0;
        for (var kill = 0; kill < Kills; kill++)
        {
            using var writer = ChildProcess.Start(Environment.ProcessPath!, child);
            var steps = random.Next(1, 40);
            await Wait.UntilAsync(() => writer.HasExited || Acknowledged(writer).Count >= steps, "the child to write", Limit);
            Assert.False(writer.HasExited, writer.Output);
            // Some hundred microseconds on: anywhere in a transaction.
            Thread.SpinWait(random.Next(200_000));
            writer.Kill();
            await writer.WaitForExitAsync(Limit);

            var acks = Acknowledged(writer);
            acknowledged += acks.Count;
            await using var store = await KilledWriter.OpenAsync(child[1], child[2]);
            await SettleAsync(store);
            unanswered += await AssertWholeAsync(store, acks);
            await follower.FollowAsync(store);
        }

        await using var maintenance = await jobs();
        var trail = await AuditCheck.RunAsync(maintenance);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{acknowledged} steps acknowledged, {unanswered} done and not acknowledged, {follower.Revision} revisions, {trail.Lines} audit lines"));
        Assert.Null(trail.Finding);
        Assert.Equal(trail.Lines, trail.LinesWithFeed);
        Assert.True(trail.Lines >= acknowledged);
        Assert.True(acknowledged >= Kills, "Hardly anything was written.");
        // Or the kills fell between transactions only.
        Assert.True(unanswered > 0, "No kill fell between a commit and its answer.");
    }

    /// <summary>
    /// Waits for the head's lock and gives it back: a database server may still be at work on what the process sent before it died,
    /// and would otherwise commit it between two reads of this test.
    /// </summary>
    private static Task<int> SettleAsync(ISystemOfRecord store) => store.WriteLongAsync(async write =>
    {
        await write.PutAsync([], CommandOrigin.Own("test", "settle"), static (_, refused) => throw refused, CancellationToken.None);
        return 0;
    });

    /// <summary>Returns how many callers had a step done that was not acknowledged.</summary>
    private static async Task<int> AssertWholeAsync(ISystemOfRecord store, List<(int Caller, int Step)> acknowledged)
    {
        var unanswered = 0;
        var callers = acknowledged.GroupBy(static ack => ack.Caller).ToDictionary(static group => group.Key, static group => group.Max(ack => ack.Step));
        for (var caller = 1; caller <= KilledWriter.Callers; caller++)
        {
            if (await store.FindDocumentAsync(KilledWriter.Matter(caller)) is not { } matter)
            {
                Assert.False(callers.ContainsKey(caller), "An acknowledged step is gone.");
                continue;
            }

            var step = int.Parse(matter.Row.Content, CultureInfo.InvariantCulture);
            var last = callers.GetValueOrDefault(caller);
            Assert.InRange(step, last, last == 0 ? int.MaxValue : last + 1);
            unanswered += last > 0 && step > last ? 1 : 0;

            // All that the step wrote is of that step, and its answer is kept.
            var pairs = await store.ReadPairsAsync([Make.Pair((caller * 2) - 1, caller), Make.Pair(caller * 2, caller)], CancellationToken.None);
            Assert.All(pairs, pair => Assert.Equal(
                (KilledWriter.Day(step), KilledWriter.Day(step), (long)step),
                (pair.Terminal.Record!.Value.EndedOn!.Value, pair.Merchant.Record!.Value.OpenedOn!.Value, pair.Merchant.Record!.Value.VerifiedAtUnixMs)));
            var again = await store.WriteAsync(KilledWriter.Step(caller, step));
            Assert.True(again.IsRepeat);
            Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"{caller}-{step}"), Encoding.UTF8.GetString(again.Result.Span));
        }

        foreach (var (caller, step) in acknowledged)
        {
            Assert.True((await store.WriteAsync(KilledWriter.Step(caller, step))).IsRepeat, "An acknowledged step is gone.");
        }

        return unanswered;
    }

    /// <summary>What the child printed whole: its last line may be cut off.</summary>
    private static List<(int Caller, int Step)> Acknowledged(ChildProcess child) =>
    [
        .. child.Output.Split('\n').Select(static line => line.TrimEnd('\r').Split(' '))
            .Where(static words => words is ["ack", _, _, "."])
            .Select(static words => (int.Parse(words[1], CultureInfo.InvariantCulture), int.Parse(words[2], CultureInfo.InvariantCulture))),
    ];

    /// <summary>Reads the feed on from where it was: the store refuses to give one with a gap.</summary>
    private sealed class Follower
    {
        public long Revision { get; private set; }

        public async Task FollowAsync(ISystemOfRecord store)
        {
            for (;;)
            {
                var page = await store.ReadFeedAsync(Revision, StoreLimits.MaxFeedEntries);
                Revision += page.Entries.Count;
                if (Revision == page.Head)
                {
                    return;
                }
            }
        }
    }
}
