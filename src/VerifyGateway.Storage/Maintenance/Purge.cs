namespace VerifyGateway.Storage.Maintenance;

/// <summary>What a rule of retention has removed, or would remove.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Rows">How many rows.</param>
public sealed record PurgeResult(RetentionRule Rule, long Rows);

/// <summary>Removes what need not be kept any longer, in batches, so that gateways have their turn between them.</summary>
public static class Purge
{
    /// <summary>Rows of a batch unless told otherwise.</summary>
    public const int DefaultBatchRows = 5000;

    /// <summary>What each rule would remove now; changes nothing.</summary>
    /// <exception cref="Caching.Store.StoreUnavailableException">The store cannot be read now.</exception>
    public static async Task<IReadOnlyList<PurgeResult>> CountAsync(IStoreMaintenance store, IReadOnlyList<RetentionRule> rules, CancellationToken cancel = default)
    {
        var results = new List<PurgeResult>();
        foreach (var rule in rules)
        {
            results.Add(new PurgeResult(rule, await store.CountExpiredAsync(rule, cancel)));
        }

        return results;
    }

    /// <summary>Applies the rules, one after the other. Safe to end at any time and to run again.</summary>
    /// <param name="store">The store; it may be in use.</param>
    /// <param name="rules">The rules, in an order in which what refers to something goes before it.</param>
    /// <param name="batchRows">Rows of a batch, 1 to 100,000.</param>
    /// <param name="progress">Told the rows that each batch has removed; null when nobody asks.</param>
    /// <param name="cancel">Ends it after the batch under way.</param>
    /// <exception cref="Caching.Store.StoreUnavailableException">The store cannot be written now; batches before are kept.</exception>
    public static async Task<IReadOnlyList<PurgeResult>> RunAsync(
        IStoreMaintenance store, IReadOnlyList<RetentionRule> rules, int batchRows = DefaultBatchRows, Action<int>? progress = null, CancellationToken cancel = default)
    {
        var results = new List<PurgeResult>();
        foreach (var rule in rules)
        {
            var rows = 0L;
            // As a rule there is nothing, and then nobody is kept from writing while it is looked for.
            var batch = new PurgeBatch(0, default, IsLast: await store.CountExpiredAsync(rule, cancel) == 0);
            while (!batch.IsLast)
            {
                cancel.ThrowIfCancellationRequested();
                batch = await store.PurgeAsync(rule, batch.Next, batchRows, cancel);
                rows += batch.Rows;
                progress?.Invoke(batch.Rows);
            }

            results.Add(new PurgeResult(rule, rows));
        }

        return results;
    }
}
