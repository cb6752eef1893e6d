using Grpc.Core;
using NBomber.Contracts;
using NBomber.CSharp;
using VerifyGateway.V1;

namespace VerifyGateway.LoadTests;

/// <summary>One status check as a step of an iteration, counted by what was answered and where from.</summary>
internal static class Checks
{
    public const string Name = "check";

    /// <summary>Asks for a terminal once a place is free; anything but ALLOW has failed, as all terminals are good ones.</summary>
    public static Task<IResponse> AskAsync(IScenarioContext context, Connections connections, LoadOptions options, int terminal) =>
        AskAsync(context, connections, options, terminal, static (answer, _) => Judge(answer));

    /// <param name="context">The iteration.</param>
    /// <param name="connections">The connections.</param>
    /// <param name="options">The deadline.</param>
    /// <param name="terminal">The terminal.</param>
    /// <param name="judge">Says what the answer is worth, from it and the timestamp at which the check began.</param>
    public static async Task<IResponse> AskAsync(
        IScenarioContext context, Connections connections, LoadOptions options, int terminal, Func<CheckStatusResponse, long, Response<object>> judge)
    {
        using var place = await connections.PlaceAsync(context.ScenarioCancellationToken);
        return await Step.Run(Name, context, async () =>
        {
            var began = System.Diagnostics.Stopwatch.GetTimestamp();
            try
            {
                var answer = await connections.Next().CheckStatusAsync(Fleet.Check(terminal), deadline: After(options.Deadline), cancellationToken: context.ScenarioCancellationToken);
                return judge(answer, began);
            }
            catch (RpcException failed)
            {
                return Failed(failed);
            }
        });
    }

    /// <summary>An ALLOW is good, and counted by where it came from.</summary>
    public static Response<object> Judge(CheckStatusResponse answer) => answer.Decision == Decision.Allow
        ? Response.Ok(statusCode: $"ALLOW {answer.Source}")
        : Response.Fail(statusCode: CodeOf(answer));

    /// <summary>What was answered, for the table of status codes.</summary>
    public static string CodeOf(CheckStatusResponse answer) => answer.Decision == Decision.Allow ? $"ALLOW {answer.Source}" : $"{answer.Decision.ToString().ToUpperInvariant()} {answer.Reasons.FirstOrDefault()}";

    /// <summary>A call that was not answered.</summary>
    public static Response<object> Failed(RpcException failed) => Response.Fail(statusCode: failed.StatusCode.ToString(), message: failed.Status.Detail);

    /// <summary>When a call that begins now is to be given up.</summary>
    public static DateTime After(TimeSpan time) => TimeProvider.System.GetUtcNow().UtcDateTime + time;
}
