namespace VerifyGateway.TestKit;

/// <summary>What code allocates in the collected heap.</summary>
public static class Allocated
{
    /// <summary>
    /// Bytes that a run costs the thread that calls: the least of several runs, for what the runtime itself allocates when it compiles a
    /// method anew comes once, and what the run allocates comes every time.
    /// </summary>
    public static long Least(Action run, int rounds = 20)
    {
        var least = long.MaxValue;
        for (var round = 0; round < rounds; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            run();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
