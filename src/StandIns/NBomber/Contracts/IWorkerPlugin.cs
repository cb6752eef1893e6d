using System.Data;
using Microsoft.Extensions.Configuration;
using NBomber.Contracts.Stats;
using Serilog;

namespace NBomber.Contracts;

/// <summary>What a plugin knows of the run.</summary>
public interface IBaseContext
{
    /// <summary>The run.</summary>
    TestInfo TestInfo { get; }

    /// <summary>The log of the run.</summary>
    ILogger Logger { get; }

    /// <summary>The machine, and what it is doing just now.</summary>
    NodeInfo GetNodeInfo();
}

/// <summary>Works beside the load and adds tables of its own to the reports.</summary>
public interface IWorkerPlugin : IDisposable
{
    /// <summary>Its name.</summary>
    string PluginName { get; }

    /// <summary>Before anything else. When it throws, the run ends as failed, without load.</summary>
    Task Init(IBaseContext context, IConfiguration infraConfig);

    /// <summary>Before the warm-up, if there is one, and once more before the part that counts; the context says which.</summary>
    Task Start();

    /// <summary>Tables for the reports, when all is over.</summary>
    Task<DataSet> GetStats(NodeStats stats);

    /// <summary>Remarks for whoever reads the reports.</summary>
    string[] GetHints();

    /// <summary>After each part that was started.</summary>
    Task Stop();
}
