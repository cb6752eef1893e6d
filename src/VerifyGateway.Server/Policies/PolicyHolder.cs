using VerifyGateway.Domain.Policies;

namespace VerifyGateway.Server.Policies;

/// <summary>The policies in force: a snapshot that is swapped whole, while checks under way go on with the one they began with. Safe from any thread.</summary>
public sealed class PolicyHolder(PolicySnapshot first)
{
    private PolicySnapshot _current = first;

    /// <summary>The snapshot in force.</summary>
    public PolicySnapshot Current => Volatile.Read(ref _current);

    /// <summary>Puts another snapshot in force.</summary>
    public void Swap(PolicySnapshot next) => Volatile.Write(ref _current, next);
}
