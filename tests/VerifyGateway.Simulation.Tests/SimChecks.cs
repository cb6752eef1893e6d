using VerifyGateway.Caching;
using VerifyGateway.Caching.Coherence;
using VerifyGateway.Caching.Memory;
using VerifyGateway.Caching.Store;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Simulation.Tests;

/// <summary>
/// Asks for the records of checks in all the ways in which the server does: of the ordinary service, alone and in a batch, and of what is in
/// front of it, from memory by the bytes of names, and from what memory and Redis had a while ago.
/// </summary>
internal sealed class SimChecks(Scheduler scheduler, Random random, AnswerJudge judge, PairKey[] keys, int freshForMs)
{
    /// <summary>Makes a check, in a way picked at random.</summary>
    public async Task CheckAsync(SimGateway gateway, PairKey key, long atLeast, double patienceMs)
    {
        using var impatient = patienceMs > 0 ? new CancellationTokenSource(TimeSpan.FromMilliseconds(patienceMs), gateway.Node.Time) : new CancellationTokenSource();
        try
        {
            switch (random.Next(8))
            {
                case 0:
                    await FindAsync(gateway, key, atLeast, near: null, impatient.Token);
                    break;
                case 1:
                    await FindManyAsync(gateway, key, atLeast, impatient.Token);
                    break;
                case 2 or 3 or 4:
                    await FromNearAsync(gateway, key, atLeast, impatient.Token);
                    break;
                default:
                    await FromHeldAsync(gateway, key, atLeast, impatient.Token);
                    break;
            }
        }
        catch (OperationCanceledException)
        {
            // Whoever asked has gone.
        }
    }

    /// <summary>As the ordinary service finds them, and goes on from what was found before it.</summary>
    private async Task FindAsync(SimGateway gateway, PairKey key, long atLeast, NearFinds? near, CancellationToken cancel)
    {
        var began = scheduler.NowMs;
        var reader = gateway.Caches!.Reader;
        var finding = near is null ? reader.FindAsync(key, atLeast, cancel) : reader.FindAsync(key, near, atLeast, cancel);
        // What was found before is not what memory has now.
        var isNow = finding.IsCompletedSuccessfully && near is null;
        var answer = await finding;
        judge.Judge(gateway, key, answer, began, atLeast, gateway.Now());
        if (isNow)
        {
            judge.JudgeMemory(gateway, key, answer);
        }
    }

    private async Task FindManyAsync(SimGateway gateway, PairKey key, long atLeast, CancellationToken cancel)
    {
        var began = scheduler.NowMs;
        var wanted = Together(key, atLeast);
        var finding = gateway.Caches!.Reader.FindManyAsync(wanted, cancel);
        var isNow = finding.IsCompletedSuccessfully;
        var answers = await finding;
        for (var i = 0; i < wanted.Length; i++)
        {
            judge.Judge(gateway, wanted[i].Key, answers[i], began, wanted[i].AtLeast, gateway.Now());
            if (isNow)
            {
                judge.JudgeMemory(gateway, wanted[i].Key, answers[i]);
            }
        }
    }

    /// <summary>From memory as of an instant, after which the thread may have been stopped; what is not there is looked for further away.</summary>
    private async Task FromHeldAsync(SimGateway gateway, PairKey key, long atLeast, CancellationToken cancel)
    {
        var (began, now) = (scheduler.NowMs, gateway.Now());
        if (random.Next(20) == 0)
        {
            await PauseAsync(gateway.Node);
        }

        if (TryFindHeld(gateway.Caches!.Reader, key, atLeast, now, out var answer))
        {
            judge.Counts.Held++;
            judge.Judge(gateway, key, answer, began, atLeast, now);
            judge.JudgeMemory(gateway, key, answer);
        }
        else if (random.Next(3) == 0)
        {
            // Without a deadline that is far enough away, Redis is for the ordinary service.
            await FindAsync(gateway, key, atLeast, near: null, cancel);
        }
        else
        {
            await FromNearAsync(gateway, key, atLeast, cancel);
        }
    }

