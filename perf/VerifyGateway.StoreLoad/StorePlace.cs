using VerifyGateway.Storage;
using VerifyGateway.Storage.Postgres;
using VerifyGateway.Storage.Sqlite;
using VerifyGateway.TestKit;

namespace VerifyGateway.StoreLoad;

/// <summary>An empty store of an engine, with its server where it needs one; gone when disposed of.</summary>
internal sealed class StorePlace : IAsyncDisposable
{
    private readonly IAsyncDisposable? _server;
    private readonly TempFolder? _folder;

    private StorePlace(ISystemOfRecord store, IAsyncDisposable? server, TempFolder? folder) => (Store, _server, _folder) = (store, server, folder);

    public ISystemOfRecord Store { get; }

    public static async Task<StorePlace> MakeAsync(string engine)
    {
        if (engine == "sqlite")
        {
            var folder = new TempFolder();
            return new StorePlace(SqliteStore.Open(new SqliteStoreOptions { Path = folder.File("load.db") }, TimeProvider.System), null, folder);
        }

        // As an installation would have it: durable, with room for its tables and its log.
        var server = await PostgresServer.StartAsync(new PostgresServerOptions { Fsync = true, Settings = ["shared_buffers=256MB", "max_wal_size=2GB"] });
        var database = await server.CreateDatabaseAsync("load");
        await PostgresMigrations.RunAsync(database.Owner, TimeProvider.System);
        var store = await PostgresStore.OpenAsync(new PostgresStoreOptions { ConnectionString = database.Service }, TimeProvider.System);
        return new StorePlace(store, server, null);
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _folder?.Dispose();
    }
}
