namespace NBomberStandIn.Tests;

/// <summary>The members that are carried over from the package, as its public sources have them, and the additions.</summary>
internal static class PackageSurface
{
    public static readonly string[] Additions =
    [
        "RunVerdict.Passed=0", "RunVerdict.Failed=1", "RunVerdict.Running=2", "RunVerdict.Invalid=98", "RunVerdict.ThresholdFailed=99", "RunVerdict.BadConfiguration=104", "RunVerdict.Interrupted=105",
        "NodeStats.Verdict", "NodeStats.VerdictReasons", "NodeStats.Warnings", "NodeStats.Generator", "NodeStats.Environment", "NodeStats.Comparison",
        .. Of("GeneratorStats", "CpuSeconds", "AllocatedBytes", "Gen0Collections", "Gen2Collections", "GcPauseMs", "Seed", "HighestCpuShare", "Processors"),
        .. Of("ScenarioStats", "IntendedCount", "HeldBackCount", "NotStartedCount", "UnfinishedCount", "LateCount", "StartLag", "Timeline", "Distribution"),
        .. Of("SecondStats", "Second", "PlannedRate", "Ok", "Fail", "LatencyPercent50Ms", "LatencyPercent99Ms", "LatencyMaxMs", "ServiceTimePercent50Ms", "ServiceTimePercent99Ms", "ServiceTimeMaxMs"),
        .. Of("PercentileStats", "Percent", "LatencyMs", "ServiceTimeMs"),
        .. Of("EnvironmentStats", "Cpu", "Kernel", "Gc", "Program"),
        .. Of("ComparisonStats", "BaselineFile", "Baseline", "NoisePercent", "Caveats", "Changes"),
        .. Of("FigureChange", "ScenarioName", "Figure", "Before", "Now", "ChangePercent", "Judgement"),
        .. Of("ChangeJudgement", "Noise=0", "Better=1", "Worse=2"),
        "StepStats.Distribution", "MeasurementStats.ServiceTime", "LatencyStats.Percent90", "LatencyStats.Percent999",
        "NBomberRunner.WithMaxWorkUnderWay(context: NBomberContext, iterations: Int32)",
    ];

