namespace VerifyGateway.Storage.Maintenance;

/// <summary>The jobs, as far as they are the same for all engines.</summary>
internal sealed class StoreMaintenance(IMaintenanceDatabase database, TimeProvider time) : IStoreMaintenance
{
    private const int MostLines = 10_000;
    private const int MostRows = 100_000;

    /// <inheritdoc />
    public string Place => database.Place;

    private long NowUnixMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <inheritdoc />
    public Task<StoreState> ReadStateAsync(CancellationToken cancel = default) => database.ReadAsync(StoreState.ReadAsync, cancel);

    /// <inheritdoc />
    public Task<AuditPage> ReadAuditAsync(long afterSeq, int limit, CancellationToken cancel = default)
    {
        Require(limit, MostLines);
        return database.ReadAsync(session => AuditReading.ReadAsync(session, afterSeq, limit), cancel);
    }

    /// <inheritdoc />
    public async Task FindDamageAsync(Findings findings, CancellationToken cancel = default)
    {
        await database.CheckFilesAsync(findings.Add, cancel);
        await database.ReadAsync(
            async session =>
            {
                await new DamageSearch(session, findings).RunAsync();
                return true;
            },
            cancel);
    }

    /// <inheritdoc />
    public Task<long> CountExpiredAsync(RetentionRule rule, CancellationToken cancel = default) =>
        database.ReadAsync(session => PurgeStep.Of(rule, time.GetUtcNow()).CountAsync(session), cancel);

    /// <inheritdoc />
    public Task<PurgeBatch> PurgeAsync(RetentionRule rule, PurgePoint from, int limit, CancellationToken cancel = default)
    {
        Require(limit, MostRows);
        return database.WriteAsync(session => PurgeStep.Of(rule, time.GetUtcNow()).RunAsync(session, from, limit), cancel);
    }

    /// <inheritdoc />
    public Task<IReadOnlyList<KeyedRows>> CountKeysAsync(CancellationToken cancel = default) => database.ReadAsync(KeyedRows.CountAsync, cancel);

    /// <inheritdoc />
    public Task<RotationResult> RotateAsync(HashKeys keys, RotationPoint from, int limit, CancellationToken cancel = default)
    {
        Require(limit, MostRows);
        return database.WriteAsync(session => new RotationBatch(session, keys, NowUnixMs).RunAsync(from, limit), cancel);
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => database.DisposeAsync();

    private static void Require(int limit, int most)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, most);
    }
}
