using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Configuration;
using NBomber.Contracts;
using NBomber.Contracts.Stats;
using NBomber.Measuring;
using NBomber.Reports;
using Serilog;
using Serilog.Core;

namespace NBomber.Engine;

/// <summary>A run from beginning to end: init, warm-up, the part that counts, clean, verdict, reports.</summary>
internal sealed class Session
{
    private readonly NBomberContext _context;
    private readonly SessionHost _host;
    private readonly Stopper _stopper = new();
    private readonly RunFacts _facts;
    private readonly ScenarioRun[] _runs;
    private readonly ThresholdChecks _thresholds;
    private readonly ReportWriter _reports;
    private readonly Baseline? _baseline;
    private readonly PluginSet _plugins;
    private readonly Logger _log;
    private readonly List<string> _warnings = [];
    private ScenarioLoad[] _loads = [];
    private readonly CpuWatch _cpu;
    private Generator _generatorBefore = Generator.Now;
    private GeneratorStats? _generator;
    private long _startNs;
    private long _endNs;

    public Session(NBomberContext context, SessionHost host)
    {
        (_context, _host) = (context, host);
        var created = host.Clock.UtcNow;
        var info = new TestInfo
        {
            SessionId = string.Create(CultureInfo.InvariantCulture, $"{created:yyyy-MM-dd_HH.mm.ss}_{Guid.NewGuid().ToString("N")[..8]}"),
            TestSuite = context.TestSuite,
            TestName = context.TestName,
            Created = created,
        };
        _reports = new ReportWriter(context, info.SessionId);
        var targets = Validation.Targets(context);
        _baseline = Baseline.Of(context, targets);
        var seed = host.Seed ?? Seeds.OfEnvironment();
        _log = RunLog.Of(context, _reports.LogPath);
        _facts = new RunFacts(host.Clock, _stopper, info, NodeOf(OperationType.None), _log, seed, context.MaxWorkUnderWay);
        _plugins = new PluginSet(context.WorkerPlugins, _facts, _warnings);
        _cpu = new CpuWatch(host.CpuSeconds, host.UsableProcessors);
        var weights = targets.Sum(scenario => scenario.Weight ?? 0);
        _runs = [.. targets.Select((scenario, index) => new ScenarioRun(_facts, scenario, index, scenario.Weight is { } weight ? weight / (double)weights : 1))];
        _thresholds = new ThresholdChecks(targets);
    }

    public NodeStats Run()
    {
        Exception? broken = null;
        using var signals = _host.WatchSignals(signal => _stopper.Stop(StopCause.Interrupted, $"{signal} ended the run after {Elapsed(_host.Clock.NowNs).TotalSeconds:F1} s of counted load"));
        var initialised = new List<ScenarioRun>();
        _startNs = _endNs = _host.Clock.NowNs;
        try
        {
            _plugins.Init();
            Init(initialised);
            WarmUp();
            Bomb();
        }
        catch (Exception thrown)
        {
            // Thrown on, it would end the process with the runtime's code of a crash, and without a report of what was measured.
            broken = thrown;
            _host.Output.WriteLine(thrown);
            _endNs = _host.Clock.NowNs;
            Array.ForEach(_loads, load => load.Close(_endNs));
        }

        Clean(initialised);
        using (_log)
        {
            return Finish(broken);
        }
    }

    private void Init(List<ScenarioRun> initialised)
    {
        foreach (var run in _runs)
        {
            initialised.Add(run);
            run.Props.Init?.Invoke(new InitContext(_facts, run, ScenarioOperation.Init)).GetAwaiter().GetResult();
        }
    }

    private void WarmUp()
    {
        if (_stopper.Cause == StopCause.None && _runs.Any(run => run.Props.WarmUpDuration > TimeSpan.Zero && run.Props.Run is not null))
        {
            _host.Output.WriteLine($"warm-up of up to {_runs.Max(run => run.Props.WarmUpDuration)}");
            var start = _host.Clock.NowNs;
            ScenarioLoad[] loads = [.. _runs.Select(run => new ScenarioLoad(run, ScenarioOperation.WarmUp, start, EngineClock.Ns(run.Props.WarmUpDuration)))];
            _plugins.Beside(OperationType.WarmUp, () =>
                new PhaseLoop(_host.Clock, _stopper, _context.CompletionTimeout).Run(loads, start, long.MaxValue / 4, report: null, cpu: null));
        }
    }

    private void Bomb()
    {
        if (_stopper.Cause != StopCause.None)
        {
            return;
        }

        _plugins.Beside(OperationType.Bombing, () =>
        {
            _generatorBefore = Generator.Now;
            _startNs = _host.Clock.NowNs;
            _loads = [.. _runs.Where(run => run.Props.Run is not null).Select(run => new ScenarioLoad(run, ScenarioOperation.Bombing, _startNs, long.MaxValue))];
            new PhaseLoop(_host.Clock, _stopper, _context.CompletionTimeout).Run(_loads, _startNs, EngineClock.Ns(_context.ReportingInterval), OnTheWay, _cpu);
            _endNs = _host.Clock.NowNs;
            _generator = _cpu.StatsSince(_generatorBefore, _facts.Seed);
        });
        _ = _thresholds.Check(Scenarios(_endNs, OperationType.Complete), Elapsed(_endNs), isFinal: true);
    }

