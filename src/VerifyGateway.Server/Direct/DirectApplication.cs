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
    public Task ProcessRequestAsync(DirectCall<TOrdinary> context) =>
        check.TryAnswer(context.Used) ? Task.CompletedTask : ordinary.ProcessRequestAsync(context.HandOver(ordinary));

    /// <inheritdoc />
    public void DisposeContext(DirectCall<TOrdinary> context, Exception? exception) => context.End(ordinary, exception);
}
