using Microsoft.FSharp.Core;
using NBomber.Contracts;

namespace NBomber.CSharp;

/// <summary>Makes responses.</summary>
public static class Response
{
    private static readonly Response<object> PlainOk = new("", false, 0, "", null);
    private static readonly Response<object> PlainFail = new("", true, 0, "", null);

    /// <summary>It went well; nothing more to say.</summary>
    public static Response<object> Ok() => PlainOk;

    /// <summary>It failed; nothing more to say.</summary>
    public static Response<object> Fail() => PlainFail;

    /// <summary>It went well.</summary>
    public static Response<object> Ok(string statusCode = "", long sizeBytes = 0, string message = "") => new(statusCode, false, sizeBytes, message, null);

    /// <summary>It went well, where something could have been brought.</summary>
    public static Response<T> Ok<T>(string statusCode = "", long sizeBytes = 0, string message = "") => new(statusCode, false, sizeBytes, message, null);

    /// <summary>It went well and brought something.</summary>
    public static Response<T> Ok<T>(T payload, string statusCode = "", long sizeBytes = 0, string message = "") =>
        new(statusCode, false, sizeBytes, message, FSharpOption<T>.Some(payload));

    /// <summary>It failed.</summary>
    public static Response<object> Fail(string statusCode = "", string message = "", long sizeBytes = 0) => new(statusCode, true, sizeBytes, message, null);

    /// <summary>It failed, where something could have been brought.</summary>
    public static Response<T> Fail<T>(string statusCode = "", string message = "", long sizeBytes = 0) => new(statusCode, true, sizeBytes, message, null);

    /// <summary>It failed and brought something all the same.</summary>
    public static Response<T> Fail<T>(T payload, string statusCode = "", string message = "", long sizeBytes = 0) =>
        new(statusCode, true, sizeBytes, message, FSharpOption<T>.Some(payload));
}

/// <summary>Asking options from C#.</summary>
public static class OptionExtensions
{
    /// <summary>Whether there is something.</summary>
    public static bool IsSome<T>(this FSharpOption<T> option) => FSharpOption<T>.get_IsSome(option);

    /// <summary>Whether there is nothing.</summary>
    public static bool IsNone<T>(this FSharpOption<T> option) => FSharpOption<T>.get_IsNone(option);
}
