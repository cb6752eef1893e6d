using VerifyGateway.Caching.Store;
using VerifyGateway.Storage.Writing;

namespace VerifyGateway.Storage;

/// <summary>Writes of rows as they are, for loaders and tools.</summary>
public static class RowWrites
{
    /// <summary>Writes rows of any kind, in this order, all of them or none. A row that is already as wanted is left alone.</summary>
    /// <param name="store">The store.</param>
    /// <param name="actor">Who asks, for the audit trail.</param>
    /// <param name="rows">Acquirers, identities, cards, merchants, terminals, holds, matters.</param>
    /// <param name="cancel">Ends the waiting; the write may happen all the same.</param>
    /// <exception cref="WriteRefusedException">A row breaks a rule; nothing is kept.</exception>
    /// <exception cref="StoreUnavailableException">The store cannot write now.</exception>
    public static async Task<WriteResult> PutAsync(this ISystemOfRecord store, string actor, IReadOnlyList<object> rows, CancellationToken cancel = default)
    {
        var done = await store.WriteAsync(
            new StoreCommand(CommandOrigin.Own(actor, "put rows"), Wanted.For(rows), unit =>
            {
                foreach (var row in rows)
                {
                    unit.Put(row);
                }
            }), cancel);
        return new WriteResult(done.ChangedRecords, done.Revision);
    }
}
