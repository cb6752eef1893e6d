using System.Globalization;
using VerifyGateway.Storage.Fleet;
using VerifyGateway.StoreLoad;

// One round: an engine (sqlite or postgres), a small fleet file to warm up with, a fleet file, then the measures; prints lines
// "name value". perf/store/run alternates rounds.
if (args is not [var engine, var small, var fleet, var seconds])
{
    Console.Error.WriteLine("usage: StoreLoad sqlite|postgres SMALL-FLEET-FILE FLEET-FILE SECONDS (0: the import alone); ./perf/store/run makes the files and the table");
    return 2;
}

await using (var scratch = await StorePlace.MakeAsync(engine))
{
    await FleetImporter.ImportAsync(scratch.Store, small, new FleetImportOptions());
}

await using var place = await StorePlace.MakeAsync(engine);
var limit = TimeSpan.FromSeconds(double.Parse(seconds, CultureInfo.InvariantCulture));

var import = await Clock.MeasureAsync(async () => await FleetImporter.ImportAsync(place.Store, fleet, new FleetImportOptions()));
Say("import lines/s", import.Result.Records / import.Seconds);
Say("import cpu us/line", import.CpuSeconds * 1e6 / import.Result.Records);
Say("import peak MiB", Environment.WorkingSet / 1048576.0);

if (limit == TimeSpan.Zero)
{
    return 0;
}

var sample = await Sample.ReadAsync(place.Store);
var load = new Load(place.Store, sample, limit);
foreach (var callers in (int[])[1, 2, 16, 64])
{
    var (rate, cpu) = await load.PointReadsAsync(callers);
    Say($"point loads/s, {callers} callers", rate);
    Say($"point load cpu us, {callers} callers", cpu);
}

var (batches, batchMs) = await load.BatchReadsAsync();
Say("pairs/s in batches of 1,000", batches * 1000);
Say("batch of 1,000 ms, median", batchMs);
foreach (var callers in (int[])[1, 8, 32, 128, 512])
{
    var (rate, p50, p99) = await load.CommitsAsync(callers);
    Say($"commits/s, {callers} callers", rate);
    Say($"commit ms p50, {callers} callers", p50);
    Say($"commit ms p99, {callers} callers", p99);
}

var (headMedian, headP99) = await load.HeadPollsAsync();
Say("head poll ms, median", headMedian);
Say("head poll ms, p99", headP99);
return 0;

static void Say(string name, double value) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}\t{value:0.###}"));
