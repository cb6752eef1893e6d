namespace VerifyGateway.Storage.Fleet;

/// <summary>How a fleet file is brought into the store.</summary>
public sealed record FleetImportOptions
{
    /// <summary>True to load all of the file in one transaction or, when anything is wrong with it, nothing.</summary>
    public bool Strict { get; init; }

    /// <summary>Lines that are committed together, 1 to 1,000,000; not used with <see cref="Strict"/>.</summary>
    public int BatchLines { get; init; } = 40_000;

    /// <summary>Takes each problem, in the order of lines, when what is around it has been committed. Called on one thread at a time.</summary>
    public Action<FleetProblem> Report { get; init; } = static _ => { };

    /// <summary>Takes how far the import is, after each batch. Called on one thread at a time.</summary>
    public Action<FleetProgress> Progress { get; init; } = static _ => { };
}

/// <summary>How far an import is.</summary>
/// <param name="Line">The last line that is done.</param>
/// <param name="Records">Good lines, those of an earlier run that was cut off included.</param>
/// <param name="BadLines">Bad lines, likewise.</param>
/// <param name="BytesRead">Bytes of the file that have been read.</param>
/// <param name="BytesTotal">Bytes of the file.</param>
public readonly record struct FleetProgress(int Line, long Records, long BadLines, long BytesRead, long BytesTotal);

/// <summary>What an import has done.</summary>
/// <param name="Records">Good lines, those of an earlier run that was cut off included.</param>
/// <param name="BadLines">Bad lines, likewise.</param>
/// <param name="ChangedRecords">Entries that this run has added to the change feed.</param>
/// <param name="Head">The feed's head at the end.</param>
/// <param name="ResumedAfterLine">The last line of an earlier run that was cut off; 0 when there was none.</param>
/// <param name="IsCommitted">False when the import was strict and the file was not good: then nothing is in the store.</param>
/// <param name="Notices">What was skipped without harm: a byte order mark, CRs.</param>
public sealed record FleetImportResult(
    long Records, long BadLines, long ChangedRecords, long Head, int ResumedAfterLine, bool IsCommitted, IReadOnlyList<FleetProblem> Notices);
