using NBomber.Contracts;

namespace NBomber.Engine;

/// <summary>Ends a scenario's iteration from within a step that failed; holds what the step answered.</summary>
internal sealed class StepFailedException(IResponse response) : Exception("A step failed, and with it the iteration.")
{
    public IResponse Response => response;
}

/// <summary>What failures look like that nobody put into words.</summary>
internal static class Failures
{
    /// <summary>The code of an operation that was cancelled or took too long.</summary>
    public const string TimeoutCode = "-100";

    /// <summary>The code of an exception that nobody caught.</summary>
    public const string ExceptionCode = "-101";

    public static readonly IResponse Unfinished = new Response<object>(TimeoutCode, true, 0, "the run did not wait for it any longer", null);

    private static readonly IResponse NoResponse = new Response<object>(ExceptionCode, true, 0, "the scenario returned no response", null);

    public static IResponse Of(Exception thrown) => thrown is StepFailedException step ? step.Response : Of<object>(thrown);

    public static Response<T> Of<T>(Exception thrown) => thrown is OperationCanceledException or TimeoutException
        ? new Response<T>(TimeoutCode, true, 0, "operation timeout", null)
        : new Response<T>(ExceptionCode, true, 0, $"{thrown.GetType().Name}: {thrown.Message}", null);

    /// <summary>The response of a task that has ended, however it did.</summary>
    public static IResponse ResponseOf(Task<IResponse>? task)
    {
        if (task is null)
        {
            return NoResponse;
        }

        return task.Status switch
        {
            TaskStatus.RanToCompletion => task.Result ?? NoResponse,
            TaskStatus.Canceled => Of(new OperationCanceledException()),
            _ => Of(task.Exception!.InnerException!),
        };
    }
}
