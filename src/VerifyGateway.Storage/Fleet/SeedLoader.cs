using VerifyGateway.Caching.Store;

namespace VerifyGateway.Storage.Fleet;

/// <summary>What a seed file has brought.</summary>
/// <param name="Records">Lines that hold a record.</param>
/// <param name="Write">What the load has done to the change feed.</param>
public readonly record struct SeedResult(int Records, WriteResult Write);

/// <summary>
/// Loads a fleet file at start: a strict import, all of it in one transaction or nothing, and whoever starts the gateway learns of
/// problems by an exception. Loading a file a second time changes nothing.
/// </summary>
public static class SeedLoader
{
    private const int Kept = 10_000;

    /// <summary>Loads a file.</summary>
    /// <exception cref="SeedException">The file has problems, the first 10,000 of which are named; nothing is loaded.</exception>
    /// <exception cref="StoreUnavailableException">The store cannot write now; nothing is loaded.</exception>
    public static async ValueTask<SeedResult> LoadAsync(ISystemOfRecord store, string path, CancellationToken cancel = default)
    {
        FleetFile file;
        try
        {
            file = FleetFile.Open(path);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw new SeedException(path, [new FleetProblem(0, "", FleetRules.File)], 1, failed);
        }

        using (file)
        {
            return await LoadAsync(store, file.Content, path, cancel);
        }
    }

    /// <summary>Loads a stream; <paramref name="name"/> names it in messages. The stream is read inside the write transaction.</summary>
    /// <exception cref="SeedException">The stream has problems, the first 10,000 of which are named; nothing is loaded.</exception>
    /// <exception cref="StoreUnavailableException">The store cannot write now; nothing is loaded.</exception>
    public static async ValueTask<SeedResult> LoadAsync(ISystemOfRecord store, Stream stream, string name, CancellationToken cancel = default)
    {
        var problems = new List<FleetProblem>();
        var count = 0L;
        var options = new FleetImportOptions
        {
            Strict = true,
            Report = problem =>
            {
                count++;
                if (problems.Count < Kept)
                {
                    problems.Add(problem);
                }
            },
        };
        var done = await FleetImporter.ImportAsync(store, stream, options, cancel);
        return done.IsCommitted
            ? new SeedResult((int)done.Records, new WriteResult((int)done.ChangedRecords, done.Head))
            : throw new SeedException(name, problems, count);
    }
}
