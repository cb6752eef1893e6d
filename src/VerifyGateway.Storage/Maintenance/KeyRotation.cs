using VerifyGateway.Storage.Rows;
using VerifyGateway.Storage.Sql;

namespace VerifyGateway.Storage.Maintenance;

/// <summary>How many hashes stand under a key.</summary>
/// <param name="What">Which hashes: documents, telephones, cards.</param>
/// <param name="Key">The name of the key.</param>
/// <param name="Rows">How many.</param>
public sealed record KeyedRows(string What, string Key, long Rows)
{
    internal static async Task<IReadOnlyList<KeyedRows>> CountAsync(ISqlSession session) => await session.ListAsync(
        """
        SELECT 'documents', document_hash_key, count(*) FROM identity WHERE document_hash IS NOT NULL GROUP BY document_hash_key
        UNION ALL SELECT 'telephones', phone_hash_key, count(*) FROM identity WHERE phone_hash IS NOT NULL GROUP BY phone_hash_key
        UNION ALL SELECT 'cards', fingerprint_key, count(*) FROM settlement_card GROUP BY fingerprint_key
        """,
        static row => new KeyedRows(row.Text(0), row.Text(1), row.Number(2)));
}

/// <summary>Rows of the store stand under keys that the file of keys does not name. Nothing was changed by what threw it.</summary>
public sealed class UnknownHashKeyException : Exception
{
    /// <summary>Names each key and how many rows stand under it.</summary>
    public UnknownHashKeyException(IReadOnlyList<KeyedRows> rows)
        : base($"The file of keys does not name {string.Join(", ", rows.Select(static row => $"'{row.Key}', under which {row.Rows} hashes of {row.What} stand"))}. Add the key, or look whether it is the right file; nothing was changed.")
    {
    }
}

/// <summary>How far a rotation is.</summary>
/// <param name="Rows">Rows that were changed.</param>
/// <param name="Total">Hashes that were to be changed at its beginning.</param>
public readonly record struct RotationProgress(long Rows, long Total);

/// <summary>Where a batch of a rotation has ended, for the next to go on; the default is the beginning.</summary>
/// <param name="InCards">True when the identities are done.</param>
/// <param name="Acquirer">The last row's acquirer.</param>
/// <param name="Identity">The last row's identity.</param>
/// <param name="Card">The last row's fingerprint.</param>
public readonly record struct RotationPoint(bool InCards, string? Acquirer, string? Identity, KeyedHash Card);

/// <summary>What a batch of a rotation has done.</summary>
/// <param name="Rows">How many rows it has changed.</param>
/// <param name="Next">Where the next goes on.</param>
/// <param name="IsLast">True when the end was reached.</param>
public readonly record struct RotationResult(int Rows, RotationPoint Next, bool IsLast);

/// <summary>
/// Brings all hashes to the current key, batch by batch, beside gateways that go on. Safe to end at any time and to run again: it
/// looks for rows whose key is not the current one. Rows keep their versions, and records do not change, for they carry no hashes.
/// </summary>
public static class KeyRotation
{
    /// <summary>Rows of a batch unless told otherwise.</summary>
    public const int DefaultBatchRows = 500;

    private const int MostPasses = 3;

    /// <summary>Runs it to its end.</summary>
    /// <param name="store">The store; it may be in use.</param>
    /// <param name="keys">The keys; every gateway that looks numbers up must know them already.</param>
    /// <param name="batchRows">Rows of a batch, 1 to 100,000.</param>
    /// <param name="betweenBatches">The pause after each batch, which leaves the store to gateways.</param>
    /// <param name="time">The clock of the pause.</param>
    /// <param name="progress">Told after each batch; null when nobody asks.</param>
    /// <param name="cancel">Ends it after the batch under way.</param>
    /// <returns>How many rows were changed, and how many hashes somebody has written under earlier keys behind its back.</returns>
    /// <exception cref="UnknownHashKeyException">A row stands under a key that is not named; nothing was changed.</exception>
    /// <exception cref="Caching.Store.StoreUnavailableException">The store cannot be written now; batches before are kept.</exception>
    public static async Task<(long Rows, long Left)> RunAsync(
        IStoreMaintenance store, HashKeys keys, int batchRows, TimeSpan betweenBatches, TimeProvider time, Action<RotationProgress>? progress = null, CancellationToken cancel = default)
    {
        var total = await CountLeftAsync(store, keys, cancel);
        var (rows, left) = (0L, total);
        for (var pass = 0; pass < MostPasses && left > 0; pass++)
        {
            RotationResult batch = default;
            do
            {
                cancel.ThrowIfCancellationRequested();
                batch = await store.RotateAsync(keys, batch.Next, batchRows, cancel);
                rows += batch.Rows;
                progress?.Invoke(new RotationProgress(rows, total));
                await Task.Delay(betweenBatches, time, cancel);
            }
            while (!batch.IsLast);
            left = await CountLeftAsync(store, keys, cancel);
        }

        return (rows, left);
    }

