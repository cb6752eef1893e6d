using VerifyGateway.Cli.Generating;

namespace VerifyGateway.Cli.Tests;

/// <summary>Tests that measure the whole process, and so run while no other test does.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;

[Collection(nameof(Alone))]
public class GeneratorMemoryTests
{
    [Fact]
    public void A_million_terminals_need_no_more_memory_than_a_thousand()
    {
        Assert.True(FleetGenerator.Generate(new FleetSpec(1, 1_000)).Count() > 2_000);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var most = 0L;
        var lines = 0;
        foreach (var _ in FleetGenerator.Generate(new FleetSpec(1, 1_000_000)))
        {
            if (++lines % 250_000 == 0)
            {
                most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true) - before);
            }
        }

        Assert.True(lines > 2_000_000);
        // What is held for a few of the largest merchants; two million lines held would be more than a hundred times this.
        Assert.InRange(most, long.MinValue, 4_000_000);
    }
}
