using System.Data;
using Microsoft.Extensions.Configuration;
using NBomber.Contracts;
using NBomber.Contracts.Stats;
using Serilog;

namespace NBomber.Engine;

/// <summary>The plugins of a run. What they break at the end is a warning; the figures stand all the same.</summary>
internal sealed class PluginSet(IReadOnlyList<IWorkerPlugin> plugins, RunFacts facts, List<string> warnings) : IBaseContext
{
    private static readonly IConfiguration Nothing = new ConfigurationBuilder().Build();
    private OperationType _doing = OperationType.Init;

    public TestInfo TestInfo => facts.TestInfo;

    public ILogger Logger => facts.Logger;

    public NodeInfo GetNodeInfo() => Session.NodeOf(_doing);

    public void Init()
    {
        foreach (var plugin in plugins)
        {
            plugin.Init(this, Nothing).GetAwaiter().GetResult();
        }
    }

    /// <summary>Starts them for a part of the run, and stops them when that is over, however it ended.</summary>
    public void Beside(OperationType doing, Action run)
    {
        _doing = doing;
        try
        {
            foreach (var plugin in plugins)
            {
                plugin.Start().GetAwaiter().GetResult();
            }

            run();
        }
        finally
        {
            _doing = OperationType.Stop;
            foreach (var plugin in plugins)
            {
                Try(plugin, "stop", () => plugin.Stop().GetAwaiter().GetResult());
            }
        }
    }

    /// <summary>The tables of all plugins, which are over then.</summary>
    public DataSet[] End(NodeStats stats)
    {
        _doing = OperationType.Complete;
        var sets = new List<DataSet>();
        foreach (var plugin in plugins)
        {
            Try(plugin, "GetStats", () => sets.Add(plugin.GetStats(stats).GetAwaiter().GetResult()));
            Try(plugin, "GetHints", () => warnings.AddRange(plugin.GetHints().Select(hint => $"{plugin.PluginName}: {hint}")));
            Try(plugin, "Dispose", plugin.Dispose);
        }

        return [.. sets];
    }

    private void Try(IWorkerPlugin plugin, string what, Action call)
    {
        try
        {
            call();
        }
        catch (Exception thrown)
        {
            warnings.Add($"{plugin.PluginName}: {what} threw {thrown.GetType().Name}: {thrown.Message}");
        }
    }
}
