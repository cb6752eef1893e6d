using Microsoft.FSharp.Core;

namespace NBomber.Contracts;

/// <summary>How a step ended, with what it brought.</summary>
/// <typeparam name="T">What it brought.</typeparam>
public sealed class Response<T> : IResponse
{
    internal Response(string? statusCode, bool isError, long sizeBytes, string? message, FSharpOption<T>? payload)
    {
        StatusCode = statusCode ?? "";
        IsError = isError;
        SizeBytes = sizeBytes;
        Message = message ?? "";
        Payload = payload!;
    }

    /// <inheritdoc />
    public string StatusCode { get; }

    /// <inheritdoc />
    public bool IsError { get; }

    /// <inheritdoc />
    public long SizeBytes { get; }

    /// <inheritdoc />
    public string Message { get; }

    /// <summary>What the step brought; none is null, as in F#.</summary>
    public FSharpOption<T> Payload { get; }
}
