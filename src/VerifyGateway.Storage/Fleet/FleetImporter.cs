using System.Collections.Concurrent;
using VerifyGateway.Caching.Store;
using VerifyGateway.Storage.Writing;

namespace VerifyGateway.Storage.Fleet;

/// <summary>
/// Brings a fleet file into the store, see docs/fleet-format.md: one thread reads and parses, another writes batch after batch,
/// each in a transaction of its own together with the point that it has reached. An import that was cut off goes on from there
/// when it is started again; one that has reached its end changes nothing when it is. Other writers of the store get their turn
/// between two batches, and readers never wait.
/// </summary>
public static class FleetImporter
{
    // Batches that wait between the two threads: enough to keep both at work, few enough to bound memory.
    private const int WaitingBatches = 3;

    /// <summary>Imports a file. Problems of the file are no exceptions: they are reported, and counted in the result.</summary>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be opened.</exception>
    /// <exception cref="StoreUnavailableException">The store cannot write now; the batches before are committed, unless strict.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; the batches before are committed, unless strict.</exception>
    public static async Task<FleetImportResult> ImportAsync(ISystemOfRecord store, string path, FleetImportOptions options, CancellationToken cancel = default)
    {
        using var file = FleetFile.Open(path);
        return await ImportAsync(store, file.Content, options.Strict ? null : file.Source, () => (file.Position, file.Length), options, cancel);
    }

    /// <summary>Imports a stream, which leaves no point to go on from; the exceptions are those of a file.</summary>
    public static Task<FleetImportResult> ImportAsync(ISystemOfRecord store, Stream stream, FleetImportOptions options, CancellationToken cancel = default) =>
        ImportAsync(store, stream, null, static () => (0, 0), options, cancel);

    private static async Task<FleetImportResult> ImportAsync(
        ISystemOfRecord store, Stream stream, string? source, Func<(long Read, long Total)> position, FleetImportOptions options, CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.BatchLines, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.BatchLines, 1_000_000);
        var start = default(ImportPoint);
        if (source is not null)
        {
            start = await store.ReadImportPointAsync(source, cancel);
        }

