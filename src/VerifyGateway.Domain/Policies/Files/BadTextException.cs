namespace VerifyGateway.Domain.Policies.Files;

/// <summary>A text within a file is not one of Unicode: its bytes are not UTF-8, or an escape is half a character.</summary>
internal sealed class BadTextException(int offset) : Exception
{
    /// <summary>Where the text begins, bytes from the start of the file.</summary>
    public int Offset { get; } = offset;
}