    private static async Task<long> CountLeftAsync(IStoreMaintenance store, HashKeys keys, CancellationToken cancel)
    {
        var counts = await store.CountKeysAsync(cancel);
        var names = keys.Ids.Select(static id => id.ToString()).ToHashSet();
        return counts.Where(count => !names.Contains(count.Key)).ToList() is { Count: > 0 } unknown
            ? throw new UnknownHashKeyException(unknown)
            : counts.Where(count => count.Key != keys.Current.ToString()).Sum(static count => count.Rows);
    }
}

/// <summary>One batch of a rotation, in a transaction under the head's lock: identities first, then cards.</summary>
internal sealed class RotationBatch(ISqlSession session, HashKeys keys, long nowUnixMs)
{
    private readonly string _current = keys.Current.ToString();

    /// <summary>Changes up to so many rows.</summary>
    public async Task<RotationResult> RunAsync(RotationPoint from, int limit)
    {
        var result = from.InCards ? await RotateCardsAsync(from, limit) : await RotateIdentitiesAsync(from, limit);
        if (result.Rows > 0)
        {
            await AuditWriting.AppendAsync(session, "rotate keys", $"{result.Rows} {(from.InCards ? "cards" : "identities")} to key {_current}", nowUnixMs);
        }

        return result;
    }

    private async Task<RotationResult> RotateIdentitiesAsync(RotationPoint from, int limit)
    {
        var rows = await session.ListAsync(
            """
            SELECT acquirer_id, identity_id, document_hash, document_hash_key, phone_hash, phone_hash_key FROM identity
            WHERE (acquirer_id, identity_id) > ($2, $3) AND ((document_hash IS NOT NULL AND document_hash_key <> $1) OR (phone_hash IS NOT NULL AND phone_hash_key <> $1))
            ORDER BY acquirer_id, identity_id LIMIT $4
            """,
            static row => (Acquirer: row.Text(0), Id: row.Text(1), Document: row.Bytes(2), DocumentKey: row.Text(3), Phone: row.Bytes(4), PhoneKey: row.Text(5)),
            _current, from.Acquirer ?? "", from.Identity ?? "", (long)limit);
        foreach (var row in rows)
        {
            if (row.Document is { } document)
            {
                await session.RunAsync(
                    "UPDATE identity SET document_hash = $3, document_hash_key = $4 WHERE acquirer_id = $1 AND identity_id = $2",
                    row.Acquirer, row.Id, Renew("documents", document, row.DocumentKey), _current);
            }

            if (row.Phone is { } phone)
            {
                await session.RunAsync(
                    "UPDATE identity SET phone_hash = $3, phone_hash_key = $4 WHERE acquirer_id = $1 AND identity_id = $2",
                    row.Acquirer, row.Id, Renew("telephones", phone, row.PhoneKey), _current);
            }
        }

        var next = rows.Count < limit ? new RotationPoint(InCards: true, null, null, default) : new RotationPoint(InCards: false, rows[^1].Acquirer, rows[^1].Id, default);
        return new RotationResult(rows.Count, next, IsLast: false);
    }

    private async Task<RotationResult> RotateCardsAsync(RotationPoint from, int limit)
    {
        var rows = await session.ListAsync(
            """
            SELECT acquirer_id, fingerprint, fingerprint_key FROM settlement_card
            WHERE (acquirer_id, fingerprint) > ($2, $3) AND fingerprint_key <> $1 ORDER BY acquirer_id, fingerprint LIMIT $4
            """,
            static row => (Acquirer: row.Text(0), Fingerprint: row.Bytes(1)!, Key: row.Text(2)),
            _current, from.Acquirer ?? "", from.Card.ToBytes() ?? [], (long)limit);
        foreach (var (acquirer, old, key) in rows)
        {
            var renewed = Renew("cards", old, key);
            // The card may have come in under the current key too: then its merchants move to that row.
            await session.RunAsync(
                """
                INSERT INTO settlement_card (acquirer_id, fingerprint, fingerprint_key, mask, identity_id)
                SELECT acquirer_id, $3, $4, mask, identity_id FROM settlement_card WHERE acquirer_id = $1 AND fingerprint = $2
                ON CONFLICT (acquirer_id, fingerprint) DO NOTHING
                """,
                acquirer, old, renewed, _current);
            await session.RunAsync("UPDATE merchant SET card_fingerprint = $3 WHERE acquirer_id = $1 AND card_fingerprint = $2", acquirer, old, renewed);
            await session.RunAsync("UPDATE hold SET card_fingerprint = $3 WHERE acquirer_id = $1 AND card_fingerprint = $2", acquirer, old, renewed);
            await session.RunAsync("DELETE FROM settlement_card WHERE acquirer_id = $1 AND fingerprint = $2", acquirer, old);
        }

        var next = rows.Count < limit ? from : new RotationPoint(InCards: true, rows[^1].Acquirer, null, KeyedHash.Of(rows[^1].Fingerprint));
        return new RotationResult(rows.Count, next, rows.Count < limit);
    }

    private byte[] Renew(string what, byte[] hash, string key)
    {
        if (HashKeyId.TryParse(key, out var id, out _) && keys.Knows(id))
        {
            return keys.Renew(new NamedHash(id, KeyedHash.Of(hash))).Hash.ToBytes()!;
        }

        // Somebody has written it since the keys were counted; the transaction is taken back.
        throw new UnknownHashKeyException([new KeyedRows(what, key, 1)]);
    }
}
