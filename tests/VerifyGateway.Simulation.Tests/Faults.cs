namespace VerifyGateway.Simulation.Tests;

/// <summary>Which guards are left out, to show what each is for. All are on in the real run.</summary>
internal sealed record Guards
{
    public bool Admission { get; init; } = true;

    public bool Lease { get; init; } = true;

    public bool CompareAndSet { get; init; } = true;

    /// <summary>What was found near grows old while it waits to be used; without it, it may be used at any time.</summary>
    public bool FindsGrowOld { get; init; } = true;

    /// <summary>Without a lease, copies must be as new as the head of the primary; without it, any will do.</summary>
    public bool ProofOfHead { get; init; } = true;

    /// <summary>Copies carry the head of the snapshot that they were read in; without it, that of the moment in which the read ended.</summary>
    public bool SnapshotStamps { get; init; } = true;

    /// <summary>The feed refuses to be read from below its floor; without it, it begins at the floor and says nothing.</summary>
    public bool FloorRefuses { get; init; } = true;

    /// <summary>What is handed over to the wire comes before the end of the stream; without it, what still waits for room at the end is lost.</summary>
    public bool HandedOverArrives { get; init; } = true;

    /// <summary>A checkpoint comes after the events that were sent before it; without it, it may overtake them.</summary>
    public bool CheckpointsInOrder { get; init; } = true;
}

/// <summary>What a history has broken.</summary>
internal sealed record Violation(ulong Seed, double AtMs, string Rule, string What)
{
    public override string ToString() => FormattableString.Invariant($"seed {Seed}, at {AtMs:F1} ms: {Rule}: {What}");
}
