using Grpc.Core;
using VerifyGateway.Caching.Store;
using VerifyGateway.Storage;
using VerifyGateway.Storage.Maintenance;

namespace VerifyGateway.Cli;

/// <summary>The one place where what goes wrong in a command becomes a sentence and an exit code.</summary>
internal static class Ending
{
    /// <summary>Runs a command to its end; returns its exit code, or that of what went wrong.</summary>
    public static async Task<int> OfAsync(Func<Task<int>> run)
    {
        try
        {
            return await run();
        }
        catch (Exception ended) when (ended is OperationCanceledException or RpcException { StatusCode: StatusCode.Cancelled })
        {
            await Console.Error.WriteLineAsync("Interrupted.");
            return ExitCodes.Interrupted;
        }
        catch (RpcException refused)
        {
            await Console.Error.WriteLineAsync($"The gateway answered {refused.StatusCode}: {refused.Status.Detail}");
            return ExitCodes.Unavailable;
        }
        catch (Exception refused) when (refused is StoreUnusableException or StoreUnavailableException)
        {
            await Console.Error.WriteLineAsync(refused.Message);
            return ExitCodes.StoreUnusable;
        }
        catch (Exception refused) when (refused is FormatException or System.Text.Json.JsonException or UnknownHashKeyException)
        {
            await Console.Error.WriteLineAsync(refused.Message);
            return ExitCodes.BadInput;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            await Console.Error.WriteLineAsync(refused.Message);
            return ExitCodes.Usage;
        }
    }
}
