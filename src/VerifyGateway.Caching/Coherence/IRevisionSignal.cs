namespace VerifyGateway.Caching.Coherence;

/// <summary>
/// Tells other gateways that the feed has grown, and hears from them. A message says "look", never what is there: it may be lost, late,
/// repeated or forged. Safe from any thread; never throws for a fault of its own, never blocks.
/// </summary>
public interface IRevisionSignal
{
    /// <summary>Raised with the revision that somebody says the head is at least; on any thread.</summary>
    event Action<long> Heard;

    /// <summary>Says that the head is at least here.</summary>
    void Tell(long revision);
}

/// <summary>The signal of a gateway that has nobody to talk to.</summary>
public sealed class NoRevisionSignal : IRevisionSignal
{
    /// <inheritdoc />
    public event Action<long> Heard
    {
        add { }
        remove { }
    }

    /// <inheritdoc />
    public void Tell(long revision)
    {
    }
}
