using System.Globalization;

namespace VerifyGateway.Storage.Tests.Contract;

/// <summary>
/// One empty system of record of one test: opens it as often as the test asks, and gives a way around the store, to make states
/// that it would not, and to look at what it wrote. Closes whatever was opened.
/// </summary>
public abstract class StoreFixture : IAsyncDisposable
{
    private readonly List<ISystemOfRecord> _opened = [];

    /// <summary>Opens the test's store; a second time as another process would.</summary>
    public async Task<ISystemOfRecord> OpenAsync(TimeProvider? time = null) => Keep(await OpenCoreAsync(time ?? TimeProvider.System));

    /// <summary>A second store on the same data, as another process would have.</summary>
    public Task<ISystemOfRecord> OpenSecondAsync(TimeProvider? time = null) => OpenAsync(time);

    /// <summary>A store of other data.</summary>
    public async Task<ISystemOfRecord> OpenOtherAsync(TimeProvider? time = null) => Keep(await OpenOtherCoreAsync(time ?? TimeProvider.System));

    /// <summary>The same store, closed and opened again.</summary>
    public async Task<ISystemOfRecord> RestartedAsync(ISystemOfRecord store, TimeProvider? time = null)
    {
        await store.DisposeAsync();
        return await OpenAsync(time);
    }

    /// <summary>Runs statements around the store.</summary>
    public abstract Task ExecuteAsync(string sql);

    /// <summary>The rows of a query around the store: texts, whole numbers (64 bits), bytes, and null.</summary>
    public abstract Task<IReadOnlyList<object?[]>> QueryAsync(string sql);

    /// <summary>The number that a query around the store gives.</summary>
    public async Task<long> NumberAsync(string sql) => Convert.ToInt64((await QueryAsync(sql))[0][0], CultureInfo.InvariantCulture);

    /// <summary>What the database says when it refuses statements because a rule of its own is broken; fails when it takes them.</summary>
    public abstract Task<string> RefusalAsync(string sql);

    /// <summary>Bytes as the database writes them.</summary>
    public abstract string Blob(string hexadecimal);

    /// <summary>False or true as the database writes them.</summary>
    public abstract string Flag(bool value);

    /// <summary>Closes the stores and removes the data.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var store in _opened)
        {
            await store.DisposeAsync();
        }

        await RemoveAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Opens the store.</summary>
    protected abstract Task<ISystemOfRecord> OpenCoreAsync(TimeProvider time);

    /// <summary>Opens the store of other data.</summary>
    protected abstract Task<ISystemOfRecord> OpenOtherCoreAsync(TimeProvider time);

    /// <summary>Removes the data.</summary>
    protected abstract ValueTask RemoveAsync();

    private ISystemOfRecord Keep(ISystemOfRecord store)
    {
        lock (_opened)
        {
            _opened.Add(store);
        }

        return store;
    }
}
