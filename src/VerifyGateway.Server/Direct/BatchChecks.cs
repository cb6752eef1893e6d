using System.Buffers;
using VerifyGateway.Caching.Coherence;
using VerifyGateway.Caching.Memory;
using VerifyGateway.Server.Callers;
using VerifyGateway.Server.Checks;
using VerifyGateway.Server.Faults;
using VerifyGateway.Server.Rpc;
using VerifyGateway.V1;

namespace VerifyGateway.Server.Direct;

/// <summary>
/// A batch of checks, from bytes to bytes: one frame in, one frame out. Some checks are read and their records asked for before the first of
/// them is looked up, so that they wait for memory together. What <see cref="PlainChecks"/> leaves is answered the ordinary way, together,
/// and put in its place. Safe from any thread.
/// </summary>
public sealed class BatchChecks(PlainChecks plain, StatusChecks checks, LimitOptions limits, TimeProvider time)
{
    /// <summary>Checks that wait for memory together: as many lines as a core fetches at a time, and some.</summary>
    private const int AtOnce = 16;

    /// <summary>Answers a batch.</summary>
    /// <exception cref="GatewayException">It is no batch, or one of no or too many checks.</exception>
    public async ValueTask<BatchAnswer> AnswerAsync(BatchRequest request, Caller caller, CancellationToken cancel)
    {
        if (!TryCount(request.Message, out var count))
        {
            // Odd, or none at all: the generated code says which.
            return await AnswerAsync(RequestParser.Parse<BatchCheckStatusRequest>(request.Message), caller, cancel);
        }

        Batch.RequireSize(count, limits.MaxBatchItems, "checks");
        var answer = new BatchAnswer((count * 72) + PlainAnswer.MostBytes);
        if (AnswerPlain(request.Message, count, caller, answer) is { } others)
        {
            answer.Fill(await checks.CheckManyAsync(others, caller, cancel));
        }

        return answer;
    }

    private async ValueTask<BatchAnswer> AnswerAsync(BatchCheckStatusRequest request, Caller caller, CancellationToken cancel)
    {
        Batch.RequireSize(request.Checks.Count, limits.MaxBatchItems, "checks");
        var answer = new BatchAnswer(1);
        for (var i = 0; i < request.Checks.Count; i++)
        {
            answer.Skip();
        }

        answer.Fill(await checks.CheckManyAsync([.. request.Checks.Select(static (check, at) => (at, check))], caller, cancel));
        return answer;
    }

    /// <summary>Answers those that are plain, and gives the others with their places; null when there are none.</summary>
    private List<(int At, CheckStatusRequest Check)>? AnswerPlain(ReadOnlySpan<byte> batch, int count, Caller caller, BatchAnswer answer)
    {
        List<(int, CheckStatusRequest)>? others = null;
        var group = ArrayPool<Item>.Shared.Rent(AtOnce);
        for (var first = 0; first < count; first += AtOnce)
        {
            var items = group.AsSpan(0, Math.Min(AtOnce, count - first));
            var from = batch;
            foreach (ref var item in items)
            {
                var message = Next(ref batch);
                item.IsPlain = plain.TryRead(message, caller, ref item.Check, out item.Hashes);
            }

            var now = new LeaseInstant(time.GetTimestamp(), time.GetUtcNow().ToUnixTimeMilliseconds());
            for (var i = 0; i < items.Length; i++)
            {
                ref var item = ref items[i];
                var message = Next(ref from);
                if (item.IsPlain && plain.TryAnswer(message, item.Check, item.Hashes, caller, now, answer.Place(PlainAnswer.MostBytes), out var length))
                {
                    answer.Take(length);
                }
                else
                {
                    (others ??= []).Add((first + i, RequestParser.Parse<CheckStatusRequest>(message, nameof(BatchCheckStatusRequest))));
                    answer.Skip();
                }
            }
        }

        ArrayPool<Item>.Shared.Return(group, clearArray: true);
        return others;
    }

    /// <summary>Counts the checks of a batch; false when it holds anything else, or is cut off.</summary>
    private static bool TryCount(ReadOnlySpan<byte> batch, out int count)
    {
        for (count = 0; !batch.IsEmpty; count++)
        {
            if (!TryNext(ref batch, out _))
            {
                return false;
            }
        }

        return true;
    }

    private static ReadOnlySpan<byte> Next(ref ReadOnlySpan<byte> batch) =>
        TryNext(ref batch, out var message) ? message : throw new InvalidOperationException("The batch has changed.");

    /// <summary>The first check of a batch, which is taken from it; false when something else stands there.</summary>
    internal static bool TryNext(scoped ref ReadOnlySpan<byte> batch, out ReadOnlySpan<byte> message)
    {
        const byte Tag = (BatchCheckStatusRequest.ChecksFieldNumber << 3) | 2;
        message = default;
        // A length of one or two bytes: a check has at most a few hundred.
        if (batch.Length < 2 || batch[0] != Tag)
        {
            return false;
        }

        var (length, head) = ((int)batch[1], 2);
        if (length >= 0x80)
        {
            if (batch.Length < 3 || batch[2] >= 0x80)
            {
                return false;
            }

            (length, head) = ((length & 0x7F) | (batch[2] << 7), 3);
        }

        if (batch.Length < head + length)
        {
            return false;
        }

        message = batch.Slice(head, length);
        batch = batch[(head + length)..];
        return true;
    }

    private struct Item
    {
        public PlainCheck Check;
        public RecordHashes Hashes;
        public bool IsPlain;
    }
}
