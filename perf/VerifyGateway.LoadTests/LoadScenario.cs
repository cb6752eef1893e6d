namespace VerifyGateway.LoadTests;

/// <summary>A kind of load test.</summary>
internal abstract class LoadScenario
{
    /// <summary>The name on the command line.</summary>
    public abstract string Name { get; }

    /// <summary>What it does and what it wants, in a sentence or two.</summary>
    public abstract string Summary { get; }

    /// <summary>What it is told when nothing else is said.</summary>
    public abstract LoadOptions Defaults { get; }

    /// <summary>Refuses options that make no sense together, before anything is started.</summary>
    public virtual void Check(LoadOptions options)
    {
        // Most scenarios take what the command line lets through.
    }

    /// <summary>Does it.</summary>
    public abstract Task<LoadOutcome> RunAsync(LoadSession session);
}
