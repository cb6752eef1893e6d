using Microsoft.Extensions.Configuration;
using NBomber.Contracts.Stats;
using Serilog;

namespace NBomber.Contracts;

/// <summary>What an iteration knows and can ask for. It belongs to one iteration at a time.</summary>
public interface IScenarioContext
{
    /// <summary>The run.</summary>
    TestInfo TestInfo { get; }

    /// <summary>The copy that runs this iteration.</summary>
    ScenarioInfo ScenarioInfo { get; }

    /// <summary>The machine.</summary>
    NodeInfo NodeInfo { get; }

    /// <summary>The log of the run, a file beside the reports; for what is rare, as it is written at once.</summary>
    ILogger Logger { get; }

    /// <summary>How many iterations this copy has begun, this one included.</summary>
    long InvocationNumber { get; }

    /// <summary>A place to hand things from step to step; empty at the start of each iteration.</summary>
    Dictionary<string, object> Data { get; }

    /// <summary>A place that this copy keeps from iteration to iteration.</summary>
    Dictionary<string, object> ScenarioInstanceData { get; }

    /// <summary>Cancelled when the run no longer waits for this iteration.</summary>
    CancellationToken ScenarioCancellationToken { get; }

    /// <summary>
    /// Random numbers for this iteration: the same again in a run of the same seed (the report says it; the environment variable
    /// NBOMBER_SEED gives it), whatever runs before or beside.
    /// </summary>
    Random Random { get; }

    /// <summary>Ends one scenario; work under way is waited for.</summary>
    void StopScenario(string scenarioName, string reason);

    /// <summary>Ends the run; work under way is waited for.</summary>
    void StopCurrentTest(string reason);
}

/// <summary>What init and clean of a scenario know.</summary>
public interface IScenarioInitContext
{
    /// <summary>The run.</summary>
    TestInfo TestInfo { get; }

    /// <summary>The scenario, with the number 0 for the copy.</summary>
    ScenarioInfo ScenarioInfo { get; }

    /// <summary>The machine.</summary>
    NodeInfo NodeInfo { get; }

    /// <summary>The log of the run, a file beside the reports.</summary>
    ILogger Logger { get; }

    /// <summary>The scenario's CustomSettings of the JSON configuration; empty when there are none.</summary>
    IConfiguration CustomSettings { get; }

    /// <summary>The part of the data that this machine is to use.</summary>
    ScenarioPartition ScenarioPartition { get; }
}
