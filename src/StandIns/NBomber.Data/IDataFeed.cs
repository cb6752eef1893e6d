using NBomber.Contracts;

namespace NBomber.Data;

/// <summary>Items for the iterations of a scenario, handed out by a rule.</summary>
/// <typeparam name="T">An item.</typeparam>
public interface IDataFeed<T>
{
    /// <summary>All items, in the order given.</summary>
    T[] Items { get; }

    /// <summary>The item for this iteration; safe from any thread.</summary>
    T GetNextItem(ScenarioInfo scenarioInfo);
}
