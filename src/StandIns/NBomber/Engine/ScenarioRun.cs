using NBomber.Contracts;
using NBomber.Contracts.Stats;
using Serilog;

namespace NBomber.Engine;

/// <summary>What all scenarios of a run have in common.</summary>
internal sealed record RunFacts(EngineClock Clock, Stopper Stopper, TestInfo TestInfo, NodeInfo NodeInfo, ILogger Logger, int Seed, int MaxWorkUnderWay);

/// <summary>One scenario of a run: its iterations, those at rest and those under way.</summary>
internal sealed class ScenarioRun
{
    private readonly Lock _gate = new();
    private readonly RunFacts _facts;
    private readonly List<Iteration> _made = [];
    private readonly Stack<Iteration> _free = [];
    private int _started;

    /// <param name="facts">The run.</param>
    /// <param name="props">The scenario.</param>
    /// <param name="sortIndex">Its place.</param>
    /// <param name="share">Its share of the load of its simulations.</param>
    public ScenarioRun(RunFacts facts, ScenarioProps props, int sortIndex, double share)
    {
        (_facts, Props, SortIndex, Share) = (facts, props, sortIndex, share);
        Copies = new CopySet(this);
    }

    public ScenarioProps Props { get; }

    public int SortIndex { get; }

    public double Share { get; }

    public CopySet Copies { get; }

    public EngineClock Clock => _facts.Clock;

    public Stopper Stopper => _facts.Stopper;

    public TestInfo TestInfo => _facts.TestInfo;

    public NodeInfo NodeInfo => _facts.NodeInfo;

    public ILogger Logger => _facts.Logger;

    /// <summary>The seed of this scenario's part of the run, and of what the numbers say within it.</summary>
    public ulong SeedOf(params ReadOnlySpan<long> numbers) => Seeds.Of([_facts.Seed, SortIndex, .. numbers]);

    /// <summary>Iterations that have begun and not ended.</summary>
    public int UnderWay => Volatile.Read(ref _started) + Copies.Running;

    /// <summary>A free place for work of an open simulation; false when the bound on work under way is reached.</summary>
    public bool TryTake(Phase phase, out Iteration iteration)
    {
        lock (_gate)
        {
            if (!_free.TryPop(out iteration!))
            {
                if (_made.Count >= _facts.MaxWorkUnderWay)
                {
                    return false;
                }

                iteration = new Iteration(this, phase, _made.Count, isCopy: false);
                _made.Add(iteration);
            }

            _started++;
            return true;
        }
    }

    /// <summary>Called when an iteration has ended.</summary>
    public void Ended(Iteration iteration, Phase phase)
    {
        if (iteration.IsCopy)
        {
            Copies.Ended(iteration, phase);
            return;
        }

        lock (_gate)
        {
            _started--;
            _free.Push(iteration);
        }
    }

    /// <summary>Gives up all work under way; returns how much that was.</summary>
    public int Abandon()
    {
        var now = Clock.NowNs;
        return _made.Concat(Copies.All).Count(iteration => iteration.Abandon(now));
    }

    /// <param name="number">The copy.</param>
    /// <param name="operation">What the scenario is doing.</param>
    /// <param name="random">What feeds draw from.</param>
    public ScenarioInfo InfoOf(int number, ScenarioOperation operation, Random random) => new()
    {
        InstanceId = $"{Props.ScenarioName}_{number}",
        InstanceNumber = number,
        ScenarioName = Props.ScenarioName,
        ScenarioDuration = TimeSpan.FromTicks(Props.LoadSimulations.Sum(part => part.During.Ticks)),
        ScenarioOperation = operation,
        Random = random,
    };
}
