namespace NBomber.Contracts;

/// <summary>How an iteration or a step ended.</summary>
public interface IResponse
{
    /// <summary>A code to count by; empty when there is none.</summary>
    string StatusCode { get; }

    /// <summary>True when it failed.</summary>
    bool IsError { get; }

    /// <summary>Bytes received, or zero when nobody counted.</summary>
    long SizeBytes { get; }

    /// <summary>What went wrong, or any other remark.</summary>
    string Message { get; }
}
