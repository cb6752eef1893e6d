using VerifyGateway.Caching.Memory;
using VerifyGateway.Server.Checks;

namespace VerifyGateway.Server.Tests;

/// <summary>Whom a change concerns: those who were added and not removed, each once.</summary>
public sealed class ChangeIndexTests(ITestOutputHelper output)
{
    [Fact]
    public void Concerns_AddedAndRemovedInAnyOrder_AreThoseThatAreLeft()
    {
        var random = new Random(DirectComparisonTests.SeedOf(output));
        var index = new ChangeIndex();
        var left = Enumerable.Range(0, 8).Select(static _ => new List<Concern>()).ToArray();
        for (var step = 0; step < 20_000; step++)
        {
            var record = random.Next(left.Length);
            if (left[record].Count == 0 || random.Next(left[record].Count) < 3)
            {
                var seen = new SeenTerminal(null!, default);
                left[record].Add(new Concern(HashOf(record), seen));
                index.Add(left[record][^1]);
            }
            else
            {
                var which = random.Next(left[record].Count);
                index.Remove(left[record][which]);
                left[record].RemoveAt(which);
            }

            Assert.True(left[record].Select(static it => it.Seen).ToHashSet().SetEquals(index.Of(HashOf(record)) ?? []));
            Assert.Equal(left[record].Count, index.Of(HashOf(record))?.Count ?? 0);
        }
    }

    [Fact]
    public async Task Concerns_OfManyThreads_NoneIsLost()
    {
        var index = new ChangeIndex();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(() =>
        {
            for (var round = 0; round < 2_000; round++)
            {
                var concerns = Enumerable.Range(0, 8).Select(record => new Concern(HashOf(record), new SeenTerminal(null!, default))).ToArray();
                Array.ForEach(concerns, index.Add);
                foreach (var concern in concerns)
                {
                    Assert.Contains(concern.Seen, index.Of(concern.Record)!);
                }

                Array.ForEach(concerns, index.Remove);
            }
        })));
        Assert.All(Enumerable.Range(0, 8), record => Assert.Null(index.Of(HashOf(record))));
    }

    /// <summary>All in one shard, and some that differ in one half only.</summary>
    private static RecordHash HashOf(int record) => new((ulong)(record / 2), 64ul * (ulong)(record % 2));
}
