using System.Data;
using System.Globalization;
using Microsoft.Extensions.Configuration;
using NBomber.Contracts;
using NBomber.Contracts.Stats;

namespace VerifyGateway.LoadTests;

/// <summary>Reads the gateways' metrics while load is counted, and puts what they measured into the reports, beside what the client did.</summary>
/// <param name="operations">The gateways' operations addresses.</param>
/// <param name="duration">How long load is counted.</param>
/// <param name="main">The scenario whose figures stand for the run.</param>
/// <param name="more">Further tables for the reports.</param>
internal sealed class GatewayWatch(IReadOnlyList<Uri> operations, TimeSpan duration, string main, Func<IEnumerable<DataTable>>? more) : IWorkerPlugin
{
    /// <summary>More rows than this are no table to read.</summary>
    private const int MostLooks = 60;

    private readonly CancellationTokenSource _over = new();
    private readonly List<(double Seconds, ServerFigures Figures)> _looks = [];
    private IBaseContext? _context;
    private Task _watching = Task.CompletedTask;
    private bool _isCounted;

    /// <inheritdoc />
    public string PluginName => "gateways";

    /// <summary>Their figures when the counted part began, when they could be read.</summary>
    public ServerFigures? Before { get; private set; }

    /// <summary>And when it was over.</summary>
    public ServerFigures? After { get; private set; }

    /// <summary>What happened from look to look.</summary>
    public IReadOnlyList<ServerSlice> Slices => Before is null ? [] :
    [
        .. _looks.Select((look, index) => (look, before: index == 0 ? (Seconds: 0.0, Figures: Before) : _looks[index - 1]))
            .Select(static at => new ServerSlice(Math.Round(at.before.Seconds, 1), Math.Round(at.look.Seconds, 1), at.look.Figures.CallsSince(at.before.Figures), at.look.Figures.QuantileMs(0.5, at.before.Figures), at.look.Figures.QuantileMs(0.99, at.before.Figures))),
    ];

    /// <inheritdoc />
    public Task Init(IBaseContext context, IConfiguration infraConfig)
    {
        _context = context;
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public async Task Start()
    {
        _isCounted = _context!.GetNodeInfo().CurrentOperation == OperationType.Bombing;
        if (_isCounted)
        {
            Before = await ServerFigures.ReadAsync(operations);
            _watching = Before is null ? Task.CompletedTask : Task.Run(WatchAsync);
        }
    }

    /// <inheritdoc />
    public async Task Stop()
    {
        if (_isCounted)
        {
            await _over.CancelAsync();
            await _watching;
            After = await ServerFigures.ReadAsync(operations);
        }
    }

    /// <inheritdoc />
    public Task<DataSet> GetStats(NodeStats stats)
    {
        var set = new DataSet();
        set.Tables.Add(TimesOf(stats));
        if (After is { Builds.Count: > 0 })
        {
            set.Tables.Add(Table("Gateways", ["version", "commit", "runtime", "packages"], After.Builds.Select(static build => build.Cast<object>().ToArray())));
        }

        foreach (var table in more?.Invoke() ?? [])
        {
            set.Tables.Add(table);
        }

        return Task.FromResult(set);
    }

    /// <inheritdoc />
    public string[] GetHints() => operations.Count > 0 && (Before is null || After is null) ? ["the gateways' metrics could not be read, before the load or after it"] : [];

    /// <inheritdoc />
    public void Dispose() => _over.Dispose();

    /// <summary>A table for the reports.</summary>
    public static DataTable Table(string title, IReadOnlyList<string> head, IEnumerable<object[]> rows)
    {
        var table = new DataTable(title) { Locale = CultureInfo.InvariantCulture };
        foreach (var column in head)
        {
            table.Columns.Add(column, typeof(object));
        }

        foreach (var row in rows)
        {
            table.Rows.Add(row);
        }

        return table;
    }

    private DataTable TimesOf(NodeStats stats)
    {
        var scenario = stats.ScenarioStats.Find(main) ?? new ScenarioStats();
        List<object[]> rows = [["client, whole iterations", scenario.Ok.Request.Count, scenario.Ok.Latency.Percent50, scenario.Ok.Latency.Percent99]];
        rows.AddRange(scenario.StepStats.Select(static step => new object[] { $"client, step {step.StepName}", step.Ok.Request.Count, step.Ok.Latency.Percent50, step.Ok.Latency.Percent99 }));
        if (Before is not null && After is not null)
        {
            rows.Add(["gateways, CheckStatus", After.CallsSince(Before), Ms(After.QuantileMs(0.5, Before)), Ms(After.QuantileMs(0.99, Before))]);
        }

        rows.AddRange(Slices.Select(static slice => new object[] { string.Create(CultureInfo.InvariantCulture, $"gateways, {slice.From:0.0} s to {slice.To:0.0} s"), slice.Calls, Ms(slice.Percent50), Ms(slice.Percent99) }));
        return Table("By the gateways' metrics, beside the client's", ["whose", "calls", "p50, ms", "p99, ms"], rows);
    }

    private async Task WatchAsync()
    {
        var began = System.Diagnostics.Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(Math.Max(1, duration.TotalSeconds / MostLooks)));
        try
        {
            while (await timer.WaitForNextTickAsync(_over.Token))
            {
                if (await ServerFigures.ReadAsync(operations) is { } figures)
                {
                    _looks.Add((System.Diagnostics.Stopwatch.GetElapsedTime(began).TotalSeconds, figures));
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The load is over.
        }
    }

    private static object Ms(double? ms) => ms is { } value ? Math.Round(value, 3) : DBNull.Value;
}

/// <summary>What the gateways measured between two looks, in seconds since the counted part began and in milliseconds.</summary>
internal sealed record ServerSlice(double From, double To, double Calls, double? Percent50, double? Percent99);
