namespace VerifyGateway.Storage.Writing;

/// <summary>How far an import has come.</summary>
/// <param name="LastLine">The last line that is done, from 1; 0 before the first.</param>
/// <param name="Records">Lines that were good.</param>
/// <param name="BadLines">Lines that were not.</param>
public readonly record struct ImportPoint(int LastLine, long Records, long BadLines);