    private bool TryFindHeld(RecordReader reader, in PairKey key, long atLeast, LeaseInstant now, out RecordAnswer answer)
    {
        var terminal = RecordName.Of(key.Terminal, stackalloc byte[RecordName.MostBytes]);
        var merchant = RecordName.Of(key.Merchant, stackalloc byte[RecordName.MostBytes]);
        var hashes = reader.Seek(terminal, merchant);
        HeldRecords held = default;
        if (!reader.TryFindHeld(terminal, merchant, hashes, atLeast, now, ref held))
        {
            answer = default;
            return false;
        }

        // Such records carry neither key nor revision; no two that were ever written are the same.
        TerminalRecord? ofTerminal = held.Terminal is { } one ? one with { Key = key.Terminal } : null;
        MerchantRecord? ofMerchant = held.Merchant is { } other ? other with { Key = key.Merchant } : null;
        var facts = held.Facts;
        answer = new RecordAnswer(
            new RecordPair(
                new RecordCopy<TerminalRecord>(ofTerminal, judge.RevisionOf(key.Terminal, ofTerminal, static change => change.Terminal), facts.Revision),
                new RecordCopy<MerchantRecord>(ofMerchant, judge.RevisionOf(key.Merchant, ofMerchant, static change => change.Merchant), facts.Revision)),
            facts.Source, facts.IsFresh, IsFound: true, facts.Revision, facts.AsOfUnixMs, facts.FreshUntilUnixMs);
        return true;
    }

    /// <summary>
    /// From what memory and Redis have, which waits to be used: for the thread that reads a connection while its caller does not read, and on its
    /// way through the web server. What has grown old meanwhile goes to the ordinary service.
    /// </summary>
    private async Task FromNearAsync(SimGateway gateway, PairKey key, long atLeast, CancellationToken cancel)
    {
        var reader = gateway.Caches!.Reader;
        var near = random.Next(2) == 0 ? await FindNearAsync(gateway, key, atLeast) : await FindNearTogetherAsync(gateway, key, atLeast);
        for (var looks = random.Next(3); looks > 0; looks--)
        {
            await PauseAsync(gateway.Node);
            if (reader.IsFresh(near, gateway.Now()))
            {
                judge.Counts.Waited++;
                judge.Judge(gateway, key, near.ToAnswer(), scheduler.NowMs, atLeast, gateway.Now());
                return;
            }
        }

        await PauseAsync(gateway.Node);
        judge.Counts.GrewOld += near.WasFresh && !reader.IsFresh(near, gateway.Now()) ? 1 : 0;
        await FindAsync(gateway, key, atLeast, near, cancel);
    }

    private async Task<NearFinds> FindNearAsync(SimGateway gateway, PairKey key, long atLeast)
    {
        var finding = gateway.Caches!.Reader.FindNearAsync(key, atLeast);
        var isNow = finding.IsCompletedSuccessfully;
        var near = await finding;
        if (isNow)
        {
            judge.JudgeMemory(gateway, key, near.ToAnswer());
        }

        return near;
    }

    private async Task<NearFinds> FindNearTogetherAsync(SimGateway gateway, PairKey key, long atLeast) =>
        (await gateway.Caches!.Reader.FindNearAsync(Together(key, atLeast)))[0];

    /// <summary>A check, and up to two others that are asked for with it.</summary>
    private (PairKey Key, long AtLeast)[] Together(PairKey key, long atLeast) =>
        [(key, atLeast), .. Enumerable.Range(0, random.Next(3)).Select(_ => (keys[random.Next(keys.Length)], 0L))];

    /// <summary>Mostly nothing or short, sometimes longer than a lease.</summary>
    private async Task PauseAsync(Node node)
    {
        var ms = random.Next(4) switch { 0 => random.NextDouble() * 2 * freshForMs, 1 => random.NextDouble() * 20, _ => 0 };
        if (ms > 0)
        {
            await scheduler.Delay(node, ms);
        }
    }
}