    private void OnTheWay(long nowNs)
    {
        var scenarios = Scenarios(nowNs, OperationType.Bombing);
        if (_thresholds.Check(scenarios, Elapsed(nowNs), isFinal: false) is { } abort)
        {
            _stopper.Stop(StopCause.Threshold, abort);
        }

        foreach (var line in scenarios.Select(scenario => TextReport.Line(scenario)))
        {
            _host.Output.WriteLine(line);
        }

        var stats = StatsOf(scenarios, nowNs, OperationType.Bombing);
        (stats.Verdict, stats.VerdictReasons) = (RunVerdict.Running, ["this report was written on the way; a run that ends replaces it"]);
        _reports.WriteOnTheWay(stats);
    }

    private void Clean(List<ScenarioRun> initialised)
    {
        foreach (var run in initialised)
        {
            try
            {
                run.Props.Clean?.Invoke(new InitContext(_facts, run, ScenarioOperation.Clean)).GetAwaiter().GetResult();
            }
            catch (Exception thrown)
            {
                _warnings.Add($"{run.Props.ScenarioName}: clean threw {thrown.GetType().Name}: {thrown.Message}");
            }
        }
    }

    private NodeStats Finish(Exception? broken)
    {
        var doing = broken is null ? OperationType.Complete : OperationType.Error;
        var stats = StatsOf(Scenarios(_endNs, doing), _endNs, doing);
        (stats.Verdict, stats.VerdictReasons) = Verdicts.Of(stats, _stopper, broken is null ? null : $"{broken.GetType().Name}: {broken.Message}");
        stats.Comparison = broken is null ? _baseline?.Compare(stats) : null;
        stats.PluginStats = _plugins.End(stats);
        stats.Warnings = [.. Verdicts.WarningsOf(stats, _stopper), .. _warnings];
        stats.ReportFiles = _reports.Write(stats, problem => stats.Warnings = [.. stats.Warnings, problem]);
        _host.Output.WriteLine(TextReport.Of(stats));
        foreach (var path in _reports.Paths)
        {
            _host.Output.WriteLine($"report: {path}");
        }

        if (stats.Verdict != RunVerdict.Passed)
        {
            _host.SetExitCode((int)stats.Verdict);
        }

        return stats;
    }

    /// <summary>The figures of each scenario that has load; without any when the run did not come so far.</summary>
    private ScenarioStats[] Scenarios(long nowNs, OperationType doing) => _loads.Length > 0
        ? [.. _loads.Select(load => load.ToStats(nowNs, doing))]
        : [.. _runs.Where(run => run.Props.Run is not null).Select(run => new ScenarioStats { ScenarioName = run.Props.ScenarioName, CurrentOperation = doing, SortIndex = run.SortIndex })];

    private NodeStats StatsOf(ScenarioStats[] scenarios, long nowNs, OperationType doing) => new()
    {
        ScenarioStats = scenarios,
        Thresholds = _thresholds.Results,
        NodeInfo = NodeOf(doing),
        TestInfo = _facts.TestInfo,
        AllRequestCount = Figures.Int(scenarios.Sum(scenario => (long)scenario.AllRequestCount)),
        AllOkCount = Figures.Int(scenarios.Sum(scenario => (long)scenario.AllOkCount)),
        AllFailCount = Figures.Int(scenarios.Sum(scenario => (long)scenario.AllFailCount)),
        AllBytes = scenarios.Sum(scenario => scenario.AllBytes),
        Duration = Elapsed(nowNs),
        Generator = _generator ?? _cpu.StatsSince(_generatorBefore, _facts.Seed),
        Environment = Surroundings.Now,
    };

    private TimeSpan Elapsed(long nowNs) => TimeSpan.FromTicks((nowNs - _startNs) / TimeSpan.NanosecondsPerTick);

    internal static NodeInfo NodeOf(OperationType doing) => new()
    {
        MachineName = Environment.MachineName,
        CurrentOperation = doing,
        OS = RuntimeInformation.OSDescription,
        DotNetVersion = RuntimeInformation.FrameworkDescription,
        Processor = RuntimeInformation.ProcessArchitecture.ToString(),
        CoresCount = Environment.ProcessorCount,
        NBomberVersion = typeof(Session).Assembly.GetName().Version?.ToString(3) ?? "",
    };

    private sealed class InitContext(RunFacts facts, ScenarioRun run, ScenarioOperation operation) : IScenarioInitContext
    {
        public TestInfo TestInfo => facts.TestInfo;

        public ScenarioInfo ScenarioInfo { get; } = run.InfoOf(0, operation, new SeededRandom(run.SeedOf((long)operation)));

        public NodeInfo NodeInfo => facts.NodeInfo;

        public ILogger Logger => facts.Logger;

        public IConfiguration CustomSettings => run.Props.CustomSettings;

        public ScenarioPartition ScenarioPartition { get; } = new();
    }
}