        using var reader = new FleetReader(stream);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using var batches = new BlockingCollection<FleetBatch>(WaitingBatches);
        var reading = Task.Run(() => Read(reader, batches, start.LastLine, options.BatchLines, position, stop.Token), CancellationToken.None);
        try
        {
            var run = new Run(store, source, start, options, position().Total, () => reader.IsAtEnd, stop.Token);
            var head = await Task.Run(() => options.Strict ? run.WriteAtOnceAsync(batches) : run.WriteInTurnAsync(batches), CancellationToken.None);
            await reading;
            return new FleetImportResult(run.Point.Records, run.Point.BadLines, run.Changed, head, start.LastLine, run.IsCommitted, [.. reader.Notices()]);
        }
        catch (ReadingFailedException)
        {
            await reading;
            throw;
        }
        finally
        {
            // Whatever ended the writing ends the reading, before the stream is closed under it.
            await stop.CancelAsync();
            await ((Task)reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static void Read(
        FleetReader reader, BlockingCollection<FleetBatch> to, int after, int batchLines, Func<(long Read, long Total)> position, CancellationToken cancel)
    {
        try
        {
            reader.Pass(after, cancel);
            while (reader.ReadBatch(batchLines, cancel) is { } batch)
            {
                batch.BytesRead = position().Read;
                to.Add(batch, cancel);
            }
        }
        finally
        {
            to.CompleteAdding();
        }
    }

    /// <summary>The writing half.</summary>
    private sealed class Run(ISystemOfRecord store, string? source, ImportPoint start, FleetImportOptions options, long bytesTotal, Func<bool> isAllRead, CancellationToken cancel)
    {
        /// <summary>What was told of the batch under way: lines that are tried again are told once.</summary>
        private readonly HashSet<FleetProblem> _told = [];

        public ImportPoint Point { get; private set; } = start;

        /// <summary>Entries that this run has added to the feed.</summary>
        public long Changed { get; private set; }

        public bool IsCommitted { get; private set; } = true;

        /// <summary>Batch after batch; returns the feed's head.</summary>
        public async Task<long> WriteInTurnAsync(BlockingCollection<FleetBatch> batches)
        {
            foreach (var batch in batches.GetConsumingEnumerable(cancel))
            {
                var problems = new List<FleetProblem>(batch.Problems);
                _told.Clear();
                await WriteAsync(batch.Items, batch.LastLine, CountLines(batch.Problems), problems);
                TellProgress(batch.BytesRead);
            }

            ThrowUnlessAllRead();
            return await store.WriteLongAsync(
                async write =>
                {
                    await ForgetPointsAsync(write);
                    return write.Head;
                }, cancel);
        }

        /// <summary>All batches in one transaction, which is taken back when anything is wrong.</summary>
        public async Task<long> WriteAtOnceAsync(BlockingCollection<FleetBatch> batches)
        {
            try
            {
                return await store.WriteLongAsync(
                    async write =>
                    {
                        foreach (var batch in batches.GetConsumingEnumerable(cancel))
                        {
                            var problems = new List<FleetProblem>(batch.Problems);
                            var badBefore = CountLines(batch.Problems);
                            var refused = 0;
                            await write.PutAsync(RowsOf(batch.Items), Origin, (at, refusal) => refused += Note(problems, batch.Items[at], refusal), cancel);
                            Advance(batch.LastLine, batch.Items.Count, refused, badBefore);
                            Tell(problems);
                            TellProgress(batch.BytesRead);
                        }

                        ThrowUnlessAllRead();
                        if (Point.BadLines > 0)
                        {
                            throw new NotGoodException();
                        }

                        await ForgetPointsAsync(write);
                        Changed = write.ChangedRecords;
                        return write.Head;
                    }, cancel);
            }
            catch (NotGoodException)
            {
                IsCommitted = false;
                return await store.ReadHeadAsync(cancel);
            }
            catch (WriteRefusedException refused)
            {
                // A rule about the whole, for example how many holds a record carries.
                IsCommitted = false;
                Point = Point with { BadLines = 1 };
                options.Report(new FleetProblem(0, "", refused.Rule, refused.Message));
                return await store.ReadHeadAsync(cancel);
            }
        }

        /// <summary>
        /// Writes lines in one transaction. A rule that shows only at its end refuses all of them: then each half is tried, down
        /// to the line that breaks it.
        /// </summary>
        private async Task WriteAsync(List<FleetItem> items, int lastLine, long badBefore, List<FleetProblem> problems)
        {
            var refused = new List<FleetProblem>();
            var point = Point;
            try
            {
                Changed += await store.WriteLongAsync(
                    async write =>
                    {
                        refused.Clear();
                        await write.PutAsync(
                            RowsOf(items), Origin, (at, refusal) => Note(refused, items[at], refusal), source ?? "",
                            () =>
                            {
                                Point = point;
                                Advance(lastLine, items.Count, refused.Count, badBefore);
                                // Before the commit: a bad line that is passed for good has been told, whatever ends the import after that.
                                Tell([.. problems, .. refused]);
                                return source is null ? null : Point;
                            }, cancel);
                        return write.ChangedRecords;
                    }, cancel);
                problems.AddRange(refused);
            }
            catch (WriteRefusedException whole) when (items.Count <= 1)
            {
                Point = point;
                problems.AddRange(items.Select(item => new FleetProblem(item.Line, "", whole.Rule, whole.Message)));
                await WriteAsync([], lastLine, badBefore + items.Count, problems);
            }
            catch (WriteRefusedException)
            {
                Point = point;
                var half = items.Count / 2;
                await WriteAsync(items[..half], items[half - 1].Line, badBefore, problems);
                await WriteAsync(items[half..], lastLine, 0, problems);
            }
        }

        /// <summary>The import has reached its end: nothing is left to go on with.</summary>
        private Task ForgetPointsAsync(LongWrite write) => write.PutAsync([], Origin, static (_, _) => { }, "", static () => null, cancel);

        private static CommandOrigin Origin => CommandOrigin.Own("fleet import", "put rows");

        private static List<object> RowsOf(List<FleetItem> items) => items.ConvertAll(static item => item.Row);

        private static int Note(List<FleetProblem> problems, FleetItem item, WriteRefusedException refusal)
        {
            problems.Add(new FleetProblem(item.Line, "", refusal.Rule, refusal.Message));
            return 1;
        }

        /// <summary>Moves the point past lines, of which some were refused and some were bad before they became rows.</summary>
        private void Advance(int lastLine, int items, int refused, long badBefore) => Point = Point with
        {
            LastLine = lastLine,
            Records = Point.Records + items - refused,
            BadLines = Point.BadLines + badBefore + refused,
        };

        private void Tell(List<FleetProblem> problems)
        {
            foreach (var problem in problems.OrderBy(static problem => problem.Line).Where(_told.Add))
            {
                options.Report(problem);
            }
        }

        private void TellProgress(long bytesRead)
        {
            options.Progress(new FleetProgress(Point.LastLine, Point.Records, Point.BadLines, bytesRead, bytesTotal));
        }

        /// <summary>No more batches may also mean that reading was cancelled or has failed: then the file is not at its end.</summary>
        private void ThrowUnlessAllRead()
        {
            cancel.ThrowIfCancellationRequested();
            if (!isAllRead())
            {
                throw new ReadingFailedException();
            }
        }

        private static int CountLines(List<FleetProblem> problems) => problems.Select(static problem => problem.Line).Distinct().Count();
    }

    /// <summary>Ends the writing when the reading has failed, whose own exception is then thrown; never leaves this file.</summary>
    private sealed class ReadingFailedException : Exception;

    /// <summary>Takes a strict import back; never leaves this file.</summary>
    private sealed class NotGoodException : Exception;
}
