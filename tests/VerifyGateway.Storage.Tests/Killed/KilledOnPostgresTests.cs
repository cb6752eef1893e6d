using VerifyGateway.Storage.Postgres;
using VerifyGateway.TestKit;

namespace VerifyGateway.Storage.Tests.Killed;

public sealed class KilledOnPostgresTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_writer_that_is_killed_anywhere_loses_nothing_that_it_had_acknowledged()
    {
        // The server is not killed here, so it need not sync.
        await using var server = await PostgresServer.StartAsync(new PostgresServerOptions { Fsync = false });
        var database = await server.CreateDatabaseAsync("killed");
        await PostgresMigrations.RunAsync(database.Owner, TimeProvider.System);
        await KilledProcess.KillAsync(KilledWriter.OnPostgres(database.Service), output, async () => await PostgresMaintenance.OpenAsync(database.Service, TimeProvider.System, CancellationToken.None));
    }
}
