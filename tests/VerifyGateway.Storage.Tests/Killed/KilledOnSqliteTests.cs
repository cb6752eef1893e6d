using VerifyGateway.Storage.Maintenance;
using VerifyGateway.Storage.Sqlite;
using VerifyGateway.TestKit;

namespace VerifyGateway.Storage.Tests.Killed;

public sealed class KilledOnSqliteTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_writer_that_is_killed_anywhere_loses_nothing_that_it_had_acknowledged()
    {
        using var folder = new TempFolder();
        var path = folder.File("vg.db");
        await KilledProcess.KillAsync(KilledWriter.OnSqlite(path), output, () => Task.FromResult<IStoreMaintenance>(SqliteMaintenance.Open(path, TimeProvider.System)));
    }
}
