using VerifyGateway.Domain.Reasons;
using VerifyGateway.TestKit;

namespace VerifyGateway.Domain.Tests.Reasons;

public class ReasonSetTests(ITestOutputHelper output)
{
    [Fact]
    public void None_Always_IsEmptyAndItsFirstIsOk()
    {
        Assert.True(ReasonSet.None.IsEmpty);
        Assert.Equal(0, ReasonSet.None.Count);
        Assert.Equal(Reason.Ok, ReasonSet.None.First);
        Assert.Empty(ReasonSet.None.Listed());
    }

    [Fact]
    public void Set_OfRandomReasons_BehavesAsASortedSet()
    {
        var random = Seed.New(output);
        var all = Enum.GetValues<Reason>();
        for (var i = 0; i < 2_000; i++)
        {
            var left = Pick(random, all);
            var right = Pick(random, all);
            var (a, b) = (ReasonSet.Of([.. left]), ReasonSet.Of([.. right]));

            Assert.Equal(left, a.Listed());
            Assert.Equal(left.Count, a.Count);
            Assert.Equal(left.Count == 0, a.IsEmpty);
            Assert.Equal(left.Count == 0 ? Reason.Ok : left.Min, a.First);
            Assert.All(all, reason => Assert.Equal(left.Contains(reason), a.Contains(reason)));
            Assert.Equal(left.Union(right).Order(), a.Or(b).Listed());
            Assert.Equal(left.Intersect(right).Order(), a.And(b).Listed());
            Assert.Equal(left.Except(right).Order(), a.Except(b).Listed());
            Assert.Equal(left.SetEquals(right), a == b);
            Assert.Equal(a, right.Aggregate(a, (set, reason) => set.With(reason)).Except(b.Except(a)));
        }
    }

    [Fact]
    public void Enumeration_OfAFullSet_DoesNotAllocate()
    {
        var set = ReasonSet.Of(Enum.GetValues<Reason>());
        Assert.Equal(43, Sum(set));
        var count = 0;
        Assert.Equal(0, Allocated.Least(() => count += Sum(set)));
        Assert.Equal(20 * 43, count);

        static int Sum(ReasonSet set)
        {
            var count = 0;
            foreach (var reason in set)
            {
                count += set.Outward().Contains(reason) || reason is Reason.FrozenJudicial or Reason.Sanctioned ? 1 : 0;
            }

            return count;
        }
    }

    [Theory]
    [InlineData(Reason.FrozenJudicial)]
    [InlineData(Reason.Sanctioned)]
    [InlineData(Reason.FrozenByRisk)]
    public void Outward_AnyConfidentialReason_LooksLikeARiskHold(Reason reason)
    {
        Assert.Equal(ReasonSet.Of(Reason.FrozenByRisk), ReasonSet.Of(reason).Outward());
        Assert.Equal(ReasonSet.Of(Reason.FrozenByRisk, Reason.NotVerified), ReasonSet.Of(Reason.NotVerified, reason).Outward());
        Assert.Equal(ReasonSet.Of(Reason.Deregistered, Reason.FrozenByRisk), ReasonSet.Of(reason, Reason.Deregistered).Outward());
    }

    [Fact]
    public void Outward_AllConfidentialReasonsAtOnce_IsOneRiskHold() =>
        Assert.Equal(ReasonSet.Of(Reason.FrozenByRisk), ReasonSet.Confidential.Outward());

    [Fact]
    public void Outward_NothingConfidential_ChangesNothing()
    {
        var rest = ReasonSet.Of(Enum.GetValues<Reason>()).Except(ReasonSet.Confidential);
        Assert.Equal(rest, rest.Outward());
        Assert.Equal(ReasonSet.None, ReasonSet.None.Outward());
    }

    [Fact]
    public void Outward_AnySet_KeepsTheOrderOfWhatGoesBeforeAConfidentialReason()
    {
        // Else the place of the neutral reason among the others would tell which one it stands for.
        foreach (var reason in Enum.GetValues<Reason>().Where(reason => !ReasonSet.Confidential.Contains(reason)))
        {
            var firsts = ReasonSet.Confidential.Listed().Select(secret => ReasonSet.Of(reason, secret).Outward().First).Distinct();
            Assert.Single(firsts);
            Assert.Single(ReasonSet.Confidential.Listed().Select(secret => secret < reason).Distinct());
        }
    }

    private static SortedSet<Reason> Pick(Random random, Reason[] all) => [.. all.Where(_ => random.Next(4) == 0)];
}
