using VerifyGateway.Caching.Store;

namespace VerifyGateway.Storage.Fleet;

/// <summary>
/// Writes all of a store as a fleet file: one snapshot, kind after kind, so that what a line refers to stands above it, and in the
/// order of keys, so that the same content gives the same bytes.
/// </summary>
public static class FleetExporter
{
    /// <summary>Writes the store to a stream; returns how many lines. Writers of the store never wait for it.</summary>
    /// <param name="store">The store.</param>
    /// <param name="to">Takes the file; stays open.</param>
    /// <param name="progress">Takes the number of lines now and then.</param>
    /// <param name="cancel">Ends the export with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="StoreUnavailableException">The store cannot be read, or holds what is damaged.</exception>
    /// <exception cref="IOException">The stream cannot be written.</exception>
    public static async Task<int> ExportAsync(ISystemOfRecord store, Stream to, Action<int> progress, CancellationToken cancel = default)
    {
        const int LinesBetweenTellings = 10_000;
        using var writer = new FleetWriter(to);
        await foreach (var row in store.ReadAllAsync(cancel))
        {
            writer.Write(row);
            if (writer.Lines % LinesBetweenTellings == 0)
            {
                progress(writer.Lines);
            }
        }

        writer.Finish();
        return writer.Lines;
    }
}
