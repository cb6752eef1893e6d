using VerifyGateway.Caching.Memory;

namespace VerifyGateway.Server.Checks;

/// <summary>Finds the terminals of streams that a changed record concerns, by the record's hash. Safe from any thread.</summary>
internal sealed class ChangeIndex
{
    private const int Shards = 64;

    private readonly Shard[] _shards = [.. Enumerable.Range(0, Shards).Select(static _ => new Shard())];

    /// <summary>A terminal is concerned by a record.</summary>
    public void Add(Concern concern)
    {
        var shard = ShardOf(concern.Record);
        lock (shard.Gate)
        {
            if (shard.First.TryGetValue(concern.Record, out var first))
            {
                // Behind the first, which the dictionary keeps.
                (concern.Previous, concern.Next) = (first, first.Next);
                first.Next = concern;
                if (concern.Next is { } next)
                {
                    next.Previous = concern;
                }
            }
            else
            {
                shard.First.Add(concern.Record, concern);
            }
        }
    }

    /// <summary>It is concerned no longer. It was added.</summary>
    public void Remove(Concern concern)
    {
        var shard = ShardOf(concern.Record);
        lock (shard.Gate)
        {
            var (previous, next) = (concern.Previous, concern.Next);
            if (next is not null)
            {
                next.Previous = previous;
            }

            if (previous is not null)
            {
                previous.Next = next;
            }
            else if (next is not null)
            {
                shard.First[concern.Record] = next;
            }
            else
            {
                shard.First.Remove(concern.Record);
            }

            (concern.Previous, concern.Next) = (null, null);
        }
    }

    /// <summary>The terminals that a record concerns now; null when there are none.</summary>
    public List<SeenTerminal>? Of(in RecordHash record)
    {
        var shard = ShardOf(record);
        lock (shard.Gate)
        {
            if (!shard.First.TryGetValue(record, out var first))
            {
                return null;
            }

            var all = new List<SeenTerminal>();
            for (var concern = first; concern is not null; concern = concern.Next)
            {
                all.Add(concern.Seen);
            }

            return all;
        }
    }

    private Shard ShardOf(in RecordHash record) => _shards[record.High % Shards];

    private sealed class Shard
    {
        public readonly Lock Gate = new();
        public readonly Dictionary<RecordHash, Concern> First = [];
    }
}

/// <summary>That a record concerns a terminal of a stream. Its neighbours are written by the index only.</summary>
/// <param name="Record">The record.</param>
/// <param name="Seen">The terminal.</param>
internal sealed record Concern(RecordHash Record, SeenTerminal Seen)
{
    /// <summary>Another terminal that the record concerns.</summary>
    public Concern? Next { get; set; }

    /// <summary>Another terminal that the record concerns.</summary>
    public Concern? Previous { get; set; }
}
