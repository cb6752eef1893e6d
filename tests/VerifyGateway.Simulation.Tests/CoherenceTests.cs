using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace VerifyGateway.Simulation.Tests;

/// <summary>
/// The proof of PROTOCOL.md, and of what WatchBindings promises: many histories, none of which breaks a rule; and for each guard, that the
/// same histories break one without it.
/// VERIFYGATEWAY_SIMULATION_SEEDS runs more of them, VERIFYGATEWAY_SIMULATION_SEED one alone.
/// </summary>
public sealed class CoherenceTests(ITestOutputHelper output)
{
    private const int Seeds = 10_000;

    [Fact]
    public void No_answer_is_older_than_the_bound_whatever_breaks()
    {
        var (first, count) = (1UL, Seeds);
        if (Environment.GetEnvironmentVariable("VERIFYGATEWAY_SIMULATION_SEED") is { Length: > 0 } one)
        {
            (first, count) = (ulong.Parse(one, CultureInfo.InvariantCulture), 1);
        }
        else if (Environment.GetEnvironmentVariable("VERIFYGATEWAY_SIMULATION_SEEDS") is { Length: > 0 } more)
        {
            count = int.Parse(more, CultureInfo.InvariantCulture);
        }

        var violations = new ConcurrentQueue<Violation>();
        long operations = 0, unanswered = 0;
        var checks = new CheckCounts();
        var watched = new ConcurrentBag<WatchCounts>();
        var (began, used) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        Parallel.For(0, count, i =>
        {
            var world = new World(first + (ulong)i, new Guards());
            world.Run();
            Interlocked.Add(ref operations, world.Operations);
            Interlocked.Add(ref unanswered, world.Unanswered);
            lock (checks)
            {
                checks.Add(world.Counts);
            }

            world.Violations.ForEach(violations.Enqueue);
            if (world.Watchers is { } watchers)
            {
                watched.Add(watchers.Counts);
            }
        });

        var (seconds, ofProcessor) = (Stopwatch.GetElapsedTime(began).TotalSeconds, (Environment.CpuUsage.TotalTime - used).TotalSeconds);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"History: {count} seeds from {first}, {operations:N0} operations in {seconds:F0} s, {ofProcessor:F0} s of processors"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"History: {checks.Fresh:N0} fresh answers: {checks.Memory:N0} from memory ({checks.Held:N0} by bytes), {checks.Redis:N0} from Redis, {checks.Waited:N0} from what was found before, {checks.Proven:N0} by the proof of the head; {checks.Allowed:N0} allowed, {checks.Frozen:N0} declined as frozen"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"History: {checks.GrewOld:N0} finds grew old, {checks.Evicted:N0} copies were evicted from memory, {unanswered:N0} writes were never answered"));
        long Sum(Func<WatchCounts, long> count) => watched.Sum(count);
        var (messages, resumes, cutOffs, restarts) = (Sum(static it => it.Messages), Sum(static it => it.Resumes), Sum(static it => it.CutOffs), Sum(static it => it.Restarts));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"History: {watched.Count} of them with watchers: {messages:N0} messages, {Sum(static it => it.Snapshots):N0} snapshots, {resumes:N0} resumes, {Sum(static it => it.Losses):N0} lost streams, {cutOffs:N0} cut off as slow, {restarts:N0} ended by a feed that was trimmed or not as far"));
        Assert.True(violations.IsEmpty, string.Join('\n', violations.OrderBy(static it => it.Seed).Take(5)));
        Assert.True(count < Seeds || operations >= 1_000_000, $"{operations} operations");
        // The rare ways must be walked, or nothing is shown of them.
        Assert.True(count < Seeds || (checks.Memory > operations / 20 && checks.Redis > operations / 200), $"{checks.Memory} answers from memory, {checks.Redis} from Redis");
        Assert.True(
            count < Seeds || (checks.Held > 100_000 && checks.Waited > 100_000 && checks.GrewOld > 10_000), $"{checks.Held} answers by bytes, {checks.Waited} from finds, {checks.GrewOld} finds grew old");
        Assert.True(count < Seeds || (checks.Allowed > 100_000 && checks.Frozen > 100_000), $"{checks.Allowed} allowed, {checks.Frozen} declined as frozen");
        Assert.True(
            count < Seeds || (checks.Proven > 10_000 && checks.Evicted > 10_000 && unanswered > 10_000),
            $"{checks.Proven} answers by the proof of the head, {checks.Evicted} copies evicted, {unanswered} writes without an answer");
        Assert.True(count < Seeds || (messages > 100_000 && resumes > 10_000 && cutOffs > 1_000 && restarts > 1_000), $"{messages} messages, {resumes} resumes, {cutOffs} cut off, {restarts} restarts");
        // Others may use the machine: what counts is what this process needs.
        Assert.True(count != Seeds || ofProcessor < 180, $"{ofProcessor:F0} seconds of processors");
    }

    [Fact]
    public void The_same_seed_is_the_same_history()
    {
        for (var seed = 1UL; seed <= 40; seed++)
        {
            Assert.Equal(Fingerprint(seed), Fingerprint(seed));
        }

        Assert.NotEqual(Fingerprint(1), Fingerprint(2));
        Assert.True(World.HasWatchers(5) && World.HasWatchers(40) && !World.HasWatchers(1));
    }

    [Fact]
    public void Without_admission_old_copies_are_answered() => Breaks(new Guards { Admission = false }, "bound");

    [Fact]
    public void Without_the_end_of_the_lease_old_copies_are_answered() => Breaks(new Guards { Lease = false }, "bound");

    [Fact]
    public void Without_the_growing_old_of_what_was_found_old_copies_are_answered() => Breaks(new Guards { FindsGrowOld = false }, "bound");

    [Fact]
    public void Without_the_proof_of_the_head_lagging_replicas_are_answered_from() => Breaks(new Guards { ProofOfHead = false }, "bound");

    [Fact]
    public void Without_the_compare_and_set_Redis_goes_back() => Breaks(new Guards { CompareAndSet = false }, "R1");

    [Fact]
    public void With_stamps_of_the_end_of_a_load_old_copies_are_answered() => Breaks(new Guards { SnapshotStamps = false }, "bound");

    [Fact]
    public void Without_the_refusal_below_the_floor_watchers_miss_changes() => Breaks(new Guards { FloorRefuses = false }, "watch: missing");

    [Fact]
    public void Without_what_was_handed_over_and_not_waited_for_watchers_are_told_too_high_a_revision() => Breaks(new Guards { HandedOverArrives = false }, "watch: told");

    [Fact]
    public void With_checkpoints_that_overtake_events_watchers_miss_changes() => Breaks(new Guards { CheckpointsInOrder = false }, "watch: missing");

    [Fact]
    public void With_snapshots_whose_events_begin_after_the_end_of_the_read_watchers_have_another_copy() => Breaks(new Guards { SnapshotStamps = false }, "watch: view");

    private void Breaks(Guards guards, string rule)
    {
        var mustWatch = rule.StartsWith("watch", StringComparison.Ordinal);
        for (var seed = 1UL; seed <= 2_000; seed++)
        {
            if (mustWatch && !World.HasWatchers(seed))
            {
                continue;
            }

            var world = new World(seed, guards);
            world.Run();
            if (world.Violations.Find(it => it.Rule == rule) is { } found)
            {
                output.WriteLine(found.ToString());
                return;
            }
        }

        Assert.Fail($"2,000 histories without the guard broke no rule '{rule}': the simulation does not show what the guard is for.");
    }

    private static ulong Fingerprint(ulong seed)
    {
        var world = new World(seed, new Guards());
        world.Run();
        return world.Fingerprint ^ (world.Watchers?.Fingerprint ?? 0);
    }
}
