using NBomber.Contracts;
using NBomber.Contracts.Stats;
using NBomber.Engine;
using Serilog;
using Serilog.Events;

namespace NBomber.CSharp;

/// <summary>Describes and starts runs.</summary>
public static class NBomberRunner
{
    /// <summary>A run of these scenarios, all at the same time.</summary>
    public static NBomberContext RegisterScenarios(params ScenarioProps[] scenarios) => new([.. scenarios]);

    /// <summary>Only these of the scenarios.</summary>
    public static NBomberContext WithTargetScenarios(this NBomberContext context, params string[] scenarioNames) => context with { TargetScenarios = [.. scenarioNames] };

    /// <summary>
    /// Settings from a JSON file, or from JSON itself; they outrank those of the program. Of an address on the network, which the
    /// package takes as well, nothing is read.
    /// </summary>
    public static NBomberContext LoadConfig(this NBomberContext context, string path) => context with { Config = path };

    /// <summary>Names the suite.</summary>
    public static NBomberContext WithTestSuite(this NBomberContext context, string testSuite) => context with { TestSuite = testSuite };

    /// <summary>Names the test.</summary>
    public static NBomberContext WithTestName(this NBomberContext context, string testName) => context with { TestName = testName };

    /// <summary>The reports' name without its ending; with the run's id in it unless told.</summary>
    public static NBomberContext WithReportFileName(this NBomberContext context, string reportFileName) => context with { ReportFileName = reportFileName };

    /// <summary>Where reports go; ./reports and a folder of the run's id unless told.</summary>
    public static NBomberContext WithReportFolder(this NBomberContext context, string reportFolderPath) => context with { ReportFolder = reportFolderPath };

    /// <summary>The kinds of report; all unless told.</summary>
    public static NBomberContext WithReportFormats(this NBomberContext context, params ReportFormat[] reportFormats) =>
        context with { ReportFormats = [.. reportFormats.Distinct()] };

    /// <summary>No reports.</summary>
    public static NBomberContext WithoutReports(this NBomberContext context) => context with { ReportFormats = [] };

    /// <summary>How often thresholds are checked and reports written on the way; every 5 s unless told.</summary>
    public static NBomberContext WithReportingInterval(this NBomberContext context, TimeSpan interval) => context with { ReportingInterval = interval };

    /// <summary>How long to wait for work under way when the load is over; a minute unless told.</summary>
    public static NBomberContext WithScenarioCompletionTimeout(this NBomberContext context, TimeSpan timeout) => context with { CompletionTimeout = timeout };

    /// <summary>The log that contexts write to; a file beside the reports unless told.</summary>
    public static NBomberContext WithLoggerConfig(this NBomberContext context, Func<LoggerConfiguration> buildLoggerConfig) => context with { LoggerConfig = buildLoggerConfig };

    /// <summary>What is less important than this does not get into the log; Debug unless told.</summary>
    public static NBomberContext WithMinimumLogLevel(this NBomberContext context, LogEventLevel level) => context with { MinimumLogLevel = level };

    /// <summary>What works beside the load and adds to the reports.</summary>
    public static NBomberContext WithWorkerPlugins(this NBomberContext context, params IWorkerPlugin[] plugins) => context with { WorkerPlugins = [.. plugins] };

    /// <summary>
    /// How many iterations of one scenario open simulations may have under way; 10,000 unless told. A start that has to wait for a
    /// place is counted, keeps its intended start, and makes the run invalid. Beyond the package.
    /// </summary>
    public static NBomberContext WithMaxWorkUnderWay(this NBomberContext context, int iterations) => context with { MaxWorkUnderWay = iterations };

    /// <summary>
    /// Runs to the end and returns the figures. The exit code of the process becomes that of the verdict, unless the program sets its
    /// own afterwards. Ctrl-C and SIGTERM end the run early, with a report of what was measured; a second Ctrl-C ends the process.
    /// </summary>
    public static NodeStats Run(this NBomberContext context) => RunWith(context, new SessionHost());

    /// <summary>As <see cref="Run(NBomberContext)"/>, with arguments: <c>--target name …</c> (or <c>-t</c>) runs only these scenarios,
    /// <c>--config file</c> (or <c>-c</c>) reads settings in JSON. Beyond the package, <c>--baseline file</c> compares with the JSON report of an earlier run, and
    /// <c>--noise percent</c> says which changes are none (10 unless told).</summary>
    public static NodeStats Run(this NBomberContext context, params string[] args) => RunWith(context, new SessionHost { Arguments = args });

    internal static NodeStats RunWith(NBomberContext context, SessionHost host)
    {
        Session session;
        try
        {
            context = CommandLine.Apply(context, host.Arguments);
            Validation.Check(context);
            session = new Session(context, host);
        }
        catch (ArgumentException)
        {
            host.SetExitCode((int)RunVerdict.BadConfiguration);
            throw;
        }

        return session.Run();
    }
}
