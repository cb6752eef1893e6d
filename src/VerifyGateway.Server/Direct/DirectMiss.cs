using VerifyGateway.Caching;
using VerifyGateway.Caching.Coherence;
using VerifyGateway.Server.Callers;

namespace VerifyGateway.Server.Direct;

/// <summary>A check whose records are not in memory and may be in Redis.</summary>
/// <param name="message">Its bytes.</param>
/// <param name="check">What was read of them.</param>
/// <param name="caller">Who asks.</param>
/// <param name="began">When the call began.</param>
internal sealed class DirectMiss(byte[] message, in PlainCheck check, Caller caller, LeaseInstant began)
{
    private readonly PlainCheck _check = check;
    private NearFinds? _found;

    /// <summary>Its bytes.</summary>
    public byte[] Message => message;

    /// <summary>What was read of them.</summary>
    public ref readonly PlainCheck Check => ref _check;

    /// <summary>Who asks.</summary>
    public Caller Caller => caller;

    /// <summary>When the call began.</summary>
    public LeaseInstant Began => began;

    /// <summary>What was found of its records; null until then. From any thread.</summary>
    public NearFinds? Found
    {
        get => Volatile.Read(ref _found);
        set => Volatile.Write(ref _found, value);
    }
}
