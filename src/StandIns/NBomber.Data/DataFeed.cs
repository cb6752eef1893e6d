using NBomber.Contracts;

namespace NBomber.Data.CSharp;

/// <summary>The three rules by which items are handed out.</summary>
public static class DataFeed
{
    /// <summary>Each copy of the scenario always gets the same item, and copies beyond the last item begin again with the first.</summary>
    public static IDataFeed<T> Constant<T>(IEnumerable<T> data) => new ConstantFeed<T>(ItemsOf(data));

    /// <summary>Item after item, from the first again when all are used; the copies share the order.</summary>
    public static IDataFeed<T> Circular<T>(IEnumerable<T> data) => new CircularFeed<T>(ItemsOf(data));

    /// <summary>Any item, each as likely as the next; an iteration gets the same again in a run of the same seed.</summary>
    public static IDataFeed<T> Random<T>(IEnumerable<T> data) => new RandomFeed<T>(ItemsOf(data));

    private static T[] ItemsOf<T>(IEnumerable<T> data)
    {
        T[] items = [.. data];
        return items.Length > 0 ? items : throw new ArgumentException("A feed needs at least one item.", nameof(data));
    }

    private sealed class ConstantFeed<T>(T[] items) : IDataFeed<T>
    {
        public T[] Items => items;

        public T GetNextItem(ScenarioInfo scenarioInfo) => items[scenarioInfo.InstanceNumber % items.Length];
    }

    private sealed class CircularFeed<T>(T[] items) : IDataFeed<T>
    {
        private long _last = -1;

        public T[] Items => items;

        public T GetNextItem(ScenarioInfo scenarioInfo) => items[(int)(Interlocked.Increment(ref _last) % items.Length)];
    }

    private sealed class RandomFeed<T>(T[] items) : IDataFeed<T>
    {
        public T[] Items => items;

        public T GetNextItem(ScenarioInfo scenarioInfo) => items[scenarioInfo.Random.Next(items.Length)];
    }
}
