using VerifyGateway.TestKit;

namespace VerifyGateway.Storage.Tests;

/// <summary>What a closed store leaves on the disk.</summary>
public sealed class ClosedFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_closed_store_leaves_one_file_and_no_log()
    {
        var path = _folder.File("vg.db");
        await using (var store = Make.Store(path))
        {
            await Make.BasicsAsync(store);
        }

        Assert.Equal([path], Directory.GetFiles(_folder.Path));
    }
}