    public static readonly string[] Members =
    [
        .. Of("IResponse", "StatusCode", "IsError", "SizeBytes", "Message"),
        .. Of("Response<T>", "StatusCode", "IsError", "SizeBytes", "Message", "Payload"),
        .. Of("ScenarioOperation", "Init=0", "Clean=1", "WarmUp=2", "Bombing=3"),
        .. Of("ScenarioInfo", "InstanceId", "InstanceNumber", "ScenarioName", "ScenarioDuration", "ScenarioOperation"),
        .. Of("ScenarioPartition", "Number", "Count"),
        .. Of("IScenarioContext", "TestInfo", "ScenarioInfo", "NodeInfo", "Logger", "InvocationNumber", "Data", "ScenarioInstanceData", "ScenarioCancellationToken", "Random",
            "StopScenario(scenarioName: String, reason: String)", "StopCurrentTest(reason: String)"),
        .. Of("IBaseContext", "TestInfo", "Logger", "GetNodeInfo()"),
        .. Of("IWorkerPlugin", "PluginName", "Init(context: IBaseContext, infraConfig: IConfiguration)", "Start()", "Stop()", "GetStats(stats: NodeStats)", "GetHints()"),
        .. Of("RandomExtensions", "Zipf(random: Random, n: Int32, s: Double)", "Choice(random: Random, items: ValueTuple<T, Int32>[])"),
        .. Of("IScenarioInitContext", "TestInfo", "ScenarioInfo", "NodeInfo", "Logger", "CustomSettings", "ScenarioPartition"),

        // The last, optional parameter is the compiler's to fill in: the condition as it was written, for the report.
        .. Of("Threshold", "StepName", "CheckStep", "CheckScenario", "AbortWhenErrorCount", "StartCheckAfter",
            "Create(checkScenario: Func<ScenarioStats, Boolean>, abortWhenErrorCount: Int32??, startCheckAfter: TimeSpan??, checkExpression: String?)",
            "Create(stepName: String, checkStep: Func<StepStats, Boolean>, abortWhenErrorCount: Int32??, startCheckAfter: TimeSpan??, checkExpression: String?)"),
        .. Of("ScenarioProps", "ScenarioName"),
        .. new[] { "ScenarioStats", "StepStats" }.SelectMany(stats => Lookups(stats, char.ToLowerInvariant(stats[0]) + stats[1..], "name")),
        .. Lookups("StatusCodeStats", "statusCodes", "statusCode"),

        .. Of("ReportFormat", "Txt=0", "Html=1", "Csv=2", "Md=3"),
        .. Of("TestInfo", "SessionId", "TestSuite", "TestName", "Created"),
        .. Of("OperationType", "None=0", "Init=1", "WarmUp=2", "Bombing=3", "Stop=4", "Complete=5", "Error=6"),
        .. Of("NodeInfo", "MachineName", "CurrentOperation", "OS", "DotNetVersion", "Processor", "CoresCount", "NBomberVersion"),
        .. Of("StatusCodeStats", "StatusCode", "IsError", "Message", "Count", "Percent"),
        .. Of("RequestStats", "Count", "RPS", "Percent"),
        .. Of("LatencyCount", "LessOrEq800", "More800Less1200", "MoreOrEq1200"),
        .. Of("LatencyStats", "MinMs", "MeanMs", "MaxMs", "Percent50", "Percent75", "Percent95", "Percent99", "StdDev", "LatencyCount"),
        .. Of("DataTransferStats", "MinBytes", "MeanBytes", "MaxBytes", "Percent50", "Percent75", "Percent95", "Percent99", "StdDev", "AllBytes"),
        .. Of("MeasurementStats", "Request", "Latency", "DataTransfer", "StatusCodes"),
        .. Of("StepStats", "StepName", "Ok", "Fail", "SortIndex"),
        .. Of("LoadSimulationStats", "SimulationName", "Value"),
        .. Of("ScenarioStats", "ScenarioName", "Ok", "Fail", "StepStats", "LoadSimulationStats", "CurrentOperation", "AllRequestCount", "AllOkCount", "AllFailCount", "AllBytes", "Duration", "SortIndex"),
        .. Of("ReportFile", "FilePath", "ReportFormat", "ReportContent"),
        .. Of("ThresholdResult", "ScenarioName", "StepName", "CheckExpression", "ExceptionMsg", "ErrorCount", "IsFailed"),
        .. Of("NodeStats", "ScenarioStats", "Thresholds", "NodeInfo", "TestInfo", "ReportFiles", "PluginStats", "AllRequestCount", "AllOkCount", "AllFailCount", "AllBytes", "Duration"),

        .. Of("Response", "Ok()", "Fail()",
            "Ok(statusCode: String?, sizeBytes: Int64?, message: String?)", "Ok(statusCode: String?, sizeBytes: Int64?, message: String?)",
            "Ok(payload: T, statusCode: String?, sizeBytes: Int64?, message: String?)",
            "Fail(statusCode: String?, message: String?, sizeBytes: Int64?)", "Fail(statusCode: String?, message: String?, sizeBytes: Int64?)",
            "Fail(payload: T, statusCode: String?, message: String?, sizeBytes: Int64?)"),
        .. Of("OptionExtensions", "IsSome(option: FSharpOption<T>)", "IsNone(option: FSharpOption<T>)"),
        .. Of("Step", "Run(name: String, context: IScenarioContext, run: Func<Task<Response<T>>>)"),
        .. Of("Scenario", "Create(name: String, run: Func<IScenarioContext, Task<IResponse>>)", "Empty(name: String)",
            "WithInit(scenario: ScenarioProps, initFunc: Func<IScenarioInitContext, Task>)", "WithClean(scenario: ScenarioProps, cleanFunc: Func<IScenarioInitContext, Task>)",
            "WithWarmUpDuration(scenario: ScenarioProps, duration: TimeSpan)", "WithoutWarmUp(scenario: ScenarioProps)",
            "WithLoadSimulations(scenario: ScenarioProps, loadSimulations: LoadSimulation[])", "WithThresholds(scenario: ScenarioProps, thresholds: Threshold[])",
            "WithWeight(scenario: ScenarioProps, weight: Int32)", "WithRestartIterationOnFail(scenario: ScenarioProps, shouldRestart: Boolean)",
            "WithMaxFailCount(scenario: ScenarioProps, maxFailCount: Int32)"),
        .. Of("Simulation", "RampingConstant(copies: Int32, during: TimeSpan)", "KeepConstant(copies: Int32, during: TimeSpan)", "IterationsForConstant(copies: Int32, iterations: Int32)",
            "RampingInject(rate: Int32, interval: TimeSpan, during: TimeSpan)", "Inject(rate: Int32, interval: TimeSpan, during: TimeSpan)",
            "InjectRandom(minRate: Int32, maxRate: Int32, interval: TimeSpan, during: TimeSpan)", "IterationsForInject(rate: Int32, interval: TimeSpan, iterations: Int32)",
            "Pause(during: TimeSpan)"),
        .. Of("NBomberRunner", "RegisterScenarios(scenarios: ScenarioProps[])", "WithTargetScenarios(context: NBomberContext, scenarioNames: String[])",
            "LoadConfig(context: NBomberContext, path: String)",
            "WithTestSuite(context: NBomberContext, testSuite: String)", "WithTestName(context: NBomberContext, testName: String)",
            "WithReportFileName(context: NBomberContext, reportFileName: String)", "WithReportFolder(context: NBomberContext, reportFolderPath: String)",
            "WithReportFormats(context: NBomberContext, reportFormats: ReportFormat[])", "WithoutReports(context: NBomberContext)",
            "WithReportingInterval(context: NBomberContext, interval: TimeSpan)", "WithScenarioCompletionTimeout(context: NBomberContext, timeout: TimeSpan)",
            "WithLoggerConfig(context: NBomberContext, buildLoggerConfig: Func<LoggerConfiguration>)", "WithMinimumLogLevel(context: NBomberContext, level: LogEventLevel)",
            "WithWorkerPlugins(context: NBomberContext, plugins: IWorkerPlugin[])",
            "Run(context: NBomberContext)", "Run(context: NBomberContext, args: String[])"),
        .. Of("ClientPool<T>", "Clients", "AddClient(client: T)", "GetClient(scenarioInfo: ScenarioInfo)", "DisposeClients()", "DisposeClients(disposeClient: Action<T>)"),
        .. Of("IDataFeed<T>", "Items", "GetNextItem(scenarioInfo: ScenarioInfo)"),
        .. Of("DataFeed", "Constant(data: IEnumerable<T>)", "Circular(data: IEnumerable<T>)", "Random(data: IEnumerable<T>)"),
    ];

    private static IEnumerable<string> Of(string type, params string[] members) => members.Select(member => $"{type}.{member}");

    private static IEnumerable<string> Lookups(string stats, string parameter, string key) =>
        new[] { "Get", "Find", "Exists" }.Select(lookup => $"StatsExtensions.{lookup}({parameter}: {stats}[], {key}: String)");
}
