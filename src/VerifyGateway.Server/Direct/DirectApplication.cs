using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Abstractions;
using Microsoft.AspNetCore.Http.Features;

namespace VerifyGateway.Server.Direct;

/// <summary>Answers what the direct method takes, and hands every other call on to the ordinary application, untouched.</summary>
internal sealed class DirectApplication<TOrdinary>(IHttpApplication<TOrdinary> ordinary, DirectCheck check) : IHttpApplication<DirectCall<TOrdinary>>
    where TOrdinary : notnull
{
    /// <inheritdoc />
    public DirectCall<TOrdinary> CreateContext(IFeatureCollection contextFeatures)
    {
        // The server keeps it for the next call of the same stream's place.
        var call = contextFeatures is IHostContextContainer<DirectCall<TOrdinary>> place ? place.HostContext ??= new() : new();
        call.Begin(contextFeatures);
        return call;
    }

    /// <inheritdoc />
    public Task ProcessRequestAsync(DirectCall<TOrdinary> context)
    {
        var used = context.Used;
        if (check.TryAnswer(used, out var miss))
        {
            return Task.CompletedTask;
        }

        if (miss is not null)
        {
            return AnswerAsync(context, used, miss);
        }

        if (used.Found?.Take(used.StreamId) is { } found)
        {
            // The body is late, or the like: the ordinary service does not ask for it again.
            context.Set(found);
        }

        return HandOver(context);
    }

    /// <inheritdoc />
    public void DisposeContext(DirectCall<TOrdinary> context, Exception? exception) => context.End(ordinary, exception);

    private Task HandOver(DirectCall<TOrdinary> context) => ordinary.ProcessRequestAsync(context.HandOver(ordinary));

    private async Task AnswerAsync(DirectCall<TOrdinary> context, CallFeatures used, DirectMiss miss)
    {
        if (!await check.AnswerAsync(used, miss))
        {
            // The ordinary service goes on where this has ended: nothing is asked for, or counted, twice.
            context.Set(miss.Found);
            await HandOver(context);
        }
    }
}
